"""What the builder shows: the choices of its form, the lines to copy, and remarks on what was chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer.facets import FACETS, PLACE_FACETS
from search_service.core.request import SearchRequest
from search_service.embed.options import DEFAULT_ACCENT, Mode
from search_service.embed.parameters import Kind
from search_service.embed.snippet import snippet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from indexer.list_info import ListInfo
    from search_service.core.result import FacetResult, SearchResponse
    from search_service.embed.options import EmbedOptions
    from search_service.embed.parameters import BuilderRequest

EVERYTHING = "全部"

_SOME_READ = (
    "这个服务只让指定网站的网页读取数据。"
    "请管理员在 DUTY_SEARCH_CORS_ORIGINS 里加上您的网站，否则嵌入后查不了。"
)
_SOME_FRAME = (
    "这个服务只让指定的网站放框架。"
    "请管理员在 DUTY_SEARCH_EMBED_FRAME_ANCESTORS 里加上您的网站，否则框架是空白的。"
)
_NOTHING = "在所选的范围里没有事项，查什么都没有结果，请放宽一些。"


@dataclass(frozen=True, slots=True)
class Choice:
    """A value to select; what is chosen together stands in one value, separated by commas."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class Selection:
    """A control of the form; `groups` maps a heading ("" for none) to the choices below it."""

    name: str
    title: str
    groups: dict[str, list[Choice]]


@dataclass(frozen=True, slots=True)
class Service:
    """What the page has to know of this service: its origin, and which other sites may do what."""

    origin: str
    is_read_by_all: bool
    is_framed_by_all: bool


@dataclass(frozen=True, slots=True)
class BuilderPage:
    """Everything the template prints."""

    asked: BuilderRequest
    options: EmbedOptions
    selections: list[Selection]
    accent: str
    snippet: str
    notes: list[str]


def builder_page(
    asked: BuilderRequest,
    find: Callable[[SearchRequest], SearchResponse],
    lists: Sequence[ListInfo],
    service: Service,
) -> BuilderPage:
    """Return the page for what the form holds; `find` searches, `lists` are the index's.

    What can be chosen is what is there under the other choices, counted as a search under them would.
    """
    options, notes = _fitting(asked.options, lists)
    response = find(SearchRequest(filters=options.filters, per_page=1))
    return BuilderPage(
        asked=asked,
        options=options,
        selections=[
            Selection(facet.name, facet.title, _groups(facet.name, options, response, lists))
            for facet in FACETS
        ],
        accent=options.accent or DEFAULT_ACCENT,
        snippet=snippet(asked.kind, options, service.origin),
        notes=[
            *notes,
            *_remarks(options, lists),
            *([] if response.total else [_NOTHING]),
            *_remarks_on_sites(asked.kind, service),
        ],
    )


def _fitting(options: EmbedOptions, lists: Sequence[ListInfo]) -> tuple[EmbedOptions, list[str]]:
    """Return the options without places that lie outside the wider ones chosen, and what was left out."""
    filters, notes = dict(options.filters), []
    inside = list(lists)
    for facet in PLACE_FACETS:
        chosen = filters.get(facet, ())
        there = {getattr(info.place, facet) for info in inside}
        kept = tuple(value for value in chosen if value in there)
        if kept != chosen:
            outside = "、".join(value for value in chosen if value not in there)
            notes.append(f"{outside}不在所选的地区里，已经去掉。")
            filters.pop(facet)
        if kept:
            filters[facet] = kept
            inside = [info for info in inside if getattr(info.place, facet) in kept]
    return replace(options, filters=filters), notes


def _remarks(options: EmbedOptions, lists: Sequence[ListInfo]) -> list[str]:
    """Return what the editor may not expect of what was chosen."""
    remarks = []
    if options.mode is Mode.ANSWER and not set(options.filters) <= set(PLACE_FACETS):
        remarks.append("限定了清单、类别或部门，只列事项，不直接给出答案：答案可能不在限定的范围里。")
    for township in options.filters.get("township", ()):
        if len(_lists_in(options, (info for info in lists if info.place.township == township))) > 1:
            remarks.append(f"有几个地方都有{township}，请同时选定县市区。")
    return remarks


def _remarks_on_sites(kind: Kind, service: Service) -> list[str]:
    """Return what keeps other sites from showing the lines, where the operator has named those that may."""
    if kind is Kind.FRAME:  # it reads from its own site
        return [] if service.is_framed_by_all else [_SOME_FRAME]
    return [] if service.is_read_by_all else [_SOME_READ]


def _groups(
    name: str, options: EmbedOptions, response: SearchResponse, lists: Sequence[ListInfo]
) -> dict[str, list[Choice]]:
    chosen = options.filters.get(name, ())
    groups = {"": [Choice("", EVERYTHING, selected=not chosen)]}
    if len(chosen) > 1:  # several come by the address alone; a control of one line keeps them as one choice
        groups[""].append(Choice(",".join(chosen), "、".join(chosen), selected=True))
    if name == "township":
        for info in _lists_in(options, lists, but=name):
            place = info.place
            groups.setdefault(place.county, []).append(_choice(place.township, place.township, chosen))
    elif name in PLACE_FACETS:
        here = dict.fromkeys(getattr(info.place, name) for info in _lists_in(options, lists, but=name))
        groups[""] += [_choice(value, value, chosen) for value in here]
    else:
        groups[""] += _facet_choices(response.facets[name], chosen)
    return groups


def _facet_choices(facet: FacetResult, chosen: Sequence[str]) -> list[Choice]:
    return [_choice(one.value, f"{one.label}（{one.count} 项）", chosen) for one in facet.values]


def _choice(value: str, label: str, chosen: Sequence[str]) -> Choice:
    return Choice(value, label, selected=list(chosen) == [value])


def _lists_in(options: EmbedOptions, lists: Iterable[ListInfo], but: str = "") -> list[ListInfo]:
    """Return the lists of the places chosen; the choice at the level of `but` and below doesn't count."""
    levels = PLACE_FACETS[: PLACE_FACETS.index(but)] if but else PLACE_FACETS
    chosen = {name: options.filters[name] for name in levels if name in options.filters}
    return [
        info for info in lists if all(getattr(info.place, name) in values for name, values in chosen.items())
    ]
