"""Answers kept as they were sent: who asks the same again gets the same bytes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cachetools import LRUCache

from search_service.core.events import LookedUp

if TYPE_CHECKING:
    from search_service.core.events import Event


@dataclass(frozen=True, slots=True)
class KeptResponse:
    """A body, and what the core came to when it was made."""

    body: bytes
    events: tuple[Event, ...] = ()


class ResponseCache:
    """JSON bodies by their validators, at most so many bytes of them; safe to share between threads.

    A validator names all that an answer depends on, the index's generation too: nothing kept grows stale.
    """

    def __init__(self, size: int) -> None:
        self._lock = threading.Lock()
        self._kept: LRUCache[str, KeptResponse] = LRUCache(size, getsizeof=lambda kept: len(kept.body))

    def get(self, etag: str) -> KeptResponse | None:
        """Return what is kept of a validator, None where nothing is."""
        with self._lock:
            return self._kept.get(etag)

    def keep(self, etag: str, body: bytes, events: tuple[Event, ...] = ()) -> None:
        """Keep a body and what was found; a body that would push out all others isn't kept."""
        found = tuple(event for event in events if not isinstance(event, LookedUp))
        with self._lock:
            if len(body) * 8 <= self._kept.maxsize:
                self._kept[etag] = KeptResponse(body, found)
