"""Many ranges of numbers as one array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def concatenated_ranges(starts: NDArray[Any], lengths: NDArray[Any]) -> NDArray[np.int64]:
    """Return the numbers from each start on, as many as its length says, one range after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(total)


def in_order(numbers: NDArray[np.intp], below: int) -> NDArray[np.intp]:
    """Return different numbers, all in [0, below), ascending."""
    if len(numbers) * _FEW < below:
        return np.sort(numbers)
    mask = np.zeros(below, dtype=np.bool_)
    mask[numbers] = True
    return mask.nonzero()[0]


_FEW = 256
"""Fewer than one number in so many are sorted; marking the others in a mask costs less than sorting them."""
