"""The commands of ``duty-index`` over the generations in an index folder: list, publish, verify and so on."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from indexer.index.checksums import damages
from indexer.index.generation import IndexStateError
from indexer.index.publishing import (
    State,
    current_generation,
    found_generations,
    generation_folder,
    prune,
    publish,
    roll_back,
)
from indexer.paths import index_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.index.publishing import Found

_MEGABYTE = 2**20
_STYLES = {State.LIVE: "bold green", State.STAGED: "yellow", State.LEFT_OVER: "dim"}

_index_option = click.option(
    "--index",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="DUTY_SEARCH_INDEX",
    show_envvar=True,  # in messages too: who has set the variable knows of no --index
    default=index_folder,
    show_default="var/index of the checkout",
    help="Folder of the index.",
)


@click.command("list")
@_index_option
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def list_command(index: Path, form: str) -> None:
    """List the generations: which one is live, which one a rollback brings back, which are staged.

    Exit code 0: one is live; 1: none is, or its folder is missing.
    """
    found = found_generations(index)
    if form == "json":
        click.echo(json.dumps([_record(one) for one in found], ensure_ascii=False, indent=2))
    elif found:
        Console().print(_table(found))
    with _click_errors():
        current_generation(index)


@click.command("publish")
@click.argument("name")
@_index_option
def publish_command(name: str, index: Path) -> None:
    """Make the generation NAME live, one that was built with --stage or is kept; its files are checked first.

    Exit code 0: it is live; 1: unknown, damaged, or the folder can't be written; the live one then stays.
    """
    with _click_errors():
        publish(index, name)
    click.echo(f"{name} is live", err=True)


@click.command("rollback")
@_index_option
def rollback_command(index: Path) -> None:
    """Make the generation live that was so before; done again, it undoes that.

    Exit code 0: done; 1: there is none, it is damaged, or the folder can't be written.
    """
    with _click_errors():
        current_generation(index)
        name = roll_back(index)
    click.echo(f"{name} is live again", err=True)


@click.command("verify")
@click.argument("names", nargs=-1, metavar="[NAME]…")
@_index_option
def verify_command(names: tuple[str, ...], index: Path) -> None:
    """Compare every file of the generations NAMES (default: all) with the checksums of when it was written.

    Exit code 0: all are as they were written, and one is live; 1: not so.
    """
    with _click_errors():
        current_generation(index)
        folders = [
            generation_folder(index, name) for name in names or [one.name for one in found_generations(index)]
        ]
    damaged = False
    for folder in folders:
        wrong = damages(folder)
        damaged = damaged or bool(wrong)
        click.echo(f"{folder.name}: {'good' if not wrong else ''}{'; '.join(wrong)}")
    if damaged:
        click.echo("damaged: run duty-index build, or duty-index publish NAME of a good one", err=True)
        sys.exit(1)


@click.command("prune")
@_index_option
def prune_command(index: Path) -> None:
    """Remove every generation but the live one and the one before it: staged ones, and what is left over.

    Exit code 0: done; 1: a build is running, or the folder can't be written.
    """
    with _click_errors():
        removed = prune(index)
    for name in removed:
        click.echo(f"removed {name}", err=True)
    if not removed:
        click.echo("nothing to remove", err=True)


COMMANDS = (list_command, publish_command, rollback_command, verify_command, prune_command)


def _record(found: Found) -> dict[str, object]:
    return {
        "generation": found.name,
        "state": found.state.value,
        "duties": found.manifest.duties if found.manifest else None,
        "built_at": found.manifest.built_at if found.manifest else None,
        "bytes": found.bytes,
    }


def _table(found: list[Found]) -> Table:
    table = Table("generation", "state", "duties", "built at (UTC)", "MB")
    for one in found:
        manifest = one.manifest
        table.add_row(
            one.name,
            one.state.value,
            f"{manifest.duties:,}" if manifest else "manifest unreadable",
            manifest.built_at.removesuffix("+00:00").replace("T", " ") if manifest else "",
            f"{one.bytes / _MEGABYTE:,.0f}",
            style=_STYLES.get(one.state, ""),
        )
    return table


@contextmanager
def _click_errors() -> Iterator[None]:
    try:
        yield
    except IndexStateError as error:
        raise click.ClickException(str(error)) from None
