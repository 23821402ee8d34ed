"""The core as Flask sees it: one search and one answering per application, over the same index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app

from search_service.core.answers.answering import Answers

if TYPE_CHECKING:
    from search_service.core.search import Search

_KEY = "duty_search"


@dataclass(frozen=True, slots=True)
class _Core:
    search: Search
    answers: Answers


def search() -> Search:
    """Return the search of the current application."""
    return _core().search


def answers() -> Answers:
    """Return the answering of the current application."""
    return _core().answers


def init_core(extensions: dict[str, object], core: Search) -> None:
    """Give an application (its `extensions`) its search, and answers over the same index."""
    extensions[_KEY] = _Core(core, Answers(core.index))


def _core() -> _Core:
    core: _Core = current_app.extensions[_KEY]
    return core
