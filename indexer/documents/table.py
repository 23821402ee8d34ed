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

HEADERS = {
    ListType.BASIC: ("序号", "事项类别", "事项名称"),
    ListType.COOPERATIVE: ("序号", "事项类别", "事项名称", "对应上级部门", "上级部门职责", "乡镇配合职责"),
    ListType.RECLAIMED: ("序号", "事项类别", "事项名称", "承接部门及工作方式"),
}
"""The official names of the same columns, in the same order."""

# Column → its names in the documents, the official one first. `receiver` and `method` together are the
# column `superior` of a reclaimed list, which some documents part in two.
_ALIASES = {
    "number": ("序号", "编号", "事项序号", "事项编号"),
    "category": ("事项类别", "事项类型", "事项分类", "类别", "类型"),
    "name": ("事项名称", "事项", "名称", "履职事项", "履职事项名称", "具体事项"),
    "departments": ("对应上级部门", "对应部门", "上级部门", "对应的上级部门"),
    "superior": ("上级部门职责", "上级职责", "上级部门主要职责"),
    "township": (
        "乡镇配合职责", "街道配合职责", "乡配合职责", "镇配合职责", "镇街配合职责", "乡镇街道配合职责",
        "乡镇(街道)配合职责", "乡(镇)配合职责", "镇(街道)配合职责", "配合职责",
    ),
    "receiver_and_method": (
        "承接部门及工作方式", "承接部门和工作方式", "承接部门与工作方式", "承接部门、工作方式",
    ),
    "receiver": ("承接部门", "收回部门", "承接单位"),
    "method": ("工作方式", "承接方式", "承接工作方式"),
    "ignored": ("备注",),
}  # fmt: skip
_COLUMN_OF_HEADER = {header: column for column, headers in _ALIASES.items() for header in headers}
_DIGITS = re.compile(r"\s*+([0-9０-９]{1,4})\s*+[.、．]?\s*+")
_LONGEST_HEADER = 1000  # characters, markup included; a longer cell isn't looked through
_BRACKETS = str.maketrans("（）", "()")


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
            if is_header(line.cells):
                header = None  # rows below a header that can't be read are not to be guessed at
                header = _read_header(line.cells)
            elif len(line.cells) > 1 and header is not None:
                rows.append(_read_row(line, header))
            elif len(line.cells) == 1 and header is not None and _begins_like_a_row(line.text):
                raise ValueError(_wrong_cell_count(line.cells, header))
        except ValueError as error:
            problems.append(Problem(Level.ERROR, file, line.number, str(error)))
    return rows, problems


def is_header(cells: Sequence[str]) -> bool:
    """Tell a header row: its first cell is one of the names of the column 序号."""
    return len(cells) > 1 and _column(cells[0]) == "number"


def receiver_columns(header: str) -> bool:
    """Tell whether a header names 承接部门 and 工作方式 in one."""
    return _column(header) == "receiver_and_method"


def category_index(cells: Sequence[str]) -> int | None:
    """Return which cell of a header row is 事项类别, None where none is."""
    return next((index for index, cell in enumerate(cells) if _column(cell) == "category"), None)


def _column(header: str) -> str | None:
    return None if len(header) > _LONGEST_HEADER else _COLUMN_OF_HEADER.get(_squeeze(header))


def _read_header(cells: Sequence[str]) -> _Header:
    headers = [_squeeze(cell) for cell in cells]
    unknown = [header for header in headers if header not in _COLUMN_OF_HEADER]
    if unknown:
        raise ValueError(
            f"unknown column {_quoted(unknown)} in the table's header; known: {_quoted(_COLUMN_OF_HEADER)}"
        )
    columns = tuple(_COLUMN_OF_HEADER[header] for header in headers)
    doubled = [header for header, column in zip(headers, columns, strict=True) if columns.count(column) > 1]
    if doubled:
        raise ValueError(f"the columns {_quoted(doubled)} of the table's header mean the same; expected one")
    list_type = _list_type_of(columns)
    missing = _missing(list_type, columns)
    if missing:
        raise ValueError(
            f"the table's header lacks the column {_quoted(missing)}; found {_quoted(headers)} "
            f"({list_type.full_name} needs {len(COLUMNS[list_type])} columns)"
        )
    return _Header(list_type, columns)


def _list_type_of(columns: Sequence[str]) -> ListType:
    """Tell the list by its columns: only one list has each of the wider ones."""
    if {"receiver_and_method", "receiver", "method"} & set(columns):
        return ListType.RECLAIMED
    if {"departments", "superior", "township"} & set(columns):
        return ListType.COOPERATIVE
    return ListType.BASIC


def _missing(list_type: ListType, columns: Sequence[str]) -> list[str]:
    """Return the official names of the columns that a table of this list lacks."""
    found = set(columns)
    if "receiver_and_method" in found or {"receiver", "method"} <= found:
        found.add("superior")
    names = zip(COLUMNS[list_type], HEADERS[list_type], strict=True)
    missing = [header for column, header in names if column not in found]
    if list_type is ListType.RECLAIMED and missing[-1:] == [HEADERS[list_type][-1]]:
        missing[-1] = _ALIASES["method" if "receiver" in found else "receiver"][0]
    return missing


def _read_row(line: Line, header: _Header) -> Row:
    cells = _without_empty_tail(line.cells, len(header.columns))
    if len(cells) != len(header.columns):
        raise ValueError(_wrong_cell_count(cells, header))
    fields = dict(zip(header.columns, cells, strict=True))
    number = _DIGITS.fullmatch(fields["number"])
    if number is None or not int(number[1]):
        raise ValueError(f"the first cell is {fields['number'][:20]!r}; expected the row's number (序号)")
    for column in ("category", "name"):
        if not fields[column].strip():
            raise ValueError(f"row {int(number[1])}: the cell {_ALIASES[column][0]} is empty")
    return Row(
        list_type=header.list_type,
        number=int(number[1]),
        line=line.number,
        category=fields["category"],
        name=fields["name"],
        departments=fields.get("departments", ""),
        superior=_superior(fields),
        township=fields.get("township", ""),
    )


def _superior(fields: dict[str, str]) -> str:
    """Return what the superior departments do; two columns become the one of the official form."""
    if "receiver" not in fields:
        return fields.get("superior") or fields.get("receiver_and_method", "")
    receiver = fields["receiver"].strip().rstrip("：:")
    return f"{receiver}：{fields['method']}" if receiver else fields["method"]


def _begins_like_a_row(text: str) -> bool:
    return re.match(r"\s*[0-9]{1,4}\s", text) is not None


def _wrong_cell_count(cells: Sequence[str], header: _Header) -> str:
    wanted = [_ALIASES[column][0] for column in header.columns]
    start = " | ".join(cell.strip()[:12] for cell in cells[:3])
    how = ", separated by tabs" if len(cells) == 1 else ""
    return f"a row of {len(cells)} cells ({start} …); expected {len(wanted)}{how}: {_quoted(wanted)}"


def _without_empty_tail(cells: Sequence[str], width: int) -> Sequence[str]:
    """Drop empty cells behind the last column: a trailing tab is no wrong row."""
    end = len(cells)
    while end > width and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _squeeze(text: str) -> str:
    """Return a header without spaces and markup, with one kind of brackets."""
    return re.sub(r"\s+|<[^<>]*>", "", text).lstrip("\ufeff").translate(_BRACKETS)


def _quoted(names: Iterable[str]) -> str:
    return "、".join(names)
