"""The command ``duty-search report``: what nobody could answer, for an editor of phrasings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.dictionaries import DictionaryError
from indexer.paths import data_folder
from search_service.command_options import click_errors
from search_service.core.search import Search
from search_service.index_source import index_option
from search_service.report.entry import Kind
from search_service.report.likeness import Likeness
from search_service.report.lines import read_lines
from search_service.report.nearest import Prospects
from search_service.report.output import FORMS, Row
from search_service.report.questions import questions_of

if TYPE_CHECKING:
    from datetime import datetime

    from search_service.core.source import Source
    from search_service.report.lines import Damage, Lines

NAMED_DAMAGES = 5
"""Damaged lines that are named; the others are counted."""

GO_ON = (
    "To go on: add phrasings to data/dictionaries/phrases/*.toml (docs/phrase-book.md), "
    "then run: duty-index build"
)


@click.command()
@click.argument(
    "file", envvar="DUTY_SEARCH_REPORT", type=click.Path(path_type=Path, dir_okay=False), required=False
)
@index_option
@click.option(
    "--kind", "kinds", type=click.Choice([one.value for one in Kind]), multiple=True, help="Repeatable."
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="YYYY-MM-DD", help="From this day on.")
@click.option(
    "--limit", type=click.IntRange(0), default=50, show_default=True, help="Questions; 0 shows all."
)
@click.option("--suggest", is_flag=True, help="Show where phrasings would go: the duties nearest to each.")
@click.option("--format", "form", type=click.Choice(list(FORMS)), default="table", show_default=True)
def report(
    file: Path | None,
    index: Source,
    form: str,
    kinds: tuple[str, ...],
    since: datetime | None,
    limit: int,
    *,
    suggest: bool,
) -> None:
    """Show the questions that nobody could answer, the most frequent first.

    FILE is what `duty-search serve` keeps them in (default: $DUTY_SEARCH_REPORT). Questions of the same words
    count as one.

    Exit code 0: shown, or nothing is kept yet; 1: no such file, or an unusable index; 2: wrong call.
    """
    if file is None:
        raise click.UsageError("name the FILE, or set DUTY_SEARCH_REPORT: without it serve keeps nothing")
    lines = _read(file)
    _tell_damages(lines.damages)
    wanted = [
        one
        for one in lines.entries
        if (not kinds or one.kind in kinds) and (since is None or one.day >= since.date())
    ]
    try:
        questions = questions_of(wanted, Likeness.load(data_folder() / "dictionaries").key)
    except DictionaryError as error:
        raise click.ClickException(str(error)) from None
    shown = questions[: limit or None]
    with click_errors():
        prospects = Prospects(Search.open(index)) if suggest and shown else None
        rows = [Row(one, prospects.of(one.text) if prospects else None) for one in shown]
    FORMS[form](rows)
    _tell_rest(lines, len(wanted), len(questions), len(shown))


def _read(file: Path) -> Lines:
    try:
        return read_lines(file)
    except FileNotFoundError:
        raise click.ClickException(
            f"{file}: no such file; duty-search serve makes it with the first question that it can't answer, "
            f"where DUTY_SEARCH_REPORT names it"
        ) from None
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror or error}") from None


def _tell_damages(damages: tuple[Damage, ...]) -> None:
    if not damages:
        return
    click.echo(f"{len(damages)} damaged lines are left out:", err=True)
    for one in damages[:NAMED_DAMAGES]:
        click.echo(f"  {one}", err=True)
    if len(damages) > NAMED_DAMAGES:
        click.echo(f"  and {len(damages) - NAMED_DAMAGES} more", err=True)


def _tell_rest(lines: Lines, wanted: int, questions: int, shown: int) -> None:
    """Say how much that was, and how to go on; on standard error, for the rest may be piped."""
    if not lines.entries:
        click.echo("no question is kept yet", err=True)
    elif not wanted:
        click.echo(f"none of the {len(lines.entries)} entries is of that kind and time", err=True)
    else:
        days = sorted(one.day for one in lines.entries)
        rest = f", {shown} of them shown" if shown < questions else ""
        click.echo(
            f"{wanted} entries, {questions} questions{rest}; kept since {days[0]}, the last on {days[-1]}",
            err=True,
        )
        click.echo(GO_ON, err=True)
