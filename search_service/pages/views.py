"""The pages' views."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import Blueprint, make_response, redirect, render_template, request
from webargs.flaskparser import use_args
from werkzeug.exceptions import NotFound, UnprocessableEntity

from search_service.api.department_schemas import DepartmentParametersSchema
from search_service.core.comparison import compare
from search_service.extension import answers, search
from search_service.http.uses import note_search
from search_service.pages.answer_card import answer_card
from search_service.pages.compare_page import compare_page
from search_service.pages.compare_parameters import CompareParametersSchema
from search_service.pages.department_page import department_page
from search_service.pages.duty_description import duty_description
from search_service.pages.duty_page import Asked, duty_page
from search_service.pages.feedback import feedback_form, is_way_back
from search_service.pages.home_page import home_page, home_request
from search_service.pages.linked_data import linked_data
from search_service.pages.links import PAGE_DEFAULT, address, department_url, duty_url
from search_service.pages.own_forms import refuse_other_sites
from search_service.pages.parameters import (
    ChosenTownship,
    DutyPageParameters,
    SearchPageParametersSchema,
    TownshipPageParameters,
)
from search_service.pages.remembered_township import (
    address_in,
    place_filters,
    remember,
    remembered_township,
)
from search_service.pages.search_before import search_before
from search_service.pages.search_box import box_of, empty_box
from search_service.pages.search_page import search_page
from search_service.pages.sound_keys import sound_keys
from search_service.pages.township_page import choices_by_county
from search_service.pages.whole_address import whole_address

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

    from indexer.duty import Duty
    from search_service.core.comparison import ComparisonRequest
    from search_service.core.request import SearchRequest

blueprint = Blueprint("pages", __name__)


@blueprint.app_context_processor
def what_every_page_needs() -> dict[str, Any]:
    """Return the functions and values that the frame of all pages uses."""
    return {
        "empty_box": empty_box,
        "own": remembered_township,
        "here": request.full_path.rstrip("?"),
        "duty_url": duty_url,
        "department_url": department_url,
        "sound_keys": sound_keys,
    }


@blueprint.get("/")
def home_view() -> str | Response:
    """Show the start page; an old address with a search in it leads to the search."""
    if any(name in SearchPageParametersSchema().load_fields for name in request.args):
        return redirect(address("/search", request.args.items(multi=True)))
    own = remembered_township()
    places = place_filters(own, search().lists()) if own else {}
    page = home_page(places, search().search(home_request(places)))
    return render_template("home.html", page=page, box=empty_box())


@blueprint.get("/search")
@use_args(SearchPageParametersSchema(), location="query")
def search_view(parameters: SearchRequest) -> str:
    """Show the search page: the answer, and the duties it was taken from among their neighbours."""
    page = search_page(parameters, search().search(parameters), search().index.generation)
    card = answer_card(page.request, answers(), search().lists(), _whole_address)
    if not is_way_back():
        note_search(page.request, page.response, card.response if card else None)
    form = feedback_form(page.request, card)
    return render_template("search.html", page=page, card=card, feedback=form, box=box_of(page.request))


@blueprint.get("/duties/<string:duty_id>")
@use_args(DutyPageParameters(), location="query", as_kwargs=True)
def duty_view(duty_id: str, q: str) -> str:
    """Show one duty with all its steps, those marked that answer the question that led here."""
    found = search().duty(duty_id)
    if found is None:
        raise NotFound
    asked = Asked()
    if q.strip():
        asked = Asked(q, answers().finding_in(found.duty, q), search_before(q) or _search_again(q))
    page = duty_page(found, asked, search().index.generation, _whole_address(found.duty))
    return render_template(
        "duty.html",
        page=page,
        description=duty_description(found.duty, found.info),
        linked_data=linked_data(
            found.duty, found.info, place_filters(found.info, search().lists()), whole_address
        ),
        box=box_of(asked.search) if asked.search else empty_box(),
    )


@blueprint.get("/departments")
def departments_view() -> str:
    """Show all departments with what they lead and what they took back."""
    return render_template("departments.html", departments=search().departments().all())


@blueprint.get("/departments/<path:name>")
@use_args(DepartmentParametersSchema(), location="query")
def department_view(filters: dict[str, tuple[str, ...]], name: str) -> str | Response:
    """Show everything a department leads or took back; other forms of its name lead to the canonical one."""
    departments = search().departments()
    found = departments.find(name, filters)
    if found is None:
        page = render_template("no_department.html", name=name, near=departments.near(name))
        return make_response(page, 404)
    if found.canonical != name:
        return redirect(address(department_url(found.canonical), request.args.items(multi=True)))
    return render_template("department.html", page=department_page(found, departments, filters))


@blueprint.get("/compare")
@use_args(CompareParametersSchema(), location="query")
def compare_view(asked: ComparisonRequest) -> str:
    """Show townships side by side: who does the duties of a category in each of them."""
    generation = search().index.generation
    page = compare_page(asked, compare(asked, generation), generation)
    return render_template("compare.html", page=page)


@blueprint.get("/township")
@use_args(TownshipPageParameters(), location="query", as_kwargs=True)
def township_view(back: str) -> str:
    """Show all townships to choose one's own from."""
    counties = choices_by_county(search().lists())
    example = next(iter(counties.values()))[0]
    return render_template("township.html", counties=counties, back=back, example=example.initials)


@blueprint.post("/township")
@use_args(ChosenTownship(), location="form", as_kwargs=True)
def choose_township(township: str, back: str) -> Response:
    """Keep the chosen township in a cookie and go back, the search there now looking in it."""
    refuse_other_sites()
    chosen = next((info for info in search().lists() if info.id == township), None)
    if township and chosen is None:
        raise UnprocessableEntity
    response = make_response(redirect(address_in(back, chosen), 303))
    remember(response, chosen)
    return response


def _search_again(text: str) -> SearchRequest:
    """Return the search for a text where this browser usually searches."""
    own = remembered_township()
    places = place_filters(own, search().lists()) if own else {}
    return replace(PAGE_DEFAULT, text=text, filters=places)


def _whole_address(duty: Duty) -> str:
    return whole_address(duty_url(duty.id))
