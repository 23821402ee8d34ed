"""The statistics, and the order in which peers are asked.

1. Medians and percentiles are those of the times, in milliseconds; no times are no figures.
2. Every question goes to every peer before the next one comes, each peer being first as often as the others;
   the whole log is asked even where no time is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.figures import Figures
from benchmarks.measuring import measure
from benchmarks.peers.peer import Found
from benchmarks.query_log import Asked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def test_figures():
    figures = Figures.of([one * 1_000_000 for one in range(1, 102)])
    assert (figures.count, figures.mean, figures.median) == (101, 51, 51)
    assert (figures.p95, figures.p99) == (96, 100)


def test_no_figures_of_nothing():
    with pytest.raises(ValueError, match="nothing was measured"):
        Figures.of([])


class Noted:
    """A peer that notes when it is asked."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self.name, self.notes = name, notes

    def search(self, terms: Sequence[str], filters: Mapping[str, str]) -> Found:
        self.notes.append(f"{self.name}{terms[0]}")
        return Found(0, [], [], {})

    def close(self) -> None:
        pass


def test_in_turn():
    notes: list[str] = []
    log = [Asked("keyword", ("1",), {}), Asked("complaint", ("2",), {}), Asked("keyword", ("3",), {})]
    times = measure({name: Noted(name, notes) for name in "abc"}, log, seconds=0)
    assert notes == ["a1", "b1", "c1", "b2", "c2", "a2", "c3", "a3", "b3"]
    assert {kind: len(found) for kind, found in times["b"].items()} == {"keyword": 2, "complaint": 1}
