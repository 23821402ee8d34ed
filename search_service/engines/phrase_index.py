"""Searching the phrase book: which phrasing is nearest to a question, and what that gives each duty."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from search_service.engines.entry_scores import EntryScores, PhraseScores

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.phrases.snapshot import PhraseSnapshot


BEST_SHARE = 0.4
"""What the best phrasing counts beside the mean of the nearest. Set on the tuning half."""


class PhraseIndex:
    """The phrase book of one generation; safe to share between threads."""

    def __init__(self, snapshot: PhraseSnapshot) -> None:
        self._snapshot = snapshot
        self._of_entries = EntryScores(snapshot.starts)
        self._entry_of_phrasing = np.repeat(np.arange(self.entries), np.diff(snapshot.starts))

    def rarity(self, term: str) -> float:
        """Return how rare a term is among the phrasings: its idf."""
        count, total = len(self._snapshot.postings.items_of(term)), len(self._snapshot.texts)
        return math.log(1 + (total - count + 0.5) / (count + 0.5))

    @property
    def entries(self) -> int:
        """Return the number of entries, matters outside the lists included."""
        return len(self._snapshot.starts) - 1

    def entries_with(self, term: str) -> NDArray[np.bool_]:
        """Return the mask of the entries with a phrasing that has the term."""
        mask = np.zeros(self.entries, dtype=np.bool_)
        mask[self._entry_of_phrasing[self._snapshot.postings.items_of(term)]] = True
        return mask

    def score(self, terms: Sequence[tuple[str, float]]) -> PhraseScores:
        """Score all phrasings against the weighted terms of a question."""
        snapshot = self._snapshot
        of_phrasings = snapshot.postings.scores(terms, len(snapshot.texts))
        best, nearest = self._of_entries.best_and_mean(of_phrasings)
        of_entries = BEST_SHARE * best + (1 - BEST_SHARE) * nearest
        return PhraseScores(of_phrasings, of_entries.astype(np.float32))
