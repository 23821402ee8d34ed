"""What browsers and search engines ask for by themselves: how to search here, and what there is to find."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, current_app, render_template, request
from werkzeug.exceptions import NotFound

from search_service.core import suggestions
from search_service.extension import search
from search_service.pages.links import address, compare_url
from search_service.pages.sitemap import index_of_maps, number_of_maps, site_map
from search_service.pages.whole_address import whole_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from search_service.engines.port import Engine

blueprint = Blueprint("discovery", __name__)

_ONE_DAY = "public, max-age=86400"
_SHORTLY = "public, max-age=300"

_LINES_AT_ONCE = 500


@blueprint.app_context_processor
def addresses_for_others() -> dict[str, Any]:
    """Return what the frame of all pages needs to say where it stands."""
    return {"whole_address": whole_address, "compare_url": compare_url}


@blueprint.get("/opensearch.xml")
def opensearch_view() -> Response:
    """Describe the search, so that browsers can offer it in their address bar."""
    return _text(render_template("opensearch.xml"), "application/opensearchdescription+xml")


@blueprint.get("/robots.txt")
def robots_view() -> Response:
    """Say what search engines may read: the pages, not each combination of conditions."""
    return _text(render_template("robots.txt"), "text/plain")


@blueprint.get("/suggest")
def suggest_view() -> Response:
    """Complete what is typed into a browser's address bar, in the array that browsers understand."""
    text = request.args.get("q", "")[: suggestions.MAX_QUERY_LENGTH]
    found = search().suggest(text, {}, suggestions.DEFAULT_LIMIT)
    answer = [
        text,
        [one.text for one in found],
        [one.kind.label for one in found],
        [whole_address(address("/search", [("q", one.text)])) for one in found],
    ]
    return _text(current_app.json.dumps(answer), "application/x-suggestions+json", _SHORTLY)


@blueprint.get("/sitemap.xml")
def sitemap_view() -> Response:
    """List every page worth finding, or the maps that do where there are too many for one."""
    engine = search().index.generation.engine
    if number_of_maps(engine) > 1:
        return _map(engine, index_of_maps(engine, _origin()))
    return _map(engine, site_map(engine, 1, _origin()))


@blueprint.get("/sitemap-<int:number>.xml")
def part_of_sitemap_view(number: int) -> Response:
    """List a part of the pages."""
    engine = search().index.generation.engine
    if not 1 <= number <= number_of_maps(engine):
        raise NotFound
    return _map(engine, site_map(engine, number, _origin()))


def _origin() -> str:
    return whole_address("")


def _map(engine: Engine, lines: Iterator[str]) -> Response:
    """Return a map, which is made while it is sent, or 304 to who has the one of this index."""
    response = _text(_joined(lines), "application/xml", _SHORTLY)
    response.set_etag(engine.manifest.generation, weak=True)
    response.make_conditional(request)
    return response


def _joined(lines: Iterator[str]) -> Iterator[str]:
    """Yield lines, some at once: each part of a response costs a system call."""
    while text := "".join(islice(lines, _LINES_AT_ONCE)):
        yield text


def _text(body: str | Iterator[str], mimetype: str, caching: str = _ONE_DAY) -> Response:
    return Response(body, mimetype=mimetype, headers={"Cache-Control": caching})
