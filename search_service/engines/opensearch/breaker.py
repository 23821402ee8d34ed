"""Asking nothing of what is known not to answer: a circuit breaker.

Own code because the libraries for it stand in the way of threads: pybreaker holds its lock while it calls, so
that one slow call delays all others; circuitbreaker lets everybody try at once whether it works again; and
neither sees a call fail before it has ended.
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

    A call that waits longer than `slow` counts as a failure while it waits. So however many threads share it,
    and all of them must, only so many wait at once for what hangs.
    """

    def __init__(self, failures: int, pause: float, slow: float, failure: type[Exception]) -> None:
        """Count `failure` as one; any other exception is an answer."""
        self._most = failures
        self._pause = pause
        self._slow = slow
        self._failure = failure
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._again_at = 0.0
        self._is_tried = False
        self._began: dict[object, float] = {}
        """When the calls that are on their way began."""

    @contextmanager
    def call(self, *, is_hurried: bool = True) -> Iterator[None]:
        """Make a call in the block; raise OpenError instead where none is to be made now.

        One that is not `is_hurried` is never too slow.
        """
        call = object() if is_hurried else None
        is_trial = self._begin(call)
        try:
            yield
        except self._failure:
            self._end(call, is_trial=is_trial, failed=True)
            raise
        except BaseException:
            self._end(call, is_trial=is_trial, failed=False)
            raise
        self._end(call, is_trial=is_trial, failed=False)

    def _begin(self, call: object | None) -> bool:
        """Note a call and return whether it is the one that tries; raise OpenError where none is made."""
        now = time.monotonic()
        with self._lock:
            is_open = self._in_a_row >= self._most
            if is_open:
                if self._is_tried or now < self._again_at:
                    raise OpenError
                self._is_tried = True
            elif self._in_a_row + self._hanging(now) >= self._most:
                raise OpenError
            if call is not None:
                self._began[call] = now
        return is_open

    def _end(self, call: object | None, *, is_trial: bool, failed: bool) -> None:
        with self._lock:
            self._began.pop(call, None)
            if is_trial:
                self._is_tried = False
            if failed:
                self._in_a_row += 1
                self._again_at = time.monotonic() + self._pause
            else:
                self._in_a_row = 0

    def _hanging(self, now: float) -> int:
        return sum(now - began > self._slow for began in self._began.values())
