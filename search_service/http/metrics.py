"""What is measured, and what of a finished request is counted where; names and units as Prometheus has them.

prometheus-client because it writes the exposition format, and adds up what several processes count.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector

from search_service.core.answers.result import Status
from search_service.core.events import Answered, LookedUp, Searched
from search_service.http.finished import Refusal
from search_service.http.metrics_folder import shared_folder

if TYPE_CHECKING:
    from search_service.core.events import Event
    from search_service.core.live_index import LiveIndex
    from search_service.http.finished import Finished

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the buckets of times."""

METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
OTHER_METHOD = "other"

CACHES = ("searches", "answers", "responses")

disable_created_metrics()  # type: ignore[no-untyped-call]  # twice the lines, and not among several processes

_MEMORY = Path("/proc/self/statm")
_PAGE = os.sysconf("SC_PAGE_SIZE")


class Metrics:
    """The metrics of one application; where the server shares them, those of all its processes.

    No label has values that a caller could choose: paths are counted by route, methods and paths that
    nobody knows under one name.
    """

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = self._counter(
            "requests", "Responses by route, method and class of status.", "route", "method", "status"
        )
        self._seconds = Histogram(
            "duty_search_request_seconds",
            "Seconds until the response began, by route; refused requests aside.",
            ("route",),
            buckets=SECONDS,
            registry=self._registry,
        )
        self._searches = self._counter(
            "searches", "Searches for words, by whether anything was found.", "result"
        )
        self._answers = self._counter("answers", "Questions by what became of them.", "status")
        self._lookups = self._counter("cache_lookups", "Looks into caches.", "cache", "result")
        self._refused = self._counter(
            "refused", "Requests refused although nothing was wrong with them.", "reason"
        )
        self._duties = self._gauge(
            "index_duties", "Duties of the generation in use; 0 where none is.", "livemin"
        )
        self._built = self._gauge(
            "index_built_timestamp_seconds",
            "When the generation in use was built; 0 where none is.",
            "livemin",
        )
        self._current = self._gauge(
            "index_is_current", "1 where the generation in use is the one published last.", "livemin"
        )
        self._workers = self._gauge("workers", "Worker processes that live.", "livesum")
        self._memory = self._gauge(
            "resident_memory_bytes",
            "Memory of all worker processes; what they share counts in each.",
            "livesum",
        )
        self._begin_at_zero()

    def count(self, finished: Finished) -> None:
        """Count a request and what the core came to for it."""
        method = finished.method if finished.method in METHODS else OTHER_METHOD
        self._requests.labels(finished.route, method, f"{finished.status // 100}xx").inc()
        if finished.refusal is None:
            self._seconds.labels(finished.route).observe(finished.seconds)
        else:
            self._refused.labels(finished.refusal).inc()
        for event in finished.events:
            self._count_event(event)

    def look_at(self, index: LiveIndex) -> None:
        """Take down which generation is in use, and what this process takes."""
        generation = index.opened
        manifest = generation.engine.manifest if generation else None
        self._duties.set(manifest.duties if manifest else 0)
        self._built.set(datetime.fromisoformat(manifest.built_at).timestamp() if manifest else 0)
        self._current.set(bool(manifest and index.is_current))
        self._workers.set(1)
        if _MEMORY.exists():
            self._memory.set(int(_MEMORY.read_text(encoding="ascii").split()[1]) * _PAGE)

    def text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        folder = shared_folder()
        if folder is None:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together, str(folder))  # type: ignore[no-untyped-call]
        return generate_latest(together)

    def _count_event(self, event: Event) -> None:
        match event:
            case Searched():
                self._searches.labels("found" if event.total else "nothing").inc()
            case Answered():
                self._answers.labels(event.status).inc()
            case LookedUp():
                self._lookups.labels(event.cache, "hit" if event.known else "miss").inc()

    def _begin_at_zero(self) -> None:
        """Make the series whose labels are known: a rate needs a value from before the first event."""
        for result in ("found", "nothing"):
            self._searches.labels(result)
        for status in Status:
            self._answers.labels(status)
        for reason in Refusal:
            self._refused.labels(reason)
        for cache in CACHES:
            for result in ("hit", "miss"):
                self._lookups.labels(cache, result)

    def _counter(self, name: str, text: str, *labels: str) -> Counter:
        return Counter(f"duty_search_{name}", text, labels, registry=self._registry)

    def _gauge(self, name: str, text: str, mode: str) -> Gauge:
        return Gauge(f"duty_search_{name}", text, registry=self._registry, multiprocess_mode=mode)  # type: ignore[arg-type]
