"""Searching the phrase book: which phrasing is nearest to a question, and what that gives each duty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from search_service.engines.entry_scores import EntryScores
from search_service.engines.port import Phrasing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.phrases.snapshot import PhraseSnapshot


BEST_SHARE = 0.4
"""What the best phrasing counts beside the mean of the nearest. Set on the tuning half."""


@dataclass(frozen=True)
class PhraseScores:
    """What one question scores: each phrasing, and each document by the best phrasings of its entry."""

    snapshot: PhraseSnapshot
    of_phrasings: NDArray[np.float32]
    of_documents: NDArray[np.float32]

    def best_of(self, document: int) -> Phrasing | None:
        """Return the phrasing that counted for a document, or None where none did."""
        entry = int(self.snapshot.entries[document])
        if entry < 0 or not self.of_documents[document]:
            return None
        start, end = self.snapshot.starts[entry : entry + 2].tolist()
        number = start + int(np.argmax(self.of_phrasings[start:end]))
        return Phrasing(
            self.snapshot.texts[number], self.snapshot.steps[number], float(self.of_phrasings[number])
        )


class PhraseIndex:
    """The phrase book of one generation; safe to share between threads."""

    def __init__(self, snapshot: PhraseSnapshot) -> None:
        self._snapshot = snapshot
        self._of_entries = EntryScores(snapshot.starts)

    def documents_of(self, entries: frozenset[int]) -> NDArray[np.bool_]:
        """Return the mask of the documents whose entry is one of `entries`."""
        return np.isin(self._snapshot.entries, list(entries))

    def score(self, terms: Sequence[tuple[str, float]]) -> PhraseScores:
        """Score all phrasings against the weighted terms of a question."""
        snapshot = self._snapshot
        of_phrasings = np.zeros(len(snapshot.texts), dtype=np.float32)
        for term, weight in terms:
            snapshot.postings.add_to(of_phrasings, term, weight)
        best, nearest = self._of_entries.best_and_mean(of_phrasings)
        of_entries = BEST_SHARE * best + (1 - BEST_SHARE) * nearest
        of_documents = np.where(snapshot.entries >= 0, of_entries[snapshot.entries], np.float32(0))
        return PhraseScores(snapshot, of_phrasings, of_documents)
