"""Results kept for the next one who asks the same."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Generic, TypeVar

from cachetools import LRUCache

from search_service.core.events import LookedUp, tell

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from search_service.core.generation import Generation

_Result = TypeVar("_Result")


class ResultCache(Generic[_Result]):
    """The latest `size` results of one generation; safe to share between threads.

    With the first result of another generation all others are forgotten.
    """

    def __init__(self, name: str, size: int) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._results: LRUCache[Hashable, _Result] = LRUCache(size)
        self._generation: Generation | None = None

    def get(self, generation: Generation, key: Hashable, make: Callable[[], _Result]) -> _Result:
        """Return the result of `key` in a generation, made now where it isn't known."""
        with self._lock:
            if self._generation is not generation:
                self._results.clear()
                self._generation = generation
            known = self._results.get(key)
        tell(LookedUp(self._name, known is not None))
        if known is not None:
            return known
        # Two who ask the same at once both make it: better than all others waiting for one.
        result = make()
        with self._lock:
            if self._generation is generation:
                self._results[key] = result
        return result
