"""Filtering and counting by one facet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from search_service.engines.ranges import concatenated_ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.index.snapshot import FacetColumn


class FacetIndex:
    """One facet's column with what counting and filtering need at hand; items are kinds, or lists."""

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

    def counts(self, items: NDArray[np.intp] | None, weights: NDArray[Any]) -> dict[str, int]:
        """Return value → sum of the weights of those `items` that have it, values without any left out.

        An item may come several times. None stands for every item once.
        """
        column = self._column
        if items is None:
            ordinals = column.ordinals
            weights = weights if self._is_single else np.repeat(weights, self._lengths)
        elif self._is_single:
            ordinals = column.ordinals[items]
        else:
            lengths = self._lengths[items]
            ordinals = column.ordinals[concatenated_ranges(column.starts[items], lengths)]
            weights = np.repeat(weights, lengths)
        counts = np.bincount(ordinals, weights=weights, minlength=len(column.values))
        counted = counts.nonzero()[0]
        numbers, sums = counted.tolist(), counts[counted].astype(np.int64).tolist()
        return {column.values[number]: total for number, total in zip(numbers, sums, strict=True)}


class Kinds:
    """The kinds of texts, whose facets are the same; few, so that counts are summed up by kind first."""

    def __init__(self, of_texts: NDArray[np.intp]) -> None:
        self.of_texts = of_texts
        self._count = int(of_texts.max(initial=-1)) + 1

    def weighed(
        self, texts: NDArray[np.intp], weights: NDArray[np.int64]
    ) -> tuple[NDArray[np.intp] | None, NDArray[Any]]:
        """Return what `FacetIndex.counts` takes to count `texts`."""
        kinds = self.of_texts[texts]
        if len(kinds) < self._count:
            return kinds, weights
        return None, np.bincount(kinds, weights=weights, minlength=self._count)
