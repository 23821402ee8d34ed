"""How long browsers keep the pages themselves: until they have asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask, Response


def init_page_caching(app: Flask) -> None:
    """Have every page asked for anew, error pages included, unless its view says otherwise."""
    app.after_request(_ask_again)


def _ask_again(response: Response) -> Response:
    # What a page shows depends on a cookie, and on an index that may be exchanged any minute.
    if response.mimetype == "text/html" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "private, no-cache"
    return response
