"""What other sites load, and the page on which their editors set it up."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request
from marshmallow import RAISE
from webargs.flaskparser import use_args

from search_service.core.request import SearchRequest
from search_service.embed.builder_page import Service, builder_page
from search_service.embed.framing import framed_elsewhere, init_framing, is_framed_by_all, showing_own_frame
from search_service.embed.parameters import BuilderParametersSchema, FrameParametersSchema
from search_service.embed.released import FOR_GOOD, NEWEST, SHORTLY, script
from search_service.extension import search
from search_service.http.cors import is_read_by_all
from search_service.pages.search_page import canonical_request

if TYPE_CHECKING:
    from flask import Response

    from search_service.embed.options import EmbedOptions
    from search_service.embed.parameters import BuilderRequest, FrameRequest

blueprint = Blueprint(
    "embed", __name__, template_folder="templates", static_folder="static", static_url_path="/embed/static"
)
blueprint.record(init_framing)


@blueprint.get("/embed.js")
def newest() -> Response:
    """Give the newest script; browsers ask for it again by its ETag."""
    return script(NEWEST, SHORTLY)


@blueprint.get("/embed/<name>.js")
def released(name: str) -> Response:
    """Give a released script, which browsers may keep for good."""
    return script(f"{name}.js", FOR_GOOD)


@blueprint.get("/embed")
@framed_elsewhere
@use_args(FrameParametersSchema(), location="query", unknown=RAISE)
def frame_view(asked: FrameRequest) -> str:
    """Show the search alone, for a frame in another site's page."""
    return render_template("embed/frame.html", options=_checked(asked.options), origin=asked.origin)


@blueprint.get("/embed/builder")
@showing_own_frame
@use_args(BuilderParametersSchema(), location="query", unknown=RAISE)
def builder_view(asked: BuilderRequest) -> str:
    """Show the form in which a portal's editor sets options, the result, and the lines to copy."""
    asked = replace(asked, options=_checked(asked.options))
    service = Service(_origin(), is_read_by_all(), is_framed_by_all())
    page = builder_page(asked, search().search, search().lists(), service)
    return render_template("embed/builder.html", page=page, host=service.origin)


def _checked(options: EmbedOptions) -> EmbedOptions:
    """Return options with filters as facet values; raise UnknownFacetValueError for one that nothing has."""
    asked = SearchRequest(filters=options.filters, per_page=1)
    return replace(options, filters=canonical_request(asked, search().search(asked)).filters)


def _origin() -> str:
    """Return this service as browsers reach it, ``https://duty.example.gov.cn``."""
    return request.host_url.rstrip("/")
