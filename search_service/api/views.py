"""The endpoints under /api/v1."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask_smorest import Blueprint
from marshmallow import RAISE
from werkzeug.exceptions import NotFound

from indexer.facets import FACETS
from search_service.api.schemas import (
    DutyResponseSchema,
    ErrorSchema,
    PlacesResponseSchema,
    QueryParameters,
    SearchParametersSchema,
    SearchResponseSchema,
    SuggestionParametersSchema,
    SuggestionsResponseSchema,
)
from search_service.extension import search
from search_service.http.key_scope import facets_within_key, within_key
from search_service.http.uses import note_search

if TYPE_CHECKING:
    from search_service.core.request import SearchRequest
    from search_service.core.result import SearchResponse

blueprint = Blueprint("search", __name__, url_prefix="/api/v1", description="Search over the duty lists")

_DUTY_ID = {
    "in": "path",
    "name": "duty_id",
    "description": "a duty's id: `<list id>-<list type>-<number>`",
    "example": "changji-miaoergou-cooperative-19",
}


@blueprint.get("/search")
@blueprint.arguments(SearchParametersSchema, location="query", unknown=RAISE)
@blueprint.response(200, SearchResponseSchema)
@blueprint.doc(operationId="searchDuties")
def search_duties(request: SearchRequest) -> SearchResponse:
    """Search the duties.

    Filters are OR within a facet and AND between facets; a facet's counts leave out its own selection.
    """
    held = replace(request, filters=within_key(request.filters))
    response = search().search(held)
    note_search(held, response)
    return facets_within_key(response)


@blueprint.get("/suggestions")
@blueprint.arguments(SuggestionParametersSchema, location="query", unknown=RAISE)
@blueprint.response(200, SuggestionsResponseSchema)
@blueprint.doc(operationId="suggest")
def suggest(parameters: dict[str, Any]) -> dict[str, Any]:
    """Complete what is being typed, in Chinese, pinyin or initials.

    Every suggestion has results, also under the filters.
    """
    asked = {facet.name: tuple(parameters[facet.name]) for facet in FACETS if parameters.get(facet.name)}
    filters = within_key(asked)
    found = search().suggest(parameters["q"], filters, parameters["limit"])
    suggestions = [
        {
            "text": one.text,
            "kind": one.kind,
            "url": f"/search?{urlencode({'q': one.text, **filters}, doseq=True)}",
        }
        for one in found
    ]
    return {"query": parameters["q"], "suggestions": suggestions}


@blueprint.get("/duties/<string:duty_id>", parameters=[_DUTY_ID])
@blueprint.arguments(QueryParameters, location="query", unknown=RAISE, as_kwargs=True)
@blueprint.response(200, DutyResponseSchema)
@blueprint.alt_response(404, schema=ErrorSchema, description="no duty has this id")
@blueprint.doc(operationId="getDuty")
def get_duty(duty_id: str) -> dict[str, Any]:
    """Return one duty with all its steps, and the same duty of other townships."""
    found = search().duty(duty_id)
    if found is None:
        raise NotFound(f"no duty has the id {duty_id!r}; ids look like changji-miaoergou-cooperative-19")
    return {"duty": found.duty, "shared_with": found.same}


@blueprint.get("/places")
@blueprint.arguments(QueryParameters, location="query", unknown=RAISE, as_kwargs=True)
@blueprint.response(200, PlacesResponseSchema)
@blueprint.doc(operationId="listPlaces")
def list_places() -> dict[str, Any]:
    """Return every township of the index with the size and date of its list."""
    lists = search().lists()
    return {"total": len(lists), "places": lists}
