"""Addresses with scheme and host, for those who meet a page elsewhere: search engines, chats, programs."""

from __future__ import annotations

from flask import request


def whole_address(path: str) -> str:
    """Return a path of this service as whoever asks has reached it.

    Proxies that end TLS are believed where the settings count them. Of a request without a host only the
    error page is shown, and that needs none.
    """
    return request.host_url.rstrip("/") + path if request.host else path
