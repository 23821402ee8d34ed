"""What ``duty-index check`` and ``diff`` print: counts against declarations, doubts, changes."""

from __future__ import annotations

from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table
from rich.text import Text

from indexer.documents.title import DeclaredCounts
from indexer.duty import ListType
from indexer.problems import Level
from indexer.review import in_ranges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from indexer.diff import Difference
    from indexer.township_list import TownshipList

_SHORT = 40
"""Characters up to which a change is shown as before → after."""
_CONTEXT = 20
"""Characters of unchanged text shown whole between changes."""
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


def print_differences(differences: Sequence[Difference], console: Console) -> None:
    """Print every difference, kind by kind, and how many there are of each."""
    kind = None
    for one in differences:
        if one.change is not kind:
            kind = one.change
            console.print(f"[bold]{kind}[/]")
        where = one.new_id or one.old_id
        console.print(Text(f"  {where}  {one.name[:60]}"), soft_wrap=True)
        if one.before and one.after:
            console.print(f"    {one.what}: {_changed(one.before, one.after)}", soft_wrap=True)
    counts = Counter(one.change for one in differences)
    summary = "，".join(f"{count} {change}" for change, count in counts.items())
    console.print(summary or "no differences")


def _changed(before: str, after: str) -> str:
    """Return the words that went, struck out, and those that came, between the ones that stayed."""
    if len(before) + len(after) <= _SHORT:
        return f"{escape(before)} → {escape(after)}"
    pieces = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            kept = before[a:b]
            pieces.append(escape(kept if len(kept) <= _CONTEXT else f"{kept[:8]}…{kept[-8:]}"))
        else:
            pieces.append(f"[red][-{escape(before[a:b])}-][/]" * (b > a))
            pieces.append(f"[green]{{+{escape(after[c:d])}+}}[/]" * (d > c))
    return "".join(pieces).replace("\n", " ")


def _table(one: TownshipList) -> Table:
    place = f"{one.place.county} {one.place.township}" if one.place else "place unknown"
    # As text: rich would take [/x] in the name of a file for its own markup.
    title = Text(f"{one.file}  {place}  {one.date or 'no date'}")
    table = Table(title=title, title_justify="left")
    table.add_column("list")
    for column in ("duties", "categories", "departments"):
        table.add_column(column, justify="right")
    table.add_column("gaps in the numbers")
    for list_type in ListType:
        counts = _counts(one, list_type)
        table.add_row(
            list_type.label,
            *(
                _against(counts[what], counts["declared"][what])
                for what in ("items", "categories", "departments")
            ),
            in_ranges(counts["gaps"]) or "none",
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
    """Return what was found and, where the document says a number, that number."""
    if declared is None:
        return str(found)
    text = f"{found} of {declared}"
    return text if found == declared else f"[yellow]{text}[/]"
