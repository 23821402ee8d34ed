"""A triage from file to file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer.progress_bar import progress_bar
from search_service.core.answers.answering import Answers
from search_service.core.live_index import LiveIndex
from search_service.triage.columns import column_label, find_columns, our_headers
from search_service.triage.errors import TriageError, WrongOptionError
from search_service.triage.files import check_output, default_output, read_table, write_table
from search_service.triage.rows import OUR_COLUMNS, Result, answer_rows
from search_service.triage.townships import TownshipNames, UnknownTownshipError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from search_service.core.source import Source
    from search_service.triage.columns import Columns
    from search_service.triage.rows import AnsweredRow
    from search_service.triage.table import Row, Table
    from search_service.triage.townships import Places

MOST_ROW_NUMBERS = 20
"""Row numbers listed of those that weren't processed."""

_LABELS = {
    Result.ANSWERED: "answered",
    Result.DIFFERS: "differing by place",
    Result.NOT_FOUND: "in no list",
    Result.NOT_PROCESSED: "not processed",
}


@dataclass(frozen=True, slots=True)
class TriageRequest:
    """What to triage: the file, its columns where they aren't to be detected, and where the result goes.

    `township` is the place of rows that name none of their own.
    """

    file: Path
    column: str | None = None
    township_column: str | None = None
    township: str | None = None
    output: Path | None = None
    overwrite: bool = False
    thorough: bool = False
    """Answer as a single question is answered, in several times the time."""


def run_triage(request: TriageRequest, index: Source, say: Callable[[str], None]) -> None:
    """Answer each row of a file over the published index and write the result; `say` reports on it.

    Raises TriageError for a file that can't be read or written, WrongOptionError for an option that doesn't
    fit, IndexStateError where no usable index is published. Whatever goes wrong, nothing is written.
    """
    table = read_table(request.file)
    output = request.output or default_output(request.file)
    check_output(output, request.file, overwrite=request.overwrite)
    header = table.padded()[0]
    columns = _columns(request, header)
    live = LiveIndex(index)
    townships = TownshipNames(live.generation.places, live.generation.engine.lists)
    default = _default(request.township, townships)
    for line in _opening(table.remark, header, columns):
        say(line)
    answers = Answers(live)
    answer = answers.answer if request.thorough else answers.answer_quickly
    with progress_bar() as bar:
        rows = answer_rows(table, columns, answer, townships, default)
        answered = list(bar.track(rows, total=len(table.rows), description="Answering"))
    write_table(_with_answers(table, answered), output, request.file)
    for line in _closing(table, answered):
        say(line)
    say(f"Written: {output}")


def _columns(request: TriageRequest, header: Row) -> Columns:
    try:
        return find_columns(header, request.column, request.township_column)
    except WrongOptionError:
        raise
    except TriageError as error:
        raise TriageError(f"{request.file}: {error}") from None


def _default(township: str | None, townships: TownshipNames) -> Places:
    try:
        return townships.places(township or "")
    except UnknownTownshipError:
        message = f"{township!r} has no list; known: {', '.join(townships.known)}"
        raise WrongOptionError("--township", message) from None


def _with_answers(table: Table, answered: Sequence[AnsweredRow]) -> Table:
    header, *rows = table.padded()
    return replace(
        table,
        header=(*header, *our_headers(header, OUR_COLUMNS)),
        rows=[row + ours.cells for row, ours in zip(rows, answered, strict=True)],
    )


def _opening(remark: str, header: Row, columns: Columns) -> list[str]:
    """Return what is read: of the file, and which columns of it."""
    used = f"Complaints: column {column_label(header, columns.text)}"
    if columns.township is not None:
        used += f"; townships: column {column_label(header, columns.township)}"
    return [f"Note: {remark}", used] if remark else [used]


def _closing(table: Table, answered: Sequence[AnsweredRow]) -> list[str]:
    """Return how many rows ended how, and the numbers of those that weren't processed."""
    results = [row.result for row in answered if row.result]
    counts = ", ".join(f"{results.count(result)} {label}" for result, label in _LABELS.items())
    lines = [f"{len(results)} rows: {counts}"]
    numbers = [
        table.row_number(index) for index, row in enumerate(answered) if row.result is Result.NOT_PROCESSED
    ]
    if numbers:
        listed = ", ".join(map(str, numbers[:MOST_ROW_NUMBERS]))
        more = len(numbers) - MOST_ROW_NUMBERS
        rows = "row" if len(numbers) == 1 else "rows"
        lines.append(f"Not processed: {rows} {listed}" + (f" and {more} more" if more > 0 else ""))
    return lines
