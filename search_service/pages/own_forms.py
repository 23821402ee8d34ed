"""Forms that only our own pages may send."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import Forbidden


def refuse_other_sites() -> None:
    """Raise Forbidden where another site's page sent the form: it must not act in an operator's name."""
    origin = request.headers.get("Origin")
    is_foreign = bool(origin) and urlsplit(origin).netloc != request.host
    if is_foreign or request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        raise Forbidden
