"""What the search page shows, worked out so that its template has nothing to decide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from search_service.core.request import SearchRequest, Sort
from search_service.pages.links import on_page, search_url, toggled

if TYPE_CHECKING:
    from search_service.core.result import FacetResult, SearchResponse

SHOWN_VALUES = 8
"""Values of a facet shown at once; the others are one click away."""

_NEIGHBOURS = 2
"""Pages linked on each side of the one shown."""


@dataclass(frozen=True, slots=True)
class Option:
    """A facet value as a link that adds or removes it."""

    label: str
    count: int
    selected: bool
    url: str


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """A facet: `first` is shown at once, `more` on demand."""

    name: str
    title: str
    first: list[Option]
    more: list[Option]


@dataclass(frozen=True, slots=True)
class Chip:
    """A chosen value with the link that removes it."""

    title: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class PageLink:
    """A link of the pager; `url` is None for the page shown and for a gap."""

    label: str
    url: str | None
    current: bool = False


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Everything the template prints."""

    request: SearchRequest
    response: SearchResponse
    groups: list[OptionGroup]
    chips: list[Chip]
    pager: list[PageLink]
    hidden_fields: list[tuple[str, str]]
    clear_url: str
    first_url: str
    sort_links: list[PageLink]


def search_page(request: SearchRequest, response: SearchResponse) -> SearchPage:
    """Return the page for a search and its response."""
    selected = canonical_request(request, response)
    groups = [_group(facet, selected) for facet in response.facets.values()]
    return SearchPage(
        request=selected,
        response=response,
        groups=[group for group in groups if group.first],
        chips=_chips(selected, response),
        pager=_pager(selected, response),
        hidden_fields=[(name, value) for name, values in selected.filters.items() for value in values],
        clear_url=search_url(SearchRequest(text=selected.text)),
        first_url=search_url(on_page(selected, 1)),
        sort_links=_sort_links(selected),
    )


def canonical_request(request: SearchRequest, response: SearchResponse) -> SearchRequest:
    """Return the request with filters as facet values: 昌吉市公安局 becomes 公安局."""
    chosen = {
        name: tuple(value.value for value in facet.values if value.selected)
        for name, facet in response.facets.items()
    }
    return replace(request, filters={name: values for name, values in chosen.items() if values})


def _group(facet: FacetResult, request: SearchRequest) -> OptionGroup:
    options = [
        Option(
            value.label,
            value.count,
            value.selected,
            search_url(toggled(request, facet.facet.name, value.value)),
        )
        for value in facet.values
    ]
    # What is chosen is always in sight, wherever its count puts it.
    first = [option for n, option in enumerate(options) if n < SHOWN_VALUES or option.selected]
    more = [option for option in options if option not in first]
    return OptionGroup(facet.facet.name, facet.facet.title, first, more)


def _chips(request: SearchRequest, response: SearchResponse) -> list[Chip]:
    return [
        Chip(facet.facet.title, value.label, search_url(toggled(request, name, value.value)))
        for name, facet in response.facets.items()
        for value in facet.values
        if value.selected
    ]


def _pager(request: SearchRequest, response: SearchResponse) -> list[PageLink]:
    """Return previous, the first and last page, those around the current one, and next."""
    pages, page = response.pages, request.page
    if pages <= 1 or page > pages:
        return []
    near = {1, pages, *range(max(1, page - _NEIGHBOURS), min(pages, page + _NEIGHBOURS) + 1)}
    links: list[PageLink] = []
    if page > 1:
        links.append(PageLink("上一页", search_url(on_page(request, page - 1))))
    before = 0
    for number in sorted(near):
        if number > before + 1:
            links.append(PageLink("…", None))
        url = None if number == page else search_url(on_page(request, number))
        links.append(PageLink(str(number), url, current=number == page))
        before = number
    if page < pages:
        links.append(PageLink("下一页", search_url(on_page(request, page + 1))))
    return links


def _sort_links(request: SearchRequest) -> list[PageLink]:
    labels = {Sort.RELEVANCE: "最相关", Sort.LIST: "清单顺序"}
    return [
        PageLink(label, search_url(replace(request, sort=sort, page=1)), current=sort is request.sort)
        for sort, label in labels.items()
    ]
