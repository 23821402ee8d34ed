"""The error page for people: what happened, what to do, and ways on."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import render_template, request

from indexer.facets import FACETS
from indexer.index.generation import IndexStateError
from search_service.core.request import SearchRequest
from search_service.errors.conditions import Conditions
from search_service.errors.problems import problems_of, without_problems
from search_service.errors.texts import PARAMETERS, no_duty_text, retry_text, status_text
from search_service.errors.utf8 import names_of_bad_text
from search_service.pages.search_box import EVERYWHERE, SearchBox, box_of, empty_box

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.exceptions import HTTPException

    from search_service.errors.problems import Problem

logger = logging.getLogger(__name__)

_NOT_FOUND = 404
_UNPROCESSABLE = 422

_SEARCH_PATH = "/search"

_LAST_RESORT = (
    '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>{code}</title>'
    '<h1>{text.heading}</h1><p>{text.advice}</p><p><a href="/">回到首页</a></p></html>'
)


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """Everything the template prints; `retry_url` is the same address without what was wrong in it."""

    code: int
    heading: str
    advice: str
    problems: list[Problem]
    retry_url: str


def error_page(error: HTTPException, headers: Mapping[str, str]) -> tuple[str, int, Mapping[str, str]]:
    """Return the page for an error, its status and its headers."""
    code = error.code or 500
    try:
        html = _render(error, code, headers)
    except Exception:  # what broke the page asked for may break this one as well
        logger.exception("the error page can't be shown")
        html = _LAST_RESORT.format(code=code, text=status_text(code))
    return html, code, headers


def _render(error: HTTPException, code: int, headers: Mapping[str, str]) -> str:
    schema = getattr(error, "data", {}).get("schema")
    conditions = Conditions.of(request.path, request.args, schema.load_fields if schema else PARAMETERS)
    problems = problems_of(error, schema, conditions) if code == _UNPROCESSABLE else []
    good = without_problems(conditions, problems)
    duty_id = (request.view_args or {}).get("duty_id")
    text = no_duty_text(duty_id) if duty_id and code == _NOT_FOUND else status_text(code)
    retry_after = headers.get("Retry-After", "")
    page = ErrorPage(
        code=code,
        heading=text.heading,
        advice=text.advice + (retry_text(int(retry_after)) if retry_after.isdecimal() else ""),
        problems=problems,
        retry_url=good.url if problems and request.method == "GET" else "",
    )
    return render_template("error.html", page=page, box=_box(good if problems else None))


def _box(good: Conditions | None) -> SearchBox:
    """Return the search box with the question as it was asked, and the filters that were right."""
    is_text = "q" not in names_of_bad_text(request.query_string)
    text = request.args.get("q", "") if is_text else ""
    if good is not None and good.path == _SEARCH_PATH:
        filters = {facet.name: good.values(facet.name) for facet in FACETS if good.values(facet.name)}
        return box_of(SearchRequest(text, filters))
    try:
        return replace(empty_box(), text=text)
    except IndexStateError:  # which is what this page may be about
        return SearchBox(text, [], EVERYWHERE, is_everywhere=True, is_own=False)
