"""Completions while typing: names of duties, departments and places, and the wordings of the phrase book.

All distinct texts of a generation are put in order once, short before long, and indexed by their characters,
their pinyin and their initials. A lookup finds the texts that contain what was typed by binary search and
picks the first of them; how many duties there are doesn't matter to it.

Reading the texts takes seconds, so what was read is kept for the next generation, which has nearly the same
ones; where it has the very same, so are their indexes.

A text is suggested only where a duty that it names, or asks for, passes the filters: so it has results.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from pypinyin import lazy_pinyin

from indexer.analysis.letters import letters_of
from indexer.analysis.normalize import normalize_with_offsets
from search_service.core.short_form import short_form
from search_service.core.suffix_index import SuffixIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from indexer.analysis.analyzer import Analyzer
    from search_service.engines.port import Engine

MAX_QUERY_LENGTH = 100
MAX_LIMIT = 20
DEFAULT_LIMIT = 8

LONGEST_PHRASING = 18
"""Characters of a phrasing worth suggesting; a longer one is somebody's story, which nobody types."""

KEPT_READINGS = 100_000
"""Texts whose cut and pinyin are kept, half a kilobyte each."""

_LATIN = re.compile(r"[a-z]+")
_QUOTES = str.maketrans("", "", '"“”「」')
"""In a question quotes ask for their exact text; in a suggestion they are just part of a name."""

_AT_A_WORD = 1
"""The place of a match at the beginning of a word; 0 is the beginning of the text, 2 inside."""
_NOWHERE = 127
_SCATTERED = 9
"""The rank of initials with gaps: after every other kind of match."""
_SCATTERED_TOGETHER = 2


class NotReadyError(Exception):
    """The completions of the generation in use are still being made."""


class Kind(StrEnum):
    """What a suggestion is."""

    DUTY = "duty"
    DEPARTMENT = "department"
    PLACE = "place"
    PHRASE = "phrase"

    @property
    def label(self) -> str:
        """Return the Chinese word for the kind."""
        return _LABELS[self]


_LABELS = {Kind.DUTY: "事项", Kind.DEPARTMENT: "部门", Kind.PLACE: "地区", Kind.PHRASE: "说法"}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A text worth searching for."""

    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class _Text:
    """What is suggested of the duties that say one text, and how many they are."""

    name: str
    """In its short form."""
    departments: tuple[str, ...]
    """Canonical names."""
    copies: int


@dataclass(slots=True)
class _Wording:
    """A suggestion in the making, with what it names or asks for.

    Texts of duties go by their numbers, lists by theirs behind the last text's: a place names its lists.
    """

    suggestion: Suggestion
    named: set[int] = field(default_factory=set)


class Suggestions:
    """Everything that can be suggested from one generation; never changes, safe to share between threads."""

    def __init__(self, engine: Engine, analyzer: Analyzer) -> None:
        """Collect and index the texts of `engine`; takes seconds, or a fifth of one for texts read before."""
        self._engine = engine
        # Not the duties themselves: those of a province fill the memory.
        texts = [
            _Text(_short(duty.name, analyzer), tuple(one.canonical for one in duty.departments), copies)
            for duty, copies in engine.texts()
        ]
        wordings = _in_order(engine, texts, _collect(engine, texts))
        self._suggestions = [one.suggestion for one in wordings]
        self._named = np.array([number for one in wordings for number in sorted(one.named)], np.intp)
        self._starts = np.cumsum([0, *(len(one.named) for one in wordings)])[:-1]
        wanted = tuple(one.text for one in self._suggestions)
        self._keys, self._by_text, self._by_pinyin, self._by_initials = _indexed(wanted, analyzer)

    def find(self, text: str, filters: Mapping[str, frozenset[str]], limit: int) -> list[Suggestion]:
        """Return at most `limit` completions of what was typed, best first.

        `filters` maps facets to resolved values. Texts that begin with it come first, then those with a
        word that does, then those that contain it; at each stage what was typed itself before its pinyin
        before its initials; then short before long, then whatever names more duties.
        """
        rank = self._rank(_key(text))
        if filters:
            rank[~self._passing(filters)] = _NOWHERE
        found = np.flatnonzero(rank < _NOWHERE)
        best = np.argsort(rank[found], kind="stable")[:limit]  # stable: among equals the texts' own order
        return [self._suggestions[number] for number in found[best].tolist()]

    def _rank(self, key: str) -> NDArray[np.int8]:
        """Return for each text how well it matches, the best lowest."""
        rank = _ranked(self._by_text.places(key), 0)
        if not _LATIN.search(key):
            return rank
        np.minimum(rank, self._rank_by_pinyin(key), out=rank)
        if _LATIN.fullmatch(key):
            by_initials = self._by_initials.places(key)
            by_initials[by_initials > _AT_A_WORD] = -1  # inside a word the same initials mean anything
            np.minimum(rank, _ranked(by_initials, 2), out=rank)
            if len(key) > _SCATTERED_TOGETHER and (rank == _NOWHERE).all():
                rank[self._by_initials.scattered(key, _SCATTERED_TOGETHER, 2 * len(key))] = _SCATTERED
        return rank

    def _rank_by_pinyin(self, key: str) -> NDArray[np.int8]:
        """Rank by pinyin; what was not typed in Latin letters must occur as it is (养q: no 羊圈)."""
        rank = _ranked(self._by_pinyin.places("".join(syllables(key))), 1)
        literal = [part for part in _LATIN.split(key) if part]
        for number in np.flatnonzero(rank < _NOWHERE).tolist() if literal else ():
            if not all(part in self._keys[number] for part in literal):
                rank[number] = _NOWHERE
        return rank

    def _passing(self, filters: Mapping[str, frozenset[str]]) -> NDArray[np.bool_]:
        """Return which texts name or ask for a duty that passes the filters."""
        passes = np.concatenate(self._engine.passing(filters))
        # Every wording names something, so no slice between two starts is empty.
        return np.logical_or.reduceat(passes[self._named], self._starts)


def syllables(text: str) -> list[str]:
    """Return the pinyin of each character without tones, ü as v; any other character is itself."""
    return lazy_pinyin(text, errors=list)  # type: ignore[arg-type]  # lists are documented, not annotated


def _ranked(places: NDArray[np.int8], source: int) -> NDArray[np.int8]:
    """Return places as ranks: by place first, then by source (0 text, 1 pinyin, 2 initials)."""
    return np.where(places < 0, np.int8(_NOWHERE), places * np.int8(3) + np.int8(source))


def _key(text: str) -> str:
    """Return what of a text is compared: letters and digits, normalised."""
    return letters_of(text).replace("ü", "v")


_short = lru_cache(KEPT_READINGS)(short_form)
_kept_key = lru_cache(KEPT_READINGS)(_key)  # not for what is typed, which isn't kept


@dataclass(frozen=True, slots=True)
class _Read:
    """A text as it is looked up: its key's characters, what they are read as, and where words begin.

    Initials have a space for each mark: they mean neighbours, not the ends of two sentences.
    """

    characters: str
    begins: tuple[bool, ...]
    pinyin: tuple[str, ...]
    initials: str
    initials_begin: tuple[bool, ...]


@lru_cache(KEPT_READINGS)
def _read(text: str, analyzer: Analyzer) -> _Read:
    begins = {token.start for token in analyzer.words(text) if not token.is_part}
    normal, offsets = normalize_with_offsets(text)
    # One more offset stands at the end.
    pairs = [
        (character, offset in begins) if character.isalnum() else (" ", False)
        for character, offset in zip(normal, offsets, strict=False)
    ]
    characters = "".join(character for character, _ in pairs)
    sounds = syllables(characters)
    return _Read(
        characters=characters.replace(" ", ""),
        begins=tuple(begins for character, begins in pairs if character != " "),
        pinyin=tuple(sound for sound in sounds if sound != " "),
        initials="".join(sound[0] for sound in sounds),
        initials_begin=tuple(begins for _, begins in pairs),
    )


@lru_cache(2)  # lists are often published anew without a new wording, and one goes back to those of before
def _indexed(
    texts: tuple[str, ...], analyzer: Analyzer
) -> tuple[list[str], SuffixIndex, SuffixIndex, SuffixIndex]:
    """Return the keys of texts, and what they are found by: themselves, their pinyin, their initials."""
    read = [_read(text, analyzer) for text in texts]
    keys, begins = [one.characters for one in read], [one.begins for one in read]
    return (
        keys,
        SuffixIndex(keys, begins),
        SuffixIndex([one.pinyin for one in read], begins),
        SuffixIndex([one.initials for one in read], [one.initials_begin for one in read]),
    )


def _collect(engine: Engine, texts: Sequence[_Text]) -> Iterable[_Wording]:
    """Return every distinct wording with all that it names; the same wording is what it was first."""
    wordings: dict[str, _Wording] = {}

    def add(text: str, kind: Kind, named: Iterable[int]) -> None:
        plain = text.translate(_QUOTES).strip()
        if key := _kept_key(plain):
            wordings.setdefault(key, _Wording(Suggestion(plain, kind))).named.update(named)

    for facet in ("county", "township"):
        for number, info in enumerate(engine.lists, len(texts)):
            add(getattr(info.place, facet), Kind.PLACE, [number])
    for number, one in enumerate(texts):
        for department in one.departments:
            add(department, Kind.DEPARTMENT, [number])
    for number, one in enumerate(texts):
        add(one.name, Kind.DUTY, [number])
    for text, asked_for in engine.phrasings():
        if len(text) <= LONGEST_PHRASING:
            add(text, Kind.PHRASE, asked_for)
    return wordings.values()


def _in_order(engine: Engine, texts: Iterable[_Text], wordings: Iterable[_Wording]) -> list[_Wording]:
    """Return what any duty stands behind, short before long, then whatever names more duties."""
    duties = [one.copies for one in texts] + [info.duties for info in engine.lists]
    named = [one for one in wordings if one.named]
    return sorted(
        named, key=lambda one: (len(one.suggestion.text), -sum(duties[number] for number in one.named))
    )
