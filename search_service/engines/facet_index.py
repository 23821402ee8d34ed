"""Filtering and counting by one facet."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.index.snapshot import FacetColumn


class FacetIndex:
    """One facet's column with what counting and filtering need at hand."""

    def __init__(self, column: FacetColumn) -> None:
        self._column = column
        self._number = {value: number for number, value in enumerate(column.values)}

    @cached_property
    def _documents(self) -> NDArray[np.intp]:
        """For each entry of the column, the document it belongs to."""
        lengths = np.diff(self._column.starts)
        return np.repeat(np.arange(len(lengths)), lengths)

    def documents_with(self, values: frozenset[str]) -> NDArray[np.bool_]:
        """Return the mask of the documents that have any of `values`."""
        wanted = [self._number[value] for value in values if value in self._number]
        mask = np.zeros(len(self._column.starts) - 1, dtype=np.bool_)
        mask[self._documents[np.isin(self._column.ordinals, wanted)]] = True
        return mask

    def counts(self, mask: NDArray[np.bool_]) -> dict[str, int]:
        """Return value → number of masked documents, values without any left out."""
        entries = self._column.ordinals[mask[self._documents]]
        counts = np.bincount(entries, minlength=len(self._column.values)).tolist()
        return {value: count for value, count in zip(self._column.values, counts, strict=True) if count}
