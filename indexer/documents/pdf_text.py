"""Reads a list from the text layer of a PDF: no tabs, cells wrapped over lines, headers in between.

Three steps. Page headers and footers are told from cells by their words; they also say which of the
three lists follows. What is left is cut into rows where a number and a category begin a line. Then each
row is cut into cells (`pdf_cells`), with the columns measured on the whole document (`pdf_columns`).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from indexer.documents.pdf_cells import (
    find_border,
    measure_cells,
    split_category,
    split_head,
    split_reclaimed,
)
from indexer.documents.pdf_columns import Entry, measure
from indexer.documents.row import Row
from indexer.duty import ListType
from indexer.problems import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.documents.pdf_cells import CellWidths, Head
    from indexer.documents.pdf_columns import Columns

_COLUMN_NAME = (
    r"(?:序号|事项类别|事项名称|对应上级部门|对应上级|上级部门职责|(?:乡镇|镇街|街道|乡镇（街道）)配合职责"
    r"|承接部门及工作方式|承接部门|及工作方式)"
)
# Atomic, for 承接部门及工作方式 is one name or two, and every further one would double the ways to read it.
_HEADER = re.compile(rf"\s*+(?>{_COLUMN_NAME})(?>\s*(?:{_COLUMN_NAME}|部门))*+\s*+")
_FIRST_HEADER = re.compile(r"\s*序号[^\S\t]*事项类别[^\S\t]*事项名称[^\t]*")
_FOOTER = re.compile(
    r"\s*+(?:第\s*+\d++\s*+页(?:\s*+[，,/]?\s*+共\s*+\d++\s*+页)?|[-—–－]\s*+\d++\s*+[-—–－])\s*+"
)
_HEADING = re.compile(r"\s*+#*+\s*+\S{0,25}(?:基本履职|配合履职|上级部门收回)事项清单\s*+")
_NUMBERED = re.compile(r"\s*(?P<number>\d{1,3})\s+(?P<category>[一-鿿]\S*)(?:\s+(?P<beside>\S.*))?")

_ORDER = (ListType.BASIC, ListType.COOPERATIVE, ListType.RECLAIMED)


def recognises(lines: Sequence[str]) -> bool:
    """Return whether a text is of this layout: column names in one line, parted by spaces or by nothing."""
    return any(_FIRST_HEADER.fullmatch(line) and _HEADER.fullmatch(line) for line in lines)


def read_rows(lines: Sequence[str], file: str) -> tuple[list[Row], list[Problem]]:
    """Return the rows of all three lists in the order of the document, and what was wrong or doubtful.

    A row whose cells could not all be told apart is returned with what was found, beside its problem.
    """
    entries = _entries(lines)
    problems = _number_problems(entries, file)
    columns = measure(entries)
    heads = {entry: split_head(entry, columns) for entry in entries if _is_cooperative(entry)}
    widths = measure_cells([head.rest for head in heads.values()], columns)
    rows: list[Row] = []
    for entry in entries:
        row, complaints = _read_row(entry, columns, heads.get(entry), widths)
        rows.append(row)
        problems += [_problem(level, file, entry, text) for level, text in complaints]
    return rows, problems


def _is_cooperative(entry: Entry) -> bool:
    return entry.list_type is ListType.COOPERATIVE


def _entries(lines: Sequence[str]) -> list[Entry]:
    """Cut the document into rows; what stands before the first row is its title page."""
    entries: list[Entry] = []
    repeated = _repeated_categories(lines)
    expected = dict.fromkeys(_ORDER, 1)
    for number, text, list_type in _cell_lines(lines):
        entry = _begin_entry(text, number, list_type)
        if entry and (entry.number == expected[list_type] or entry.category in repeated):
            entries.append(entry)
            expected[list_type] = entry.number + 1
        elif entries:
            entries[-1] = _extend(entries[-1], text)
    return entries


def _begin_entry(text: str, line: int, list_type: ListType) -> Entry | None:
    match = _NUMBERED.fullmatch(text)
    if not match:
        return None
    beside = match["beside"]
    texts = (beside,) if beside else ()
    return Entry(list_type, int(match["number"]), line, match["category"], texts, bool(beside))


def _extend(entry: Entry, text: str) -> Entry:
    return replace(entry, texts=(*entry.texts, text))


def _repeated_categories(lines: Sequence[str]) -> set[str]:
    """Return words that stand after more than one number, so after a wrong number they begin a row too."""
    counts = Counter(match["category"] for line in lines if (match := _NUMBERED.fullmatch(line)))
    return {category for category, count in counts.items() if count > 1}


def _cell_lines(lines: Sequence[str]) -> Iterator[tuple[int, str, ListType]]:
    """Yield number, text and list of every line that is part of a cell or of the title page."""
    filled = [(i, line) for i, line in enumerate(lines, start=1) if line.strip() and not _is_margin(line)]
    header_lines = _header_positions([line for _, line in filled])
    current = _ORDER[0]
    header: list[str] = []
    for position, (number, text) in enumerate(filled):
        if position in header_lines:
            header.append(text)
            continue
        if header:
            # A broken header names fewer columns, so it never leads back to an earlier list.
            current = max(current, _list_under(header), key=_ORDER.index)
            header = []
        yield number, text, current


def _is_margin(line: str) -> bool:
    return bool(_FOOTER.fullmatch(line) or _HEADING.fullmatch(line))


def _header_positions(texts: Sequence[str]) -> set[int]:
    """Return which lines are column names; 部门 alone is one only beside another, else it ends a cell."""
    sure = {i for i, text in enumerate(texts) if _HEADER.fullmatch(text)}
    return sure | {i for i, text in enumerate(texts) if text.strip() == "部门" and {i - 1, i + 1} & sure}


def _list_under(header: Sequence[str]) -> ListType:
    names = "".join(header)
    if "承接部门" in names:
        return ListType.RECLAIMED
    return ListType.COOPERATIVE if "上级" in names or "配合职责" in names else ListType.BASIC


def _number_problems(entries: Sequence[Entry], file: str) -> list[Problem]:
    """Return an error for a document without rows, a number given twice and a number left out."""
    if not entries:
        return [Problem(Level.ERROR, file, 0, "no row found: expected lines that begin '1 <category>'")]
    problems: list[Problem] = []
    for list_type in _ORDER:
        seen: dict[int, Entry] = {}
        for entry in (entry for entry in entries if entry.list_type is list_type):
            if entry.number in seen:
                text = f"this number is already on line {seen[entry.number].line}; expected another"
                problems.append(_problem(Level.ERROR, file, entry, text))
            elif entry.number != 1 and entry.number - 1 not in seen:
                text = f"expected number {max(seen, default=0) + 1} before it"
                problems.append(_problem(Level.ERROR, file, entry, text))
            seen.setdefault(entry.number, entry)
    return problems


def _problem(level: Level, file: str, entry: Entry, text: str) -> Problem:
    return Problem(level, file, entry.line, f"{entry.list_type.label} {entry.number}: {text}")


def _read_row(
    entry: Entry, columns: Columns, head: Head | None, widths: CellWidths
) -> tuple[Row, list[tuple[Level, str]]]:
    """Return one row and what is to be said about it."""
    if head:
        row, complaints = _read_cooperative(entry, head, columns, widths)
    elif entry.list_type is ListType.RECLAIMED:
        row, complaints = _read_reclaimed(entry, columns)
    else:
        category, name = split_category(entry, columns)
        row, complaints = _row(entry, category, name), []
    if not row.name.strip():
        complaints.append((Level.ERROR, "no name found after the category"))
    return row, complaints


def _read_reclaimed(entry: Entry, columns: Columns) -> tuple[Row, list[tuple[Level, str]]]:
    category, name, receiver = split_reclaimed(entry, columns)
    row = _row(entry, category, name, superior=receiver)
    if receiver:
        return row, []
    return row, [(Level.ERROR, "承接部门及工作方式 not found: expected a line that begins '<department>：'")]


def _read_cooperative(
    entry: Entry, head: Head, columns: Columns, widths: CellWidths
) -> tuple[Row, list[tuple[Level, str]]]:
    complaints: list[tuple[Level, str]] = []
    if not head.departments:
        complaints.append(
            (Level.ERROR, "对应上级部门 not found: expected narrow lines that end as a department")
        )
    elif not head.certain:
        complaints.append(
            (Level.WARNING, f"对应上级部门 begins with no known place: {''.join(head.departments)}")
        )
    border = find_border(head.rest, columns, widths)
    index = border.index if border else len(head.rest)
    if not border:
        complaints.append((Level.ERROR, "乡镇配合职责 not found: expected two cells after the departments"))
    elif not border.certain:
        complaints.append((Level.WARNING, f"乡镇配合职责 may not begin at: {head.rest[index]}"))
    row = _row(
        entry,
        head.category,
        head.name,
        departments=head.departments,
        superior=head.rest[:index],
        township=head.rest[index:],
    )
    return row, complaints


def _row(entry: Entry, category: str, name: Sequence[str], **cells: Sequence[str]) -> Row:
    texts = {cell: "\n".join(lines) for cell, lines in cells.items()}
    return Row(entry.list_type, entry.number, entry.line, category, "\n".join(name), **texts)
