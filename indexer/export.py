"""The records in the forms that other programs read."""

from __future__ import annotations

import csv
import json
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from indexer.duty import Duty, Step

_CSV_COLUMNS = (
    "id", "list_id", "province", "prefecture", "county", "township", "list", "number",
    "category", "name", "marked", "departments", "superior_steps", "township_steps", "file", "line",
)  # fmt: skip


def write_jsonl(duties: Iterable[Duty], output: IO[str]) -> None:
    """Write one JSON object a line, complete with provenance."""
    for duty in duties:
        output.write(json.dumps(duty.to_record(), ensure_ascii=False) + "\n")


def write_csv(duties: Iterable[Duty], output: IO[str]) -> None:
    """Write one row a duty; lists are joined, steps by line ends."""
    output.write("\ufeff")  # spreadsheet programs take UTF-8 for what it is only with this mark
    writer = csv.writer(output)
    writer.writerow(_CSV_COLUMNS)
    for duty in duties:
        cells = [
            duty.id, duty.list_id, duty.province, duty.prefecture, duty.county, duty.township,
            duty.list_type.label, duty.number, duty.category, duty.name, "★" if duty.marked else "",
            "、".join(department.name for department in duty.departments),
            _steps(duty.superior_steps), _steps(duty.township_steps), duty.source.file, duty.source.line,
        ]  # fmt: skip
        writer.writerow(cells)


WRITERS: dict[str, Callable[[Iterable[Duty], IO[str]], None]] = {"jsonl": write_jsonl, "csv": write_csv}
"""Format → the function that writes it."""


def _steps(steps: tuple[Step, ...]) -> str:
    lines: list[str] = []
    heading = None
    for step in steps:
        if step.heading and step.heading != heading:
            lines.append(step.heading)
        heading = step.heading
        lines.append(step.text if step.number is None else f"{step.number}.{step.text}")
    return "\n".join(lines)
