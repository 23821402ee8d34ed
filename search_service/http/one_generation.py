"""One generation of the index for each request: a response never mixes two."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from flask import g

from search_service.extension import search

if TYPE_CHECKING:
    from flask import Flask


def init_one_generation(app: Flask) -> None:
    """Give all that a request asks the core the generation that its first question got."""
    app.before_request(_pin)
    app.teardown_request(_release)


def _pin() -> None:
    g.pinned = ExitStack()
    g.pinned.enter_context(search().index.pinned())


def _release(_error: BaseException | None) -> None:
    pinned: ExitStack | None = g.pop("pinned", None)
    if pinned is not None:
        pinned.close()
