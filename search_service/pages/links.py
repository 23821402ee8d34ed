"""Addresses of the search page: the whole state of a search stands in its URL."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from search_service.core.request import SearchRequest, Sort

_DEFAULT = SearchRequest()


def search_url(request: SearchRequest) -> str:
    """Return the address of a search; what equals the default is left out."""
    pairs: list[tuple[str, str]] = [("q", request.text)] if request.text else []
    pairs += [(name, value) for name, values in request.filters.items() for value in values]
    if request.sort is not Sort.RELEVANCE:
        pairs.append(("sort", request.sort.value))
    if request.collapse:
        pairs.append(("collapse", "true"))
    if request.per_page != _DEFAULT.per_page:
        pairs.append(("per_page", str(request.per_page)))
    if request.page > 1:
        pairs.append(("page", str(request.page)))
    return f"/search?{urlencode(pairs)}" if pairs else "/"


def toggled(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    """Return the request with one facet value added or taken away, on its first page."""
    chosen = request.filters.get(facet, ())
    values = tuple(one for one in chosen if one != value) if value in chosen else (*chosen, value)
    filters = {**request.filters, facet: values}
    return replace(request, filters={name: kept for name, kept in filters.items() if kept}, page=1)


def on_page(request: SearchRequest, page: int) -> SearchRequest:
    """Return the same request on another page of its results."""
    return replace(request, page=page)
