"""Static files under addresses that name their content, so that browsers may keep them for good.

Own code because the libraries for it want a build step: Flask-Static-Digest and WhiteNoise serve files that
were renamed before. Here `url_for('static', ...)` itself adds the digest, and templates stay plain.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import current_app, request
from werkzeug.security import safe_join

if TYPE_CHECKING:
    from flask import Flask, Response

DIGEST_PARAMETER = "v"

_ENDPOINT = "static"
_FILE_STATUS = (200, 206, 304)
_DIGEST_LENGTH = 16
_FOR_GOOD = 365 * 24 * 3600
_FOR_NOW = 60
"""Seconds that a file is kept whose address doesn't say which content is meant; its ETag holds on."""


def init_assets(app: Flask) -> None:
    """Add digests to the addresses of static files, and tell browsers how long to keep each response."""
    app.url_defaults(_add_digest)
    app.after_request(_set_caching)


def digest(filename: str) -> str | None:
    """Return the digest of a static file's content; None where there is no such file."""
    path = safe_join(current_app.static_folder or "", filename)
    if path is None or not Path(path).is_file():
        return None
    status = Path(path).stat()
    return _digest(path, status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=256)
def _digest(path: str, modified: int, size: int) -> str:
    # Time and size are only keys: read once per process, and anew when the file was changed meanwhile.
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:_DIGEST_LENGTH]


def _add_digest(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint != _ENDPOINT or "filename" not in values or DIGEST_PARAMETER in values:
        return
    found = digest(values["filename"])
    if found:
        values[DIGEST_PARAMETER] = found


def _set_caching(response: Response) -> Response:
    if request.endpoint != _ENDPOINT or response.status_code not in _FILE_STATUS:
        return response
    wanted = request.args.get(DIGEST_PARAMETER)
    is_current = wanted is not None and wanted == digest((request.view_args or {})["filename"])
    lifetime = f"max-age={_FOR_GOOD}, immutable" if is_current else f"max-age={_FOR_NOW}, must-revalidate"
    response.headers["Cache-Control"] = f"public, {lifetime}"
    return response
