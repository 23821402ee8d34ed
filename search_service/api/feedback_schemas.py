"""What goes in and out of the endpoint for feedback."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from search_service.api.answer_schemas import POSTED_PLACES, PlacedQuestion, question_field, request_of
from search_service.api.response_schema import ResponseSchema

MOST_OF_NAME = 100
"""Characters of a duty's id and of a department's name."""

VERDICT = "wrong"
NOTED = "noted"


class Feedback(PlacedQuestion):
    """What somebody says of an answer. Loads the keyword arguments of `note_wrong_answer`."""

    q = question_field()
    duty_id = fields.String(
        required=True,
        validate=validate.Length(min=1, max=MOST_OF_NAME),
        metadata={
            "description": "the duty that was given as the answer: `answer.duty.id`",
            "examples": ["changji-miaoergou-cooperative-19"],
        },
    )
    verdict = fields.String(
        required=True,
        validate=validate.OneOf([VERDICT]),
        metadata={"description": "what is said of the answer", "examples": [VERDICT]},
    )
    department = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Length(min=1, max=MOST_OF_NAME),
        metadata={
            "description": "who would be right, by canonical name (乡镇: the township itself), or null",
            "examples": ["农业农村局"],
        },
    )

    @post_load
    def to_arguments(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        """Return question, duty and department."""
        return {"asked": request_of(data), "duty_id": data["duty_id"], "right": data["department"]}


FeedbackSchema = Feedback.from_dict(POSTED_PLACES, name="Feedback")
"""The complete schema of posted feedback."""


class NotedSchema(ResponseSchema):
    """That it was taken down."""

    status = fields.String(required=True, validate=validate.OneOf([NOTED]))
