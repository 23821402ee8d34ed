"""Spreadsheets: the first visible sheet in, as the texts it shows; a sheet of texts out."""

from __future__ import annotations

import contextlib
import re
import warnings
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl import Workbook
from openpyxl.cell.read_only import EMPTY_CELL
from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.datetime import from_excel

from indexer.documents.office_package import open_package
from indexer.documents.sheet_xml import formula_cells, merged_ranges
from indexer.documents.text_file import UnreadableDocumentError
from indexer.sheet_cells import new_cell, set_widths
from search_service.triage.errors import TriageError
from search_service.triage.shown_text import CHINESE_DATE_FORMATS, shown_text
from search_service.triage.table import MAX_ROWS, check_width, make_table

if TYPE_CHECKING:
    import io
    from pathlib import Path

    from search_service.triage.table import Row, Table

_MAX_MERGED = 500_000  # rows covered by merged cells
# How the format writes characters that XML can't hold, and texts that look like such.
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_SURROGATES = range(0xD800, 0xE000)
_Grid = dict[int, dict[int, str]]  # row → column → text, from 1, filled cells only


def read_xlsx(path: Path) -> Table:
    """Return the table of the first visible sheet, a cell merged over several rows counting for each.

    Raises TriageError for a file that is no spreadsheet, damaged, locked or too large, and for a formula that
    was never calculated.
    """
    try:
        package = open_package(path, "xl/")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, which say nothing of the text
            return _read(package)
    except TriageError:
        raise
    except UnreadableDocumentError as error:
        raise TriageError(str(error)) from None
    except Exception as error:  # a damaged part can fail anywhere inside the library
        raise TriageError(
            f"a damaged spreadsheet ({type(error).__name__}); open it and save it as .xlsx anew"
        ) from error


def write_xlsx(table: Table, path: Path) -> None:
    """Write a table as a sheet of texts, its header in sight wherever one scrolls."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("分派建议")
    sheet.freeze_panes = f"A{table.header_row + 1}"
    rows = table.padded()
    set_widths(sheet, rows)
    for _ in range(table.header_row - 1):
        sheet.append([])
    for number, row in enumerate(rows):
        is_header = not number
        sheet.append(
            [new_cell(sheet, text, is_header=is_header) if text or is_header else None for text in row]
        )
    book.save(path)


# ── Reading ───────────────────────────────────────────────────────────────────────────────────────


def _read(package: io.BytesIO) -> Table:
    reader = ExcelReader(package, read_only=True, data_only=True)
    reader.read()
    visible = [sheet for sheet in reader.wb.worksheets if sheet.sheet_state == "visible"]
    if not visible:
        raise TriageError("no visible sheet; show the sheet with the complaints")
    sheet = visible[0]
    parts = {one.name: relation.target for one, relation in reader.parser.find_sheets()}
    with zipfile.ZipFile(package) as archive:
        xml = archive.read(parts[sheet.title])
    grid = _grid(sheet, formula_cells(xml))
    _fill_merged(grid, xml)
    others = len(visible) - 1
    remark = f"only the first sheet is read, “{sheet.title}”; not the other {others}" if others else ""
    return make_table(_rows(grid), remark=remark)


def _rows(grid: _Grid) -> list[Row]:
    """Return the rows from the first of the sheet, each as long as the longest."""
    width = max(map(max, grid.values()), default=0)
    check_width(width)
    columns = range(1, width + 1)
    return [
        tuple(grid.get(number, {}).get(column, "") for column in columns)
        for number in range(1, max(grid, default=0) + 1)
    ]


def _grid(sheet: Any, formulas: frozenset[str]) -> _Grid:
    """Return the texts of a sheet; the size that the file declares for it is often wrong, so not used."""
    sheet.reset_dimensions()
    grid: _Grid = {}
    before: object = None
    for number, cells in enumerate(sheet.iter_rows(), 1):
        if cells is before:
            continue  # the library repeats one empty row for all that the file leaves out
        before = cells
        found = ((cell.column, _text(sheet, cell, formulas)) for cell in cells if cell is not EMPTY_CELL)
        texts = {column: text for column, text in found if text}
        if texts and number > MAX_ROWS:
            raise TriageError(f"row {number} holds text, beyond the limit of {MAX_ROWS} rows; split the file")
        if texts:
            grid[number] = texts
    return grid


def _text(sheet: Any, cell: Any, formulas: frozenset[str]) -> str:
    value = cell.value
    if value is None and cell.coordinate in formulas:
        raise TriageError(
            f"the sheet {sheet.title}, cell {cell.coordinate}, holds a formula without a value; open the "
            "file in Excel or WPS and save it once"
        )
    if isinstance(value, str):
        return _ESCAPED.sub(_unescaped, value).replace("\r\n", "\n")
    date_format = CHINESE_DATE_FORMATS.get(cell.style_array.numFmtId)
    if date_format and cell.data_type == "n":
        with contextlib.suppress(ValueError, OverflowError):  # a number that is no date
            return shown_text(from_excel(value, sheet.parent.epoch), date_format)
    return shown_text(value, cell.number_format)


def _unescaped(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if code in _SURROGATES else chr(code)


def _fill_merged(grid: _Grid, xml: bytes) -> None:
    """Give the text of a cell merged over several rows to each of them, in its first column.

    A header merged over two rows stays in the first.
    """
    header, bottom = min(grid, default=0), max(grid, default=0)
    filled = 0
    for left, top, _, last in merged_ranges(xml):
        text = grid.get(top, {}).get(left, "")
        below = range(top + 1, min(last, bottom) + 1) if text and top != header else range(0)
        filled += len(below)
        if filled > _MAX_MERGED:
            raise TriageError(f"merged cells cover more than {_MAX_MERGED} rows; unmerge them")
        for number in below:
            grid.setdefault(number, {})[left] = text
