"""What the filters of a question leave, facet by facet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from indexer.facets import PLACE_FACETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from search_service.engines.facet_index import FacetIndex, Kinds

    Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Passing:
    """Masks by facet, of texts (`kinds`) and of lists (`places`); only filtered facets have one."""

    kinds: Mapping[str, Mask]
    places: Mapping[str, Mask]

    @classmethod
    def of(
        cls, filters: Mapping[str, frozenset[str]], facets: Mapping[str, FacetIndex], kinds: Kinds
    ) -> Self:
        """Return what passes: any value of a facet, every facet."""
        masks = {name: facets[name].items_with(values) for name, values in filters.items() if values}
        return cls(
            {name: mask[kinds.of_texts] for name, mask in masks.items() if name not in PLACE_FACETS},
            {name: mask for name, mask in masks.items() if name in PLACE_FACETS},
        )

    def texts(self, but: str = "") -> Mask | None:
        """Return which texts pass all filters, but one where it is named; None for all texts."""
        return _every(self.kinds, but)

    def lists(self, but: str = "") -> Mask | None:
        """Return which lists pass all filters, but one where it is named; None for all lists."""
        return _every(self.places, but)


def _every(masks: Mapping[str, Mask], but: str) -> Mask | None:
    every = None
    for name, mask in masks.items():
        if name != but:
            every = mask if every is None else every & mask
    return every
