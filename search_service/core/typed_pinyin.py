"""Chinese typed with Latin letters: full pinyin and initials, read as words of the vocabulary."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from search_service.core.pinyin import loosen_run, readings, syllables, usual_reading

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_CANDIDATES = 3
MAX_LETTERS = 80
"""Letters of a run that is read at all; a longer one is no question."""

_MAX_INITIALS = 10
_MIN_INITIALS = 3
_MIN_COUNT_OF_A_PAIR = 20
"""How often a word of two characters must occur to be meant by two letters, which fit dozens of words."""
_STRAY_COST = 6.0
"""What a single character costs on top of its rarity: words explain a run better than strays."""

_LETTERS = re.compile(r"[a-zü]+(?:[ '’·-]+[a-zü]+)*")
_NOT_A_LETTER = re.compile(r"[^a-z]")

_EVERYDAY = """
aa ai and app apple atm bb bmi bug bus bye cad cba cc cctv cd cm cng cpu ct diy dj dna dv dvd email ems
etc excel fm game gdp gis gps hello hi hiv hpv hr huawei ic id ip ipad iphone it kg km ktv led lng logo
mail mm mp nba no ok online pad pc pdf pe ph phone pm pos ppp ppr ppt ps pvc qq sim sos suv taobao taxi
the tv txt ufo usb vip vr wechat wifi word wps yes
"""
EVERYDAY_LATIN = frozenset(_EVERYDAY.split())
"""Words that Chinese writes with Latin letters, or that everybody knows: they are not pinyin."""


def latin_runs(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of every run of Latin letters of a normalised text, spaces inside included."""
    return [match.span() for match in _LETTERS.finditer(text)]


class PinyinReader:
    """Reads Latin letters as words of a vocabulary.

    `counts` says how often each word occurs, `singles` how often a single character stands for itself.
    """

    def __init__(self, counts: Mapping[str, int], singles: Mapping[str, int]) -> None:
        self._counts = counts
        self._total = sum(counts.values()) or 1
        self._full: dict[str, list[str]] = {}
        self._loose: dict[str, list[str]] = {}
        self._initials: dict[str, list[str]] = {}
        self._strays: dict[str, str] = {}
        self._longest = 0
        self._index(singles)

    def read(self, run: str) -> list[str]:
        """Return up to three readings of one run of Latin letters, best first; none where implausible.

        Full pinyin, with or without spaces, is read as the likeliest sequence of words; letters that are no
        pinyin, as the initials of a word or of two. Everyday Latin words are left as they are.
        """
        parts = re.split(r"[^a-zü]+", run.lower())
        letters = _NOT_A_LETTER.sub("", "".join(parts).replace("ü", "v"))
        if not letters or len(letters) > MAX_LETTERS or EVERYDAY_LATIN.issuperset(filter(None, parts)):
            return []
        return self._read_full(letters) or self._read_initials(letters)

    def _index(self, singles: Mapping[str, int]) -> None:
        characters: dict[str, dict[str, int]] = {}
        for word in sorted(self._counts, key=lambda one: (-self._counts[one], one)):
            parts = syllables(word)
            full = "".join(parts)
            self._longest = max(self._longest, len(full))
            self._full.setdefault(full, []).append(word)
            self._loose.setdefault(loosen_run(full), []).append(word)
            self._initials.setdefault("".join(part[0] for part in parts), []).append(word)
            for character, part in zip(word, parts, strict=True):
                # A character that stands alone elsewhere (狗) is the likelier stray, whatever words hold.
                characters.setdefault(part, {})[character] = singles.get(character, 0)
        for character, count in singles.items():
            for part in readings(character):
                # A rare reading doesn't displace what is usually read so: 能 is nai to nobody.
                usual = part == usual_reading(character)
                characters.setdefault(part, {})[character] = count if usual else 0
        self._strays = {part: max(found, key=lambda one: found[one]) for part, found in characters.items()}

    def _read_full(self, letters: str) -> list[str]:
        # Words in a slightly wrong spelling (zaijidi) come before right spellings of unknown words.
        best = (
            self._segment(letters, self._full, strays=False)
            or self._segment(loosen_run(letters), self._loose, strays=False)
            or self._segment(letters, self._full, strays=True)
        )
        if best is None:
            return []
        # One word: its homophones may be meant as well. A sequence: the likeliest one only.
        if len(best) == 1:
            return self._full.get(letters, self._loose.get(loosen_run(letters), best))[:MAX_CANDIDATES]
        return ["".join(best)]

    def _segment(self, letters: str, words: Mapping[str, list[str]], *, strays: bool) -> list[str] | None:
        """Return the likeliest sequence of words that spells `letters`, None where nothing plausible does."""
        # For each end: the score of the best sequence so far, and its last word's beginning and text.
        best: list[tuple[float, int, str] | None] = [(0.0, 0, "")] + [None] * len(letters)
        for start in range(len(letters)):
            reached = best[start]
            if reached is None:
                continue
            for end, word, score in self._steps(letters, start, words, strays=strays):
                known = best[end]
                if known is None or reached[0] + score > known[0]:
                    best[end] = (reached[0] + score, start, word)
        if best[-1] is None:
            return None
        sequence: list[str] = []
        at = len(letters)
        while at and (step := best[at]):
            sequence.append(step[2])
            at = step[1]
        sequence.reverse()
        return sequence if _is_plausible(sequence) else None

    def _steps(
        self, letters: str, start: int, words: Mapping[str, list[str]], *, strays: bool
    ) -> Iterator[tuple[int, str, float]]:
        for end in range(start + 1, min(start + self._longest, len(letters)) + 1):
            piece = letters[start:end]
            if piece in words:
                word = words[piece][0]
                yield end, word, math.log(self._counts[word] / self._total)
            elif strays and piece in self._strays:
                yield end, self._strays[piece], -math.log(self._total) - _STRAY_COST

    def _read_initials(self, letters: str) -> list[str]:
        if len(letters) > _MAX_INITIALS:
            return []
        words = self._initials.get(letters, [])
        if len(letters) < _MIN_INITIALS:
            words = [word for word in words if self._counts[word] >= _MIN_COUNT_OF_A_PAIR]
        if words or letters in self._strays:  # a whole syllable (wang) is not the initials of two words
            return words[:MAX_CANDIDATES]
        return self._read_two_words(letters)

    def _read_two_words(self, letters: str) -> list[str]:
        """Return the likeliest pairs of words with these initials: cjrbt is 残疾人 补贴."""
        pairs = [
            (self._counts[first] * self._counts[second], first + second)
            for cut in range(2, len(letters) - 1)
            for first in self._initials.get(letters[:cut], [])[:MAX_CANDIDATES]
            for second in self._initials.get(letters[cut:], [])[:MAX_CANDIDATES]
        ]
        pairs.sort(key=lambda pair: (-pair[0], pair[1]))
        return [text for _, text in pairs[:MAX_CANDIDATES]]


def _is_plausible(sequence: list[str]) -> bool:
    """Tell whether words make up more of a sequence than single characters do: wang is no question."""
    in_words = sum(len(word) for word in sequence if len(word) > 1)
    return in_words > sum(1 for word in sequence if len(word) == 1)
