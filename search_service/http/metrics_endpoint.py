"""The address that Prometheus reads. It is for the operator: a proxy keeps the public from it."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from flask import Response
from prometheus_client import CONTENT_TYPE_LATEST

from indexer.index.generation import IndexStateError
from search_service.extension import search
from search_service.http.metrics import Metrics
from search_service.http.paths import METRICS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from search_service.http.finished import Finished

LOOKS = 2.0
"""Seconds between two looks of a process at itself."""

_KEY = "duty_search_metrics"


def init_metrics(app: Flask) -> Callable[[Finished], None]:
    """Serve the metrics of `app`; return what has to be told of every request."""
    metrics = app.extensions[_KEY] = Metrics()

    @app.get(METRICS, endpoint="metrics")
    def show() -> Response:
        with suppress(IndexStateError):  # that there is none, the metrics say
            _ = search().index.generation
        metrics.look_at(search().index)
        return Response(
            metrics.text(), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"}
        )

    return metrics.count


def watch(app: Flask) -> None:
    """Keep the metrics of this process up to date while nobody asks it; run it in a thread of its own."""
    metrics: Metrics = app.extensions[_KEY]
    with app.app_context():
        index = search().index
    while True:
        metrics.look_at(index)
        time.sleep(LOOKS)
