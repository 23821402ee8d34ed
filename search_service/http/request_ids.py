"""A name for each request, on its response and in the lines of the log that it caused."""

from __future__ import annotations

import logging
import re
import secrets
from typing import TYPE_CHECKING

from flask import g, has_request_context, request

if TYPE_CHECKING:
    from flask import Flask, Response

HEADER = "X-Request-ID"

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s%(request)s"
"""The format of log lines; `request` is added by `RequestIdFilter`."""

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


def init_logging() -> None:
    """Log to standard error, each line with the id of the request that it is about."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    for handler in logging.getLogger().handlers:
        handler.addFilter(RequestIdFilter())


class RequestIdFilter(logging.Filter):
    """Adds `request` to records: the id in brackets, nothing outside of requests."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        record.request = f" [request {request_id()}]" if has_request_context() else ""
        return True


def _send_back(response: Response) -> Response:
    response.headers[HEADER] = request_id()
    return response
