"""What the builder shows: the choices of its form, the lines to copy, and remarks on what was chosen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer.facets import FACETS, PLACE_FACETS
from search_service.core.request import SearchRequest
from search_service.embed.options import DEFAULT_ACCENT, Mode
from search_service.embed.snippet import snippet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.list_info import ListInfo
    from search_service.core.result import FacetResult, SearchResponse
    from search_service.embed.options import EmbedOptions
    from search_service.embed.parameters import BuilderRequest

EVERYTHING = "全部"


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
class BuilderPage:
    """Everything the template prints."""

    asked: BuilderRequest
    options: EmbedOptions
    selections: list[Selection]
    accent: str
    snippet: str
    notes: list[str]


def whole_index() -> SearchRequest:
    """Return the search whose facets fill the form."""
    return SearchRequest(per_page=1)


def builder_page(
    asked: BuilderRequest, response: SearchResponse, lists: Sequence[ListInfo], host: str
) -> BuilderPage:
    """Return the page for what the form holds; `response` is that of `whole_index`, `lists` the index's."""
    options, notes = _fitting(asked.options, lists)
    return BuilderPage(
        asked=asked,
        options=options,
        selections=[
            Selection(facet.name, facet.title, _groups(facet.name, options, response, lists))
            for facet in FACETS
        ],
        accent=options.accent or DEFAULT_ACCENT,
        snippet=snippet(asked.kind, options, host),
        notes=[*notes, *_remarks(options, lists)],
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
