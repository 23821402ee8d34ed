"""The search core's entry: requests in, worded results out."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from indexer.facets import FACETS, UnknownFacetValueError
from search_service.core.explanation import explain
from search_service.core.highlight import Highlighter
from search_service.core.live_index import LiveIndex
from search_service.core.question import understand
from search_service.core.request import Sort
from search_service.core.result import (
    DutyResult,
    FacetResult,
    FacetValue,
    Highlights,
    Piece,
    QueryReport,
    SearchResponse,
    SearchResult,
)
from search_service.core.suggestions import LatestSuggestions
from search_service.engines.port import EngineQuery

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from indexer.facets import Facet
    from indexer.index.generation import Manifest
    from indexer.list_info import ListInfo
    from indexer.tuning import Tuning
    from search_service.core.live_index import Generation
    from search_service.core.question import Question
    from search_service.core.request import Parts, SearchRequest
    from search_service.core.result import Explanation
    from search_service.core.suggestions import Suggestion
    from search_service.engines.port import Engine, EngineResult, Hit, Wording

SHOWN_STEPS = 3
"""Steps of each side shown with a result."""


class Search:
    """Search over the published index; one instance serves all threads of a process."""

    def __init__(self, index: LiveIndex) -> None:
        self._index = index
        self._suggestions = LatestSuggestions()

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Return a search over the index folder. The index itself is opened by the first use."""
        return cls(LiveIndex(folder))

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a search request.

        Raises UnknownFacetValueError for a filter value that no duty has, IndexStateError where no usable
        index is published.
        """
        generation = self._index.generation
        started = time.perf_counter()
        question = understand(
            request.text, generation.tuning, generation.places, generation.speller, request.parts
        )
        filters = _resolve_filters(request.filters, generation.engine)
        whole, *pieces = _with_meaning(question, generation, request.parts)
        asks_for_text = bool(question.clauses or question.phrases)
        found = generation.engine.search(
            EngineQuery(
                whole=whole,
                pieces=tuple(pieces),
                boosts=question.boosts,
                pinned=_pinned(request.text, generation.tuning),
                phrases=question.phrases,
                minimum_match=generation.tuning.ranking.required_words(len(question.clauses)),
                filters=filters,
                by_score=asks_for_text and request.sort is Sort.RELEVANCE,
                collapse=request.collapse,
                offset=(request.page - 1) * request.per_page,
                limit=request.per_page,
            )
        )
        highlighter = Highlighter(question.marks)
        return SearchResponse(
            query=_report(question, found),
            total=found.total,
            page=request.page,
            per_page=request.per_page,
            pages=-(-found.total // request.per_page),
            results=tuple(
                _result(
                    hit,
                    highlighter,
                    explain(hit, question, generation.tuning.analyzer) if request.explain else None,
                )
                for hit in found.hits
            ),
            facets={
                facet.name: _facet_result(
                    facet, found.facets[facet.name], filters.get(facet.name, frozenset())
                )
                for facet in FACETS
            },
            took_ms=(time.perf_counter() - started) * 1000,
        )

    def duty(self, duty_id: str) -> DutyResult | None:
        """Return a duty with what belongs to it, or None where there is no such id."""
        engine = self._index.generation.engine
        duty = engine.duty(duty_id)
        if duty is None:
            return None
        info = next(info for info in engine.lists if info.id == duty.list_id)
        return DutyResult(duty, engine.same_duties(duty_id), info)

    def suggest(self, text: str, filters: Mapping[str, tuple[str, ...]], limit: int) -> list[Suggestion]:
        """Return at most `limit` completions of what was typed; each finds something under the filters.

        Raises what `search` raises. The first call on a generation takes a second or two.
        """
        generation = self._index.generation
        resolved = _resolve_filters(filters, generation.engine)
        suggestions = self._suggestions.of(generation.engine, generation.tuning.analyzer)
        return suggestions.find(text, resolved, limit)

    def lists(self) -> tuple[ListInfo, ...]:
        """Return every indexed list with its place, date and number of duties."""
        return self._index.generation.engine.lists

    def manifest(self) -> Manifest:
        """Return what the index in use says of itself; raise IndexStateError where there is none."""
        return self._index.generation.engine.manifest


def _resolve_filters(filters: Mapping[str, tuple[str, ...]], engine: Engine) -> dict[str, frozenset[str]]:
    """Turn the texts of filters into facet values."""
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


def _facet_result(facet: Facet, counts: Mapping[str, int], selected: frozenset[str]) -> FacetResult:
    shown = dict.fromkeys(selected, 0) | dict(counts)
    # Most frequent first; Python's sort keeps the order of the lists among equals.
    ordered = sorted(shown.items(), key=lambda item: -item[1])
    return FacetResult(
        facet,
        tuple(FacetValue(value, facet.label(value), count, value in selected) for value, count in ordered),
    )


def _with_meaning(question: Question, generation: Generation, parts: Parts) -> list[Wording]:
    """Return the whole question and its pieces, with their meanings where an encoder is at work.

    A question without a single known word has none: the nearest meaning of gibberish is an accident.
    """
    wordings = [question.whole, *question.pieces]
    known = any(generation.engine.knows(term) for clause in question.clauses for term in clause.all_terms)
    if generation.encoder is None or not parts.meaning or not known:
        return wordings
    vectors = generation.encoder.encode_question(tuple(wording.text for wording in wordings))
    return [replace(wording, vector=vector) for wording, vector in zip(wordings, vectors, strict=True)]


def _pinned(text: str, tuning: Tuning) -> frozenset[int]:
    """Return the entries of the phrase book that a best bet names for exactly this question."""
    bet = tuning.best_bets.for_question(text, datetime.now(UTC).date())
    names = set(bet.duties) if bet else set()
    return frozenset(
        number for number, entry in enumerate(tuning.phrases.entries) if names & set(entry.names)
    )


def _report(question: Question, found: EngineResult) -> QueryReport:
    return QueryReport(
        text=question.text,
        terms=question.terms,
        dropped=list(dict.fromkeys([*question.dropped, *found.unmatched])),
        synonyms=question.synonyms,
        corrected=question.corrected,
        detected=question.detected,
        pieces=tuple(
            Piece(piece.text, weight) for piece, weight in zip(question.pieces, found.focus, strict=True)
        ),
    )


def _result(hit: Hit, highlighter: Highlighter, explanation: Explanation | None) -> SearchResult:
    duty = hit.duty
    return SearchResult(
        duty=duty,
        score=hit.score,
        highlights=Highlights(
            name=highlighter.mark(duty.name),
            superior_steps=highlighter.best((step.text for step in duty.superior_steps), SHOWN_STEPS),
            township_steps=highlighter.best((step.text for step in duty.township_steps), SHOWN_STEPS),
        ),
        shared_with=hit.others,
        explanation=explanation,
    )
