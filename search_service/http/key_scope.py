"""What a portal's key is held to, applied to what its holder asks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from search_service.core.fixed_filters import within
from search_service.extension import search
from search_service.http.api_keys import current_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search_service.core.result import FacetResult, SearchResponse


def within_key(filters: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Return the filters of a request, held within those of its key.

    Raises OutsideError for a request that asks for more.
    """
    key = current_key()
    if key is None or not key.filters:
        return filters
    return within(key.filters, filters, search().index.generation)


def facets_within_key(response: SearchResponse) -> SearchResponse:
    """Return a response whose facets offer nothing that its key would refuse.

    A facet's counts leave out its own selection, which here the caller can't change.
    """
    key = current_key()
    if key is None or not key.filters:
        return response
    facets = {name: _held(facet, key.filters.get(name)) for name, facet in response.facets.items()}
    return replace(response, facets=facets)


def _held(facet: FacetResult, values: tuple[str, ...] | None) -> FacetResult:
    if values is None:
        return facet
    return replace(facet, values=tuple(one for one in facet.values if one.value in values))
