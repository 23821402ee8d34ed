"""A document of any layout, read: its rows, the text before them, and what could not be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.documents import pdf_text, table
from indexer.documents.line import Line
from indexer.documents.text_file import read_lines
from indexer.problems import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from indexer.documents.row import Row
    from indexer.duty import ListType


@dataclass(frozen=True, slots=True)
class Document:
    """The rows of a document with the paragraphs that stand before the first of them."""

    rows: tuple[Row, ...]
    preface: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_document(path: Path) -> Document:
    """Read the document at `path`.

    Raises UnreadableDocumentError where the file can't be read at all; whatever is wrong inside a readable
    one is among the problems of the result.
    """
    lines = read_lines(path)
    rows, problems = _read_rows(lines, path.name)
    if not rows and not problems:
        message = (
            "no table of duties found; expected header rows such as 序号 | 事项类别 | 事项名称 with cells "
            "separated by tabs, or the text layer of a PDF with the same headers"
        )
        problems = [Problem(Level.ERROR, path.name, len(lines), message)]
    problems.extend(_doubled_numbers(rows, path.name))
    preface = lines[: rows[0].line - 1] if rows else lines
    return Document(tuple(rows), tuple(preface), tuple(problems))


def _read_rows(lines: Sequence[str], file: str) -> tuple[list[Row], list[Problem]]:
    if pdf_text.recognises(lines):
        return pdf_text.read_rows(lines, file)
    split = (Line(number, tuple(line.split("\t"))) for number, line in enumerate(lines, 1))
    return table.read_rows(split, file)


def _doubled_numbers(rows: Sequence[Row], file: str) -> list[Problem]:
    first_line: dict[tuple[ListType, int], int] = {}
    problems = []
    for row in rows:
        first = first_line.setdefault((row.list_type, row.number), row.line)
        if first != row.line:
            message = f"{row.list_type.label} {row.number} already stands in line {first}"
            problems.append(Problem(Level.ERROR, file, row.line, message))
    return problems
