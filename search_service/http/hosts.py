"""Requests whose host is no name: no address could be made of it, and pages name themselves by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request
from werkzeug.exceptions import BadRequest

from search_service.http.paths import HEALTH

if TYPE_CHECKING:
    from flask import Flask

_REMEDY = (
    "the Host header is empty or no host name (letters, digits, dots and hyphens, with or without a port); "
    "a proxy has to pass on the one that it was asked by"
)


def refuse_bad_hosts(app: Flask) -> None:
    """Refuse with a 400 what asks by a host that is none, or is said to by a proxy that is believed."""
    app.before_request(_refuse_bad_host)


def _refuse_bad_host() -> None:
    # Werkzeug gives "" for what is no name. Who asks whether the service is alive gets no address.
    if not request.host and request.path not in HEALTH:
        raise BadRequest(_REMEDY)
