"""What an answer says of a place that its question names, and its filters leave out."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from indexer.facets import PLACE_FACETS, UnknownFacetValueError
from search_service.core.fixed_filters import OutsideError, within
from search_service.core.prepare import resolve_filters
from search_service.extension import search

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search_service.core.answers.result import AnswerResponse
    from search_service.core.result import Detected, SearchResponse

    Filters = Mapping[str, tuple[str, ...]]


def with_other_place(response: SearchResponse | AnswerResponse, filters: Filters) -> dict[str, Any]:
    """Return the parts of a response to a question under `filters`, its `query` with `other_place` added."""
    found = {field.name: getattr(response, field.name) for field in fields(response)}
    query = {field.name: getattr(response.query, field.name) for field in fields(response.query)}
    return {**found, "query": {**query, "other_place": _other_place(response.query.detected, filters)}}


def _other_place(named: Detected, filters: Filters) -> str | None:
    """Return the place that a question names where it lies outside of those filtered by."""
    facet, value = ("township", named.township) if named.township else ("county", named.county)
    places = {name: filters[name] for name in PLACE_FACETS if filters.get(name)}
    if not value or not places:
        return None
    generation = search().index.generation
    try:
        resolved = resolve_filters(places, generation)
        within({name: tuple(values) for name, values in resolved.items()}, {facet: (value,)}, generation)
    except OutsideError:
        return value
    except UnknownFacetValueError:  # of an index published since the answer was made
        return None
    return None
