"""The endpoints under /api/v1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask_smorest import Blueprint
from marshmallow import RAISE
from werkzeug.exceptions import NotFound

from search_service.api.schemas import (
    DutyResponseSchema,
    PlacesResponseSchema,
    QueryParameters,
    SearchParametersSchema,
    SearchResponseSchema,
    SuggestionParameters,
    SuggestionsResponseSchema,
)
from search_service.extension import search

if TYPE_CHECKING:
    from search_service.core.request import SearchRequest
    from search_service.core.result import SearchResponse

blueprint = Blueprint("api", __name__, url_prefix="/api/v1", description="Search over the duty lists")


@blueprint.get("/search")
@blueprint.arguments(SearchParametersSchema, location="query", unknown=RAISE)
@blueprint.response(200, SearchResponseSchema)
def search_duties(request: SearchRequest) -> SearchResponse:
    """Search the duties.

    Filters are OR within a facet and AND between facets; a facet's counts leave out its own selection.
    """
    return search().search(request)


@blueprint.get("/suggestions")
@blueprint.arguments(SuggestionParameters, location="query", unknown=RAISE)
@blueprint.response(200, SuggestionsResponseSchema)
def suggest(parameters: dict[str, Any]) -> dict[str, Any]:
    """Complete what is being typed, in Chinese, pinyin or initials; every suggestion has results."""
    townships = tuple(parameters.get("township", ()))
    found = search().suggest(parameters["q"], {"township": townships}, parameters["limit"])
    suggestions = [
        {
            "text": one.text,
            "kind": one.kind,
            "url": f"/search?{urlencode({'q': one.text, 'township': townships}, doseq=True)}",
        }
        for one in found
    ]
    return {"query": parameters["q"], "suggestions": suggestions}


@blueprint.get("/duties/<string:duty_id>")
@blueprint.arguments(QueryParameters, location="query", unknown=RAISE, as_kwargs=True)
@blueprint.response(200, DutyResponseSchema)
@blueprint.alt_response(404, description="no duty has this id")
def get_duty(duty_id: str) -> dict[str, Any]:
    """Return one duty with all its steps, and the same duty of other townships."""
    found = search().duty(duty_id)
    if found is None:
        raise NotFound(f"no duty has the id {duty_id!r}; ids look like changji-miaoergou-cooperative-19")
    return {"duty": found.duty, "shared_with": found.same}


@blueprint.get("/places")
@blueprint.arguments(QueryParameters, location="query", unknown=RAISE, as_kwargs=True)
@blueprint.response(200, PlacesResponseSchema)
def list_places() -> dict[str, Any]:
    """Return every township of the index with the size and date of its list."""
    lists = search().lists()
    return {"total": len(lists), "places": lists}
