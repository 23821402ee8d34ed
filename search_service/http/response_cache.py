"""Answers kept as they were sent: who asks the same again gets the same bytes."""

from __future__ import annotations

import threading

from cachetools import LRUCache


class ResponseCache:
    """JSON bodies by their validators, at most so many bytes of them; safe to share between threads.

    A validator names all that an answer depends on, the index's generation too: nothing kept grows stale.
    """

    def __init__(self, size: int) -> None:
        self._lock = threading.Lock()
        self._bodies: LRUCache[str, bytes] = LRUCache(size, getsizeof=len)

    def get(self, etag: str) -> bytes | None:
        """Return the body of a validator, None where it isn't kept."""
        with self._lock:
            return self._bodies.get(etag)

    def keep(self, etag: str, body: bytes) -> None:
        """Keep a body; one that would push out all others isn't kept."""
        with self._lock:
            if len(body) * 8 <= self._bodies.maxsize:
                self._bodies[etag] = body
