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
from search_service.engines.entry_scores import PhraseScores
from search_service.engines.meaning_index import MeaningIndex
from search_service.engines.phrase_index import PhraseIndex
from search_service.engines.port import OutsideMatch, ScoreParts

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from indexer.index.snapshot import Snapshot
    from indexer.phrases.snapshot import PhraseSnapshot
    from indexer.ranking import Fusion
    from search_service.engines.facet_index import FacetIndex
    from search_service.engines.port import Boost, Clause, EngineQuery, Wording

_Number = TypeVar("_Number", bound=np.generic)

PINNED = 100.0
"""What a pinned duty gets: more than any question scores."""


@dataclass(frozen=True)
class Scores:
    """What one question scores: every text in four parts, and every phrasing of the phrase book.

    `words`, shape (words, texts), says which text has which word of the question; `focus` what each piece of
    the question counted, the sum being 1.
    """

    duty: NDArray[np.float32]
    phrases: NDArray[np.float32]
    meaning: NDArray[np.float32]
    boosts: NDArray[np.float32]
    nearness: NDArray[np.float32]
    """How near the phrasings of each text come by meaning, in [0, 1]."""
    pinned: NDArray[np.bool_]
    of_phrasings: NDArray[np.float32]
    of_entries: NDArray[np.float32]
    """Shape (2, entries): by words and by meaning."""
    words: NDArray[np.bool_]
    focus: tuple[float, ...]
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


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a question each text (with its phrasings) and each entry has words for, in [0, 1]."""

    of_texts: NDArray[np.float64]
    of_entries: NDArray[np.float64]


class Scorer:
    """Scores the texts of one generation; safe to share between threads."""

    def __init__(
        self,
        snapshot: Snapshot,
        phrase_book: PhraseSnapshot,
        facets: Mapping[str, FacetIndex],
        fusion: Fusion,
    ) -> None:
        self._postings, self._names = snapshot.postings, snapshot.names
        self._facets = facets
        self._kinds = snapshot.kinds
        self._fusion = fusion
        self._phrases = PhraseIndex(phrase_book)
        self._meaning = MeaningIndex(phrase_book) if phrase_book.vectors is not None else None
        entries = len(phrase_book.starts) - 1
        # Texts of nobody's phrasings take the place behind the last entry, which is worth nothing.
        self._entry_of = np.where(phrase_book.entries < 0, entries, phrase_book.entries).astype(np.intp)
        self._texts = len(phrase_book.entries)
        self._first_matter = len(phrase_book.starts) - 1 - phrase_book.matters

    def score(self, query: EngineQuery) -> Scores:
        """Return the scores of all texts.

        Of a long question, the whole decides one share and its pieces the other, each piece by how well it
        matches anything: the one that says what it is about far more than the circumstances around it.
        """
        fusion = self._fusion
        measured, *pieces = self._measure([query.whole, *query.pieces])
        focus = self._focus(pieces)
        of_whole = measured.scaled(self._first_matter)
        if pieces:
            of_pieces = _weighted(pieces, focus).scaled(self._first_matter)
            of_whole = _weighted([of_whole, of_pieces], [1 - fusion.pieces, fusion.pieces])
        duty = of_whole.duty
        phrases: NDArray[np.float32] = self._of_texts(of_whole.entries[BY_WORDS])
        meaning: NDArray[np.float32] = self._of_texts(of_whole.entries[BY_MEANING])
        of_kinds = self._boosts([boost for boost in query.boosts if boost.facet not in PLACE_FACETS])
        if of_kinds is None:
            boosts = np.zeros(self._texts, dtype=np.float32)
        else:  # a boost moves up what was found; it finds nothing by itself
            boosts = of_kinds[self._kinds]
            boosts[(duty + phrases + meaning) == 0] = 0
        pinned = self._phrases.texts_of(query.pinned)
        if query.pinned:
            boosts[pinned] += PINNED
        return Scores(
            duty=fusion.duty * duty + fusion.name * self._share_in_names(query.whole.text) ** 2,
            phrases=fusion.phrases * phrases,
            meaning=fusion.meaning * meaning,
            boosts=boosts,
            nearness=meaning,
            pinned=pinned,
            of_phrasings=self._fused(of_whole.phrasings),
            of_entries=of_whole.entries,
            words=self._words(query.whole.clauses),
            focus=focus,
            of_lists=self._boosts([boost for boost in query.boosts if boost.facet in PLACE_FACETS]),
        )

    def salience(self, wordings: Sequence[Wording]) -> list[float]:
        """Return how well each wording matches the phrase book by words."""
        return [float(self._phrases.score(one.spoken).of_entries.max(initial=0)) for one in wordings]

    def outside(self, scores: Scores, coverage: Coverage) -> OutsideMatch:
        """Return the matter outside the lists that comes nearest to a question."""
        of_matters = self._fused(scores.of_entries[:, self._first_matter :])
        if not of_matters.size:
            return OutsideMatch(matter=-1, nearness=0.0, coverage=0.0)
        matter = int(np.argmax(of_matters))
        entry = self._first_matter + matter
        nearness = float(scores.of_entries[BY_MEANING, entry])
        return OutsideMatch(matter, nearness, float(coverage.of_entries[entry]))

    def coverage(self, query: EngineQuery, focus: Sequence[float]) -> Coverage:
        """Return how much of a question each text, and each entry, has words for.

        Each term counts by its rarity in the phrase book, so that one nobody ever wrote down counts most.
        """
        coverage = Coverage(np.zeros(self._texts), np.zeros(self._phrases.entries))
        weighed = zip(query.pieces, focus, strict=True) if query.pieces else [(query.whole, 1.0)]
        for wording, weight in weighed:
            # Synonyms are the lists' words, not the question's; names of bodies say who, not what.
            terms = [term for term, said in wording.spoken if said == 1 and term not in query.whole.names]
            rarities = [self._phrases.rarity(term) for term in terms]
            for term, rarity in zip(terms, rarities, strict=True):
                share = weight * rarity / sum(rarities)
                in_entries = self._phrases.entries_with(term)
                in_texts = self._of_texts(in_entries)
                self._postings.mark_in(in_texts, term)
                coverage.of_entries[in_entries] += share
                coverage.of_texts[in_texts] += share
        return coverage

    def _measure(self, wordings: Sequence[Wording]) -> list[_Measured]:
        by_words = [self._phrases.score(wording.spoken) for wording in wordings]
        vectors = [wording.vector for wording in wordings if wording.vector is not None]
        if self._meaning and vectors:
            by_meaning = self._meaning.score(vectors)
        else:
            by_meaning = [PhraseScores.nothing(like) for like in by_words]
        return [
            _Measured(
                self._score_duties(wording.clauses),
                np.stack([words.of_entries, meaning.of_entries]),
                np.stack([words.of_phrasings, meaning.of_phrasings]),
            )
            for wording, words, meaning in zip(wordings, by_words, by_meaning, strict=True)
        ]

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

    def _score_duties(self, clauses: tuple[Clause, ...]) -> NDArray[np.float32]:
        """Return every text's BM25F score."""
        terms = (term for clause in clauses for term in (*clause.terms, *clause.parts))
        return self._postings.scores(terms, self._texts)

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

    def _focus(self, pieces: Sequence[_Measured]) -> tuple[float, ...]:
        """Return what each piece counts: exponentially less, the further its best match is behind."""
        if not pieces:
            return ()
        of_entries = np.stack([piece.entries for piece in pieces], axis=1)
        of_entries[BY_WORDS] = _scaled(of_entries[BY_WORDS])
        best = self._fused(of_entries).max(axis=1)
        counts = np.exp((best - best.max()) / self._fusion.focus)
        return tuple((counts / counts.sum()).tolist())

    def _fused(self, measures: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the weighted sum of what was measured by words and by meaning."""
        scores: NDArray[np.float32] = (
            self._fusion.phrases * measures[BY_WORDS] + self._fusion.meaning * measures[BY_MEANING]
        )
        return scores


BY_WORDS, BY_MEANING = range(2)
"""The rows of `_Measured.entries` and `_Measured.phrasings`."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """What one wording measures.

    `duty`, shape (texts,): the duties' own words. `entries`, shape (2, entries), and `phrasings`, shape
    (2, phrasings): the phrase book by words and by meaning.
    """

    duty: NDArray[np.float32]
    entries: NDArray[np.float32]
    phrasings: NDArray[np.float32]

    def scaled(self, first_matter: int) -> _Measured:
        """Return the measures by words divided by the best of them; those by meaning are in [0, 1] anyway.

        The best is the best of a duty: how well a matter outside matches must not change the duties' scores.
        """
        entries, phrasings = self.entries.copy(), self.phrasings.copy()
        best = entries[BY_WORDS, :first_matter].max(initial=0)
        if best > 0:
            entries[BY_WORDS] /= best
        phrasings[BY_WORDS] = _scaled(phrasings[BY_WORDS])
        return _Measured(_scaled(self.duty), entries, phrasings)


def _weighted(measured: Sequence[_Measured], weights: Sequence[float]) -> _Measured:
    """Return the weighted sum."""
    pairs = list(zip(weights, measured, strict=True))
    return _Measured(
        np.sum([weight * one.duty for weight, one in pairs], axis=0, dtype=np.float32),
        np.sum([weight * one.entries for weight, one in pairs], axis=0, dtype=np.float32),
        np.sum([weight * one.phrasings for weight, one in pairs], axis=0, dtype=np.float32),
    )


def _scaled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    best = scores.max(initial=0)
    return scores / best if best > 0 else scores
