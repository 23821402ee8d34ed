"""Finding a piece in thousands of short texts by binary search, so that no keystroke scans them all."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

TEXT_START, WORD_START, INSIDE = 0, 1, 2
"""Where in a text a piece may begin, the best place first."""

LONGEST_PIECE = 100
"""Characters of a piece that count; what a piece has beyond them is not compared."""


class SuffixIndex:
    """The sorted suffixes of texts: those that begin with a piece stand side by side.

    A text is given as units (characters, or the syllables they are read as); suffixes begin at units, so
    that ``ing`` is not found inside ``ling``. Texts hold no line breaks. Kept are one string and three
    small arrays, not the suffixes themselves.
    """

    def __init__(self, texts: Sequence[Sequence[str]], starts: Sequence[Sequence[bool]]) -> None:
        """Index `texts`; `starts` tells for each unit of each text whether a word begins with it."""
        self._count = len(texts)
        self._joined = "\n".join("".join(units) for units in texts)
        rows = sorted(_rows(texts, starts), key=lambda row: self._joined[row[0] : row[0] + LONGEST_PIECE])
        table = np.array(rows, dtype=np.int32).reshape(-1, 3)
        self._positions, self._owners, self._levels = (table[:, column].copy() for column in range(3))

    def places(self, piece: str) -> NDArray[np.int8]:
        """Return for each text the best place where `piece` begins in it, -1 where it has no such place."""
        first, last = self._range(piece)
        owners, levels = self._owners[first:last], self._levels[first:last]
        best = np.full(self._count, -1, dtype=np.int8)
        for level in (INSIDE, WORD_START, TEXT_START):  # a better place overwrites
            best[owners[levels == level]] = level
        return best

    def scattered(self, piece: str, together: int, within: int) -> list[int]:
        """Return the texts with the characters of `piece` in order, not all side by side.

        The first `together` of them begin a word and stand side by side; all lie `within` so many
        characters.
        """
        first, last = self._range(piece[:together])
        return [
            int(owner)
            for position, owner, level in zip(
                self._positions[first:last], self._owners[first:last], self._levels[first:last], strict=True
            )
            if level != INSIDE and self._holds(piece[together:], position + together, position + within)
        ]

    def _holds(self, letters: str, start: int, end: int) -> bool:
        """Tell whether `letters` follow in this order in one text; no pattern, for those try all ways."""
        border = self._joined.find("\n", start, end)
        end = end if border < 0 else border
        for letter in letters:
            start = self._joined.find(letter, start, end) + 1
            if not start:
                return False
        return True

    def _range(self, piece: str) -> tuple[int, int]:
        """Return the slice of the suffixes that begin with `piece`."""
        piece = piece[:LONGEST_PIECE]
        if not piece:
            return 0, 0

        def begin(position: int) -> str:
            return self._joined[position : position + len(piece)]

        first = bisect_left(self._positions, piece, key=begin)
        return first, bisect_right(self._positions, piece, lo=first, key=begin)


def _rows(texts: Sequence[Sequence[str]], starts: Sequence[Sequence[bool]]) -> Iterator[tuple[int, int, int]]:
    """Yield (position in the joined texts, number of the text, place) of every unit."""
    position = 0
    for number, (units, word_starts) in enumerate(zip(texts, starts, strict=True)):
        for at, (unit, begins) in enumerate(zip(units, word_starts, strict=True)):
            yield position, number, TEXT_START if at == 0 else WORD_START if begins else INSIDE
            position += len(unit)
        position += 1  # the line break
