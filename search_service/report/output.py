"""A report as an editor reads it: a table on the terminal, JSON, or rows for a spreadsheet."""

from __future__ import annotations

import csv
import json
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from indexer.csv_cells import harmless
from search_service.core.answers.result import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from search_service.report.nearest import NearDuty, Prospect
    from search_service.report.questions import AskedQuestion, GivenAnswer

SHOWN_WORDINGS: Final = 3
"""Other wordings of a question that the table names."""

SHOWN_OF_NAME: Final = 24
"""Characters of a duty's name: enough to find it in a file."""

COLUMNS: Final = (
    "question",
    "times",
    "first",
    "last",
    "kinds",
    "townships",
    "answers",
    "right",
    "other_wordings",
    "now",
    "nearest",
)
"""The columns of the CSV."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question, and how the index of now takes it where that was asked for."""

    question: AskedQuestion
    prospect: Prospect | None = None


def print_table(rows: Sequence[Row]) -> None:
    """Print each question with what is known of it below."""
    if not rows:
        return
    table = Table("times", "from", "to", "question", box=None, header_style="bold", pad_edge=False)
    for row in rows:
        one = row.question
        details = [Text(line, style="dim") for line in _details(row)]
        # As text: rich would take [/x] in a question for its own markup.
        question = Group(Text(one.text, style="bold"), *details)
        table.add_row(Text(str(one.times), justify="right"), str(one.first), str(one.last), question)
    Console().print(table)


def print_json(rows: Sequence[Row]) -> None:
    """Print an array of objects."""
    print(json.dumps([_json(row) for row in rows], ensure_ascii=False, indent=2))


def print_csv(rows: Sequence[Row]) -> None:
    """Print a header and a row for each question, with the mark that tells spreadsheet programs UTF-8."""
    sys.stdout.write("\ufeff")
    writer = csv.writer(sys.stdout, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([harmless(cell) for cell in _cells(row)] for row in rows)


FORMS: Final[Mapping[str, Callable[[Sequence[Row]], None]]] = {
    "table": print_table,
    "json": print_json,
    "csv": print_csv,
}
"""How a report can be printed."""


def _details(row: Row) -> Iterable[str]:
    one = row.question
    yield "; ".join(filter(None, (_counted(one.kinds), _counted(one.townships))))
    if one.others:
        more = f" and {len(one.others) - SHOWN_WORDINGS} more" if len(one.others) > SHOWN_WORDINGS else ""
        yield f"also: {' | '.join(one.others[:SHOWN_WORDINGS])}{more}"
    yield from map(_answer, one.answers)
    if row.prospect:
        yield f"now: {_now(row.prospect)}"
        yield from (f"near: {_near(near)}" for near in row.prospect.nearest)


def _answer(answer: GivenAnswer) -> str:
    counts = {"unsure": answer.unsure, "wrong": answer.wrong}
    confidence = "" if answer.confidence is None else f", confidence {answer.confidence:.1f}"
    right = f", right would be {_counted(answer.right)}" if answer.right else ""
    return (
        f"answered: {answer.department or 'body unknown'} ({answer.duty_id}): "
        f"{_counted({end: times for end, times in counts.items() if times})}{confidence}{right}"
    )


def _now(prospect: Prospect) -> str:
    if prospect.status is None:
        return "nothing is left of it to look for"
    if prospect.matter:
        return f"outside of all lists: {prospect.matter}"
    if prospect.status is Status.NOT_FOUND:
        return "not found"
    return f"{prospect.status.value}, {prospect.department}, confidence {prospect.confidence:.1f}"


def _near(near: NearDuty) -> str:
    if near.entry is None:
        return f"{_short(near.duty.name)}: no entry in the phrase book yet"
    return f"{near.entry.file}: {_short(near.entry.name)}"


def _short(name: str) -> str:
    return name if len(name) <= SHOWN_OF_NAME else f"{name[:SHOWN_OF_NAME]}…"


def _counted(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{name} {times}×" for name, times in counts.items())


def _json(row: Row) -> dict[str, Any]:
    one = row.question
    found: dict[str, Any] = {
        "question": one.text,
        "times": one.times,
        "first": one.first.isoformat(),
        "last": one.last.isoformat(),
        "kinds": {kind.value: times for kind, times in one.kinds.items()},
        "townships": dict(one.townships),
        "other_wordings": list(one.others),
        "answers": [
            {
                "duty_id": answer.duty_id,
                "department": answer.department,
                "confidence": answer.confidence,
                "unsure": answer.unsure,
                "wrong": answer.wrong,
                "right": dict(answer.right),
            }
            for answer in one.answers
        ],
    }
    if row.prospect:
        found["now"] = _json_of_now(row.prospect)
        found["nearest"] = [_json_of_near(near) for near in row.prospect.nearest]
    return found


def _json_of_now(prospect: Prospect) -> dict[str, Any]:
    return {
        "status": prospect.status.value if prospect.status else None,
        "department": prospect.department,
        "confidence": round(prospect.confidence, 2),
        "outside": prospect.matter,
    }


def _json_of_near(near: NearDuty) -> dict[str, Any]:
    return {
        "duty_id": near.duty.id,
        "name": near.duty.name,
        "file": near.entry.file if near.entry else None,
        "entry": near.entry.name if near.entry else None,
    }


def _cells(row: Row) -> list[str | int]:
    one, prospect = row.question, row.prospect
    return [
        one.text,
        one.times,
        one.first.isoformat(),
        one.last.isoformat(),
        _counted(one.kinds),
        _counted(one.townships),
        "\n".join(map(_answer, one.answers)),
        "\n".join(_counted(answer.right) for answer in one.answers if answer.right),
        "\n".join(one.others),
        _now(prospect) if prospect else "",
        "\n".join(map(_near, prospect.nearest)) if prospect else "",
    ]
