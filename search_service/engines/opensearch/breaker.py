"""Asking nothing of what is known not to answer: a circuit breaker.

Own code because the libraries for it stand in the way of threads: pybreaker holds its lock while it calls, so
that one slow call delays all others, and circuitbreaker lets everybody try at once whether it works again.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class OpenError(Exception):
    """Not asked: what was asked before didn't answer."""


class Breaker:
    """Lets calls pass until so many `failures` in a row, then none for a `pause`, then one that tries.

    One instance for all threads, so that all know. Calls that are on their way at once count each.
    """

    def __init__(self, failures: int, pause: float, failure: type[Exception]) -> None:
        """Count `failure` as one; any other exception is an answer."""
        self._most = failures
        self._pause = pause
        self._failure = failure
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._again_at = 0.0
        self._is_tried = False

    @contextmanager
    def call(self) -> Iterator[None]:
        """Make a call in the block; raise OpenError instead where none is to be made now."""
        is_trial = self._admit()
        try:
            yield
        except self._failure:
            self._failed()
            raise
        except Exception:
            self._answered()
            raise
        else:
            self._answered()
        finally:
            if is_trial:
                self._is_tried = False

    def _admit(self) -> bool:
        """Return whether a call is the one that tries."""
        with self._lock:
            if self._in_a_row < self._most:
                return False
            if self._is_tried or time.monotonic() < self._again_at:
                raise OpenError
            self._is_tried = True
            return True

    def _failed(self) -> None:
        with self._lock:
            self._in_a_row += 1
            self._again_at = time.monotonic() + self._pause

    def _answered(self) -> None:
        with self._lock:
            self._in_a_row = 0
