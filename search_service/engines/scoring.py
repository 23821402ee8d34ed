"""The scores of all documents for a question: the sum of four parts (docs/ranking.md)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from indexer.phrases.terms import character_pairs
from search_service.engines.entry_scores import PhraseScores
from search_service.engines.meaning_index import MeaningIndex
from search_service.engines.phrase_index import PhraseIndex
from search_service.engines.port import ScoreParts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from indexer.index.snapshot import Snapshot
    from indexer.phrases.snapshot import PhraseSnapshot
    from indexer.ranking import Fusion
    from search_service.engines.facet_index import FacetIndex
    from search_service.engines.port import Clause, EngineQuery, Wording

PINNED = 100.0
"""What a pinned duty gets: more than any question scores."""


@dataclass(frozen=True)
class Scores:
    """What one question scores: every document in four parts, and every phrasing of the phrase book.

    `words`, shape (words, documents), says which document has which word of the question; `focus` what each
    piece of the question counted, the sum being 1.
    """

    duty: NDArray[np.float32]
    phrases: NDArray[np.float32]
    meaning: NDArray[np.float32]
    boosts: NDArray[np.float32]
    of_phrasings: NDArray[np.float32]
    words: NDArray[np.bool_]
    focus: tuple[float, ...]

    @cached_property
    def total(self) -> NDArray[np.float32]:
        """Return the documents' scores."""
        return self.duty + self.phrases + self.meaning + self.boosts

    @cached_property
    def matched(self) -> NDArray[np.int64]:
        """Return how many of the question's words each document has."""
        matched: NDArray[np.int64] = self.words.sum(axis=0)
        return matched

    def parts_of(self, document: int) -> ScoreParts:
        """Return the parts of one document's score."""
        return ScoreParts(
            duty=float(self.duty[document]),
            phrases=float(self.phrases[document]),
            meaning=float(self.meaning[document]),
            boosts=float(self.boosts[document]),
        )


class Scorer:
    """Scores the documents of one generation; safe to share between threads."""

    def __init__(
        self,
        snapshot: Snapshot,
        phrase_book: PhraseSnapshot,
        facets: Mapping[str, FacetIndex],
        fusion: Fusion,
    ) -> None:
        self._postings, self._names = snapshot.postings, snapshot.names
        self._facets = facets
        self._fusion = fusion
        self._phrases = PhraseIndex(phrase_book)
        self._meaning = MeaningIndex(phrase_book) if phrase_book.vectors is not None else None
        self._documents, self._phrasings = len(phrase_book.entries), len(phrase_book.texts)

    def score(self, query: EngineQuery) -> Scores:
        """Return the scores of all documents.

        Of a long question, the whole decides one share and its pieces the other, each piece by how well it
        matches anything: the one that says what it is about far more than the circumstances around it.
        """
        fusion = self._fusion
        measured, *pieces = self._measure([query.whole, *query.pieces])
        focus = self._focus(pieces)
        of_whole, of_pieces = measured.scaled(), _weighted(pieces, focus).scaled() if pieces else None
        if of_pieces:
            of_whole = _weighted([of_whole, of_pieces], [1 - fusion.pieces, fusion.pieces])
        duty, phrases, meaning = of_whole.documents
        boosts = np.zeros(self._documents, dtype=np.float32)
        for boost in query.boosts:
            boosts[self._facets[boost.facet].documents_with(frozenset({boost.value}))] += boost.weight
        # A boost moves up what was found; it finds nothing by itself.
        boosts[(duty + phrases + meaning) == 0] = 0
        boosts[self._phrases.documents_of(query.pinned)] += PINNED
        return Scores(
            duty=fusion.duty * duty + fusion.name * self._share_in_names(query.whole.text) ** 2,
            phrases=fusion.phrases * phrases,
            meaning=fusion.meaning * meaning,
            boosts=boosts,
            of_phrasings=self._of_phrasings(of_whole),
            words=self._words(query.whole.clauses),
            focus=focus,
        )

    def _measure(self, wordings: Sequence[Wording]) -> list[_Measured]:
        by_words = [self._phrases.score(wording.spoken) for wording in wordings]
        vectors = [wording.vector for wording in wordings if wording.vector is not None]
        if self._meaning and vectors:
            by_meaning = self._meaning.score(vectors)
        else:
            by_meaning = [PhraseScores.nothing(like) for like in by_words]
        return [
            _Measured(
                np.stack([self._score_duties(wording.clauses), words.of_documents, meaning.of_documents]),
                np.stack([words.of_phrasings, meaning.of_phrasings]),
            )
            for wording, words, meaning in zip(wordings, by_words, by_meaning, strict=True)
        ]

    def _score_duties(self, clauses: tuple[Clause, ...]) -> NDArray[np.float32]:
        """Return every document's BM25F score."""
        scores = np.zeros(self._documents, dtype=np.float32)
        for clause in clauses:
            for term, weight in (*clause.terms, *clause.parts):
                self._postings.add_to(scores, term, weight)
        return scores

    def _words(self, clauses: tuple[Clause, ...]) -> NDArray[np.bool_]:
        """Return which document has which word; one that none has is had by those with a part of it."""
        words = np.zeros((len(clauses), self._documents), dtype=np.bool_)
        for clause, documents in zip(clauses, words, strict=True):
            for terms in (clause.terms, clause.parts):
                if not documents.any():
                    for term, _ in terms:
                        documents[self._postings.items_of(term)] = True
        return words

    def _share_in_names(self, text: str) -> NDArray[np.float32]:
        """Return how much of a text stands in each document's name: the share of its character pairs."""
        shares = np.zeros(self._documents, dtype=np.float32)
        pairs = set(character_pairs(text))
        for pair in pairs:
            self._names.add_to(shares, pair, 1 / len(pairs))
        return shares

    def _focus(self, pieces: Sequence[_Measured]) -> tuple[float, ...]:
        """Return what each piece counts: exponentially less, the further its best match is behind."""
        if not pieces:
            return ()
        by_words = np.stack([piece.documents[PHRASES] for piece in pieces])
        by_meaning = np.stack([piece.documents[MEANING] for piece in pieces])
        scores = self._fusion.phrases * _scaled(by_words) + self._fusion.meaning * by_meaning
        best = scores.max(axis=1)
        counts = np.exp((best - best.max()) / self._fusion.focus)
        return tuple((counts / counts.sum()).tolist())

    def _of_phrasings(self, measured: _Measured) -> NDArray[np.float32]:
        by_words, by_meaning = measured.phrasings
        scores: NDArray[np.float32] = self._fusion.phrases * by_words + self._fusion.meaning * by_meaning
        return scores


DUTY, PHRASES, MEANING = range(3)
"""The rows of `_Measured.documents`."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """What one wording measures.

    `documents`, shape (3, documents): the duty's own words, its phrasings by words and by meaning.
    `phrasings`, shape (2, phrasings): each one by words and by meaning.
    """

    documents: NDArray[np.float32]
    phrasings: NDArray[np.float32]

    def scaled(self) -> _Measured:
        """Return the measures by words divided by the best of them; those by meaning are in [0, 1] anyway."""
        documents, phrasings = self.documents.copy(), self.phrasings.copy()
        documents[DUTY], documents[PHRASES] = _scaled(documents[DUTY]), _scaled(documents[PHRASES])
        phrasings[0] = _scaled(phrasings[0])
        return _Measured(documents, phrasings)


def _weighted(measured: Sequence[_Measured], weights: Sequence[float]) -> _Measured:
    """Return the weighted sum."""
    pairs = list(zip(weights, measured, strict=True))
    return _Measured(
        np.sum([weight * one.documents for weight, one in pairs], axis=0, dtype=np.float32),
        np.sum([weight * one.phrasings for weight, one in pairs], axis=0, dtype=np.float32),
    )


def _scaled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    best = scores.max(initial=0)
    return scores / best if best > 0 else scores
