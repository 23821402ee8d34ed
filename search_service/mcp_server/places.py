"""The places of a call: whether they go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.facets import PLACE_FACETS, UnknownFacetValueError
from search_service.core.fixed_filters import OutsideError, within
from search_service.core.prepare import resolve_filters

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search_service.core.generation import Generation

    Filters = Mapping[str, tuple[str, ...]]


class ContradictoryPlacesError(ValueError):
    """Places that no list is of together; the message says which one lies where."""


def refuse_contradictions(filters: Filters, generation: Generation) -> None:
    """Raise ContradictoryPlacesError for a place that lies outside of the others.

    Left alone it would be a filter that finds nothing, or finds as if it had not been named. Raises
    UnknownFacetValueError for a place that no list is of.
    """
    places = _places(filters, generation)
    for facet, names in reversed(places.items()):  # the narrowest is the one whose place tells most
        others = {one: values for one, values in places.items() if one != facet}
        for name in names:
            if _is_outside(facet, name, others, generation):
                lies = "、".join(_where(facet, name, generation))
                given = "; ".join(f"{one}={','.join(values)}" for one, values in others.items())
                raise ContradictoryPlacesError(
                    f"{facet}: {name!r} contradicts {given}, for there is only {lies}; leave one of them out"
                )


def _places(filters: Filters, generation: Generation) -> dict[str, tuple[str, ...]]:
    resolved = resolve_filters({facet: filters.get(facet, ()) for facet in PLACE_FACETS}, generation)
    return {facet: tuple(values) for facet, values in resolved.items()}


def _is_outside(facet: str, name: str, places: Filters, generation: Generation) -> bool:
    try:
        within(places, {facet: (name,)}, generation)
    except OutsideError:
        return True
    except UnknownFacetValueError:  # of an index published since the answer was made
        return False
    return False


def _where(facet: str, name: str, generation: Generation) -> list[str]:
    """Return every place of a name with all that it lies in: 昌吉回族自治州吉木萨尔县三台镇."""
    levels = PLACE_FACETS[: PLACE_FACETS.index(facet) + 1]
    found = (
        "".join(getattr(info.place, level) for level in levels)
        for info in generation.engine.lists
        if getattr(info.place, facet) == name
    )
    return list(dict.fromkeys(found))
