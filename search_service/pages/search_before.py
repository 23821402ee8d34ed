"""The search from which a page was reached: the way back keeps its places, order and page."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from flask import request
from marshmallow import EXCLUDE, ValidationError
from webargs.multidictproxy import MultiDictProxy
from werkzeug.datastructures import MultiDict

from search_service.pages.parameters import SearchPageParametersSchema

if TYPE_CHECKING:
    from search_service.core.request import SearchRequest


def search_before(text: str) -> SearchRequest | None:
    """Return the search for a text whose page led here, by the browser's word; None from anywhere else."""
    try:
        parts = urlsplit(request.referrer or "")
    except ValueError:  # a header can hold anything
        return None
    if parts.netloc != request.host or parts.path != "/search":
        return None
    schema = SearchPageParametersSchema()
    given = MultiDictProxy(MultiDict(parse_qsl(parts.query)), schema)
    try:
        found: SearchRequest = schema.load(given, unknown=EXCLUDE)
    except ValidationError:
        return None
    return found if found.text == text else None
