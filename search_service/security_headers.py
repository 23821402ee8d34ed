"""What browsers are told not to do with any response: policies that hold for pages, interface and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_talisman import Talisman

if TYPE_CHECKING:
    from flask import Flask, Response

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
"""Everything comes from this host, as a file: no script or style stands in a page."""

_PERMISSIONS_POLICY = {
    **dict.fromkeys(("camera", "display-capture", "geolocation", "microphone", "payment", "usb"), "()"),
    "clipboard-write": "(self)",
}

_ONE_YEAR = 365 * 24 * 3600

talisman = Talisman()
"""Sets the headers. As a decorator it changes them for one view, a frame in other sites' pages for instance::

    @talisman(frame_options=None,
              content_security_policy={**CONTENT_SECURITY_POLICY, "frame-ancestors": "*"})
"""


def init_security_headers(app: Flask) -> None:
    """Have every response of `app` carry the headers, errors and static files included."""
    talisman.init_app(
        app,
        content_security_policy=CONTENT_SECURITY_POLICY,
        frame_options="DENY",
        permissions_policy=_PERMISSIONS_POLICY,
        # Questions stand in addresses; they are nobody else's business.
        referrer_policy="same-origin",
        # Whether there is TLS is the proxy's decision; only who came by it is told to stay with it.
        force_https=False,
        session_cookie_secure=False,
        strict_transport_security_max_age=_ONE_YEAR,
        strict_transport_security_include_subdomains=False,
    )
    app.after_request(_isolate)


def _isolate(response: Response) -> Response:
    """Cut the tie to other sites' pages that open ours or are opened by it; Talisman has no word for it."""
    response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
    return response
