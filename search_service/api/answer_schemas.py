"""What goes in and out of the answer endpoints, as marshmallow schemas."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, pre_load, validate

from indexer.facets import FACETS, PLACE_FACETS
from search_service.api.fields import ValueList
from search_service.api.response_schema import ResponseSchema
from search_service.api.schemas import (
    DutySchema,
    DutySummarySchema,
    QueryParameters,
    QueryReportSchema,
    filter_field,
)
from search_service.core.answers.answering import AnswerRequest
from search_service.core.answers.result import Status, TownshipRole
from search_service.core.request import MAX_QUERY_LENGTH

if TYPE_CHECKING:
    from indexer.facets import Facet

MAX_QUESTIONS = 100
"""Questions answered by one request."""
_MOST_KEYS = 20  # of an object in a body; none has more than ten

_PLACES: dict[str, fields.Field[Any]] = {
    facet.name: filter_field(facet) for facet in FACETS if facet.name in PLACE_FACETS
}


class _QuestionField(fields.String):
    """A question; one of white space alone asks nothing."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if not text.strip():
            raise ValidationError("must not be empty")
        _refuse_what_has_no_json(text)
        return text


class _IdentityField(fields.Raw):
    """Whatever a caller knows a question by; it comes back as it is."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        _refuse_what_has_no_json(value)
        return value


def _refuse_what_has_no_json(value: Any) -> None:
    """Raise ValidationError for what could be read but not be written again: NaN, half a character."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except (ValueError, RecursionError):
        raise ValidationError("holds what JSON in UTF-8 can't hold") from None


def question_field() -> fields.String:
    """Return the field of a question that must ask something."""
    return _QuestionField(
        required=True,
        validate=validate.Length(max=MAX_QUERY_LENGTH),
        metadata={
            "description": "the question as it was asked; not of white space alone",
            "examples": ["狗咬人了找谁"],
            "minLength": 1,
            "pattern": r"[^\s\x1c-\x1f\x85]",
        },
    )


def request_of(data: dict[str, Any]) -> AnswerRequest:
    """Return what was loaded, a question and its places, as the core's request."""
    return AnswerRequest(data["q"], {facet: tuple(data[facet]) for facet in PLACE_FACETS if data.get(facet)})


class AnswerParameters(QueryParameters):
    """Parameters of one question; loads an `AnswerRequest`."""

    q = question_field()

    @post_load
    def to_request(self, data: dict[str, Any], **kwargs: Any) -> AnswerRequest:
        """Return the loaded parameters as the core's request."""
        return request_of(data)


AnswerParametersSchema = AnswerParameters.from_dict(_PLACES, name="AnswerParameters")
"""The complete schema of an answer's query string."""


def _posted_place(facet: Facet) -> ValueList:
    """Return a place in JSON: one text, several in an array, or null for none."""
    description = f"{facet.description}: one, an array of several, or null for none"
    of_json = {"type": ["string", "array", "null"], "examples": [facet.example]}
    return ValueList(filter_field(facet).inner, metadata={"description": description, **of_json})


class _BodySchema(Schema):
    """Base of what is posted: where an unknown key is refused, those allowed are named."""

    class Meta:
        """A misspelt key must not be a filter that was never applied."""

        unknown = RAISE

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        allowed = ", ".join(self.load_fields)
        expected = f"expected an object with the keys {allowed}"
        self.error_messages = {
            **self.error_messages,
            "unknown": f"unknown key; allowed: {allowed}",
            "type": expected,
        }

    @pre_load
    def refuse_a_heap(self, data: Any, **kwargs: Any) -> Any:
        """Refuse a heap of keys as a whole: an error for each would be longer than the body."""
        if isinstance(data, dict) and len(data) > _MOST_KEYS:
            raise ValidationError(self.error_messages["type"])
        return data


class PlacedQuestion(_BodySchema):
    """Base of what is posted about a question `q`; its places are added from `POSTED_PLACES`."""

    @pre_load
    def leave_out_null_places(self, data: Any, **kwargs: Any) -> Any:
        """Take a place that is null for one that isn't given."""
        if not isinstance(data, dict):
            return data
        return {key: value for key, value in data.items() if value is not None or key not in PLACE_FACETS}


POSTED_PLACES: dict[str, fields.Field[Any]] = {
    facet.name: _posted_place(facet) for facet in FACETS if facet.name in PLACE_FACETS
}
"""The places of a posted question."""


class Question(PlacedQuestion):
    """One question of many; `id` comes back with its answer. Loads (id, `AnswerRequest`)."""

    id = _IdentityField(load_default=None, metadata={"description": "anything the caller knows it by"})
    q = question_field()

    @post_load
    def to_request(self, data: dict[str, Any], **kwargs: Any) -> tuple[Any, AnswerRequest]:
        """Return the caller's id and the core's request."""
        return data["id"], request_of(data)


QuestionSchema = Question.from_dict(POSTED_PLACES, name="Question")
"""The complete schema of one question of many."""


class NoParameters(QueryParameters):
    """The query string beside posted questions: none. A place there would be a filter never applied."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        unknown = "unknown parameter; allowed: none. Places stand in the body, with their question"
        self.error_messages = {**self.error_messages, "unknown": unknown}


_SOME = validate.Length(min=1, max=MAX_QUESTIONS)


class QuestionsSchema(_BodySchema):
    """Up to 100 questions, as a bare array or under `questions`."""

    questions = fields.List(fields.Nested(QuestionSchema), required=True, validate=_SOME)

    @pre_load
    def wrap(self, data: Any, **kwargs: Any) -> Any:
        """Take a bare array for the questions; refuse too many before each is looked at."""
        data = {"questions": data} if isinstance(data, list) else data
        if isinstance(data, dict) and isinstance(data.get("questions"), list):
            try:
                _SOME(data["questions"])
            except ValidationError as error:
                raise ValidationError(error.messages, "questions") from None
        return data


BARE_QUESTIONS = {"type": "array", "items": QuestionSchema, "minItems": _SOME.min, "maxItems": _SOME.max}
"""The bare array, in the words of OpenAPI."""


class ResponsibleSchema(ResponseSchema):
    """A body that answers for what was asked, and the sentence that says so."""

    department = fields.String(required=True, metadata={"examples": ["昌吉市公安局"]})
    canonical = fields.String(required=True, metadata={"examples": ["公安局"]})
    evidence = fields.String(required=True, metadata={"examples": ["负责查处养犬扰民、伤人治安案件"]})


class FindingSchema(ResponseSchema):
    """Who one duty makes responsible."""

    duty = fields.Nested(DutySummarySchema, required=True)
    responsible = fields.List(fields.Nested(ResponsibleSchema), required=True)
    township_role = fields.String(
        required=True, attribute="role", validate=validate.OneOf([role.value for role in TownshipRole])
    )
    township_evidence = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "what the township does, in its list's words"},
    )
    stands_out = fields.Boolean(
        required=True,
        metadata={
            "description": "false: no step is what was asked for, these are the leading bodies in order"
        },
    )


class TownshipFindingSchema(ResponseSchema):
    """What one township's list says."""

    township = fields.String(required=True, attribute="duty.township")
    county = fields.String(required=True, attribute="duty.county")
    duty_id = fields.String(required=True, attribute="duty.id")
    list_type = fields.String(required=True, attribute="duty.list_type")
    responsible = fields.List(fields.Nested(ResponsibleSchema), required=True)
    township_role = fields.String(required=True, attribute="role")


class AnswerSchema(ResponseSchema):
    """The body, the sentence, and what the township does."""

    duty = fields.Nested(DutySchema, required=True, attribute="finding.duty")
    responsible = fields.List(
        fields.Nested(ResponsibleSchema), required=True, attribute="finding.responsible"
    )
    township_role = fields.String(
        required=True,
        attribute="finding.role",
        validate=validate.OneOf([role.value for role in TownshipRole]),
    )
    township_evidence = fields.String(required=True, allow_none=True, attribute="finding.township_evidence")
    stands_out = fields.Boolean(required=True, attribute="finding.stands_out")
    confidence = fields.Float(required=True, metadata={"description": "probability that the body is right"})
    summary = fields.String(required=True, metadata={"description": "one Chinese sentence to read out"})
    citation = fields.String(
        required=True, metadata={"examples": ["庙尔沟乡配合履职事项清单第19项（2025年7月）"]}
    )
    by_township = fields.List(fields.Nested(TownshipFindingSchema), required=True)


class ElsewhereSchema(ResponseSchema):
    """Townships that list what those asked about don't."""

    duty = fields.Nested(DutySummarySchema, required=True)
    townships = fields.List(fields.String(), required=True)


class MatterSchema(ResponseSchema):
    """A matter that no township's list holds, and where it usually belongs."""

    name = fields.String(required=True, metadata={"examples": ["护照和出入境证件"]})
    desk = fields.String(required=True)


class AnswerResponseSchema(ResponseSchema):
    """How a question ended."""

    query = fields.Nested(QueryReportSchema, required=True)
    status = fields.String(required=True, validate=validate.OneOf([status.value for status in Status]))
    answer = fields.Nested(AnswerSchema, required=True, allow_none=True)
    alternatives = fields.List(fields.Nested(FindingSchema), required=True)
    advice = fields.String(
        required=True, allow_none=True, metadata={"description": "what to do where there is no one answer"}
    )
    elsewhere = fields.Nested(ElsewhereSchema, required=True, allow_none=True)
    outside = fields.Nested(MatterSchema, required=True, allow_none=True)


class IdentifiedAnswerSchema(AnswerResponseSchema):
    """One answer of many, with the id its question came with."""

    id = fields.Raw(required=True, allow_none=True)


class AnswersResponseSchema(ResponseSchema):
    """The answers in the order of the questions."""

    total = fields.Integer(required=True)
    answers = fields.List(fields.Nested(IdentifiedAnswerSchema), required=True)
