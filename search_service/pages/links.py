"""Addresses of the pages: the whole state of a search stands in its URL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from search_service.core.request import SearchRequest, Sort

if TYPE_CHECKING:
    from collections.abc import Iterable

PAGE_DEFAULT = SearchRequest(collapse=True)
"""What the search page shows without parameters: unlike the interface it joins what townships share."""


def search_url(request: SearchRequest) -> str:
    """Return the address of a search; what equals the page's default is left out."""
    return address("/search", _pairs(request))


def download_url(request: SearchRequest, suffix: str) -> str:
    """Return the address of all results of a search as a table: `suffix` is csv or xlsx."""
    whole = replace(request, page=1, per_page=PAGE_DEFAULT.per_page)
    return address(f"/search.{suffix}", _pairs(whole))


def duty_url(duty_id: str, text: str = "") -> str:
    """Return the address of a duty's page; with the question that led there its step is marked."""
    return address(f"/duties/{quote(duty_id)}", [("q", text)] if text.strip() else [])


def department_url(canonical: str) -> str:
    """Return the address of a department's page."""
    return f"/departments/{quote(canonical, safe='')}"


def compare_url(category: str) -> str:
    """Return the address of all townships side by side, in one category."""
    return address("/compare", [("category", category)])


def toggled(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    """Return the request with one facet value added or taken away, on its first page."""
    chosen = request.filters.get(facet, ())
    values = tuple(one for one in chosen if one != value) if value in chosen else (*chosen, value)
    filters = {**request.filters, facet: values}
    return replace(request, filters={name: kept for name, kept in filters.items() if kept}, page=1)


def on_page(request: SearchRequest, page: int) -> SearchRequest:
    """Return the same request on another page of its results."""
    return replace(request, page=page)


def address(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return a path with its parameters."""
    query = urlencode(list(pairs))
    return f"{path}?{query}" if query else path


def _pairs(request: SearchRequest) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = [("q", request.text)] if request.text else []
    pairs += [(name, value) for name, values in request.filters.items() for value in values]
    if request.sort is not Sort.RELEVANCE:
        pairs.append(("sort", request.sort.value))
    if request.collapse is not PAGE_DEFAULT.collapse:
        pairs.append(("collapse", str(request.collapse).lower()))
    if request.per_page != PAGE_DEFAULT.per_page:
        pairs.append(("per_page", str(request.per_page)))
    if request.page > 1:
        pairs.append(("page", str(request.page)))
    return pairs
