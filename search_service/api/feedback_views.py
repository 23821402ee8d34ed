"""The endpoint that takes down that an answer was wrong; it changes neither lists nor index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marshmallow import RAISE
from werkzeug.exceptions import NotFound, UnprocessableEntity

from indexer.steps.binding import TOWNSHIP
from search_service.api.answer_schemas import NoParameters
from search_service.api.answer_views import held_answer_request
from search_service.api.feedback_schemas import NOTED, VERDICT, FeedbackSchema, NotedSchema
from search_service.api.json_body import JsonBlueprint
from search_service.api.schemas import ErrorSchema
from search_service.extension import search
from search_service.http.uses import are_kept, note_wrong_answer

if TYPE_CHECKING:
    from search_service.core.answers.answering import AnswerRequest

_OFF = "feedback is not taken down here: the operator has named no file for it (DUTY_SEARCH_REPORT)"

_BODY = {
    "content": {
        "application/json": {
            "schema": FeedbackSchema,
            "example": {
                "q": "狗咬人了找谁",
                "township": "庙尔沟乡",
                "duty_id": "changji-miaoergou-cooperative-19",
                "verdict": VERDICT,
                "department": "农业农村局",
            },
        }
    }
}

blueprint = JsonBlueprint("feedback", __name__, url_prefix="/api/v1", description="What was wrong")


@blueprint.before_request
def refuse_where_off() -> None:
    """Raise NotFound where nothing is kept, whatever is sent."""
    if not are_kept():
        raise NotFound(_OFF)


@blueprint.post("/feedback")
@blueprint.arguments(NoParameters, location="query", unknown=RAISE, as_kwargs=True)
@blueprint.arguments(FeedbackSchema, as_kwargs=True)
@blueprint.response(200, NotedSchema)
@blueprint.alt_response(400, schema=ErrorSchema, description="the body is no JSON")
@blueprint.alt_response(404, schema=ErrorSchema, description="the operator keeps no feedback")
@blueprint.alt_response(413, schema=ErrorSchema, description="the body is too large")
@blueprint.alt_response(415, schema=ErrorSchema, description="the body doesn't call itself JSON")
@blueprint.doc(operationId="sendFeedback", requestBody=_BODY)
def send_feedback(asked: AnswerRequest, duty_id: str, right: str | None) -> dict[str, str]:
    """Say that an answer was wrong, and who would be right if that is known.

    It is kept masked, for those who look after the phrasings, and changes no answer by itself. Of who sends
    it nothing is kept.
    """
    _refuse_unknown(duty_id, right)
    note_wrong_answer(held_answer_request(asked), duty_id, right)
    return {"status": NOTED}


def _refuse_unknown(duty_id: str, department: str | None) -> None:
    """Raise UnprocessableEntity for a duty that there isn't, or a department that no list names so."""
    engine = search().index.generation.engine
    errors = {}
    if engine.duty(duty_id) is None:
        errors["duty_id"] = ["no duty has this id"]
    if department is not None and department not in (TOWNSHIP, *engine.facet_values("department")):
        near = "、".join(search().departments().near(department))
        hint = f"near: {near}" if near else "GET /api/v1/departments lists all"
        errors["department"] = [f"no department has this canonical name; {hint}"]
    if errors:
        refusal = UnprocessableEntity()
        refusal.data = {"errors": {"json": errors}}  # type: ignore[attr-defined]  # webargs' convention for details
        raise refusal
