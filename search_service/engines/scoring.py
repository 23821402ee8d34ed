"""The scores of all texts for a question: the sum of four parts (docs/ranking.md).

A fifth one comes with the document: what the question's place counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from indexer.facets import PLACE_FACETS
from indexer.phrases.terms import character_pairs
from search_service.engines.phrase_scorer import BY_MEANING, BY_WORDS, PhraseScorer, scaled
from search_service.engines.port import ScoreParts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from indexer.index.snapshot import Snapshot
    from indexer.phrases.snapshot import PhraseSnapshot
    from indexer.ranking import Fusion
    from search_service.engines.facet_index import FacetIndex
    from search_service.engines.phrase_scorer import BookScores, CoveringTerm
    from search_service.engines.port import Boost, Clause, EngineQuery

_Number = TypeVar("_Number", bound=np.generic)

PINNED = 100.0
"""What a pinned duty gets: more than any question scores."""


@dataclass(frozen=True)
class Scores:
    """What one question scores: every text in four parts, and the phrase book.

    `words`, shape (words, texts), says which text has which word of the question.
    """

    duty: NDArray[np.float32]
    phrases: NDArray[np.float32]
    meaning: NDArray[np.float32]
    boosts: NDArray[np.float32]
    nearness: NDArray[np.float32]
    """How near the phrasings of each text come by meaning, in [0, 1]."""
    pinned: NDArray[np.bool_]
    book: BookScores
    words: NDArray[np.bool_]
    of_lists: NDArray[np.float32] | None
    """What a duty found gets on top for standing in each list; None where the question names no place."""

    @cached_property
    def unboosted(self) -> NDArray[np.float32]:
        """Return how well each text matches."""
        return self.duty + self.phrases + self.meaning

    @cached_property
    def total(self) -> NDArray[np.float32]:
        """Return the texts' scores, wherever they stand."""
        return self.unboosted + self.boosts

    def of_documents(self, texts: NDArray[np.int32], lists: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return the scores of documents, given by their texts and the lists they stand in."""
        scores: NDArray[np.float32] = self.total[texts]
        if self.of_lists is None:
            return scores
        return np.where(self.unboosted[texts] > 0, scores + self.of_lists[lists], scores)

    @cached_property
    def matched(self) -> NDArray[np.uint16]:
        """Return how many of the question's words each text has."""
        matched: NDArray[np.uint16] = np.add.reduce(self.words.view(np.uint8), axis=0, dtype=np.uint16)
        return matched

    def parts_of(self, text: int, list_number: int) -> ScoreParts:
        """Return the parts of one document's score."""
        boosts = float(self.boosts[text])
        if self.of_lists is not None and self.unboosted[text] > 0:
            boosts += float(self.of_lists[list_number])
        return ScoreParts(
            duty=float(self.duty[text]),
            phrases=float(self.phrases[text]),
            meaning=float(self.meaning[text]),
            boosts=boosts,
        )


class Scorer:
    """Scores the texts of one generation; safe to share between threads."""

    def __init__(
        self,
        snapshot: Snapshot,
        book: PhraseSnapshot,
        facets: Mapping[str, FacetIndex],
        fusion: Fusion,
    ) -> None:
        self._postings, self._names = snapshot.postings, snapshot.names
        self._facets = facets
        self._kinds = snapshot.kinds
        self._fusion = fusion
        self.book = PhraseScorer(book, fusion)
        # Texts of nobody's phrasings take the place behind the last entry, which is worth nothing.
        self._entry_of = np.where(book.entries < 0, self.book.entries, book.entries).astype(np.intp)
        self._texts = len(book.entries)

    def score(self, query: EngineQuery) -> Scores:
        """Return the scores of all texts."""
        fusion = self._fusion
        book = self.book.score(query)
        duty = self._of_words(query, book.focus)
        phrases: NDArray[np.float32] = self._of_texts(book.of_entries[BY_WORDS])
        meaning: NDArray[np.float32] = self._of_texts(book.of_entries[BY_MEANING])
        of_kinds = self._boosts([boost for boost in query.boosts if boost.facet not in PLACE_FACETS])
        if of_kinds is None:
            boosts = np.zeros(self._texts, dtype=np.float32)
        else:  # a boost moves up what was found; it finds nothing by itself
            boosts = of_kinds[self._kinds]
            boosts[(duty + phrases + meaning) == 0] = 0
        pinned = np.zeros(self._texts, dtype=np.bool_)
        if query.pinned:
            pinned = np.isin(self._entry_of, list(query.pinned))
            boosts[pinned] += PINNED
        return Scores(
            duty=fusion.duty * duty + fusion.name * self._share_in_names(query.whole.text) ** 2,
            phrases=fusion.phrases * phrases,
            meaning=fusion.meaning * meaning,
            boosts=boosts,
            nearness=meaning,
            pinned=pinned,
            book=book,
            words=self._words(query.whole.clauses),
            of_lists=self._boosts([boost for boost in query.boosts if boost.facet in PLACE_FACETS]),
        )

    def coverage(self, covering: Iterable[CoveringTerm]) -> NDArray[np.float64]:
        """Return how much of a question each text, with its phrasings, has words for, in [0, 1]."""
        coverage = np.zeros(self._texts)
        for one in covering:
            has_it = self._of_texts(one.in_entries)
            self._postings.mark_in(has_it, one.term)
            coverage[has_it] += one.share
        return coverage

    def _of_words(self, query: EngineQuery, focus: Sequence[float]) -> NDArray[np.float32]:
        """Return every text's BM25F score, in [0, 1]; the pieces of a long question have their share."""
        of_whole = scaled(self._bm25f(query.whole.clauses))
        if not query.pieces:
            return of_whole
        pieces = zip(query.pieces, focus, strict=True)
        of_pieces = scaled(
            np.sum(
                [weight * self._bm25f(piece.clauses) for piece, weight in pieces], axis=0, dtype=np.float32
            )
        )
        share = self._fusion.pieces
        mixed: NDArray[np.float32] = np.float32(1 - share) * of_whole + np.float32(share) * of_pieces
        return mixed

    def _bm25f(self, clauses: tuple[Clause, ...]) -> NDArray[np.float32]:
        terms = (term for clause in clauses for term in (*clause.terms, *clause.parts))
        return self._postings.scores(terms, self._texts)

    def _boosts(self, boosts: Sequence[Boost]) -> NDArray[np.float32] | None:
        """Return what each item of the boosts' facets gets, all being of kinds or all of lists."""
        total = None
        for boost in boosts:
            of_boost = boost.weight * self._facets[boost.facet].items_with(frozenset({boost.value}))
            total = of_boost.astype(np.float32) if total is None else total + of_boost.astype(np.float32)
        return total

    def _of_texts(self, of_entries: NDArray[_Number]) -> NDArray[_Number]:
        """Return what the texts' entries have, nothing (0 or False) for texts without one."""
        if not of_entries.any():
            return np.zeros(self._texts, dtype=of_entries.dtype)
        of_texts: NDArray[_Number] = np.append(of_entries, of_entries.dtype.type(0))[self._entry_of]
        return of_texts

    def _words(self, clauses: tuple[Clause, ...]) -> NDArray[np.bool_]:
        """Return which text has which word; one that none has is had by those with a part of it."""
        words = np.zeros((len(clauses), self._texts), dtype=np.bool_)
        for clause, texts in zip(clauses, words, strict=True):
            for terms in (clause.terms, clause.parts):
                if not texts.any():
                    for term, _ in terms:
                        self._postings.mark_in(texts, term)
        return words

    def _share_in_names(self, text: str) -> NDArray[np.float32]:
        """Return how much of a text stands in each text's name: the share of its character pairs."""
        pairs = set(character_pairs(text))
        return self._names.scores(((pair, 1 / len(pairs)) for pair in pairs), self._texts)
