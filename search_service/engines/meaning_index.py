"""Searching the phrase book by meaning: how near each duty's phrasings are to a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from search_service.engines.entry_scores import EntryScores, PhraseScores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.phrases.snapshot import PhraseSnapshot

BEST_SHARE, NEAREST_SHARE, NAME_SHARE = 0.4, 0.4, 0.2
"""What the best phrasing, the mean of the nearest and the duty's name count. Set on the tuning half."""


class MeaningIndex:
    """The vectors of one generation's phrase book; safe to share between threads.

    All vectors of this encoder point the same way to a good part, which says nothing and drowns the rest: the
    phrase book's mean is taken off every vector (Mu and Viswanath, "All-but-the-Top", 2018).
    """

    def __init__(self, snapshot: PhraseSnapshot) -> None:
        vectors = np.asarray(snapshot.vectors, dtype=np.float32)
        texts = len(snapshot.texts)
        self._mean = vectors[:texts].mean(axis=0) if texts else np.float32(0)
        centred = self._centred(vectors)
        self._phrasings, self._names = centred[:texts], centred[texts:]
        self._of_entries = EntryScores(snapshot.starts)

    def score(self, meanings: Sequence[NDArray[np.float32]]) -> list[PhraseScores]:
        """Return for each meaning how near phrasings and entries are to it, in [0, 1]."""
        # All at once: reading the vectors from memory is what takes the time.
        questions = self._centred(np.stack(meanings)).T
        of_phrasings = np.maximum(self._phrasings @ questions, 0).T
        of_names = np.maximum(self._names @ questions, 0).T
        return [self._scores(*rows) for rows in zip(of_phrasings, of_names, strict=True)]

    def _scores(self, of_phrasings: NDArray[np.float32], of_names: NDArray[np.float32]) -> PhraseScores:
        best, nearest = self._of_entries.best_and_mean(of_phrasings)
        of_entries = BEST_SHARE * best + NEAREST_SHARE * nearest + NAME_SHARE * of_names
        return PhraseScores(of_phrasings, of_entries.astype(np.float32))

    def _centred(self, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return unit vectors, the mean taken off."""
        rest = vectors - self._mean
        length = np.linalg.norm(rest, axis=-1, keepdims=True)
        centred: NDArray[np.float32] = rest / np.maximum(length, np.finfo(np.float32).tiny)
        return centred
