"""A name for each request, on its response and in the lines of the log that it caused."""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING

from flask import g, request

from search_service.masking import masked

if TYPE_CHECKING:
    from flask import Flask, Response

HEADER = "X-Request-ID"

_SANE = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
"""What proxies and tracers make: UUIDs, trace ids. Nothing that ends a line of the log or begins another."""

_CHANCE = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|1-[0-9a-f]{8}-[0-9a-f]{24}"
    r"|(?<![0-9a-f])(?=[0-9]*[a-f])[0-9a-f]{16,}",
    re.IGNORECASE,
)
"""The parts that are chance, in hexadecimal: what looks like a phone number in them is none."""


def init_request_ids(app: Flask) -> None:
    """Give every response of `app` the id of its request, the caller's own where it is fit for the log."""
    app.after_request(_send_back)


def request_id() -> str:
    """Return the id of the current request."""
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _is_fit(given) else secrets.token_hex(16)
    found: str = g.request_id
    return found


def _is_fit(given: str) -> bool:
    """Return whether an id may stand in the log: it is sane, and names nobody by a number or a mail."""
    if not _SANE.fullmatch(given):
        return False
    told = _CHANCE.sub("", given)
    return masked(told) == told


def _send_back(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    return response
