"""Answers that the caller or this process has already aren't made again.

GET with the validator of before is a 304; without, it gets the bytes that somebody else got before.

An answer depends on nothing but the index, the software, the address, the filters of a key, and the day: best
bets end with one. So its validator is known before it is made. It is a weak one, for `took_ms` differs.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Response, g, request

from indexer.index.generation import IndexStateError
from search_service.core.events import LookedUp, tell
from search_service.extension import search
from search_service.http.api_keys import PRIVATE_HEADERS, current_key
from search_service.http.finished import events_heard
from search_service.http.paths import is_for_api
from search_service.http.response_cache import ResponseCache
from search_service.software_version import software_version

if TYPE_CHECKING:
    from flask import Flask

    from search_service.core.generation import Generation

KEPT_BYTES = 32 * 1024 * 1024
"""Of answers kept in each process; one of the search has about 10 kB."""

_JSON = "application/json"
_OK = 200
_NOT_MODIFIED = 304


def init_conditional_requests(app: Flask) -> None:
    """Label the interface's answers, give a 304 instead of one that the caller has, and keep the latest."""
    kept = ResponseCache(KEPT_BYTES)
    app.before_request(lambda: _known(kept))
    app.after_request(lambda response: _label(response, kept))


def _known(kept: ResponseCache) -> Response | None:
    if not is_for_api() or request.method not in {"GET", "HEAD"} or request.routing_exception:
        return None
    try:
        generation = search().index.generation
    except IndexStateError:
        return None  # the view says so, the way it is said
    g.validator = _etag(generation)
    known = request.if_none_match
    # A star means anything that there is: whether there is, only the view knows.
    if not known.star_tag and known.contains_weak(g.validator):
        return Response(status=_NOT_MODIFIED)
    answer = kept.get(g.validator)
    tell(LookedUp("responses", answer is not None))
    if answer is None:
        return None
    for event in answer.events:  # it is answered anew, for somebody else
        tell(event)
    return Response(answer.body, mimetype=_JSON)


def _label(response: Response, kept: ResponseCache) -> Response:
    if not is_for_api():
        return response
    validator: str | None = g.get("validator")
    response.vary.update(PRIVATE_HEADERS)
    if validator is None or response.status_code not in {_OK, _NOT_MODIFIED}:
        response.headers["Cache-Control"] = "no-store"
        return response
    # A key's answers are for its holder. Others may be kept by all, but are asked for each time: a new index
    # counts at once.
    response.headers["Cache-Control"] = "private, no-cache" if current_key() else "public, no-cache"
    response.set_etag(validator, weak=True)
    if request.method == "GET" and response.status_code == _OK and _is_plain_json(response):
        kept.keep(validator, response.get_data(), tuple(events_heard()))
    if request.if_none_match.star_tag:
        response.make_conditional(request)
    return response


def _is_plain_json(response: Response) -> bool:
    return response.mimetype == _JSON and not response.is_streamed


def _etag(generation: Generation) -> str:
    key = current_key()
    parts = [
        generation.name,
        software_version(),
        datetime.now(UTC).date().isoformat(),
        request.path,
        request.query_string.decode("latin-1"),
        key.filters if key else {},
    ]
    text = json.dumps(parts, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
