"""The scripts that other sites load. A released one never changes: what is new gets another name."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from pathlib import Path

from flask import Response, request
from werkzeug.exceptions import NotFound

NEWEST = "v1.js"
"""What ``/embed.js`` is at the moment."""
NEWEST_FRAME = "v1-frame.js"
"""What goes with a frame at the moment."""

FOR_GOOD = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=300, must-revalidate"

_FOLDER = Path(__file__).parent / "released"

SCRIPTS = {path.name: path.read_bytes() for path in sorted(_FOLDER.glob("*.js"))}
"""Every script ever released, by its name; old ones stay for the sites that took them in."""


def integrity(name: str) -> str:
    """Return the digest by which a page can insist on a script, as the attribute ``integrity`` wants it."""
    return f"sha384-{b64encode(hashlib.sha384(SCRIPTS[name]).digest()).decode('ascii')}"


def script(name: str, caching: str) -> Response:
    """Return a script for pages of any site; raise NotFound for a name that none has."""
    if name not in SCRIPTS:
        raise NotFound
    # Flask adds the charset to text: without it a page in GB 2312 would read the script as GB 2312.
    response = Response(SCRIPTS[name], mimetype="text/javascript")
    response.headers["Cache-Control"] = caching
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    # A page that insists on a script's digest has to be allowed to read it.
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.set_etag(hashlib.sha256(SCRIPTS[name]).hexdigest()[:16])
    response.make_conditional(request)
    return response
