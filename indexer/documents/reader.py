"""A document of any format, read: its rows, the text before them, and what could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.documents import docx_file, html_file, pdf_process, pdf_text, table, text_file, xlsx_file
from indexer.documents.line import Line
from indexer.documents.text_budget import TextBudget
from indexer.documents.text_file import UnreadableDocumentError
from indexer.problems import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from indexer.documents.row import Row
    from indexer.duty import ListType


def _read_text(path: Path) -> list[Line]:
    return [
        Line(number, tuple(text.split("\t"))) for number, text in enumerate(text_file.read_lines(path), 1)
    ]


READERS: dict[str, Callable[[Path], list[Line]]] = {
    ".docx": docx_file.read_lines,
    ".htm": html_file.read_lines,
    ".html": html_file.read_lines,
    ".pdf": pdf_process.read_lines,
    ".tsv": _read_text,
    ".txt": _read_text,
    ".xlsx": xlsx_file.read_lines,
}
"""Ending of a file's name → the function that reads such a file. A new format is one more entry."""

_SAVE_AS = {
    ".doc": ".docx", ".dot": ".docx", ".wps": ".docx", ".wpt": ".docx", ".rtf": ".docx", ".odt": ".docx",
    ".xls": ".xlsx", ".xlt": ".xlsx", ".et": ".xlsx", ".ett": ".xlsx", ".ods": ".xlsx", ".csv": ".xlsx",
}  # fmt: skip
_WHOLE_LIST = 10  # so many doubled numbers are no slips: a second list stands in the file
_LINE_ENDS = re.compile(r"\n|<br>")


@dataclass(frozen=True, slots=True)
class Document:
    """The rows of a document with the paragraphs that stand before the first of them."""

    rows: tuple[Row, ...]
    preface: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_document(path: Path) -> Document:
    """Read the document at `path`; the ending of its name says its format.

    Raises UnreadableDocumentError where the file can't be read at all; whatever is wrong inside a readable
    one is among the problems of the result.
    """
    lines = _reader_of(path)(path)
    budget = TextBudget()
    for line in lines:
        budget.spend(line.number, line.cells)
    texts = ["\t".join(line.cells) for line in lines]
    if not _has_table(lines) and pdf_text.recognises(texts):
        rows, problems = pdf_text.read_rows(texts, path.name)
    else:
        rows, problems = table.read_rows(lines, path.name)
    if not rows and not problems:
        problems = [_nothing_found(lines, path.name)]
    problems.extend(_doubled_numbers(rows, path.name))
    rows = _without_doubles(rows)
    preface = texts[: _index_of_first_row(lines, rows)]
    return Document(tuple(rows), tuple(_paragraphs(preface)), tuple(problems))


def _reader_of(path: Path) -> Callable[[Path], list[Line]]:
    ending = path.suffix.lower()
    if ending in READERS:
        return READERS[ending]
    allowed = ", ".join(READERS)
    if ending in _SAVE_AS:
        raise UnreadableDocumentError(
            0, f"{ending} files are not read; save it as {_SAVE_AS[ending]} (allowed: {allowed})"
        )
    raise UnreadableDocumentError(0, f"unknown file name ending {ending!r}; allowed: {allowed}")


def _has_table(lines: Sequence[Line]) -> bool:
    return any(table.is_header(line.cells) for line in lines)


def _index_of_first_row(lines: Sequence[Line], rows: Sequence[Row]) -> int:
    """Return how many lines stand before the first row; in a spreadsheet each sheet counts its own rows."""
    headers = [index for index, line in enumerate(lines) if table.is_header(line.cells)]
    for index in range(headers[0] if headers else 0, len(lines)):
        if rows and lines[index].number == rows[0].line:
            return index
    return len(lines)


def _paragraphs(texts: Sequence[str]) -> list[str]:
    """Return the lines of the preface; a title page may be one paragraph with line ends inside."""
    return [line for text in texts for line in _LINE_ENDS.split(text)]


def _nothing_found(lines: Sequence[Line], file: str) -> Problem:
    last = lines[-1].number if lines else 0
    if _has_table(lines):
        return Problem(Level.ERROR, file, last, "the tables have header rows, but no duty stands under them")
    message = (
        "no table of duties found; expected header rows such as 序号 | 事项类别 | 事项名称 in a table (in a "
        "text file: cells separated by tabs), or the text layer of a PDF with the same headers"
    )
    return Problem(Level.ERROR, file, last, message)


def _doubled_numbers(rows: Sequence[Row], file: str) -> list[Problem]:
    """Return an error for each number that stands twice, or a single one for a list that does as a whole."""
    first_line: dict[tuple[ListType, int], int] = {}
    doubled: dict[ListType, list[Problem]] = {}
    for row in rows:
        numbered = (row.list_type, row.number)
        if numbered in first_line:
            message = f"{row.list_type.label} {row.number} already stands in line {first_line[numbered]}"
            problem = Problem(Level.ERROR, file, row.line, message)
            doubled.setdefault(row.list_type, []).append(problem)
        first_line.setdefault(numbered, row.line)
    return [problem for problems in doubled.values() for problem in _summed_up(problems)]


def _without_doubles(rows: Sequence[Row]) -> list[Row]:
    """Return the rows without those whose number already stood: an id must name one duty."""
    return list({(row.list_type, row.number): row for row in reversed(rows)}.values())[::-1]


def _summed_up(problems: list[Problem]) -> list[Problem]:
    if len(problems) < _WHOLE_LIST:
        return problems
    first = problems[0]
    message = (
        f"{first.message}, and so do {len(problems) - 1} numbers more; a file holds the list of one "
        "township, each of its three parts once"
    )
    return [Problem(Level.ERROR, file=first.file, line=first.line, message=message)]
