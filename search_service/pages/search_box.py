"""The search box on top of every page: its text, its place, and the places that a new search keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.facets import PLACE_FACETS
from search_service.extension import search
from search_service.pages.remembered_township import place_filters, remembered_township

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search_service.core.request import SearchRequest

EVERYWHERE = "全部乡镇"


@dataclass(frozen=True, slots=True)
class SearchBox:
    """What the box shows; `fields` are the hidden fields, `place` is where the next search looks.

    `is_own`: that is the township that this browser remembers.
    """

    text: str
    fields: list[tuple[str, str]]
    place: str
    is_everywhere: bool
    is_own: bool


def empty_box() -> SearchBox:
    """Return the box of a page that shows no search: the next one looks in the remembered township."""
    own = remembered_township()
    return _box("", place_filters(own, search().lists()) if own else {})


def box_of(request: SearchRequest) -> SearchBox:
    """Return the box of a search: the next question is another caller's, from the same places."""
    places = {name: request.filters[name] for name in PLACE_FACETS if request.filters.get(name)}
    return _box(request.text, places)


def _box(text: str, places: Mapping[str, tuple[str, ...]]) -> SearchBox:
    narrowest = next((places[name] for name in reversed(PLACE_FACETS) if places.get(name)), ())
    label = narrowest[0] if len(narrowest) == 1 else f"{len(narrowest)} 个地区"
    own = remembered_township()
    return SearchBox(
        text,
        fields=[(name, value) for name, values in places.items() for value in values],
        place=label if narrowest else EVERYWHERE,
        is_everywhere=not narrowest,
        is_own=own is not None and narrowest == (own.place.township,),
    )
