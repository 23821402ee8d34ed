"""The places of the index as a tree, prefecture over county over township, each a link that filters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer.facets import PLACE_FACETS
from search_service.pages.links import search_url, toggled

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.list_info import ListInfo
    from search_service.core.request import SearchRequest

SHOWN_TOWNSHIPS = 12
"""Up to so many townships a tree stands open; in a larger one each county opens by itself."""


@dataclass(frozen=True, slots=True)
class PlaceNode:
    """A place with what it holds; `is_open` says whether its children are in sight."""

    facet: str
    label: str
    count: int
    selected: bool
    url: str
    children: tuple[PlaceNode, ...] = ()
    is_open: bool = True


def place_tree(
    request: SearchRequest, lists: Sequence[ListInfo], counts: Mapping[str, int]
) -> list[PlaceNode]:
    """Return the prefectures; `counts` maps a list's id to its matching duties whatever place is chosen.

    Places without a match are left out unless they are chosen.
    """
    shown = [info for info in lists if counts[info.id] or _is_chosen(request, info)]
    names = _Names(lists)
    everything_open = len(shown) <= SHOWN_TOWNSHIPS
    prefectures = []
    for prefecture in dict.fromkeys(info.place.prefecture for info in shown):
        in_prefecture = [info for info in shown if info.place.prefecture == prefecture]
        counties = []
        for county in dict.fromkeys(info.place.county for info in in_prefecture):
            in_county = [info for info in in_prefecture if info.place.county == county]
            townships = tuple(
                _node(request, names.filters(prefecture, county, info.place.township), counts[info.id])
                for info in in_county
            )
            node = _node(request, names.filters(prefecture, county), children=townships)
            is_open = everything_open or any(one.selected for one in townships)
            counties.append(replace(node, is_open=is_open))
        prefectures.append(_node(request, names.filters(prefecture), children=tuple(counties)))
    return prefectures


class _Names:
    """Which names of places are shared: 城关镇 by many counties, 新区 by several prefectures."""

    def __init__(self, lists: Sequence[ListInfo]) -> None:
        townships = [(info.place.prefecture, info.place.county, info.place.township) for info in lists]
        paths = {path[:length] for path in townships for length in range(1, len(path) + 1)}
        self._meant = Counter((len(path), path[at:]) for path in paths for at in range(len(path)))

    def filters(self, *path: str) -> dict[str, str]:
        """Return the filters that mean a place alone, its own first; `path` is its prefecture down to it."""
        found = {}
        for at in reversed(range(len(path))):
            found[PLACE_FACETS[at]] = path[at]
            if self._meant[len(path), path[at:]] == 1:
                break
        return found


def _node(
    request: SearchRequest,
    meaning: Mapping[str, str],
    count: int = 0,
    children: tuple[PlaceNode, ...] = (),
) -> PlaceNode:
    """Return a place by the filters that mean it alone; it counts what its children do."""
    facet, name = next(iter(meaning.items()))
    if len(meaning) == 1:
        selected = name in request.filters.get(facet, ())
        chosen = toggled(_at_one_level(request, facet), facet, name)
    else:  # a name that other places have too is only told by what is above it
        selected = facet in request.filters and all(
            value in request.filters.get(above, (value,)) for above, value in meaning.items()
        )
        bare = _at_one_level(request, "")
        own = {above: (value,) for above, value in meaning.items()}
        chosen = bare if selected else replace(bare, filters={**bare.filters, **own})
    return PlaceNode(
        facet=facet,
        label=name,
        count=count + sum(child.count for child in children),
        selected=selected,
        url=search_url(chosen),
        children=children,
    )


def _at_one_level(request: SearchRequest, facet: str) -> SearchRequest:
    """Return the request without places of other levels: a township AND a foreign county find nothing."""
    others = {name for name in PLACE_FACETS if name != facet}
    return replace(
        request,
        filters={name: values for name, values in request.filters.items() if name not in others},
        page=1,
    )


def _is_chosen(request: SearchRequest, info: ListInfo) -> bool:
    chosen = {name: request.filters[name] for name in PLACE_FACETS if request.filters.get(name)}
    return bool(chosen) and all(getattr(info.place, name) in values for name, values in chosen.items())
