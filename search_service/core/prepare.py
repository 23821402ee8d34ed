"""From a caller's text and filters to what an engine is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.facets import FACETS, UnknownFacetValueError
from search_service.core.question import understand
from search_service.core.result import Piece, QueryReport
from search_service.engines.port import EngineQuery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.facets import Facet
    from indexer.tuning import Tuning
    from search_service.core.live_index import Generation
    from search_service.core.question import Question
    from search_service.core.request import Parts
    from search_service.engines.port import Engine, Wording


SALIENT_PIECES = 4
"""Pieces of a long question whose meaning is taken where time counts."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question taken apart, and the query it makes; what is still open is which results are wanted."""

    question: Question
    query: EngineQuery

    def report(self, focus: Sequence[float], unmatched: Sequence[str]) -> QueryReport:
        """Return what was made of the question: `focus` of its pieces, words that matched nothing."""
        question = self.question
        return QueryReport(
            text=question.text,
            terms=question.terms,
            dropped=list(dict.fromkeys([*question.dropped, *unmatched])),
            synonyms=question.synonyms,
            corrected=question.corrected,
            detected=question.detected,
            pieces=tuple(
                Piece(piece.text, weight) for piece, weight in zip(self.query.pieces, focus, strict=True)
            ),
        )


def prepare(
    text: str,
    filters: Mapping[str, tuple[str, ...]],
    generation: Generation,
    parts: Parts,
    *,
    thrifty: bool = False,
) -> Prepared:
    """Understand a question and resolve its filters; raise UnknownFacetValueError for a value no duty has.

    `thrifty` takes the meaning of the few pieces of a long question that look most like a matter, not of all:
    encoding is what a question costs.
    """
    tuning = generation.tuning
    question = understand(text, tuning, generation.places, generation.speller, parts)
    if thrifty:
        question = replace(question, pieces=_most_salient(question.pieces, generation.engine))
    whole, *pieces = _with_meaning(question, generation, parts, of_whole=not (thrifty and question.pieces))
    query = EngineQuery(
        whole=whole,
        pieces=tuple(pieces),
        boosts=question.boosts,
        pinned=_pinned(text, tuning),
        phrases=question.phrases,
        minimum_match=tuning.ranking.required_words(len(question.clauses)),
        filters=resolve_filters(filters, generation.engine),
    )
    return Prepared(question, query)


def resolve_filters(filters: Mapping[str, tuple[str, ...]], engine: Engine) -> dict[str, frozenset[str]]:
    """Turn the texts of filters into facet values; raise UnknownFacetValueError for a value no duty has."""
    resolved = {}
    for facet in FACETS:
        texts = [text.strip() for text in filters.get(facet.name, ()) if text.strip()]
        if texts:
            resolved[facet.name] = frozenset(_resolve(facet, text, engine) for text in texts)
    return resolved


def _resolve(facet: Facet, text: str, engine: Engine) -> str:
    values = engine.facet_values(facet.name)
    if text in values:
        return text
    aliases = engine.facet_aliases(facet.name)
    if text not in aliases:
        raise UnknownFacetValueError(facet.name, text, values)
    return aliases[text]


def _most_salient(pieces: tuple[Wording, ...], engine: Engine) -> tuple[Wording, ...]:
    """Return the pieces that match the phrase book best by words, in their order."""
    salience = engine.salience(pieces)
    best = sorted(range(len(pieces)), key=lambda number: -salience[number])[:SALIENT_PIECES]
    return tuple(pieces[number] for number in sorted(best))


def _with_meaning(
    question: Question, generation: Generation, parts: Parts, *, of_whole: bool
) -> list[Wording]:
    """Return the whole question and its pieces, with their meanings where an encoder is at work.

    A question without a single known word has none: the nearest meaning of gibberish is an accident. Unless
    `of_whole`, the whole's meaning is the mean of the pieces'.
    """
    whole, pieces = question.whole, question.pieces
    known = any(generation.engine.knows(term) for clause in question.clauses for term in clause.all_terms)
    if generation.encoder is None or not parts.meaning or not known:
        return [whole, *pieces]
    texts = [wording.text for wording in ((whole, *pieces) if of_whole else pieces)]
    vectors = generation.encoder.encode_question(tuple(texts))
    of_question = vectors[0] if of_whole else vectors.mean(axis=0)
    of_pieces = zip(pieces, vectors[-len(pieces) :], strict=True) if pieces else ()
    return [replace(whole, vector=of_question), *(replace(one, vector=vector) for one, vector in of_pieces)]


def _pinned(text: str, tuning: Tuning) -> frozenset[int]:
    """Return the entries of the phrase book that a best bet names for exactly this question."""
    bet = tuning.best_bets.for_question(text, datetime.now(UTC).date())
    names = set(bet.duties) if bet else set()
    return frozenset(
        number for number, entry in enumerate(tuning.phrases.entries) if names & set(entry.names)
    )
