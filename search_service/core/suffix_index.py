"""Finding a piece in thousands of short texts by binary search, so that no keystroke scans them all."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

TEXT_START, WORD_START, INSIDE = 0, 1, 2
"""Where in a text a piece may begin, the best place first."""

HEAD = 3
"""Characters by which suffixes are sorted: so many fit into one number."""

_BITS = 21
"""Of one character: Unicode ends below 2 ** 21."""


class SuffixIndex:
    """The suffixes of texts, sorted by their first characters: those that begin alike stand side by side.

    A text is given as units (characters, or the syllables they are read as); suffixes begin at units, so
    that ``ing`` is not found inside ``ling``. Texts and pieces hold no line breaks.

    Three characters make a number, and numbers are sorted a hundred times faster than texts: an index is made
    for every generation while requests are answered. What a piece has beyond them is compared with each
    suffix that begins like it.
    """

    def __init__(self, texts: Sequence[Sequence[str]], starts: Sequence[Sequence[bool]]) -> None:
        """Index `texts`; `starts` tells for each unit of each text whether a word begins with it."""
        self._count = len(texts)
        # Line breaks at the end: the first characters of every suffix can be read, however short it is.
        self._joined = "\n".join(["".join(units) for units in texts]) + "\n" * HEAD
        self._codes = np.frombuffer(self._joined.encode("utf-32-le", "surrogatepass"), np.uint32)
        sizes = np.fromiter(map(len, texts), np.intp, self._count)
        lengths = np.fromiter(map(len, chain.from_iterable(texts)), np.int32)
        owners = np.repeat(np.arange(self._count, dtype=np.int32), sizes)
        positions = np.cumsum(lengths, dtype=np.int32) - lengths + owners  # a line break after each text
        begins = np.fromiter(chain.from_iterable(starts), np.bool_, len(owners))
        levels = np.where(begins, np.int8(WORD_START), np.int8(INSIDE))
        levels[np.diff(owners, prepend=-1) > 0] = TEXT_START
        heads = np.zeros(len(owners), np.uint64)
        for at in range(HEAD):
            heads = heads << np.uint64(_BITS) | self._codes[positions + at]
        order = np.argsort(heads)
        self._heads, self._positions = heads[order], positions[order]
        self._owners, self._levels = owners[order], levels[order]

    def places(self, piece: str) -> NDArray[np.int8]:
        """Return for each text the best place where `piece` begins in it, -1 where it has no such place."""
        found = self._beginning_with(piece)
        owners, levels = self._owners[found], self._levels[found]
        best = np.full(self._count, -1, dtype=np.int8)
        for level in (INSIDE, WORD_START, TEXT_START):  # a better place overwrites
            best[owners[levels == level]] = level
        return best

    def scattered(self, piece: str, together: int, within: int) -> list[int]:
        """Return the texts with the characters of `piece` in order, not all side by side.

        The first `together` of them begin a word and stand side by side; all lie `within` so many
        characters.
        """
        found = self._beginning_with(piece[:together])
        return [
            int(owner)
            for position, owner, level in zip(
                self._positions[found], self._owners[found], self._levels[found], strict=True
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

    def _beginning_with(self, piece: str) -> NDArray[np.intp]:
        """Return the numbers of the suffixes that begin with `piece`."""
        if not piece:
            return np.empty(0, np.intp)
        # As if nothing came after the piece, and as if everything did.
        least = sum(ord(letter) << _BITS * (HEAD - 1 - at) for at, letter in enumerate(piece[:HEAD]))
        beyond = least + (1 << _BITS * (HEAD - len(piece[:HEAD])))
        found = np.arange(*np.searchsorted(self._heads, np.array([least, beyond], np.uint64)))
        for at, letter in enumerate(piece[HEAD:], HEAD):
            # It ends before its text's line break as long as it was like the piece.
            found = found[self._codes[self._positions[found] + at] == ord(letter)]
        return found
