"""Medians and percentiles of what was measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds a question took: the mean, and what half, 95 and 99 of a hundred stayed below."""

    count: int
    mean: float
    median: float
    p95: float
    p99: float

    @classmethod
    def of(cls, nanoseconds: Sequence[int]) -> Self:
        """Return the figures of measured times; raise ValueError where there is none."""
        if not nanoseconds:
            raise ValueError("nothing was measured")
        times = np.asarray(nanoseconds) / 1e6
        median, p95, p99 = np.percentile(times, [50, 95, 99]).tolist()
        return cls(len(nanoseconds), float(times.mean()), median, p95, p99)
