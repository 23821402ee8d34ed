"""Reading lists for the commands of ``duty-index``: with a progress bar, errors said as commands do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from indexer.catalogue import FILE_NAME, Catalogue, CatalogueError
from indexer.corrections import Corrections
from indexer.dictionaries import DictionaryError
from indexer.list_cache import FOLDER as LISTS_FOLDER
from indexer.list_cache import ListCache
from indexer.list_file import ListFile
from indexer.paths import data_folder
from indexer.problems import Level
from indexer.progress_bar import progress_bar
from indexer.reading import LostProcessError, read_files
from indexer.township_list import entry_outside
from indexer.tuning import Tuning

if TYPE_CHECKING:
    from indexer.departments.register import DepartmentRegister
    from indexer.township_list import TownshipList

data_option = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    envvar="DUTY_SEARCH_DATA",
    show_envvar=True,  # in messages too: who has set the variable knows of no --data
    default=data_folder,
    show_default="data/ of the checkout",
    help="Folder with lists/ and dictionaries/.",
)


def load_tuning(data: Path) -> Tuning:
    """Load the dictionaries of a data folder."""
    try:
        return Tuning.load(data / "dictionaries")
    except DictionaryError as error:
        raise click.ClickException(str(error)) from None


def read_lists(files: tuple[Path, ...], data: Path, tuning: Tuning | None = None) -> list[TownshipList]:
    """Read the files named, or all of the catalogue, anew and with a progress bar."""
    register = (tuning or load_tuning(data)).departments
    return read_with_bar(
        [_found_beside(file) for file in files] if files else whole_catalogue(data / "lists"), register
    )


def read_changed(data: Path, register: DepartmentRegister, index: Path) -> list[TownshipList]:
    """Return the lists of the catalogue; those kept in the index folder are not read again."""
    files = whole_catalogue(data / "lists")
    cache = ListCache.of(index / LISTS_FOLDER, register)
    if not cache.can_be_written():
        click.echo(f"warning: {cache.folder}: can't be written; what is read now is not kept", err=True)
    lists = read_with_bar(files, register, cache)
    cache.forget_all_but(files)
    return lists


def read_with_bar(
    files: list[ListFile], register: DepartmentRegister, cache: ListCache | None = None
) -> list[TownshipList]:
    """Read documents with a progress bar; those in the cache are not read again."""
    with progress_bar() as bar:
        task = bar.add_task("Reading", total=len(files))
        try:
            return read_files(files, register, cache, lambda done: bar.update(task, completed=done))
        except LostProcessError as error:
            raise click.ClickException(str(error)) from None


def whole_catalogue(folder: Path) -> list[ListFile]:
    """Return the documents of a folder's catalogue."""
    catalogue = _load_catalogue(folder)
    return [
        ListFile(folder / entry.file, entry, catalogue.corrections.of_list(entry.id))
        for entry in catalogue.entries
    ]


def _found_beside(file: Path) -> ListFile:
    """Return the file with what the catalogue in its own folder says of it, where there is one."""
    if not (file.parent / FILE_NAME).is_file():
        return ListFile(file, entry_outside(file), Corrections())
    catalogue = _load_catalogue(file.parent)
    entry = catalogue.entry_for(file.name) or entry_outside(file)
    return ListFile(file, entry, catalogue.corrections.of_list(entry.id))


def _load_catalogue(folder: Path) -> Catalogue:
    try:
        return Catalogue.load(folder)
    except CatalogueError as error:
        raise click.ClickException(str(error)) from None


def refuse_errors(lists: list[TownshipList], *, allow_errors: bool) -> None:
    """Stop on documents with errors, unless told to go on; either way say what is wrong."""
    errors = [problem for one in lists for problem in one.problems if problem.level is Level.ERROR]
    for problem in errors:
        click.echo(str(problem), err=True)
    if errors and not allow_errors:
        raise click.ClickException(
            f"{len(errors)} errors in the documents, nothing was written; correct them, or pass "
            "--allow-errors to leave out what could not be read"
        )
