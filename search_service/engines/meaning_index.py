"""Searching the phrase book by meaning: how near each duty's phrasings are to a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.meaning import FLOOR
from search_service.engines.entry_scores import EntryScores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.phrases.snapshot import PhraseSnapshot

BEST_SHARE, NEAREST_SHARE, NAME_SHARE = 0.4, 0.4, 0.2
"""What the best phrasing, the mean of the nearest and the duty's name count. Set on the tuning half."""


class MeaningIndex:
    """The vectors of one generation's phrase book; safe to share between threads."""

    def __init__(self, snapshot: PhraseSnapshot) -> None:
        self._entries = snapshot.entries
        vectors = np.asarray(snapshot.vectors, dtype=np.float32)
        self._phrasings, self._names = vectors[: len(snapshot.texts)], vectors[len(snapshot.texts) :]
        self._of_entries = EntryScores(snapshot.starts)

    def score(self, question: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return for each document how near its phrasings are to the question, in [0, 1]."""
        nearness = self._phrasings @ question
        best, nearest = self._of_entries.best_and_mean(nearness)
        of_entries = BEST_SHARE * best + NEAREST_SHARE * nearest + NAME_SHARE * (self._names @ question)
        scaled = np.clip((of_entries - FLOOR) / (1 - FLOOR), 0, 1)
        return np.where(self._entries >= 0, scaled[self._entries], np.float32(0)).astype(np.float32)
