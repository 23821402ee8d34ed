"""Filtering and counting by one facet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from search_service.engines.ranges import concatenated_ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.index.snapshot import FacetColumn


class FacetIndex:
    """One facet's column with what counting and filtering need at hand; items are texts, or lists."""

    def __init__(self, column: FacetColumn) -> None:
        self._column = column
        self._number = {value: number for number, value in enumerate(column.values)}
        self._lengths = np.diff(column.starts)
        self._is_single = bool((self._lengths == 1).all())
        self._items = np.repeat(np.arange(len(self._lengths)), self._lengths)

    def items_with(self, values: frozenset[str]) -> NDArray[np.bool_]:
        """Return the mask of the items that have any of `values`."""
        wanted = np.zeros(len(self._column.values), dtype=np.bool_)
        wanted[[self._number[value] for value in values if value in self._number]] = True
        if self._is_single:
            return wanted[self._column.ordinals]
        mask = np.zeros(len(self._lengths), dtype=np.bool_)
        mask[self._items[wanted[self._column.ordinals]]] = True
        return mask

    def counts(self, items: NDArray[np.intp], weights: NDArray[np.int64]) -> dict[str, int]:
        """Return value → sum of the weights of those `items` that have it, values without any left out."""
        column = self._column
        if self._is_single:
            ordinals = column.ordinals[items]
        else:
            lengths = self._lengths[items]
            ordinals = column.ordinals[concatenated_ranges(column.starts[items], lengths)]
            weights = np.repeat(weights, lengths)
        counts = np.bincount(ordinals, weights=weights, minlength=len(column.values)).astype(np.int64)
        return {value: count for value, count in zip(column.values, counts.tolist(), strict=True) if count}
