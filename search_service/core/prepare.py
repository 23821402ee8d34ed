"""From a caller's text and filters to what an engine is asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from indexer.analysis.normalize import normalize
from indexer.facets import FACETS, PLACE_FACETS, UnknownFacetValueError
from search_service.core.question import understand
from search_service.core.result import Piece, QueryReport
from search_service.engines.port import EngineQuery

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.facets import Facet
    from indexer.tuning import Tuning
    from search_service.core.generation import Generation
    from search_service.core.question import Question
    from search_service.core.request import Parts
    from search_service.core.result import Detected
    from search_service.engines.port import Engine, Wording


MAX_ENCODED = 200
"""Characters of a wording whose meaning is taken; the rest of a story seldom changes it."""
SALIENT_PIECES = 4
"""Pieces of a long question whose meaning is taken where time counts."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A question taken apart, and the query it makes; what is still open is which results are wanted."""

    question: Question
    query: EngineQuery
    other_place: str | None = None
    """The place that the question names where the filters keep to others."""

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
            other_place=self.other_place,
        )


def prepare(
    text: str, filters: Mapping[str, tuple[str, ...]], generation: Generation, parts: Parts
) -> Prepared:
    """Understand a question and resolve its filters; its meaning is still to be taken.

    Raises UnknownFacetValueError for a value no duty has.
    """
    tuning = generation.tuning
    question = understand(text, tuning, generation.places, generation.speller, parts)
    query = EngineQuery(
        whole=question.whole,
        pieces=question.pieces,
        boosts=question.boosts,
        pinned=_pinned(text, tuning),
        phrases=question.phrases,
        minimum_match=tuning.ranking.required_words(len(question.clauses)),
        filters=resolve_filters(filters, generation),
    )
    return Prepared(question, query, _other_place(question.detected, query.filters, generation))


def with_meaning(prepared: Prepared, generation: Generation, *, thrifty: bool = False) -> Prepared:
    """Return a question with the meaning of the whole and of its pieces, where an encoder is at work.

    `thrifty` takes only the meaning of the few pieces that look most like a matter, the whole's being their
    mean: encoding is what a question costs. A question without a single known word gets none: the nearest
    meaning of gibberish is an accident.
    """
    engine, query = generation.engine, prepared.query
    known = any(engine.knows(term) for clause in query.whole.clauses for term in clause.all_terms)
    if generation.encoder is None or not known:
        return prepared
    pieces = _most_salient(query.pieces, engine) if thrifty else query.pieces
    of_whole = not (thrifty and pieces)
    texts = [one.text[:MAX_ENCODED] for one in ((query.whole, *pieces) if of_whole else pieces)]
    vectors = generation.encoder.encode_question(tuple(texts))
    whole = replace(query.whole, vector=vectors[0] if of_whole else vectors.mean(axis=0))
    of_pieces = zip(pieces, vectors[-len(pieces) :], strict=True) if pieces else ()
    pieces = tuple(replace(one, vector=vector) for one, vector in of_pieces)
    return replace(prepared, query=replace(query, whole=whole, pieces=pieces))


def resolve_filters(
    filters: Mapping[str, tuple[str, ...]], generation: Generation
) -> dict[str, frozenset[str]]:
    """Turn the texts of filters into facet values; raise UnknownFacetValueError for a value no duty has."""
    resolved = {}
    for facet in FACETS:
        texts = [text.strip() for text in filters.get(facet.name, ()) if text.strip()]
        if texts:
            resolved[facet.name] = frozenset(_resolve(facet, text, generation) for text in texts)
    return resolved


def _resolve(facet: Facet, text: str, generation: Generation) -> str:
    values = generation.engine.facet_values(facet.name)
    if text in values:
        return text
    aliases = generation.engine.facet_aliases(facet.name)
    if text in aliases:
        return aliases[text]
    for mention in generation.places.in_text(normalize(text)):  # 庙尔沟 is 庙尔沟乡
        if mention.facet == facet.name and mention.end - mention.start == len(text):
            return mention.value
    raise UnknownFacetValueError(facet.name, text, values)


def _other_place(
    named: Detected, filters: Mapping[str, frozenset[str]], generation: Generation
) -> str | None:
    """Return the place that a question names where it lies outside of those filtered by."""
    facet, value = ("township", named.township) if named.township else ("county", named.county)
    wanted = {name: filters[name] for name in PLACE_FACETS if name in filters}
    if value is None or not wanted:
        return None
    places = (info.place for info in generation.engine.lists)
    is_within = any(
        getattr(place, facet) == value and all(getattr(place, name) in wanted[name] for name in wanted)
        for place in places
    )
    return None if is_within else value


def _most_salient(pieces: tuple[Wording, ...], engine: Engine) -> tuple[Wording, ...]:
    """Return the pieces that match the phrase book best by words, in their order."""
    salience = engine.salience(pieces)
    best = sorted(range(len(pieces)), key=lambda number: -salience[number])[:SALIENT_PIECES]
    return tuple(pieces[number] for number in sorted(best))


def _pinned(text: str, tuning: Tuning) -> frozenset[int]:
    """Return the entries of the phrase book that a best bet names for exactly this question."""
    bet = tuning.best_bets.for_question(text, datetime.now(UTC).date())
    if bet is None:
        return frozenset()
    names = set(bet.duties)
    return frozenset(
        number for number, entry in enumerate(tuning.phrases.entries) if names & set(entry.names)
    )
