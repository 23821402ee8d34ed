"""What two texts have in common and what only one of them says, in pieces that people can read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING

from search_service.core.masked_words import MaskedText, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

SHORTEST_COMMON = 3
"""Characters that two changes must have between them; less in common is shown as changed with them."""
LEAST_COMMON = 0.3
"""Share of the longer text that must be common; with less the one text stands for the other as a whole."""
MOST_MATCHES = 20_000
"""Pairs of equal words up to which texts are compared word by word (some 5 ms); beyond, clause by clause."""
_CLAUSE_ENDS = frozenset("，,；;。！!？?：:\n")
_Unit = tuple[Word, ...]
"""What is compared as a whole: a word, or the words of a clause."""


class Kind(StrEnum):
    """Whose a piece of text is."""

    SAME = "same"
    ONLY_OURS = "only_ours"
    ONLY_THEIRS = "only_theirs"


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a comparison: what it is in our text and in theirs, "" where it is not in one of them.

    The `ours` of all segments are our text, the `theirs` their text. What is the same may differ in letters:
    in marks, in folded characters and in the names of the two places.
    """

    kind: Kind
    ours: str
    theirs: str

    @property
    def text(self) -> str:
        """Return what is to be shown: theirs, ours only where there is no other."""
        return self.theirs if self.kind is not Kind.ONLY_OURS else self.ours


@dataclass(frozen=True, slots=True)
class _Block:
    """A run of words of both texts that is the same, or that differs."""

    is_same: bool
    ours: tuple[Word, ...]
    theirs: tuple[Word, ...]


def compare(ours: MaskedText, theirs: MaskedText) -> tuple[Segment, ...]:
    """Return the comparison of two texts; of a change, what is ours comes first."""
    if ours.text == theirs.text:
        return same(ours.text, theirs.text)
    return compare_words(ours.words, theirs.words)


def same(ours: str, theirs: str) -> tuple[Segment, ...]:
    """Return the comparison of two texts that say the same."""
    return (Segment(Kind.SAME, ours, theirs),) if ours or theirs else ()


def changed(ours: str, theirs: str) -> tuple[Segment, ...]:
    """Return the comparison of two texts that have nothing in common."""
    pieces = (Segment(Kind.ONLY_OURS, ours, ""), Segment(Kind.ONLY_THEIRS, "", theirs))
    return tuple(piece for piece in pieces if piece.text)


def compare_words(ours: Sequence[Word], theirs: Sequence[Word]) -> tuple[Segment, ...]:
    """Return the comparison of two texts cut into words."""
    if _key(ours) == _key(theirs):
        return same(_text(ours), _text(theirs))
    blocks = _joined(_without_scraps(_joined(_blocks(tuple(ours), tuple(theirs)))))
    common = sum(_length(block.ours) for block in blocks if block.is_same)
    if common < LEAST_COMMON * max(_length(ours), _length(theirs)):
        blocks = [_Block(False, tuple(ours), tuple(theirs))]
    return tuple(_segments(blocks))


def _blocks(ours: tuple[Word, ...], theirs: tuple[Word, ...]) -> Iterator[_Block]:
    """Yield the runs of two texts in order: by words where that takes no time, else by clauses first."""
    if _matches(_single(ours), _single(theirs)) <= MOST_MATCHES:
        yield from _compared(_single(ours), _single(theirs))
        return
    our_clauses, their_clauses = _clauses(ours), _clauses(theirs)
    if _matches(our_clauses, their_clauses) > MOST_MATCHES:
        yield _Block(False, ours, theirs)
        return
    for block in _joined(_compared(our_clauses, their_clauses)):
        if block.is_same or _matches(_single(block.ours), _single(block.theirs)) > MOST_MATCHES:
            yield block
        else:
            yield from _compared(_single(block.ours), _single(block.theirs))


def _compared(ours: Sequence[_Unit], theirs: Sequence[_Unit]) -> Iterator[_Block]:
    """Yield the runs of two sequences of units."""
    our_keys, their_keys = list(map(_key, ours)), list(map(_key, theirs))
    matcher = SequenceMatcher(None, our_keys, their_keys, autojunk=False)
    for _, start, end, their_start, their_end in matcher.get_opcodes():
        ours_here = tuple(word for unit in ours[start:end] for word in unit)
        theirs_here = tuple(word for unit in theirs[their_start:their_end] for word in unit)
        # The same characters may be cut in two ways: neighbours decide.
        yield _Block(_key(ours_here) == _key(theirs_here), ours_here, theirs_here)


def _matches(ours: Iterable[_Unit], theirs: Iterable[_Unit]) -> int:
    """Return how many pairs of equal units there are: what a comparison's time grows with."""
    of_ours, of_theirs = Counter(map(_key, ours)), Counter(map(_key, theirs))
    return sum(count * of_theirs[key] for key, count in of_ours.items())


def _single(words: Iterable[Word]) -> list[_Unit]:
    return [(word,) for word in words]


def _clauses(words: Iterable[Word]) -> list[_Unit]:
    clauses: list[_Unit] = []
    clause: list[Word] = []
    for word in words:
        clause.append(word)
        if not _CLAUSE_ENDS.isdisjoint(word.text):
            clauses.append(tuple(clause))
            clause = []
    return [*clauses, tuple(clause)] if clause else clauses


def _without_scraps(blocks: list[_Block]) -> list[_Block]:
    """Return the blocks; a scrap between two changes, the same only by chance, is made a change."""
    last = len(blocks) - 1
    return [
        _Block(block.is_same and (at in (0, last) or not _is_scrap(block)), block.ours, block.theirs)
        for at, block in enumerate(blocks)
    ]


def _is_scrap(block: _Block) -> bool:
    return max(_length(block.ours), _length(block.theirs)) < SHORTEST_COMMON


def _joined(blocks: Iterable[_Block]) -> list[_Block]:
    """Return the blocks with neighbours of one kind made one."""
    joined: list[_Block] = []
    for block in blocks:
        if joined and joined[-1].is_same == block.is_same:
            before = joined.pop()
            joined.append(_Block(block.is_same, before.ours + block.ours, before.theirs + block.theirs))
        else:
            joined.append(block)
    return joined


def _segments(blocks: Iterable[_Block]) -> Iterator[Segment]:
    for block in blocks:
        ours, theirs = _text(block.ours), _text(block.theirs)
        yield from same(ours, theirs) if block.is_same else changed(ours, theirs)


def _text(words: Iterable[Word]) -> str:
    return "".join(word.text for word in words)


def _key(words: Iterable[Word]) -> str:
    return "".join(word.key for word in words)


def _length(words: Iterable[Word]) -> int:
    """Return how many letters a run has, marks left out."""
    return sum(character.isalnum() for word in words for character in word.text)
