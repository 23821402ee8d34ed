"""Reads a spreadsheet: the rows of its visible sheets, merged cells filled in, formulas by their values."""

from __future__ import annotations

import datetime
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils import get_column_letter

from indexer.documents.cell_lines import join_lines
from indexer.documents.grid import MAX_COLUMNS, MAX_ROWS, GridCell, LineBuilder
from indexer.documents.office_package import open_package
from indexer.documents.sheet_xml import formula_cells, merged_ranges
from indexer.documents.text_file import UnreadableDocumentError

if TYPE_CHECKING:
    import io
    from collections.abc import Iterator
    from pathlib import Path

    from indexer.documents.line import Line

_MAX_CELLS = 500_000  # in one sheet, empty ones included: a list has some thousand
_MAX_MERGED = 500_000  # cells covered by merged ones
_MAX_SPANNED = 2 * MAX_ROWS  # rows with text or under merged cells
_LAST_ROW = 1_048_576  # of any spreadsheet
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")

_Grid = dict[int, dict[int, str]]  # row → column → text, filled cells only
_Merges = dict[
    tuple[int, int], tuple[int, int, int]
]  # cell → top row, first and last column of its merged cell


def read_lines(path: Path) -> list[Line]:
    """Return the rows of all visible sheets, each with its number in its sheet.

    Raises UnreadableDocumentError for a file that is no spreadsheet, damaged, encrypted or too large, and for
    a cell whose value nobody can know: a formula that was never calculated, or one in error.
    """
    package = open_package(path, "xl/")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which say nothing of the text
            return _read(package)
    except UnreadableDocumentError:
        raise
    except Exception as error:  # a damaged part can fail anywhere inside the library
        raise UnreadableDocumentError(
            0, f"a damaged spreadsheet ({type(error).__name__}); open it and save it as .xlsx anew"
        ) from error


def _read(package: io.BytesIO) -> list[Line]:
    reader = ExcelReader(package, read_only=True, data_only=True)
    reader.read()
    parts = {sheet.name: relation.target for sheet, relation in reader.parser.find_sheets()}
    builder = LineBuilder()
    with zipfile.ZipFile(package) as archive:
        for sheet in reader.wb.worksheets:
            if sheet.sheet_state == "visible":
                builder.leave_header()
                _add_sheet(sheet, archive.read(parts[sheet.title]), builder)
    if not builder.lines and reader.wb.worksheets:
        raise UnreadableDocumentError(0, "no visible sheet holds any text; show the sheets of the list")
    return builder.lines


def _add_sheet(sheet: Any, xml: bytes, builder: LineBuilder) -> None:
    if sum(1 for _ in _CELL.finditer(xml)) > _MAX_CELLS:
        raise UnreadableDocumentError(
            0, f"the sheet {sheet.title} has more than {_MAX_CELLS} cells; copy the list into a new file"
        )
    merges = _merges(sheet.title, xml)
    grid = _grid(sheet, formula_cells(xml))
    width = max((max(row) for row in grid.values()), default=0)
    bottom = max(grid, default=0)
    numbers = sorted(grid.keys() | {row for row, _ in merges if row <= bottom})
    if len(numbers) > _MAX_SPANNED:
        raise UnreadableDocumentError(
            bottom, f"the sheet {sheet.title} has merged cells over more than {_MAX_SPANNED} rows; part them"
        )
    for number in numbers:
        builder.add_row(number, tuple(_cells(number, width, grid, merges)))


def _cells(number: int, width: int, grid: _Grid, merges: _Merges) -> Iterator[GridCell]:
    column = 1
    while column <= width:
        top, first, last = merges.get((number, column), (number, column, column))
        text = grid.get(top, {}).get(first, "")
        yield GridCell(column - 1, min(last, width), text, continues=top < number)
        column = max(last, column) + 1


def _grid(sheet: Any, formulas: frozenset[str]) -> _Grid:
    """Return the texts of a sheet; the size that the file declares for it is often wrong, so not used."""
    sheet.reset_dimensions()
    grid: _Grid = {}
    rows = sheet.iter_rows(max_col=MAX_COLUMNS + 1)
    before: object = None
    for number, cells in enumerate(rows, 1):
        if number > _LAST_ROW:
            raise UnreadableDocumentError(
                number, f"the sheet {sheet.title} has a row that no program can show"
            )
        if cells is before:
            continue  # the library repeats one empty row for all that the file leaves out
        before = cells
        found = ((cell.column, _text(sheet, cell, formulas)) for cell in cells if cell is not EMPTY_CELL)
        texts = {column: text for column, text in found if text.strip()}
        if texts:
            grid[number] = texts
        if MAX_COLUMNS + 1 in texts or len(grid) > MAX_ROWS:
            raise UnreadableDocumentError(
                number, f"the sheet {sheet.title} is larger than {MAX_ROWS} rows and {MAX_COLUMNS} columns"
            )
    return grid


def _text(sheet: Any, cell: Any, formulas: frozenset[str]) -> str:
    value = cell.value
    if value is None:
        if cell.coordinate in formulas:
            raise _cell_error(sheet, cell, "holds a formula without a value; open the file and save it once")
        return ""
    if cell.data_type == "e":
        raise _cell_error(sheet, cell, f"shows {value}; mend its formula, or put the text there")
    if isinstance(value, str):
        return join_lines(value.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.datetime | datetime.date):
        return f"{value.year}年{value.month}月" + ("" if value.day == 1 else f"{value.day}日")
    return str(value)


def _cell_error(sheet: Any, cell: Any, message: str) -> UnreadableDocumentError:
    where = f"{get_column_letter(cell.column)}{cell.row}"
    return UnreadableDocumentError(cell.row, f"the sheet {sheet.title}, cell {where}, {message}")


def _merges(title: str, xml: bytes) -> _Merges:
    merges: _Merges = {}
    for left, top, right, bottom in merged_ranges(xml):
        rows = range(top, min(bottom, top + MAX_ROWS) + 1)
        columns = range(left, min(right, MAX_COLUMNS) + 1)
        if len(merges) + len(rows) * len(columns) > _MAX_MERGED:
            where = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
            raise UnreadableDocumentError(top, f"the sheet {title} has merged cells without end: {where}")
        for row in rows:
            merges.update(dict.fromkeys(((row, column) for column in columns), (top, left, columns[-1])))
    return merges
