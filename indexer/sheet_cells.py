"""Cells of tables to write: texts that stay texts, no longer than a cell can be, in columns that fit."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

from indexer.spreadsheet import MAX_CELL, TOP, style_as_header

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from openpyxl.cell import Cell

CUT = "……（超出单元格容量，以下略去）"
"""Ends a text that was too long for a cell."""

# How the format writes characters that XML can't hold: a text that looks like it must not be read as such.
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_LEAST_WIDTH, _MOST_WIDTH = 8, 50
_ROWS_MEASURED = 200

Value = str | int
"""What a cell holds: a text, or a number to reckon with."""


def new_cell(sheet: Any, value: Value, *, is_header: bool = False) -> Cell:
    """Return a cell for a sheet that is only written: a text that begins with = is no formula."""
    cell = WriteOnlyCell(sheet, _storable(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    if is_header:
        style_as_header(cell)
    else:
        cell.alignment = TOP
    return cell


def set_widths(sheet: Any, rows: Sequence[Iterable[Value]]) -> None:
    """Give each column the width of its longest line, within reason; `rows` are as long as each other."""
    for number, column in enumerate(zip(*rows[:_ROWS_MEASURED], strict=True), 1):
        longest = max(_shown_width(line) for value in column for line in str(value).split("\n"))
        width = min(max(longest + 2, _LEAST_WIDTH), _MOST_WIDTH)
        sheet.column_dimensions[get_column_letter(number)].width = width


def _storable(text: str) -> str:
    """Return a text as a cell can hold it: no control characters, and cut where it is too long."""
    clean = _NOT_IN_XML.sub("", ILLEGAL_CHARACTERS_RE.sub("", text.replace("\r\n", "\n")))
    return _ESCAPED.sub(r"_x005F_x\1_", _cut(clean))


def _cut(text: str) -> str:
    encoded = text.encode("utf-16-le")  # the limit counts what UTF-16 counts
    if len(encoded) <= 2 * MAX_CELL:
        return text
    return encoded[: 2 * (MAX_CELL - len(CUT))].decode("utf-16-le", errors="ignore") + CUT


def _shown_width(line: str) -> int:
    shown = line[:_MOST_WIDTH]
    return len(shown) + sum(unicodedata.east_asian_width(character) in "WF" for character in shown)
