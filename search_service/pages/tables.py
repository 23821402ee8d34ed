"""Tables as files: CSV and spreadsheets that Excel and WPS open as they are, without a single formula."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl import Workbook

from indexer.csv_cells import harmless
from indexer.sheet_cells import new_cell, set_widths

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.sheet_cells import Value

_NOT_IN_A_TITLE = re.compile(r"[\[\]:*?/\\']")
_MAX_TITLE = 31


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it, each as long as the header; `title` names the sheet and the file."""

    title: str
    header: tuple[str, ...]
    rows: Sequence[tuple[Value, ...]]


def to_csv(table: Table) -> bytes:
    """Return a table as CSV in UTF-8 with byte order mark, without which Excel takes it for another encoding.

    A text that a spreadsheet program would take for a formula gets an apostrophe in front.
    """
    output = io.StringIO(newline="")
    writer = csv.writer(output)
    for row in (table.header, *table.rows):
        writer.writerow([harmless(value) for value in row])
    return output.getvalue().encode("utf-8-sig", errors="replace")


def to_xlsx(table: Table) -> bytes:
    """Return a table as a spreadsheet of one sheet, its header in sight wherever one scrolls."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_NOT_IN_A_TITLE.sub(" ", table.title)[:_MAX_TITLE])
    sheet.freeze_panes = "A2"
    rows = (table.header, *table.rows)
    set_widths(sheet, rows)
    for number, row in enumerate(rows):
        sheet.append([new_cell(sheet, value, is_header=not number) for value in row])
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()
