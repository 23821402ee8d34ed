"""The search core as Flask sees it: one instance per application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app

if TYPE_CHECKING:
    from search_service.core.search import Search

_KEY = "duty_search"


def search() -> Search:
    """Return the search core of the current application."""
    core: Search = current_app.extensions[_KEY]
    return core


def init_search(extensions: dict[str, object], core: Search) -> None:
    """Give an application (its `extensions`) its search core."""
    extensions[_KEY] = core
