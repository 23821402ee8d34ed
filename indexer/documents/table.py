"""Rows of the three lists out of table rows: header rows name the columns, the rest are duties."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.documents.row import Row
from indexer.duty import ListType
from indexer.problems import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.documents.line import Line

COLUMNS = {
    ListType.BASIC: ("number", "category", "name"),
    ListType.COOPERATIVE: ("number", "category", "name", "departments", "superior", "township"),
    ListType.RECLAIMED: ("number", "category", "name", "superior"),
}
"""The columns every table of a list must have, under the field names of `Row`."""

_COLUMN_OF_HEADER = {
    "序号": "number",
    "事项类别": "category",
    "事项名称": "name",
    "对应上级部门": "departments",
    "上级部门职责": "superior",
    "乡镇配合职责": "township",
    "承接部门及工作方式": "superior",
}
_HEADER_OF_COLUMN = {column: header for header, column in _COLUMN_OF_HEADER.items()}
_DIGITS = re.compile(r"\s*([0-9]{1,4})\s*[.、．]?\s*")


@dataclass(frozen=True, slots=True)
class _Header:
    """The columns of the table being read, in the order of its cells."""

    list_type: ListType
    columns: tuple[str, ...]


def read_rows(lines: Iterable[Line], file: str) -> tuple[list[Row], list[Problem]]:
    """Return every duty row of the tables among `lines`, and what could not be read.

    A header row (the one that begins with 序号) is repeated on every page of the originals; each one
    says which list the rows below it belong to. Text between the tables is passed over.
    """
    rows: list[Row] = []
    problems: list[Problem] = []
    header: _Header | None = None
    for line in lines:
        if line.is_blank:
            continue
        try:
            if _is_header(line.cells):
                header = None  # rows below a header that can't be read are not to be guessed at
                header = _read_header(line.cells)
            elif len(line.cells) > 1 and header is not None:
                rows.append(_read_row(line, header))
            elif len(line.cells) == 1 and header is not None and _begins_like_a_row(line.text):
                raise ValueError(_wrong_cell_count(line.cells, header))
        except ValueError as error:
            problems.append(Problem(Level.ERROR, file, line.number, str(error)))
    return rows, problems


def _is_header(cells: Sequence[str]) -> bool:
    return len(cells) > 1 and _squeeze(cells[0]) == "序号"


def _read_header(cells: Sequence[str]) -> _Header:
    headers = [_squeeze(cell) for cell in cells]
    unknown = [header for header in headers if header not in _COLUMN_OF_HEADER]
    if unknown:
        raise ValueError(
            f"unknown column {_quoted(unknown)} in the table's header; known: {_quoted(_COLUMN_OF_HEADER)}"
        )
    columns = tuple(_COLUMN_OF_HEADER[header] for header in headers)
    list_type = _list_type_of(headers)
    missing = [_HEADER_OF_COLUMN[name] for name in COLUMNS[list_type] if name not in columns]
    if list_type is ListType.COOPERATIVE and "superior" not in columns:
        missing = ["上级部门职责" if name == "承接部门及工作方式" else name for name in missing]
    if missing:
        raise ValueError(
            f"the table's header lacks the column {_quoted(missing)}; found {_quoted(headers)} "
            f"({list_type.full_name} needs {len(COLUMNS[list_type])} columns)"
        )
    return _Header(list_type, columns)


def _list_type_of(headers: Sequence[str]) -> ListType:
    """Tell the list by its columns: only one list has each of the wider ones."""
    if "承接部门及工作方式" in headers:
        return ListType.RECLAIMED
    if {"对应上级部门", "上级部门职责", "乡镇配合职责"} & set(headers):
        return ListType.COOPERATIVE
    return ListType.BASIC


def _read_row(line: Line, header: _Header) -> Row:
    cells = _without_empty_tail(line.cells, len(header.columns))
    if len(cells) != len(header.columns):
        raise ValueError(_wrong_cell_count(cells, header))
    number = _DIGITS.fullmatch(cells[0])
    if number is None:
        raise ValueError(f"the first cell is {cells[0][:20]!r}; expected the row's number (序号)")
    fields = dict(zip(header.columns, cells, strict=True))
    for column in ("category", "name"):
        if not fields[column].strip():
            raise ValueError(f"row {int(number[1])}: the cell {_HEADER_OF_COLUMN[column]} is empty")
    return Row(
        list_type=header.list_type,
        number=int(number[1]),
        line=line.number,
        category=fields["category"],
        name=fields["name"],
        departments=fields.get("departments", ""),
        superior=fields.get("superior", ""),
        township=fields.get("township", ""),
    )


def _begins_like_a_row(text: str) -> bool:
    return re.match(r"\s*[0-9]{1,4}\s", text) is not None


def _wrong_cell_count(cells: Sequence[str], header: _Header) -> str:
    wanted = [_HEADER_OF_COLUMN[column] for column in header.columns]
    start = " | ".join(cell.strip()[:12] for cell in cells[:3])
    expected = f"expected {len(wanted)}, separated by tabs: {_quoted(wanted)}"
    return f"a row of {len(cells)} cells ({start} …); {expected}"


def _without_empty_tail(cells: Sequence[str], width: int) -> Sequence[str]:
    """Drop empty cells behind the last column: a trailing tab is no wrong row."""
    while len(cells) > width and not cells[-1].strip():
        cells = cells[:-1]
    return cells


def _squeeze(text: str) -> str:
    return re.sub(r"\s+|<[^<>]*>", "", text).lstrip("\ufeff")


def _quoted(names: Iterable[str]) -> str:
    return "、".join(names)
