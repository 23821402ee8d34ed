"""Who asks: the portal whose key came with a request, or nobody in particular."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from search_service.http.paths import is_for_api

if TYPE_CHECKING:
    from flask import Flask

    from search_service.keys.live_keys import LiveKeys
    from search_service.keys.portal_key import PortalKey

KEY_HEADER = "X-API-Key"

PRIVATE_HEADERS = (KEY_HEADER, "Authorization")
"""What may carry a key: another one may be answered otherwise."""

_REMEDY = "the API key is unknown or was revoked: ask the operator for one, or leave it out to ask without"


def identify_by(app: Flask, keys: LiveKeys) -> None:
    """Look for the key of each request to the interface; other paths know none."""

    @app.before_request
    def identify() -> None:
        token = _token() if is_for_api() else None
        g.portal_key = keys.find(token) if token is not None else None
        g.has_unknown_key = token is not None and g.portal_key is None


def refuse_unknown_keys(app: Flask) -> None:
    """Refuse with a 401 who has a key that is none: without its filters they would get other answers."""
    app.before_request(_refuse_unknown)


def current_key() -> PortalKey | None:
    """Return the key of the current request, None where it came without."""
    key: PortalKey | None = g.get("portal_key")
    return key


def _token() -> str | None:
    """Return the token that came with the request.

    Not from the address: addresses stand in logs and histories.
    """
    given = request.headers.get(KEY_HEADER)
    if given:  # an empty one is what a gateway sends that has none
        return given
    authorization = request.authorization
    return (authorization.token or None) if authorization and authorization.type == "bearer" else None


def _refuse_unknown() -> None:
    if g.has_unknown_key:
        challenge = WWWAuthenticate("bearer", {"realm": "duty-search"})
        raise Unauthorized(_REMEDY, www_authenticate=challenge)
