"""The exports: every duty with its source, in the forms that other programs read."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE

from indexer.export import csv_lines, json_lines, write_table
from search_service.api.attachment import name_attachment
from search_service.api.export_schemas import ExportParametersSchema
from search_service.extension import search
from search_service.http.key_scope import within_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indexer.duty import Duty

    Filters = dict[str, tuple[str, ...]]

LINES_AT_ONCE = 100
BYTES_AT_ONCE = 64 * 1024

JSON_LINES = "application/jsonl"
CSV = "text/csv"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_TEXT = {"type": "string"}
_BYTES = {"type": "string", "contentEncoding": "binary"}

blueprint = Blueprint("export", __name__, url_prefix="/api/v1", description="All data, to take away")


@dataclass(frozen=True, slots=True)
class _Form:
    suffix: str
    mimetype: str
    parts: Callable[[Iterable[Duty]], Iterator[bytes]]


def _joined(lines: Iterator[str]) -> Iterator[bytes]:
    """Yield lines as bytes, some at once: each part of a response costs a system call."""
    while text := "".join(islice(lines, LINES_AT_ONCE)):
        yield text.encode("utf-8", errors="replace")


def _spreadsheet(duties: Iterable[Duty]) -> Iterator[bytes]:
    """Yield a spreadsheet that is put together on the disk: its directory comes last."""
    with tempfile.TemporaryFile() as file:
        write_table(duties, file)
        file.seek(0)
        while part := file.read(BYTES_AT_ONCE):
            yield part


@blueprint.get("/export.jsonl")
@blueprint.arguments(ExportParametersSchema, location="query", unknown=RAISE)
@blueprint.response(200, _TEXT, content_type=JSON_LINES, description="one JSON object a line")
@blueprint.doc(operationId="exportJsonLines")
def export_jsonl(filters: Filters) -> Response:
    """Return every duty as a line of JSON, whole, with the file and line it comes from."""
    return _file(filters, _Form("jsonl", JSON_LINES, lambda duties: _joined(json_lines(duties))))


@blueprint.get("/export.csv")
@blueprint.arguments(ExportParametersSchema, location="query", unknown=RAISE)
@blueprint.response(200, _TEXT, content_type=CSV, description="a header and one row a duty, in UTF-8")
@blueprint.doc(operationId="exportCsv")
def export_csv(filters: Filters) -> Response:
    """Return every duty as a row of CSV, with the file and line it comes from.

    Steps are lines of their cell. Before a text that a spreadsheet program would take for a formula stands an
    apostrophe.
    """
    return _file(filters, _Form("csv", CSV, lambda duties: _joined(csv_lines(duties))))


@blueprint.get("/export.xlsx")
@blueprint.arguments(ExportParametersSchema, location="query", unknown=RAISE)
@blueprint.response(200, _BYTES, content_type=SPREADSHEET, description="one sheet, the columns of the CSV")
@blueprint.doc(operationId="exportSpreadsheet")
def export_xlsx(filters: Filters) -> Response:
    """Return every duty as a row of a spreadsheet, with the file and line it comes from."""
    return _file(filters, _Form("xlsx", SPREADSHEET, _spreadsheet))


def _file(filters: Filters, form: _Form) -> Response:
    """Return an export that is made while it is sent: what it takes doesn't grow with the index."""
    export = search().export(within_key(filters))
    response = Response(form.parts(export), mimetype=form.mimetype)
    name_attachment(response, "履职事项清单", "duties", form.suffix)
    return response
