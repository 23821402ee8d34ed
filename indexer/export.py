"""The records in the forms that other programs read: JSON lines, CSV, and one large table."""

from __future__ import annotations

import csv
import json
from itertools import chain, islice
from typing import IO, TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from indexer.csv_cells import harmless
from indexer.sheet_cells import new_cell

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from indexer.duty import Duty, Step
    from indexer.sheet_cells import Value

COLUMNS = (
    "id", "list_id", "province", "prefecture", "county", "township", "list", "number",
    "category", "name", "marked", "departments", "superior_steps", "township_steps", "file", "line",
)  # fmt: skip
"""The columns of CSV and of the table."""

ROWS_OF_A_SHEET = 1_048_576
"""Most rows that a sheet of a spreadsheet holds."""

_WIDTHS = (30, 18, 18, 16, 12, 12, 6, 8, 14, 50, 8, 36, 60, 60, 24, 8)
_SHEET = "履职事项"


def json_lines(duties: Iterable[Duty]) -> Iterator[str]:
    """Yield one JSON object a line, complete with provenance."""
    return (json.dumps(duty.to_record(), ensure_ascii=False) + "\n" for duty in duties)


def csv_lines(duties: Iterable[Duty]) -> Iterator[str]:
    """Yield CSV, a header and one row a duty; lists are joined, steps by line ends."""
    writer = csv.writer(_Echo())
    # Spreadsheet programs take UTF-8 for what it is only with this mark.
    yield "\ufeff" + writer.writerow(COLUMNS)
    for duty in duties:
        yield writer.writerow([harmless(value) for value in cells_of(duty)])


def write_jsonl(duties: Iterable[Duty], output: IO[str]) -> None:
    """Write one JSON object a line, complete with provenance."""
    output.writelines(json_lines(duties))


def write_csv(duties: Iterable[Duty], output: IO[str]) -> None:
    """Write one row a duty; lists are joined, steps by line ends."""
    output.writelines(csv_lines(duties))


WRITERS: dict[str, Callable[[Iterable[Duty], IO[str]], None]] = {"jsonl": write_jsonl, "csv": write_csv}
"""Format → the function that writes it."""


def write_table(duties: Iterable[Duty], output: IO[bytes]) -> None:
    """Write a spreadsheet with the rows of the CSV; its size doesn't count for the memory it takes.

    What doesn't fit into one sheet goes on in the next.
    """
    book = Workbook(write_only=True)
    rows = (cells_of(duty) for duty in duties)
    first: tuple[Value, ...] | None = next(rows, None)
    while first is not None or not book.worksheets:
        sheet = book.create_sheet(f"{_SHEET}{len(book.worksheets) + 1}" if book.worksheets else _SHEET)
        sheet.freeze_panes = "A2"
        for number, width in enumerate(_WIDTHS, 1):
            sheet.column_dimensions[get_column_letter(number)].width = width
        sheet.append([new_cell(sheet, title, is_header=True) for title in COLUMNS])
        for row in islice(chain([first] if first else [], rows), ROWS_OF_A_SHEET - 1):
            sheet.append([new_cell(sheet, value) for value in row])
        first = next(rows, None)
    book.save(output)


def cells_of(duty: Duty) -> tuple[Value, ...]:
    """Return what stands in the `COLUMNS` of a duty."""
    return (
        duty.id, duty.list_id, duty.province, duty.prefecture, duty.county, duty.township,
        duty.list_type.label, duty.number, duty.category, duty.name, "★" if duty.marked else "",
        "、".join(department.name for department in duty.departments),
        steps_text(duty.superior_steps), steps_text(duty.township_steps),
        duty.source.file, duty.source.line,
    )  # fmt: skip


def steps_text(steps: Iterable[Step]) -> str:
    """Return steps as lines: a heading where it changes, and each step with its number."""
    lines: list[str] = []
    heading = None
    for step in steps:
        if step.heading and step.heading != heading:
            lines.append(step.heading)
        heading = step.heading
        lines.append(step.text if step.number is None else f"{step.number}.{step.text}")
    return "\n".join(lines)


class _Echo:
    """Has a CSV writer return each line in place of writing it."""

    @staticmethod
    def write(text: str) -> str:
        return text
