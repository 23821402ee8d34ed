"""What the search page shows, worked out so that its template has nothing to decide."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer.duty import ListType
from indexer.facets import PLACE_FACETS
from search_service.core.request import SearchRequest, Sort
from search_service.pages.links import (
    PAGE_DEFAULT,
    download_url,
    duty_url,
    on_page,
    search_url,
    toggled,
)
from search_service.pages.place_tree import PlaceNode, place_tree

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.duty import Duty
    from indexer.list_info import ListInfo
    from search_service.core.generation import Generation
    from search_service.core.result import FacetResult, SearchResponse, SearchResult

SHOWN_VALUES = 8
"""Values of a facet shown at once; the others are one click away."""

_NEIGHBOURS = 2
"""Pages linked on each side of the one shown."""


SHOWN_BODIES = 4
"""Leading bodies named with a result."""
SHOWN_SUPERIOR_STEPS = 2
SHOWN_TOWNSHIP_STEPS = 1


@dataclass(frozen=True, slots=True)
class Option:
    """A facet value as a link that adds or removes it; `note` explains what the label leaves open."""

    key: str
    label: str
    count: int
    selected: bool
    url: str
    note: str = ""


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
class ResultItem:
    """A result as it is printed; texts in `name` and the steps are safe HTML with marks."""

    duty: Duty
    name: str
    url: str
    bodies: list[str]
    body_count: int
    superior_steps: list[str]
    township_steps: list[str]
    shared_with: list[tuple[Duty, str]]
    """The same duty elsewhere, each with its address."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Everything the template prints."""

    request: SearchRequest
    response: SearchResponse
    results: list[ResultItem]
    places: list[PlaceNode]
    groups: list[OptionGroup]
    chips: list[Chip]
    pager: list[PageLink]
    clear_url: str
    first_url: str
    sort_links: list[PageLink]
    collapse_link: PageLink | None
    csv_url: str
    xlsx_url: str
    unused: list[str]
    """Words of the question that no result has, without those that never count."""
    other_place: PageLink | None
    """The search in the place that the question names, where the filters say another one."""


def search_page(request: SearchRequest, response: SearchResponse, generation: Generation) -> SearchPage:
    """Return the page for a search and its response."""
    lists = generation.engine.lists
    selected = canonical_request(request, response)
    groups = [_group(facet, selected) for name, facet in response.facets.items() if name not in PLACE_FACETS]
    return SearchPage(
        request=selected,
        response=response,
        results=[_result(result, selected.text) for result in response.results],
        places=place_tree(selected, lists, response.lists),
        groups=[group for group in groups if group.first],
        chips=_chips(selected, response),
        pager=_pager(selected, response),
        clear_url=search_url(replace(PAGE_DEFAULT, text=selected.text)),
        first_url=search_url(on_page(selected, 1)),
        sort_links=_sort_links(selected),
        collapse_link=_collapse_link(selected, lists),
        csv_url=download_url(selected, "csv"),
        xlsx_url=download_url(selected, "xlsx"),
        unused=[word for word in response.query.dropped if word not in generation.tuning.stop_words],
        other_place=_other_place(selected, response, lists),
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
            f"{facet.facet.name}:{value.value}",
            value.label,
            value.count,
            value.selected,
            search_url(toggled(request, facet.facet.name, value.value)),
            ListType(value.value).meaning if facet.facet.name == "list_type" else "",
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


def _collapse_link(request: SearchRequest, lists: Sequence[ListInfo]) -> PageLink | None:
    """Return the switch between one result a duty and one a township; None where it would change nothing."""
    if len(_lists_shown(request, lists)) == 1:
        return None
    label = "各乡镇分开列" if request.collapse else "合并各乡镇的同一事项"
    return PageLink(label, search_url(replace(request, collapse=not request.collapse, page=1)))


def _lists_shown(request: SearchRequest, lists: Sequence[ListInfo]) -> list[ListInfo]:
    """Return the lists of the places chosen, all where none is."""
    chosen = {name: request.filters[name] for name in PLACE_FACETS if name in request.filters}
    return [
        info for info in lists if all(getattr(info.place, name) in values for name, values in chosen.items())
    ]


def _other_place(
    request: SearchRequest, response: SearchResponse, lists: Sequence[ListInfo]
) -> PageLink | None:
    named = response.query.detected
    facet, value = ("township", named.township) if named.township else ("county", named.county)
    chosen = {name: request.filters[name] for name in PLACE_FACETS if name in request.filters}
    if not value or not chosen or value in chosen.get(facet, ()):
        return None
    inside = [getattr(info.place, facet) == value for info in _lists_shown(request, lists)]
    if inside and all(inside):
        return None  # the county of the township chosen
    if facet == "county" and any(inside) and set(chosen) == {"prefecture"}:
        return None  # a county of the prefecture chosen
    others = {name: values for name, values in request.filters.items() if name not in PLACE_FACETS}
    return PageLink(value, search_url(replace(request, filters={**others, facet: (value,)}, page=1)))


def _result(result: SearchResult, text: str) -> ResultItem:
    duty = result.duty
    return ResultItem(
        duty=duty,
        name=result.highlights.name,
        url=duty_url(duty.id, text),
        bodies=[department.name for department in duty.departments[:SHOWN_BODIES]],
        body_count=len(duty.departments),
        superior_steps=result.highlights.superior_steps[:SHOWN_SUPERIOR_STEPS],
        township_steps=result.highlights.township_steps[:SHOWN_TOWNSHIP_STEPS],
        shared_with=[(other, duty_url(other.id, text)) for other in result.shared_with],
    )
