"""“答得不对” on the answer card: the form, and what becomes of it where scripts don't send it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, redirect, request
from marshmallow import fields, validate
from webargs.flaskparser import use_args
from werkzeug.exceptions import NotFound, UnprocessableEntity

from indexer.facets import FACETS, PLACE_FACETS
from search_service.api.feedback_schemas import MOST_OF_NAME
from search_service.api.schemas import QueryParameters, filter_field
from search_service.core.answers.answering import AnswerRequest
from search_service.core.request import MAX_QUERY_LENGTH
from search_service.extension import search
from search_service.http.uses import are_kept, note_wrong_answer
from search_service.pages.links import PAGE_DEFAULT, search_url
from search_service.pages.own_forms import refuse_other_sites
from search_service.pages.search_before import search_before

if TYPE_CHECKING:
    from typing import Any

    from werkzeug.wrappers import Response

    from search_service.core.request import SearchRequest
    from search_service.pages.answer_card import AnswerCard

NOTED = "noted"
"""The parameter by which the search page knows which duty was just called wrong."""

blueprint = Blueprint("feedback_page", __name__)


@dataclass(frozen=True, slots=True)
class FeedbackForm:
    """The form's fields, the names those of the interface; `is_noted` once it was sent."""

    fields: tuple[tuple[str, str], ...]
    is_noted: bool


class _SentForm(QueryParameters):
    q = fields.String(required=True, validate=[validate.Length(min=1, max=MAX_QUERY_LENGTH)])
    duty_id = fields.String(required=True, validate=validate.Length(min=1, max=MOST_OF_NAME))


_SentFormSchema = _SentForm.from_dict(
    {facet.name: filter_field(facet) for facet in FACETS if facet.name in PLACE_FACETS}, name="SentForm"
)


def feedback_form(asked: SearchRequest, card: AnswerCard | None) -> FeedbackForm | None:
    """Return the form for a card; None where there is no answer that could be wrong, or nothing is kept."""
    if card is None or card.answer is None or not are_kept():
        return None
    duty_id = card.answer.finding.duty.id
    places = [(name, value) for name, values in asked.filters.items() for value in values]
    return FeedbackForm(
        (("q", asked.text), *places, ("duty_id", duty_id)), request.args.get(NOTED) == duty_id
    )


def is_way_back() -> bool:
    """Return whether the search page is only shown again, after the form was sent."""
    return NOTED in request.args


@blueprint.before_request
def refuse_where_off() -> None:
    """Raise NotFound where nothing is kept."""
    if not are_kept():
        raise NotFound


@blueprint.post("/feedback")
@use_args(_SentFormSchema(), location="form")
def feedback_view(sent: dict[str, Any]) -> Response:
    """Note that an answer was wrong and go back to it, where thanks are said."""
    refuse_other_sites()
    text, duty_id = sent["q"], sent["duty_id"]
    if search().index.generation.engine.duty(duty_id) is None:
        raise UnprocessableEntity
    places = {name: tuple(sent[name]) for name in PLACE_FACETS if sent.get(name)}
    note_wrong_answer(AnswerRequest(text, places), duty_id)
    shown = search_before(text) or replace(PAGE_DEFAULT, text=text, filters=places)
    return redirect(f"{search_url(shown)}&{urlencode({NOTED: duty_id})}#answer", 303)
