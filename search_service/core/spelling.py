"""Typos and pinyin of a question, set right with the words that duties and phrase book use.

Nothing is folded: a question without a mistake is left alone, and homophones of a correct word don't match.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from indexer.analysis.normalize import is_chinese
from indexer.vocabulary import MAX_LENGTH
from search_service.core.pinyin import loosen, syllables, usual_reading
from search_service.core.typed_pinyin import PinyinReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from indexer.analysis.analyzer import Token

MIN_LENGTH = 2
"""Characters of the shortest word that may be meant."""

COMMON = 20
"""From this frequency in jieba's dictionary a word of several characters was surely meant."""

_SAME_SOUND = 6.0
_NEAR_SOUND = 9.0
_ALL_CHANGED = 12.0
"""What a mistake costs, in natural logarithms of a probability: one other character of the same sound, one
of a sound often confused, and every character another one. See `Speller.correct`."""

_MARGIN = 1.0
"""By how much a correction must explain a run better than chance, in the same unit."""

_HOLE = "\0"


@dataclass(frozen=True, slots=True)
class Correction:
    """A likely typo: ``text[start:end]`` of the normalised question is `original`, `corrected` was meant."""

    original: str
    corrected: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word of the cut: `fixed` where it was surely meant, `score` is the logarithm of its probability."""

    text: str
    start: int
    fixed: bool
    score: float


class Speller:
    """Reads typed pinyin and corrects typos; immutable, safe to share between threads.

    `vocabulary` yields (word, count) of the words that may be meant, as `vocabulary_of` counts them: Chinese
    words of up to 6 characters; single characters are never meant, but known to stand alone.
    `frequencies` are those of the analyzer's dictionary (word → count, jieba's FREQ): they tell a
    common word from an accident.
    """

    def __init__(self, vocabulary: Iterable[tuple[str, int]], frequencies: Mapping[str, int]) -> None:
        every: Counter[str] = Counter()
        for word, count in vocabulary:
            if count > 0 and len(word) <= MAX_LENGTH and is_chinese(word):
                every[word] += count
        counts = {word: count for word, count in every.items() if len(word) >= MIN_LENGTH}
        self._counts = counts
        self._singles = {word: count for word, count in every.items() if len(word) < MIN_LENGTH}
        self._log_total = math.log(every.total() or 1)
        # No correction scores above this: most windows of common characters need no second look.
        self._ceiling = math.log(max(counts.values(), default=1)) - self._log_total - _SAME_SOUND
        self._frequencies = frequencies
        self._log_common = math.log(sum(frequencies.values()) or 1)
        self._reader = PinyinReader(counts, self._singles)
        self._by_pattern: dict[str, list[str]] = {}
        self._by_sound: dict[tuple[str, ...], list[str]] = {}
        for word in counts:
            self._by_sound.setdefault(syllables(word), []).append(word)
            for at in range(len(word)):
                self._by_pattern.setdefault(_with_hole(word, at), []).append(word)

    def latin(self, text: str) -> list[str]:
        """Return what a run of Latin letters may stand for, best first; nothing where implausible.

        ``canjiren hulibutie`` is 残疾人护理补贴, ``wzjy`` is 无照经营, ``wifi`` is itself.
        """
        return self._reader.read(text)

    def correct(self, words: Sequence[Token]) -> list[Correction]:
        """Return the likely typos among the words of a question, in order, not overlapping.

        A typo leaves its trace in the cut: 撂慌地 falls apart into single characters. A run with such a
        piece is replaced by a vocabulary word of (nearly) the same sound if that explains it better: the
        word's probability times that of the mistake is above the probability of the pieces by chance. Words
        of the vocabulary and common words are never changed.
        """
        found: list[tuple[float, Correction]] = []
        for run in _runs(self._piece(token) for token in words if not token.is_part):
            for window in _windows(run):
                if best := self._best(window):
                    found.append(best)
        found.sort(key=lambda one: (-one[0], one[1].start))
        return _without_overlaps(one for _, one in found)

    def _piece(self, token: Token) -> _Piece:
        frequency = self._frequencies.get(token.term, 0)
        fixed = len(token.term) > 1 and (token.term in self._counts or frequency >= COMMON)
        score = math.log(max(frequency, 1)) - self._log_common
        if token.term in self._singles:
            score = max(score, math.log(self._singles[token.term]) - self._log_total)
        return _Piece(token.term, token.position, fixed, score)

    def _best(self, window: Sequence[_Piece]) -> tuple[float, Correction] | None:
        """Return the word that explains a window better than chance does, with its advantage."""
        by_chance = sum(piece.score for piece in window)
        if by_chance + _MARGIN >= self._ceiling:
            return None
        text = "".join(piece.text for piece in window)
        if text in self._counts or self._frequencies.get(text, 0) >= COMMON:
            return None
        best = max(self._candidates(window, text), default=None)
        if best is None or best[0] <= by_chance + _MARGIN:
            return None
        start = window[0].start
        return best[0] - by_chance, Correction(text, best[1], start, start + len(text))

    def _candidates(self, window: Sequence[_Piece], text: str) -> Iterator[tuple[float, str]]:
        """Yield (score, word) of every vocabulary word that a mistake may have turned into the window."""
        start = window[0].start
        for piece in window:
            if piece.fixed:
                continue
            for at in range(piece.start - start, piece.start - start + len(piece.text)):
                for word in self._by_pattern.get(_with_hole(text, at), ()):
                    if cost := _cost(text[at], word, at):
                        yield self._score(word) - cost, word
        if not any(piece.fixed for piece in window):
            for word in self._by_sound.get(syllables(text), ()):
                yield self._score(word) - _ALL_CHANGED, word

    def _score(self, word: str) -> float:
        return math.log(self._counts[word]) - self._log_total


@lru_cache(maxsize=65536)
def _cost(typed: str, meant: str, at: int) -> float:
    """Return what it costs to type a character at `at` of the word `meant`, 0 where nobody would."""
    # The usual reading only: with rare ones (能 as nai) everything sounds like something.
    sound, meant_sound = usual_reading(typed), syllables(meant)[at]
    if sound == meant_sound:
        return _SAME_SOUND
    return _NEAR_SOUND if loosen(sound) == loosen(meant_sound) else 0.0


def _with_hole(word: str, at: int) -> str:
    return word[:at] + _HOLE + word[at + 1 :]


def _runs(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Yield the longest successions of Chinese pieces that nothing stands between."""
    run: list[_Piece] = []
    for piece in pieces:
        if run and (run[-1].start + len(run[-1].text) != piece.start or not is_chinese(piece.text)):
            yield run
            run = []
        if is_chinese(piece.text):
            run.append(piece)
    if run:
        yield run


def _windows(run: Sequence[_Piece]) -> Iterator[Sequence[_Piece]]:
    """Yield every part of a run that is as long as a word may be and has a piece that may be a mistake."""
    for first in range(len(run)):
        length = 0
        may_change = False
        for last in range(first, len(run)):
            length += len(run[last].text)
            if length > MAX_LENGTH:
                break
            may_change = may_change or not run[last].fixed
            if may_change and length >= MIN_LENGTH:
                yield run[first : last + 1]


def _without_overlaps(corrections: Iterable[Correction]) -> list[Correction]:
    """Return those that don't overlap an earlier, better one, in the order of the text."""
    kept: list[Correction] = []
    for one in corrections:
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)
