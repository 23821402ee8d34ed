"""The phrase book's share of a score: what each entry counts for a question, by words and by meaning.

It depends on question and book alone, not on how many duties there are, so every engine has it at hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from search_service.engines.entry_scores import PhraseScores
from search_service.engines.meaning_index import MeaningIndex
from search_service.engines.phrase_index import PhraseIndex
from search_service.engines.port import OutsideMatch, Phrasing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from indexer.phrases.snapshot import PhraseSnapshot
    from indexer.ranking import Fusion
    from search_service.engines.port import EngineQuery, Wording


BY_WORDS, BY_MEANING = range(2)
"""The rows of `BookScores.of_entries`."""


@dataclass(frozen=True, slots=True)
class BookScores:
    """What a question scores: `of_entries`, shape (2, entries), by words and by meaning, and every phrasing.

    `focus` says what each piece of the question counted, the sum being 1.
    """

    of_entries: NDArray[np.float32]
    of_phrasings: NDArray[np.float32]
    focus: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CoveringTerm:
    """A term of a question, the share of the question it is, and the mask of the entries that have it."""

    term: str
    share: float
    in_entries: NDArray[np.bool_]


class PhraseScorer:
    """Scores the entries of one phrase book; safe to share between threads."""

    def __init__(self, book: PhraseSnapshot, fusion: Fusion) -> None:
        self._book = book
        self._fusion = fusion
        self._index = PhraseIndex(book)
        self._meaning = MeaningIndex(book) if book.vectors is not None else None
        self.entries = self._index.entries
        self._first_matter = self.entries - book.matters

    def score(self, query: EngineQuery) -> BookScores:
        """Return the scores of all entries.

        Of a long question, the whole decides one share and its pieces the other, each piece by how well it
        matches anything: the one that says what it is about far more than the circumstances around it.
        """
        whole, *pieces = self._measure([query.whole, *query.pieces])
        focus = self._focus(pieces)
        measures = self._scaled(whole)
        if pieces:
            of_pieces = self._scaled(_weighted(pieces, focus))
            measures = _weighted([measures, of_pieces], [1 - self._fusion.pieces, self._fusion.pieces])
        return BookScores(measures.entries, self._fused(measures.phrasings), focus)

    def salience(self, wordings: Sequence[Wording]) -> list[float]:
        """Return how well each wording matches the phrase book by words."""
        return [float(self._index.score(one.spoken).of_entries.max(initial=0)) for one in wordings]

    def covering(self, query: EngineQuery, focus: Sequence[float]) -> Iterator[CoveringTerm]:
        """Yield the terms of a question by which coverage is told; their shares add up to 1 at most.

        Each counts by its rarity in the phrase book, so that one nobody ever wrote down counts most.
        """
        weighed = zip(query.pieces, focus, strict=True) if query.pieces else [(query.whole, 1.0)]
        for wording, weight in weighed:
            # Synonyms are the lists' words, not the question's; names of bodies say who, not what.
            terms = [term for term, said in wording.spoken if said == 1 and term not in query.whole.names]
            rarities = [self._index.rarity(term) for term in terms]
            for term, rarity in zip(terms, rarities, strict=True):
                yield CoveringTerm(term, weight * rarity / sum(rarities), self._index.entries_with(term))

    def outside(self, scores: BookScores, covering: Sequence[CoveringTerm]) -> OutsideMatch:
        """Return the matter outside the lists that comes nearest to a question."""
        of_matters = self._fused(scores.of_entries[:, self._first_matter :])
        if not of_matters.size:
            return OutsideMatch(matter=-1, nearness=0.0, coverage=0.0)
        matter = int(np.argmax(of_matters))
        entry = self._first_matter + matter
        coverage = sum(one.share for one in covering if one.in_entries[entry])
        return OutsideMatch(matter, float(scores.of_entries[BY_MEANING, entry]), coverage)

    def phrasings(self, entry: int, scores: BookScores) -> tuple[Phrasing, ...]:
        """Return the phrasing of each of an entry's steps that counts most, best first."""
        book = self._book
        start, end = book.starts[entry : entry + 2].tolist()
        of_steps: dict[str, list[tuple[float, int]]] = {}
        for place, score in enumerate(scores.of_phrasings[start:end].tolist(), start):
            of_steps.setdefault(book.steps[place], []).append((-score, place))
        found = []
        for step, scored in of_steps.items():
            nearest = sorted(scored)[:2]
            best, place = nearest[0]
            # One phrasing alone may be near by chance: its neighbour counts as much.
            mean = sum(score for score, _ in nearest) / len(nearest)
            found.append(Phrasing(book.texts[place], step, -(best + mean) / 2))
        return tuple(sorted(found, key=lambda one: -one.score))

    def wordings(self) -> Iterator[list[str]]:
        """Yield the phrasings of each entry."""
        for start, end in pairwise(self._book.starts.tolist()):
            yield self._book.texts[start:end]

    def knows(self, term: str) -> bool:
        """Return whether any phrasing contains the term."""
        return term in self._book.postings.terms

    @property
    def knows_meaning(self) -> bool:
        """Return whether the book holds vectors."""
        return self._meaning is not None

    def _measure(self, wordings: Sequence[Wording]) -> list[_Measured]:
        by_words = [self._index.score(wording.spoken) for wording in wordings]
        vectors = [wording.vector for wording in wordings if wording.vector is not None]
        if self._meaning and vectors:
            by_meaning = self._meaning.score(vectors)
        else:
            by_meaning = [PhraseScores.nothing(like) for like in by_words]
        return [
            _Measured(
                np.stack([words.of_entries, meaning.of_entries]),
                np.stack([words.of_phrasings, meaning.of_phrasings]),
            )
            for words, meaning in zip(by_words, by_meaning, strict=True)
        ]

    def _scaled(self, measured: _Measured) -> _Measured:
        """Return the measures by words divided by the best of them; those by meaning are in [0, 1] anyway.

        The best is the best of a duty: how well a matter outside matches must not change the duties' scores.
        """
        entries, phrasings = measured.entries.copy(), measured.phrasings.copy()
        best = entries[BY_WORDS, : self._first_matter].max(initial=0)
        if best > 0:
            entries[BY_WORDS] /= best
        phrasings[BY_WORDS] = scaled(phrasings[BY_WORDS])
        return _Measured(entries, phrasings)

    def _focus(self, pieces: Sequence[_Measured]) -> tuple[float, ...]:
        """Return what each piece counts: exponentially less, the further its best match is behind."""
        if not pieces:
            return ()
        of_entries = np.stack([piece.entries for piece in pieces], axis=1)
        of_entries[BY_WORDS] = scaled(of_entries[BY_WORDS])
        best = self._fused(of_entries).max(axis=1)
        counts = np.exp((best - best.max()) / self._fusion.focus)
        return tuple((counts / counts.sum()).tolist())

    def _fused(self, measures: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the weighted sum of what was measured by words and by meaning."""
        scores: NDArray[np.float32] = (
            self._fusion.phrases * measures[BY_WORDS] + self._fusion.meaning * measures[BY_MEANING]
        )
        return scores


@dataclass(frozen=True, slots=True)
class _Measured:
    """What one wording measures: `entries`, shape (2, entries), and `phrasings`, shape (2, phrasings)."""

    entries: NDArray[np.float32]
    phrasings: NDArray[np.float32]


def _weighted(measured: Sequence[_Measured], weights: Sequence[float]) -> _Measured:
    """Return the weighted sum."""
    pairs = list(zip(weights, measured, strict=True))
    return _Measured(
        np.sum([weight * one.entries for weight, one in pairs], axis=0, dtype=np.float32),
        np.sum([weight * one.phrasings for weight, one in pairs], axis=0, dtype=np.float32),
    )


def scaled(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return scores divided by the best of them, in [0, 1]."""
    best = scores.max(initial=0)
    return scores / best if best > 0 else scores
