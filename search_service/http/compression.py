"""Texts are sent compressed to whoever takes them so: a page of results shrinks to a fifth.

Flask-Compress rather than our own lines over zlib: it weighs Accept-Encoding, leaves alone what is short or
compressed already, compresses exports while they are sent, keeps `Vary`, and gives a file's two forms
validators of their own. What it gets wrong is put right below.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import request
from flask_compress import Compress

if TYPE_CHECKING:
    from flask import Flask, Response

LEAST_BYTES = 500
"""Below this the headers are most of a response."""

TYPES = (
    "application/json",
    "application/jsonl",
    "application/xml",
    "image/svg+xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
    "text/plain",
)

ALGORITHM = "gzip"
"""Every client and every proxy understands it; others save a few per cent more."""


def init_compression(app: Flask) -> None:
    """Compress what is worth it."""
    app.config.update(
        COMPRESS_ALGORITHM=ALGORITHM,
        COMPRESS_ALGORITHM_STREAMING=ALGORITHM,
        COMPRESS_MIMETYPES=TYPES,
        COMPRESS_MIN_SIZE=LEAST_BYTES,
        COMPRESS_REGISTER=False,
    )
    compress = Compress(app)

    @app.after_request
    def shrink(response: Response) -> Response:
        # A part of a file is a part of what it was as a file: compressed it would be a part of nothing.
        is_part = response.status_code == HTTPStatus.PARTIAL_CONTENT
        # A weight of 0 means not at all; to Flask-Compress it is just a low one.
        if is_part or not request.accept_encodings.quality(ALGORITHM):
            response.vary.add("Accept-Encoding")
            return response
        body = response.response
        shrunk = compress.after_request(response)
        if shrunk.response is not body and hasattr(body, "close"):
            shrunk.call_on_close(body.close)  # a file is read to its end, but not closed
        return shrunk
