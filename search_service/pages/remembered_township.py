"""The operator's own township: chosen once, kept in a cookie, put into every search that starts afresh."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from flask import request

from indexer.facets import PLACE_FACETS
from indexer.index.generation import IndexStateError
from search_service.extension import search
from search_service.pages.links import address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from werkzeug.wrappers import Response

    from indexer.list_info import ListInfo

COOKIE = "township"
ONE_YEAR = 365 * 24 * 3600
"""Seconds that a choice is kept."""


def remembered_township() -> ListInfo | None:
    """Return the township that this browser chose; None without one, or where its list is gone."""
    chosen = request.cookies.get(COOKIE)
    if not chosen:
        return None
    try:
        lists = search().lists()
    except IndexStateError:  # the page that says so has this frame as well
        return None
    return next((info for info in lists if info.id == chosen), None)


def remember(response: Response, info: ListInfo | None) -> None:
    """Make the browser keep a township, or forget it: the cookie holds the id of a list and nothing else."""
    if info is None:
        response.delete_cookie(COOKIE)
        return
    response.set_cookie(
        COOKIE, info.id, max_age=ONE_YEAR, httponly=True, samesite="Lax", secure=request.is_secure
    )


def place_filters(info: ListInfo, lists: Sequence[ListInfo]) -> dict[str, tuple[str, ...]]:
    """Return the filters that mean this township alone: with county and prefecture where names are shared."""
    filters: dict[str, tuple[str, ...]] = {}
    for facet in reversed(PLACE_FACETS):
        filters = {facet: (getattr(info.place, facet),), **filters}
        meant = (all(getattr(one.place, name) in values for name, values in filters.items()) for one in lists)
        if sum(meant) == 1:
            break
    return filters


def address_in(back: str, info: ListInfo | None) -> str:
    """Return the page to go back to, a search there in the township just chosen (in all, for None).

    `back` comes from outside: whatever isn't a path of this site leads to the start page.
    """
    if not back.startswith("/") or back.startswith(("//", "/\\")) or not back.isprintable():
        return "/"
    parts = urlsplit(back)
    if parts.netloc or parts.path == "/":
        return "/"
    pairs = parse_qsl(parts.query)
    if parts.path == "/search":
        pairs = [(name, value) for name, value in pairs if name not in (*PLACE_FACETS, "page")]
        chosen = place_filters(info, search().lists()) if info else {}
        pairs += [(name, value) for name, values in chosen.items() for value in values]
    return address(parts.path, pairs)
