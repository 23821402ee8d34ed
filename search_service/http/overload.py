"""Refusing requests that a worker has no thread for: quickly, in the service's own words."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from flask import request
from werkzeug.exceptions import ServiceUnavailable

from search_service.http.finished import Refusal, note_refusal
from search_service.http.paths import HEALTH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

RETRY_AFTER = 2
"""Seconds after which a refused client may ask again."""

_MESSAGE = "too many requests at once; try again in a moment"

_thread = threading.local()


def refuse_in_this_thread() -> None:
    """Have this thread refuse all requests: it serves those that no other has time for."""
    _thread.refuses = True


@contextmanager
def refusing() -> Iterator[None]:
    """Have this thread refuse the request of the block."""
    refused_before = getattr(_thread, "refuses", False)
    _thread.refuses = True
    try:
        yield
    finally:
        _thread.refuses = refused_before


def init_overload(app: Flask) -> None:
    """Have `app` refuse requests in the threads that are there for it."""
    app.before_request(_refuse)


def _refuse() -> None:
    if getattr(_thread, "refuses", False) and request.path not in HEALTH:
        note_refusal(Refusal.OVERLOAD)
        raise ServiceUnavailable(_MESSAGE, retry_after=RETRY_AFTER)
