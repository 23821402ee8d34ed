"""The command ``duty-index``: check, build and export lists."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click
from rich.console import Console

from indexer.command_reading import data_option, load_tuning, read_changed, read_lists, refuse_errors
from indexer.diff import compare
from indexer.export import WRITERS
from indexer.generations_command import COMMANDS
from indexer.index.build import Progress, Publishing, build_index, stamp_of
from indexer.index.generation import IndexStateError, Manifest
from indexer.index.publishing import current_generation
from indexer.opensearch_command import opensearch
from indexer.output import write_utf8
from indexer.paths import index_folder, vector_file
from indexer.phrases.matching import match_entries
from indexer.progress_bar import progress_bar
from indexer.report import print_differences, print_report, report_record
from indexer.review import with_review
from indexer.spreadsheet import SpreadsheetError, write_lists, write_template
from indexer.text_report import explain_text, print_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.index.generation import Stamp
    from indexer.township_list import TownshipList
    from indexer.tuning import Tuning

_FILE = click.Path(path_type=Path)
_STDOUT = Path("-")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="duty-search")
def main() -> None:
    """Read duty lists (履职事项清单), check them, and build the index that duty-search serves."""
    write_utf8()


for _command in (*COMMANDS, opensearch):
    main.add_command(_command)


@main.command()
@click.argument("files", nargs=-1, type=_FILE)
@data_option
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def check(files: tuple[Path, ...], data: Path, form: str) -> None:
    """Parse FILES (default: every list of the catalogue) and report what was found.

    Prints a table per document: duties found and declared, categories, departments, gaps in the numbering,
    and every doubt with its line: what could not be resolved, what disagrees with the same duty in the other
    lists read, what looks like a slip of text recognition. Every document is read anew.

    Exit code 0: no error; 1: errors in a document; 2: wrong call.
    """
    names = [file.name for file in files]
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise click.BadParameter(f"two files are named {doubled}; check them one by one", param_hint="FILES")
    lists = with_review(read_lists(files, data))
    if form == "json":
        click.echo(json.dumps([report_record(one) for one in lists], ensure_ascii=False, indent=2))
    else:
        print_report(lists, Console())
    if any(one.has_errors for one in lists):
        sys.exit(1)


@main.command()
@data_option
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="DUTY_SEARCH_INDEX",
    show_envvar=True,
    default=index_folder,
    show_default="var/index of the checkout",
    help="Folder of the index.",
)
@click.option("--if-needed", is_flag=True, help="Do nothing when the live index is current.")
@click.option("--allow-errors", is_flag=True, help="Index what could be read of documents with errors.")
@click.option("--allow-fewer", is_flag=True, help="Publish even where lists of the live index are missing.")
@click.option("--stage", is_flag=True, help="Make it complete but not live; duty-index publish makes it so.")
def build(  # click passes every option as an argument of its own
    data: Path, output: Path, *, if_needed: bool, allow_errors: bool, allow_fewer: bool, stage: bool
) -> None:
    """Parse every list of the catalogue, index the duties and publish the index.

    Only documents that changed are parsed; what was found in the others is kept in the index folder.
    The live index stays in use until the new one is complete, and stays untouched if anything fails. Before
    it is published, an index must hold every duty, find duties by their names, and no list of the live index
    may be missing or a fifth shorter.

    Exit code 0: published or staged, or current already; 1: refused or failed; 2: wrong call.
    """
    tuning = load_tuning(data)
    stamp = stamp_of(data / "lists", tuning)
    if if_needed and _is_current(output, stamp):
        click.echo(f"The index in {output} is current.", err=True)
        return
    lists = read_changed(data, tuning.departments, output)
    refuse_errors(lists, allow_errors=allow_errors)
    readable = [one for one in lists if one.place is not None]
    total = sum(len(one.duties) for one in readable)
    with progress_bar() as bar:
        task = bar.add_task("Indexing", total=total)
        encoding = bar.add_task("Encoding new texts", total=None, visible=False)
        try:
            manifest = build_index(
                readable,
                tuning,
                stamp,
                output,
                vector_file(data),
                Publishing(staged=stage, allow_fewer=allow_fewer),
                Progress(
                    lambda done: bar.update(task, completed=done),
                    lambda done, total: bar.update(encoding, completed=done, total=total, visible=True),
                ),
            )
        except IndexStateError as error:
            raise click.ClickException(str(error)) from None
    if stage:
        click.echo(manifest.generation)  # for a script, which publishes it
    done = "Staged" if stage else "Published"
    click.echo(f"{done} generation {manifest.generation}: {manifest.duties} duties in {output}", err=True)


@main.command()
@data_option
@click.option(
    "--format", "form", type=click.Choice(sorted([*WRITERS, "xlsx"])), default="jsonl", show_default=True
)
@click.option("--list", "ids", multiple=True, metavar="ID", help="Only this list; may be repeated.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default=_STDOUT,
    help="File; default stdout. A spreadsheet needs one.",
)
@click.option("--allow-errors", is_flag=True, help="Export what could be read of documents with errors.")
def export(data: Path, form: str, ids: tuple[str, ...], output: Path, *, allow_errors: bool) -> None:
    """Write the duties of every list, each with the file and line it comes from.

    A spreadsheet has a sheet for each list, in the form in which a list is read: with --list it is a document
    that can take the place of the published one.
    """
    if form == "xlsx" and output == _STDOUT:
        raise click.UsageError("--format xlsx needs --output FILE: a spreadsheet is not for the terminal")
    tuning = load_tuning(data)
    lists = _chosen(read_lists((), data, tuning), ids)
    refuse_errors(lists, allow_errors=allow_errors)
    if form == "xlsx":
        _write_spreadsheet(lists, tuning, output)
        return
    with _text_output(output) as file:
        WRITERS[form]((duty for one in lists for duty in one.duties), file)


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def template(file: Path) -> None:
    """Write an empty spreadsheet to FILE (.xlsx) in which a township's list can be filled in."""
    if file.suffix.lower() != ".xlsx":
        raise click.UsageError(f"{file}: the name must end in .xlsx")
    if file.exists():
        raise click.ClickException(f"{file} exists; choose another name, or remove it first")
    try:
        write_template(file)
    except OSError as error:
        raise click.FileError(str(file), error.strerror) from None


def _chosen(lists: list[TownshipList], ids: tuple[str, ...]) -> list[TownshipList]:
    known = [one.id for one in lists]
    unknown = [one for one in ids if one not in known]
    if unknown:
        raise click.UsageError(f"--list: unknown list {unknown[0]!r}; allowed: {', '.join(known)}")
    return [one for one in lists if not ids or one.id in ids]


@contextmanager
def _text_output(path: Path) -> Iterator[IO[str]]:
    """Open standard output, or a file that takes the place of the old one when it is complete."""
    try:
        with click.open_file(str(path), "w", encoding="utf-8", atomic=path != _STDOUT) as file:
            yield file
    except OSError as error:
        if path == _STDOUT:
            raise  # a pipe closed early: click ends the program quietly
        raise click.FileError(str(path), error.strerror) from None


def _write_spreadsheet(lists: list[TownshipList], tuning: Tuning, output: Path) -> None:
    """Write the spreadsheet and say which duties it can't hold as they are."""
    try:
        changed = write_lists(lists, tuning.departments, output)
    except SpreadsheetError as error:
        raise click.ClickException(str(error)) from None
    except OSError as error:
        raise click.FileError(str(output), error.strerror) from None
    for duty_id in changed:
        click.echo(f"warning: {duty_id} would be read back otherwise; look at its steps", err=True)


@main.command()
@click.argument("old", type=_FILE)
@click.argument("new", type=_FILE)
@data_option
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def diff(old: Path, new: Path, data: Path, form: str) -> None:
    """Say what the list NEW changes against the list OLD.

    Duties are matched by the likeness of their text: what is added, dropped, moved between the three lists,
    re-assigned to other departments, reworded or renumbered.

    Exit code 0: compared, with or without differences; 1: a document has errors; 2: wrong call.
    """
    versions = read_lists((old, new), data)
    refuse_errors(versions, allow_errors=False)
    differences = compare(versions[0].duties, versions[1].duties)
    if form == "json":
        records = [difference.to_record() for difference in differences]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
    else:
        print_differences(differences, Console())


@main.command()
@click.argument("text")
@data_option
def explain(text: str, data: Path) -> None:
    """Show what the analyzer and the dictionaries make of TEXT: words, parts, synonyms, bodies, hints."""
    print_text(explain_text(text, load_tuning(data)), Console())


@main.command()
@data_option
def phrases(data: Path) -> None:
    """Report how the phrase book covers the lists, and every duty that has no phrasing.

    Exit code 0: every duty has one; 1: some have none.
    """
    tuning = load_tuning(data)
    duties = [duty for one in read_lists((), data, tuning) for duty in one.duties]
    matched = match_entries(tuning.phrases, duties)
    missing = [duty for duty, numbers in zip(duties, matched, strict=True) if not numbers]
    for duty in missing:
        click.echo(f"{duty.id}: {duty.name}")
    texts = sum(len(ask.phrasings) for entry in tuning.phrases.entries for ask in entry.asks)
    click.echo(
        f"{texts} phrasings in {len(tuning.phrases.entries)} entries; {len(missing)} of {len(duties)} duties "
        "have none"
    )
    if missing:
        sys.exit(1)


def _is_current(output: Path, stamp: Stamp) -> bool:
    try:
        return Manifest.read(current_generation(output)).stamp == stamp
    except IndexStateError:
        return False
