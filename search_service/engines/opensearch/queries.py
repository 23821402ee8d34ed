"""Our ranking in OpenSearch's query language (docs/ranking.md has the formula).

A score is a sum, so it is a boolean query whose clauses are its parts. What each part is divided by, the best
score of all, comes from searches made before (`Bests`).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from indexer.analysis.analyzer import phrase_terms
from indexer.opensearch.mapping import EVERY, field_weights
from indexer.phrases.terms import character_pairs
from search_service.engines.phrase_scorer import BY_MEANING, BY_WORDS
from search_service.engines.scoring import PINNED

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from indexer.ranking import Ranking
    from search_service.engines.phrase_scorer import BookScores
    from search_service.engines.port import Clause, EngineQuery

Query = dict[str, Any]

EVERYTHING: Query = {"match_all": {}}
NOTHING: Query = {"match_none": {}}

_OF_ENTRY = "params.scores[(int) doc['entry'].value]"
_SQUARE = "_score * _score * params.weight"


@dataclass(frozen=True, slots=True)
class Bests:
    """The best BM25F scores of any duty: by the whole question, and by its pieces together."""

    whole: float
    pieces: float = 0.0


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what is known of it before the cluster is asked.

    `words` are, for each of its clauses, the terms by which a duty has that word.
    """

    asked: EngineQuery
    book: BookScores
    words: tuple[tuple[str, ...], ...]


class Queries:
    """Builds the queries of one index; safe to share between threads."""

    def __init__(self, ranking: Ranking) -> None:
        self._fusion = ranking.fusion
        self._fields = field_weights(ranking)

    def of_whole(self, question: Question) -> Query:
        """Return the query whose score is the whole question's BM25F score."""
        return self._combined(_weights(question.asked.whole.clauses))

    def of_pieces(self, question: Question) -> Query:
        """Return the query whose score is the pieces' BM25F score, each by its focus."""
        return self._combined(_of_pieces(question))

    def unboosted(self, question: Question, bests: Bests) -> Query:
        """Return the query whose score says how well a duty matches; it finds those that score anything."""
        asked, fusion = question.asked, self._fusion
        weights: dict[str, float] = defaultdict(float)
        share = fusion.pieces if asked.pieces else 0.0
        if bests.whole:
            _add(weights, _weights(asked.whole.clauses).items(), fusion.duty * (1 - share) / bests.whole)
        if bests.pieces:
            _add(weights, _of_pieces(question).items(), fusion.duty * share / bests.pieces)
        return any_of([*self._clauses(weights), *self._of_name(asked.whole.text), *self._of_book(question)])

    def total(self, question: Question, bests: Bests) -> Query:
        """Return the query whose score is a duty's, boosts included."""
        asked = question.asked
        boosts = [_constant({"term": {one.facet: one.value}}, one.weight) for one in asked.boosts]
        # A boost moves up what was found; it finds nothing by itself.
        found = {"bool": {"must": [self.unboosted(question, bests)], "should": boosts}}
        return any_of([found, *([_constant(pinned(asked), PINNED)] if asked.pinned else [])])

    def phrases_of(self, entry: int | None, book: BookScores) -> tuple[float, float]:
        """Return what an entry of the phrase book adds to a score: by words and by meaning."""
        if entry is None:
            return 0.0, 0.0
        by_words, by_meaning = (float(book.of_entries[row, entry]) for row in (BY_WORDS, BY_MEANING))
        return self._fusion.phrases * by_words, self._fusion.meaning * by_meaning

    def _combined(self, weights: Mapping[str, float]) -> Query:
        return any_of(self._clauses(weights))

    def _clauses(self, weights: Mapping[str, float]) -> list[Query]:
        """Return a query for each term: over all fields as if they were one (BM25F)."""
        return [
            {"combined_fields": {"query": term, "fields": self._fields, "boost": weight}}
            for term, weight in weights.items()
            if weight
        ]

    def _of_name(self, text: str) -> list[Query]:
        """Return the query for the square of the share of a text's character pairs that a name has."""
        pairs = sorted(set(character_pairs(text)))
        if not pairs or not self._fusion.name:
            return []
        in_name = any_of([_constant({"term": {"name_pairs": pair}}, 1 / len(pairs)) for pair in pairs])
        return [_scripted(in_name, _SQUARE, {"weight": self._fusion.name})]

    def _of_book(self, question: Question) -> list[Query]:
        """Return the query for what the duties' entries of the phrase book count."""
        entries = question.book.of_entries
        scores = self._fusion.phrases * entries[BY_WORDS] + self._fusion.meaning * entries[BY_MEANING]
        scoring = scores.nonzero()[0].tolist()
        if not scoring:
            return []
        return [_scripted({"terms": {"entry": scoring}}, _OF_ENTRY, {"scores": scores.tolist()})]


def any_of(queries: Sequence[Query]) -> Query:
    """Return the query for what any of `queries` finds, the score being the sum."""
    return {"bool": {"should": list(queries), "minimum_should_match": 1}} if queries else NOTHING


def all_of(filters: Iterable[Query]) -> Query:
    """Return the query for what passes all filters, without a score."""
    return {"bool": {"filter": list(filters)}}


def scored(query: Query, filters: Iterable[Query]) -> Query:
    """Return the query for all that passes the filters, scored by `query`; 0 where that finds nothing."""
    return {"bool": {"filter": list(filters), "should": [query]}}


def reaching(query: Query, score: float) -> Query:
    """Return the filter for what scores at least so much."""
    return {"function_score": {"query": query, "min_score": score}} if score > 0 else query


def has_word(terms: Collection[str]) -> Query:
    """Return the filter for the duties that have one of the terms."""
    return {"terms": {EVERY: list(terms)}} if terms else NOTHING


def words_matched(question: Question) -> Query:
    """Return the query whose score is the number of the question's words that a duty has."""
    return any_of([_constant(has_word(terms), 1) for terms in question.words])


def pinned(asked: EngineQuery) -> Query:
    """Return the filter for the duties that a best bet names."""
    return {"terms": {"entry": sorted(asked.pinned)}}


def with_phrases(phrases: Sequence[str]) -> list[Query]:
    """Return the filters for the duties that contain every phrase exactly."""
    return [_phrase(phrase_terms(phrase)) for phrase in phrases]


def facet_filters(filters: Mapping[str, frozenset[str]]) -> dict[str, Query]:
    """Return each facet's filter: any of its values."""
    return {facet: {"terms": {facet: sorted(values)}} for facet, values in filters.items() if values}


def named(name: str, query: Query) -> Query:
    """Return a query that scores nothing and tells by its name which hits it matches."""
    return {"constant_score": {"filter": query, "boost": 0.0, "_name": name}}


def _phrase(terms: Sequence[str]) -> Query:
    if len(terms) == 1:
        field = "exact" if len(terms[0]) > 1 else "characters"
        return {"term": {field: terms[0]}}
    return {"match_phrase": {"exact": " ".join(terms)}}


def _constant(query: Query, score: float) -> Query:
    return {"constant_score": {"filter": query, "boost": score}}


def _scripted(query: Query, script: str, parameters: Mapping[str, Any]) -> Query:
    return {
        "function_score": {
            "query": query,
            "script_score": {"script": {"source": script, "params": parameters}},
            "boost_mode": "replace",
        }
    }


def _weights(clauses: Iterable[Clause]) -> dict[str, float]:
    weights: dict[str, float] = defaultdict(float)
    for clause in clauses:
        _add(weights, [*clause.terms, *clause.parts], 1.0)
    return weights


def _of_pieces(question: Question) -> dict[str, float]:
    weights: dict[str, float] = defaultdict(float)
    for piece, focus in zip(question.asked.pieces, question.book.focus, strict=True):
        _add(weights, _weights(piece.clauses).items(), focus)
    return weights


def _add(weights: dict[str, float], more: Iterable[tuple[str, float]], factor: float) -> None:
    for term, weight in more:
        weights[term] += factor * weight
