"""The report of ``duty-index check``: what each document holds against what it declares, and its doubts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from indexer.documents.title import DeclaredCounts
from indexer.duty import ListType
from indexer.problems import Level

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from indexer.township_list import TownshipList

_COLOURS = {Level.ERROR: "red", Level.WARNING: "yellow", Level.INFO: "dim"}


def report_record(one: TownshipList) -> dict[str, Any]:
    """Return the report of one document as plain JSON data."""
    place = one.place
    return {
        "id": one.id,
        "file": one.file,
        "place": [place.province, place.prefecture, place.county, place.township] if place else None,
        "date": one.date,
        "lists": {list_type.value: _counts(one, list_type) for list_type in ListType},
        "total": len(one.duties),
        "problems": [
            {"level": p.level.value, "file": p.file, "line": p.line, "message": p.message}
            for p in one.problems
        ],
    }


def print_report(lists: Sequence[TownshipList], console: Console) -> None:
    """Print a table per document and its problems below, then the totals."""
    for one in lists:
        console.print(_table(one))
        for problem in one.problems:
            console.print(f"[{_COLOURS[problem.level]}]{escape(str(problem))}[/]", soft_wrap=True)
        console.print()
    levels = Counter(problem.level for one in lists for problem in one.problems)
    total = sum(len(one.duties) for one in lists)
    console.print(
        f"{len(lists)} documents, {total} duties; {levels[Level.ERROR]} errors, "
        f"{levels[Level.WARNING]} warnings, {levels[Level.INFO]} notes"
    )


def _table(one: TownshipList) -> Table:
    place = f"{one.place.county} {one.place.township}" if one.place else "place unknown"
    table = Table(title=f"{one.file}  {place}  {one.date or 'no date'}", title_justify="left")
    for column in ("list", "duties", "declared", "categories", "declared", "departments", "declared", "gaps"):
        table.add_column(column, justify="left" if column in ("list", "gaps") else "right")
    for list_type in ListType:
        counts = _counts(one, list_type)
        declared = counts["declared"]
        table.add_row(
            list_type.label,
            _against(counts["items"], declared["items"]),
            _or_dash(declared["items"]),
            _against(counts["categories"], declared["categories"]),
            _or_dash(declared["categories"]),
            _against(counts["departments"], declared["departments"]),
            _or_dash(declared["departments"]),
            "、".join(map(str, counts["gaps"])) or "none",
        )
    return table


def _counts(one: TownshipList, list_type: ListType) -> dict[str, Any]:
    duties = one.duties_of(list_type)
    numbers = {duty.number for duty in duties}
    declared = one.declared.get(list_type, DeclaredCounts())
    return {
        "items": len(duties),
        "categories": len({duty.category for duty in duties}),
        "departments": len({body.canonical for duty in duties for body in duty.departments}),
        "gaps": sorted(set(range(1, max(numbers, default=0) + 1)) - numbers),
        "declared": {
            "items": declared.items,
            "categories": declared.categories,
            "departments": declared.departments,
        },
    }


def _against(found: int, declared: int | None) -> str:
    return str(found) if declared in (None, found) else f"[yellow]{found}[/]"


def _or_dash(count: int | None) -> str:
    return "–" if count is None else str(count)
