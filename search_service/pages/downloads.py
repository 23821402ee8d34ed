"""Tables to download, as CSV and as spreadsheets: all results of a search, a comparison of townships."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import Blueprint, Response
from flask import request as http_request
from webargs.flaskparser import use_args

from search_service.api.attachment import name_attachment
from search_service.core.comparison import compare
from search_service.extension import search
from search_service.pages.compare_parameters import CompareParametersSchema
from search_service.pages.duty_tables import comparison_table, results_table
from search_service.pages.parameters import SearchPageParametersSchema
from search_service.pages.tables import to_csv, to_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable

    from search_service.core.comparison import ComparisonRequest
    from search_service.core.request import SearchRequest
    from search_service.pages.tables import Table

blueprint = Blueprint("downloads", __name__)

MOST_ROWS = 5000
"""Duties in one file of search results."""


@dataclass(frozen=True, slots=True)
class _Format:
    write: Callable[[Table], bytes]
    mimetype: str


_FORMATS = {
    "csv": _Format(to_csv, "text/csv"),
    "xlsx": _Format(to_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@blueprint.get("/search.<any(csv, xlsx):suffix>")
@use_args(SearchPageParametersSchema(), location="query")
def search_download(request: SearchRequest, suffix: str) -> Response:
    """Give all results of a search, in its order, whatever page of them was asked for."""
    # One more than fit, to know whether there are more; a joined result may be several rows.
    response = search().search(replace(request, page=1, per_page=MOST_ROWS + 1, explain=False))
    duties = [duty for result in response.results for duty in (result.duty, *result.shared_with)]
    note = ""
    if len(duties) > MOST_ROWS:
        note = f"（结果超过{MOST_ROWS}项，以下从略；请增加筛选条件，分几次下载。）"
    table = results_table(duties[:MOST_ROWS], search().lists(), http_request.host_url, note)
    return _file(table, "duties", suffix)


@blueprint.get("/compare.<any(csv, xlsx):suffix>")
@use_args(CompareParametersSchema(), location="query")
def compare_download(request: ComparisonRequest, suffix: str) -> Response:
    """Give the comparison that the compare page shows with the same parameters."""
    return _file(comparison_table(compare(request, search().index.generation)), "comparison", suffix)


def _file(table: Table, ascii_name: str, suffix: str) -> Response:
    """Return a table as a file named by its title; `ascii_name` is for programs that know no other."""
    kind = _FORMATS[suffix]
    response = Response(kind.write(table), mimetype=kind.mimetype)
    name_attachment(response, table.title, ascii_name, suffix)
    return response
