"""Asking peers in turn, so that whatever else the machine does hits all alike."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.peers.peer import Found, Opened
    from benchmarks.query_log import Asked


def ask(opened: Opened, asked: Asked) -> tuple[Found, int]:
    """Return a peer's answer and the nanoseconds it took."""
    started = time.perf_counter_ns()
    found = opened.search(asked.terms, asked.filters)
    return found, time.perf_counter_ns() - started


def measure(
    opened: Mapping[str, Opened], log: Sequence[Asked], seconds: float
) -> dict[str, dict[str, list[int]]]:
    """Return peer → kind of question → nanoseconds of each search.

    Each question goes to all peers before the next one comes, and each time another peer is the first. The
    whole log is asked at least once, then again while `seconds` last.
    """
    times: dict[str, dict[str, list[int]]] = {name: {one.kind: [] for one in log} for name in opened}
    names = list(opened)
    ends = time.monotonic() + seconds
    asked = 0
    gc.collect()
    gc.disable()  # as timeit does: a collection would be charged to whoever happens to be asked
    try:
        while asked < len(log) or time.monotonic() < ends:
            one = log[asked % len(log)]
            first = asked % len(names)
            for name in names[first:] + names[:first]:
                times[name][one.kind].append(ask(opened[name], one)[1])
            asked += 1
    finally:
        gc.enable()
    return times
