"""The pages' views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template
from webargs.flaskparser import use_args
from werkzeug.exceptions import NotFound

from search_service.api.schemas import SearchParametersSchema
from search_service.extension import answers, search
from search_service.pages.answer_card import answer_card
from search_service.pages.search_page import search_page

if TYPE_CHECKING:
    from search_service.core.request import SearchRequest

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
@blueprint.get("/search")
@use_args(SearchParametersSchema(), location="query")
def search_view(request: SearchRequest) -> str:
    """Show the search page: the answer, and the duties it was taken from among their neighbours."""
    page = search_page(request, search().search(request))
    return render_template("search.html", page=page, card=answer_card(page.request, answers()))


@blueprint.get("/duties/<string:duty_id>")
def duty_view(duty_id: str) -> str:
    """Show one duty with all its steps."""
    found = search().duty(duty_id)
    if found is None:
        raise NotFound
    return render_template("duty.html", duty=found.duty, same=found.same, info=found.info)
