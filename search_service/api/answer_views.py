"""The endpoints that answer: one question, or up to a hundred."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from marshmallow import RAISE
from werkzeug.exceptions import Forbidden, UnprocessableEntity

from indexer.facets import PLACE_FACETS, UnknownFacetValueError
from search_service.api.answer_schemas import (
    BARE_QUESTIONS,
    AnswerParametersSchema,
    AnswerResponseSchema,
    AnswersResponseSchema,
    NoParameters,
    QuestionsSchema,
)
from search_service.api.json_body import JsonBlueprint
from search_service.api.schemas import ErrorSchema
from search_service.core.fixed_filters import OutsideError
from search_service.extension import answers
from search_service.http.key_scope import within_key
from search_service.http.uses import note_answer

if TYPE_CHECKING:
    from search_service.core.answers.answering import AnswerRequest
    from search_service.core.answers.result import AnswerResponse


_BODY = {
    "content": {
        "application/json": {
            "schema": {"oneOf": [BARE_QUESTIONS, QuestionsSchema]},
            "example": [{"id": 1, "q": "狗咬人了找谁", "township": "庙尔沟乡"}, {"id": 2, "q": "护照到期了"}],
        }
    }
}

blueprint = JsonBlueprint("answers", __name__, url_prefix="/api/v1", description="Who handles it")


@blueprint.get("/answer")
@blueprint.arguments(AnswerParametersSchema, location="query", unknown=RAISE)
@blueprint.response(200, AnswerResponseSchema)
@blueprint.doc(operationId="answer")
def answer(request: AnswerRequest) -> AnswerResponse:
    """Say who handles what is asked, and which sentence of the list says so.

    A question that no list answers ends as `not_found`; one whose answers have no body in common among the
    townships asked about as `ambiguous`.
    """
    return _answered(held_answer_request(request))


@blueprint.post("/answers")
@blueprint.arguments(NoParameters, location="query", unknown=RAISE, as_kwargs=True)
@blueprint.arguments(QuestionsSchema)
@blueprint.response(200, AnswersResponseSchema)
@blueprint.alt_response(400, schema=ErrorSchema, description="the body is no JSON")
@blueprint.alt_response(413, schema=ErrorSchema, description="the body is too large")
@blueprint.alt_response(415, schema=ErrorSchema, description="the body doesn't call itself JSON")
@blueprint.doc(operationId="answerMany", requestBody=_BODY)
def answer_many(data: dict[str, Any]) -> dict[str, Any]:
    """Answer up to 100 questions at once, in their order; a bad one refuses the request and is named."""
    found = [_identified(number, *question) for number, question in enumerate(data["questions"])]
    return {"total": len(found), "answers": found}


def _identified(number: int, identity: Any, request: AnswerRequest) -> dict[str, Any]:
    try:
        response = _answered(held_answer_request(request))
    except OutsideError as error:
        raise Forbidden(f"question {number}: {error}") from None
    except UnknownFacetValueError as error:
        refusal = UnprocessableEntity()
        errors = {"json": {"questions": {str(number): {error.facet: [error.reason]}}}}
        refusal.data = {"errors": errors}  # type: ignore[attr-defined]  # webargs' convention for details
        raise refusal from None
    return {"id": identity, **{field.name: getattr(response, field.name) for field in fields(response)}}


def _answered(request: AnswerRequest) -> AnswerResponse:
    response = answers().answer(request)
    note_answer(request, response)
    return response


def held_answer_request(request: AnswerRequest) -> AnswerRequest:
    """Return a request that is held to what its key is for; raise OutsideError where it asks for more."""
    held = within_key(request.places)
    places = {facet: held[facet] for facet in PLACE_FACETS if facet in held}
    return replace(
        request, places=places, filters={facet: held[facet] for facet in held if facet not in places}
    )
