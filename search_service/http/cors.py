"""Which other sites' pages may read the interface from their visitors' browsers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app
from flask_cors import CORS

from search_service.http.api_keys import KEY_HEADER
from search_service.http.paths import API, API_ANSWERS, API_FEEDBACK, is_for_api
from search_service.http.rate_limits import LIMIT_HEADERS
from search_service.http.request_ids import HEADER as REQUEST_ID_HEADER
from search_service.settings import ANYBODY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask, Response

ORIGINS_KEY = "INTERFACE_ORIGINS"
"""The setting of an application under which it is told who may read it."""

_ASKED_WITH = ("Authorization", "If-None-Match", KEY_HEADER, REQUEST_ID_HEADER)
_SHOWN = ("ETag", "Retry-After", REQUEST_ID_HEADER, *LIMIT_HEADERS)
_ONE_DAY = 24 * 3600


def init_cors(app: Flask, origins: Sequence[str]) -> None:
    """Let the pages of `origins` read the interface, and post questions where they are named one by one.

    Nothing here is anybody's secret and no cookie counts in the interface, so all may read it. A hundred
    questions in one request are much work to order from every visitor of somebody's page, though, and what
    they say of answers should be their own word.
    """
    app.config[ORIGINS_KEY] = tuple(origins)
    everybody = ANYBODY in origins
    posted = {
        "origins": [] if everybody else list(origins),
        "methods": ["POST"],
        "allow_headers": ["Content-Type", *_ASKED_WITH],
    }
    CORS(
        app,
        resources={
            API_ANSWERS: posted,
            API_FEEDBACK: posted,
            f"{API}.*": {
                "origins": ANYBODY if everybody else list(origins),
                "methods": ["GET", "HEAD"],
                "allow_headers": list(_ASKED_WITH),
            },
        },
        expose_headers=_SHOWN,
        max_age=_ONE_DAY,
        # One answer for all where all may read: then caches need no copy for each site.
        send_wildcard=everybody,
        always_send=everybody,
        vary_header=False,
        # Errors pass what follows a request as well; there is nothing to intercept.
        intercept_exceptions=False,
    )
    if origins and not everybody:
        app.after_request(_vary_by_origin)


def is_read_by_all() -> bool:
    """Return whether pages of any site may read the interface of the current application."""
    return ANYBODY in current_app.config[ORIGINS_KEY]


def _vary_by_origin(response: Response) -> Response:
    """Tell caches that another site gets another answer, also where this one was asked by no site at all.

    Flask-Cors says so only of requests that come from a site.
    """
    if is_for_api():
        response.vary.add("Origin")
    return response
