"""A name for each request, on its response and in the lines of the log that it caused."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from flask import g, request

if TYPE_CHECKING:
    from flask import Flask, Response

HEADER = "X-Request-ID"

_SANE = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
"""What proxies and tracers make: UUIDs, trace ids. Nothing that ends a line of the log or begins another."""


def init_request_ids(app: Flask) -> None:
    """Give every response of `app` the id of its request, the caller's own where it is sane."""
    app.after_request(_send_back)


def request_id() -> str:
    """Return the id of the current request."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _SANE.fullmatch(given) else secrets.token_hex(16)
    found: str = g.request_id
    return found


def _send_back(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    return response
