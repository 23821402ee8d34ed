"""From scores of phrasings to scores of entries: the best one, and the mean of the nearest few."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

NEAREST = 3
"""Phrasings of an entry whose scores are averaged: one alone may be near by chance."""


@dataclass(frozen=True, slots=True)
class PhraseScores:
    """What one text scores: each phrasing, and each entry by the best of its phrasings."""

    of_phrasings: NDArray[np.float32]
    of_entries: NDArray[np.float32]

    @classmethod
    def nothing(cls, like: PhraseScores) -> PhraseScores:
        """Return scores of nothing, of the shapes of `like`."""
        return cls(np.zeros_like(like.of_phrasings), np.zeros_like(like.of_entries))


class EntryScores:
    """The phrasings of all entries as the rows of a table; safe to share between threads.

    `starts[e]` is the number of entry e's first phrasing, `starts[e + 1]` the one behind its last.
    """

    def __init__(self, starts: NDArray[np.int64]) -> None:
        lengths = np.diff(starts)
        columns = np.arange(lengths.max(initial=1))
        # Short rows repeat their last phrasing, which must not count twice: those places score nothing.
        self._rows = starts[:-1, None] + np.minimum(columns, lengths[:, None] - 1)
        self._entry_of_phrasing = np.repeat(np.arange(len(lengths)), lengths)
        self._is_padding = columns >= lengths[:, None]
        self._nearest = np.minimum(NEAREST, lengths).astype(np.float32)

    def best_and_mean(
        self, of_phrasings: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return for each entry its best score, and the mean of its `NEAREST` best; scores are positive."""
        best, mean = np.zeros((2, len(self._rows)), dtype=np.float32)
        # By words, most entries score nothing at all.
        found = np.unique(self._entry_of_phrasing[np.flatnonzero(of_phrasings)])
        rows = of_phrasings[self._rows[found]]
        rows[self._is_padding[found]] = 0
        count = min(NEAREST, rows.shape[1])
        nearest = -np.partition(-rows, count - 1, axis=1)[:, :count]
        best[found] = nearest.max(axis=1)
        mean[found] = nearest.sum(axis=1) / self._nearest[found]
        return best, mean
