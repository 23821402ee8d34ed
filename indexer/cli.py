"""The command ``duty-index``: check, build and export lists."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from indexer.catalogue import FILE_NAME, Catalogue, CatalogueError
from indexer.dictionaries import DictionaryError
from indexer.export import WRITERS
from indexer.index.build import build_index, stamp_of
from indexer.index.generation import IndexStateError, Manifest, current_generation
from indexer.paths import data_folder, index_folder
from indexer.problems import Level
from indexer.report import print_report, report_record
from indexer.township_list import TownshipList, read_list
from indexer.tuning import Tuning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.catalogue import ListEntry
    from indexer.index.generation import Stamp

_FILE = click.Path(path_type=Path)
_data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=data_folder,
    show_default="data/ of the checkout, or $DUTY_SEARCH_DATA",
    help="Folder with lists/ and dictionaries/.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="duty-search")
def main() -> None:
    """Read duty lists (履职事项清单), check them, and build the index that duty-search serves."""


@main.command()
@click.argument("files", nargs=-1, type=_FILE)
@_data_option
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def check(files: tuple[Path, ...], data: Path, form: str) -> None:
    """Parse FILES (default: every list of the catalogue) and report what was found.

    Prints a table per document: duties found and declared, categories, departments, gaps in the numbering,
    and every doubt with its line. Exit code 0: no error; 1: errors in a document; 2: wrong call.
    """
    lists = list(_read_lists(files, data))
    if form == "json":
        click.echo(json.dumps([report_record(one) for one in lists], ensure_ascii=False, indent=2))
    else:
        print_report(lists, Console())
    if any(one.has_errors for one in lists):
        sys.exit(1)


@main.command()
@_data_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=index_folder,
    show_default="var/index of the checkout, or $DUTY_SEARCH_INDEX",
    help="Folder of the index.",
)
@click.option("--if-needed", is_flag=True, help="Do nothing when the live index is current.")
@click.option("--allow-errors", is_flag=True, help="Index what could be read of documents with errors.")
def build(data: Path, output: Path, *, if_needed: bool, allow_errors: bool) -> None:
    """Parse every list of the catalogue, index the duties and publish the index.

    The live index stays in use until the new one is complete, and stays untouched if anything fails.
    Exit code 0: published, or current already; 1: refused or failed; 2: wrong call.
    """
    tuning = _load_tuning(data)
    stamp = stamp_of(data / "lists", tuning)
    if if_needed and _is_current(output, stamp):
        click.echo(f"The index in {output} is current.", err=True)
        return
    lists = list(_read_lists((), data, tuning))
    _refuse_errors(lists, allow_errors=allow_errors)
    readable = [one for one in lists if one.place is not None]
    total = sum(len(one.duties) for one in readable)
    with _progress() as bar:
        task = bar.add_task("Indexing", total=total)
        try:
            manifest = build_index(
                readable, tuning, stamp, output, progress=lambda done: bar.update(task, completed=done)
            )
        except IndexStateError as error:
            raise click.ClickException(str(error)) from None
    click.echo(f"Published generation {manifest.generation}: {manifest.duties} duties in {output}", err=True)


@main.command()
@_data_option
@click.option("--format", "form", type=click.Choice(sorted(WRITERS)), default="jsonl", show_default=True)
@click.option(
    "--output", type=click.File("w", encoding="utf-8", atomic=True), default="-", help="File; default stdout."
)
@click.option("--allow-errors", is_flag=True, help="Export what could be read of documents with errors.")
def export(data: Path, form: str, output: IO[str], *, allow_errors: bool) -> None:
    """Write the duties of every list, each with the file and line it comes from."""
    lists = list(_read_lists((), data))
    _refuse_errors(lists, allow_errors=allow_errors)
    WRITERS[form]((duty for one in lists for duty in one.duties), output)


def _load_tuning(data: Path) -> Tuning:
    try:
        return Tuning.load(data / "dictionaries")
    except DictionaryError as error:
        raise click.ClickException(str(error)) from None


def _read_lists(files: tuple[Path, ...], data: Path, tuning: Tuning | None = None) -> Iterator[TownshipList]:
    """Read the files named, or all of the catalogue, with a progress bar."""
    register = (tuning or _load_tuning(data)).departments
    try:
        if files:
            work = [(file, _entry_beside(file)) for file in files]
        else:
            catalogue = Catalogue.load(data / "lists")
            work = [(catalogue.folder / entry.file, entry) for entry in catalogue.entries]
    except CatalogueError as error:
        raise click.ClickException(str(error)) from None
    with _progress() as bar:
        for path, entry in bar.track(work, description="Reading"):
            yield read_list(path, entry, register)


def _entry_beside(file: Path) -> ListEntry | None:
    """Return the entry of the catalogue in the file's own folder, where there is one."""
    if not (file.parent / FILE_NAME).is_file():
        return None
    return Catalogue.load(file.parent).entry_for(file.name)


def _refuse_errors(lists: list[TownshipList], *, allow_errors: bool) -> None:
    """Stop on documents with errors, unless told to go on; either way say what is wrong."""
    errors = [problem for one in lists for problem in one.problems if problem.level is Level.ERROR]
    for problem in errors:
        click.echo(str(problem), err=True)
    if errors and not allow_errors:
        raise click.ClickException(
            f"{len(errors)} errors in the documents, nothing was written; correct them, or pass "
            "--allow-errors to leave out what could not be read"
        )


def _is_current(output: Path, stamp: Stamp) -> bool:
    try:
        return Manifest.read(current_generation(output)).stamp == stamp
    except IndexStateError:
        return False


def _progress() -> Progress:
    """Return a progress bar on stderr that leaves no trace; silent where stderr is no terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
