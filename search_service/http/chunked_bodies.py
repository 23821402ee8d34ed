"""Bodies sent in chunks are made bodies of a known length, before anything reads them.

Of a chunked one that is too large, Werkzeug gives the first part, as if it ended there: JSON broken off.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from flask import request

if TYPE_CHECKING:
    from flask import Flask


def init_chunked_bodies(app: Flask) -> None:
    """Have `app` read chunked bodies; one above its MAX_CONTENT_LENGTH is refused as any other is."""
    app.before_request(_join)


def _join() -> None:
    environ, most = request.environ, request.max_content_length
    if most is None or "HTTP_TRANSFER_ENCODING" not in environ:
        return
    body = environ["wsgi.input"].read(most + 1)  # one byte too many is as good as all of them
    del environ["HTTP_TRANSFER_ENCODING"]
    environ.update({"CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body)})
