"""What the core came to while it did something for somebody, for who counts it; never what was asked.

The core tells it to whoever listens, in the thread that asked, and knows nothing of what becomes of it.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from search_service.core.answers.result import Status


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A cache was asked for what may be known already."""

    cache: str
    known: bool


@dataclass(frozen=True, slots=True)
class Searched:
    """Words were searched for; browsing without words, and turning pages, are no searches."""

    total: int
    """Duties found."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question was answered, or refused."""

    status: Status


Event = LookedUp | Searched | Answered

_HEARD: ContextVar[list[Event] | None] = ContextVar("heard", default=None)


@contextmanager
def listening() -> Iterator[list[Event]]:
    """Give a list that is filled with the events of this thread for as long as the block runs."""
    heard: list[Event] = []
    token = _HEARD.set(heard)
    try:
        yield heard
    finally:
        _HEARD.reset(token)


def tell(event: Event) -> None:
    """Tell an event to who listens, if anybody does."""
    heard = _HEARD.get()
    if heard is not None:
        heard.append(event)
