"""Which requests were questions that nobody could answer: noted by the views, kept once the response is sent.

Kept only where the operator has named a file for it. A response that came from the cache, or was a 304, is a
use as well: what its first one noted is kept again.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cachetools import LRUCache
from flask import current_app, g, request

from search_service.core.events import listening
from search_service.extension import answers, search
from search_service.report.file import ReportFile
from search_service.report.keeper import Keeper
from search_service.report.uses import Asked, unanswered, wrong_answer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask import Flask, Response

    from search_service.core.answers.answering import AnswerRequest
    from search_service.core.answers.result import AnswerResponse
    from search_service.core.request import SearchRequest
    from search_service.core.result import SearchResponse
    from search_service.report.entry import Entry
    from search_service.settings import Settings

    Entries = tuple[Entry, ...]

MEGABYTE: Final = 1_000_000

_KEY = "duty_search.uses"
_REMEMBERED: Final = 4096
"""Responses of which it is remembered what they noted."""
_FIRST_ERROR: Final = 400


@dataclass(frozen=True, slots=True)
class _Uses:
    keeper: Keeper
    of_responses: LRUCache[str, Entries] = field(default_factory=lambda: LRUCache(_REMEMBERED))
    """Validator of a response → what its first one noted."""
    lock: threading.Lock = field(default_factory=threading.Lock)


def init_uses(app: Flask, settings: Settings) -> None:
    """Have what is noted kept in the file of the settings; without one nothing is."""
    if settings.report is None:
        return
    file = ReportFile(settings.report, settings.report_megabytes * MEGABYTE)
    app.extensions[_KEY] = uses = _Uses(Keeper(file))
    app.after_request(lambda response: _keep(response, uses))


def are_kept() -> bool:
    """Return whether the current application keeps anything."""
    return _KEY in current_app.extensions


def note_search(asked: SearchRequest, response: SearchResponse, answer: AnswerResponse | None = None) -> None:
    """Note a search and the answer given with it, where they were of no use; turning pages asks nothing."""
    if asked.page == 1:
        _note(asked.text, asked.filters, lambda one: unanswered(one, response.total, answer))


def note_answer(asked: AnswerRequest, response: AnswerResponse) -> None:
    """Note a question that was answered by none, or not surely."""
    filters = {**asked.places, **asked.filters}
    _note(asked.text, filters, lambda one: unanswered(one, None, response))


def note_wrong_answer(asked: AnswerRequest, duty_id: str, right: str | None = None) -> None:
    """Note that somebody calls an answer wrong, and which department (canonical name) they say is right.

    Raises what answering raises: UnknownFacetValueError for a place that no list is of, IndexStateError.
    """
    with listening():  # nobody asks: it is no question to be counted
        response = answers().answer(asked)
    filters = {**asked.places, **asked.filters}
    _note(asked.text, filters, lambda one: wrong_answer(one, duty_id, response, right))


def _note(
    text: str, filters: Mapping[str, tuple[str, ...]], entry_of: Callable[[Asked], Entry | None]
) -> None:
    if not are_kept() or _is_nobodys():
        return
    entry = entry_of(Asked(text, filters, search().manifest().generation))
    if entry is not None:
        g.setdefault("uses", []).append(entry)


def _is_nobodys() -> bool:
    """Return whether a program only looks, or a browser fetches what may never be shown."""
    return request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")


def _keep(response: Response, uses: _Uses) -> Response:
    entries = _entries(uses)
    if entries and response.status_code < _FIRST_ERROR and not _is_nobodys():
        # Once the client has all of it: what becomes of the file is no business of theirs.
        response.call_on_close(lambda: uses.keeper.keep(entries))
    return response


def _entries(uses: _Uses) -> Entries:
    noted: Entries = tuple(g.get("uses", ()))
    validator: str | None = g.get("validator")
    if validator is None:
        return noted
    with uses.lock:
        if noted:
            uses.of_responses[validator] = noted
        return noted or uses.of_responses.get(validator, ())
