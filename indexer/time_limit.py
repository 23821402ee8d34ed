"""How long calls to another machine may take: who waits for them sets it, what makes them keeps to it."""

from __future__ import annotations

import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_UNTIL: ContextVar[float | None] = ContextVar("until", default=None)
_HURRIED: ContextVar[bool] = ContextVar("hurried", default=True)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Give all that is asked in the block so many seconds together, or what is left of an outer block's."""
    until, outer = time.monotonic() + seconds, _UNTIL.get()
    token = _UNTIL.set(until if outer is None else min(until, outer))
    try:
        yield
    finally:
        _UNTIL.reset(token)


def seconds_left() -> float:
    """Return how much time is left; without end outside of any block."""
    until = _UNTIL.get()
    return float("inf") if until is None else until - time.monotonic()


@contextmanager
def unhurried() -> Iterator[None]:
    """Let each call that is made in the block take long: nobody waits for it."""
    token = _HURRIED.set(False)
    try:
        yield
    finally:
        _HURRIED.reset(token)


def is_hurried() -> bool:
    """Return whether somebody waits."""
    return _HURRIED.get()
