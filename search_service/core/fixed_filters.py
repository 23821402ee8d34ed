"""Filters that a caller can narrow further but not leave: those of a portal's key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.facets import PLACE_FACETS
from search_service.core.prepare import resolve_filters

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from search_service.core.generation import Generation

    Filters = Mapping[str, tuple[str, ...]]


class OutsideError(ValueError):
    """A request for what is outside of fixed filters; the message names both."""

    def __init__(self, asked: str, fixed: Filters) -> None:
        self.scope = "; ".join(f"{facet}={','.join(values)}" for facet, values in fixed.items())
        super().__init__(f"{asked} is outside of what this API key is for ({self.scope})")


def within(fixed: Filters, asked: Filters, generation: Generation) -> dict[str, tuple[str, ...]]:
    """Return the filters asked for within fixed ones, whose values are canonical.

    A facet that isn't asked for gets the fixed values; places lie in each other: of a county's filter each of
    its townships is within, and no other. Raises OutsideError, and UnknownFacetValueError for a value asked
    for that no duty has.
    """
    known = {
        facet: tuple(value for value in values if value in generation.engine.facet_values(facet))
        for facet, values in fixed.items()
    }
    if not all(known.values()):  # a list was taken out, a township renamed: no reason to show the others
        raise OutsideError("the index in use", fixed)
    resolved = {facet: tuple(values) for facet, values in resolve_filters(asked, generation).items()}
    for facet, values in resolved.items():
        allowed = _allowed(facet, known, generation)
        for value in values:
            if value not in allowed:
                raise OutsideError(f"{facet}={value}", fixed)
    return {**known, **resolved}


def _allowed(facet: str, fixed: Filters, generation: Generation) -> Collection[str]:
    """Return the values of a facet that can be asked for."""
    if facet not in PLACE_FACETS:
        return fixed.get(facet, generation.engine.facet_values(facet))
    places = (info.place for info in generation.engine.lists)
    return {
        getattr(place, facet)
        for place in places
        if all(getattr(place, one) in fixed[one] for one in PLACE_FACETS if one in fixed)
    }
