"""The search core's entry: requests in, worded results out."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from indexer.documents.titled_cell import titled_cells
from indexer.facets import FACETS
from search_service.core.events import Searched, tell
from search_service.core.explanation import explain
from search_service.core.highlight import Highlighter
from search_service.core.live_index import LiveIndex
from search_service.core.prepare import prepare, resolve_filters, with_meaning
from search_service.core.request import ALL_PARTS, SearchRequest, Sort
from search_service.core.result import (
    DutyResult,
    FacetResult,
    FacetValue,
    Highlights,
    SearchResponse,
    SearchResult,
)
from search_service.core.result_cache import ResultCache
from search_service.core.suggestions import NotReadyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from indexer.duty import Duty
    from indexer.facets import Facet
    from indexer.index.generation import Manifest
    from indexer.list_info import ListInfo
    from search_service.core.departments import Departments
    from search_service.core.generation import Generation
    from search_service.core.result import Explanation
    from search_service.core.source import Source
    from search_service.core.suggestions import Suggestion
    from search_service.engines.port import Hit

WARM_UP_QUESTION = "养犬"
KEPT_RESULTS = 512
"""Pages of results kept in memory; one takes about 50 kB."""
SHOWN_STEPS = 3
"""Steps of each side shown with a result."""


class Search:
    """Search over the published index; one instance serves all threads of a process."""

    def __init__(self, index: LiveIndex) -> None:
        self.index = index
        self._results: ResultCache[SearchResponse] = ResultCache("searches", KEPT_RESULTS)

    @classmethod
    def open(cls, source: Path | Source, generation: str | None = None) -> Self:
        """Return a search over an index folder, or another source. The index is opened by the first use.

        With `generation`, a name, it is over this one, whichever is live.
        """
        return cls(LiveIndex(source, generation))

    def search(self, request: SearchRequest) -> SearchResponse:
        """Answer a search request.

        Raises UnknownFacetValueError for a filter value that no duty has, IndexStateError where no usable
        index is published.
        """
        started = time.perf_counter()
        generation = self.index.generation
        # A best bet ends with a day.
        key = (request.key, datetime.now(UTC).date())
        response = self._results.get(generation, key, lambda: self._search(request, generation))
        if request.text.strip() and request.page == 1:
            tell(Searched(response.total))
        return replace(response, took_ms=(time.perf_counter() - started) * 1000)

    def _search(self, request: SearchRequest, generation: Generation) -> SearchResponse:
        prepared = prepare(request.text, request.filters, generation, request.parts)
        if request.parts.meaning:
            prepared = with_meaning(prepared, generation)
        question, filters = prepared.question, prepared.query.filters
        asks_for_text = bool(question.clauses or question.phrases)
        found = generation.engine.search(
            replace(
                prepared.query,
                by_score=asks_for_text and request.sort is Sort.RELEVANCE,
                collapse=request.collapse,
                offset=(request.page - 1) * request.per_page,
                limit=request.per_page,
            )
        )
        highlighter = Highlighter(question.marks)
        return SearchResponse(
            query=prepared.report(found.focus, found.unmatched),
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
            lists=found.lists,
            took_ms=0,
        )

    def duty(self, duty_id: str) -> DutyResult | None:
        """Return a duty with what belongs to it, or None where there is no such id."""
        engine = self.index.generation.engine
        duty, row = engine.duty(duty_id), engine.original(duty_id)
        if duty is None or row is None:
            return None
        info = next(info for info in engine.lists if info.id == duty.list_id)
        return DutyResult(duty, engine.same_duties(duty_id), info, titled_cells(row))

    def suggest(self, text: str, filters: Mapping[str, tuple[str, ...]], limit: int) -> list[Suggestion]:
        """Return at most `limit` completions of what was typed; each finds something under the filters.

        Raises what `search` raises. The first call makes what is looked up, which takes seconds; where
        `follow` is about to, it raises NotReadyError instead: the threads that answer are few.
        """
        generation = self.index.generation
        resolved = resolve_filters(filters, generation)
        if self.index.is_preparing and not generation.has_suggestions:
            raise NotReadyError
        return generation.suggestions.find(text, resolved, limit)

    def warm_up(self) -> None:
        """Make now what the first question and the first suggestion would wait seconds for.

        Raises IndexStateError where no usable index is published.
        """
        _warm_up(self.index.generation)

    def follow(self) -> None:
        """Open every generation that is published from now on; never returns.

        What their first question and first suggestion would wait seconds for is made before they are used.
        """
        self.index.follow(_warm_up)

    def export(self, filters: Mapping[str, tuple[str, ...]]) -> Iterator[Duty]:
        """Return every duty that passes the filters, in list order and each read when it is asked for.

        All are of the generation in use now, whatever is published meanwhile. Raises what `search` raises,
        and at once: not when the first duty is read.
        """
        generation = self.index.generation
        return generation.engine.duties(resolve_filters(filters, generation))

    def lists(self) -> tuple[ListInfo, ...]:
        """Return every indexed list with its place, date and number of duties."""
        return self.index.generation.engine.lists

    def departments(self) -> Departments:
        """Return the departments' view of the index in use; raise IndexStateError where there is none."""
        return self.index.generation.departments

    def manifest(self) -> Manifest:
        """Return what the index in use says of itself; raise IndexStateError where there is none."""
        return self.index.generation.engine.manifest

    def check(self) -> None:
        """Raise IndexStateError where no question can be answered now."""
        self.index.generation.engine.check()


def _warm_up(generation: Generation) -> None:
    with_meaning(prepare(WARM_UP_QUESTION, {}, generation, ALL_PARTS), generation)
    for made_by_first_use in ("speller", "suggestions", "departments"):
        getattr(generation, made_by_first_use)


def _facet_result(facet: Facet, counts: Mapping[str, int], selected: frozenset[str]) -> FacetResult:
    shown = dict(counts) | dict.fromkeys(sorted(selected - counts.keys()), 0)
    # Most frequent first; Python's sort keeps the order of the lists among equals.
    ordered = sorted(shown.items(), key=lambda item: -item[1])
    return FacetResult(
        facet,
        tuple(FacetValue(value, facet.label(value), count, value in selected) for value, count in ordered),
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
