"""What a request came to, told once to all who count or write it down: metrics, and the log."""

from __future__ import annotations

import time
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import g, request

from search_service.core.events import listening
from search_service.extension import search
from search_service.http.request_ids import request_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from flask import Flask, Response

    from search_service.core.events import Event

UNKNOWN_ROUTE = "unknown"
"""The one name of all paths that lead nowhere, and of methods that a path doesn't know."""

ROUTE_KEY = "duty_search.route"
"""Where the WSGI environment of a request names its route, for the server."""


class Refusal(StrEnum):
    """Why a request was refused that another time would have been answered."""

    OVERLOAD = "overload"
    RATE_LIMIT = "rate_limit"


@dataclass(frozen=True, slots=True)
class Finished:
    """One request and its response. Nothing in it tells who asked, and only `question` what."""

    request_id: str
    method: str
    route: str
    """The template of the path, such as ``/duties/<duty_id>``."""
    status: int
    seconds: float
    """Until the response began; how long its parts take is up to the client as well."""
    bytes: int
    """Of the body that was sent."""
    generation: str | None
    """Name of the generation in use; None where none is."""
    refusal: Refusal | None
    events: tuple[Event, ...]
    question: str | None
    """The parameter q, as it was written."""


def init_finished(app: Flask, *observers: Callable[[Finished], None]) -> None:
    """Tell each of `observers` of every request to `app`, once its response is whole."""

    def finish(response: Response) -> Response:
        _finish(response, observers)
        return response

    app.before_request(_begin)
    app.after_request(finish)
    app.teardown_request(_stop_listening)


def route() -> str:
    """Return the template of the current request's path."""
    return request.url_rule.rule if request.url_rule else UNKNOWN_ROUTE


def note_refusal(reason: Refusal) -> None:
    """Note why the current request is refused."""
    g.refusal = reason


def events_heard() -> list[Event]:
    """Return what the core has told of the current request so far."""
    events: list[Event] = g.heard
    return events


def _begin() -> None:
    g.began = time.perf_counter()
    request.environ[ROUTE_KEY] = route()
    g.listening = ExitStack()
    g.heard = g.listening.enter_context(listening())


def _stop_listening(_error: BaseException | None) -> None:
    stack: ExitStack | None = g.pop("listening", None)
    if stack is not None:
        stack.close()


def _finish(response: Response, observers: Iterable[Callable[[Finished], None]]) -> None:
    generation = search().index.opened
    # Read now: the response of a long export ends after its request.
    name, method, path, status = request_id(), request.method, route(), response.status_code
    seconds = time.perf_counter() - g.began
    in_use = generation.name if generation else None
    refusal, events, question = g.get("refusal"), tuple(g.heard), _question()

    def tell(sent: int) -> None:
        finished = Finished(name, method, path, status, seconds, sent, in_use, refusal, events, question)
        for observe in observers:
            observe(finished)

    if method == "HEAD" or status in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
        tell(0)
    elif response.is_sequence:
        tell(sum(map(len, response.iter_encoded())))
    elif response.direct_passthrough:  # a file; its response is not told when it ends
        tell(response.content_length or 0)
    else:
        _tell_at_the_end(response, tell)


def _question() -> str | None:
    """Return what was asked for, as far as it is text."""
    try:
        return request.args.get("q")
    except UnicodeDecodeError:  # the whole query string is refused, by whoever answers
        return None


def _tell_at_the_end(response: Response, tell: Callable[[int], None]) -> None:
    stream, parts = response.response, response.iter_encoded()
    sent = 0

    def counted() -> Iterator[bytes]:
        nonlocal sent
        for part in parts:
            sent += len(part)
            yield part

    if hasattr(stream, "close"):
        response.call_on_close(stream.close)
    response.call_on_close(lambda: tell(sent))
    response.response = counted()
