"""Tables from files and into files, by the ending of their names."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.documents.text_file import MAX_BYTES
from search_service.triage.csv_file import read_csv, write_csv
from search_service.triage.errors import TriageError, WrongOptionError
from search_service.triage.xlsx_file import read_xlsx, write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable

    from search_service.triage.table import Table

_READERS: dict[str, Callable[[Path], Table]] = {
    ".csv": read_csv,
    ".tsv": read_csv,
    ".txt": read_csv,
    ".xlsx": read_xlsx,
}
_WRITERS: dict[str, Callable[[Table, Path], None]] = {
    ".csv": write_csv,
    ".tsv": write_csv,
    ".txt": write_csv,
    ".xlsx": write_xlsx,
}
ENDINGS = tuple(_READERS)
"""The endings of the files that can be read and written."""


def read_table(path: Path) -> Table:
    """Return the table of a file.

    Raises TriageError, which names the file, for one that is missing, empty, too large, of another format or
    damaged.
    """
    try:
        _check(path)
        return _READERS[path.suffix.lower()](path)
    except TriageError as error:
        raise TriageError(f"{path}: {error}") from None
    except OSError as error:
        raise TriageError(f"{path}: can't be read: {error.strerror}") from None


def _check(path: Path) -> None:
    size = path.stat().st_size
    if path.suffix.lower() not in _READERS:
        raise TriageError(
            f"files ending in {path.suffix or 'nothing'} aren't read; open it in Excel or WPS and save it as "
            ".xlsx or as “CSV UTF-8”"
        )
    if not size:
        raise TriageError("the file is empty; expected a header, and a complaint in each row below it")
    if size > MAX_BYTES:
        raise TriageError(f"{size} bytes; the limit is {MAX_BYTES}; split the file")


def default_output(path: Path) -> Path:
    """Return where the result for a file goes unless told otherwise: 工单.csv → 工单-分派建议.csv."""
    return path.with_name(f"{path.stem}-分派建议{path.suffix}")


def check_output(path: Path, source: Path, *, overwrite: bool) -> None:
    """Make sure that `path` can be written, before any work is done for it.

    Raises WrongOptionError where it is the source itself, in no folder, or of an unknown format; TriageError
    where it exists and may not be overwritten, or its folder can't be written.
    """
    if path.suffix.lower() not in _WRITERS:
        raise WrongOptionError("--output", f"{path}: the name must end in one of {', '.join(ENDINGS)}")
    if not path.parent.is_dir():
        raise WrongOptionError("--output", f"{path.parent}: no such folder")
    try:
        exists = path.exists()
        if exists and path.samefile(source):
            raise WrongOptionError("--output", f"{path} is the file that is read; choose another name")
    except OSError as error:  # a name too long
        raise TriageError(f"{path}: can't be written: {error.strerror}") from None
    if exists and not overwrite:
        raise TriageError(f"{path} exists; choose another name with --output, or overwrite it with --force")
    if not os.access(path.parent, os.W_OK):
        raise TriageError(f"{path.parent}: can't be written; choose another folder with --output")


def write_table(table: Table, path: Path, source: Path) -> None:
    """Write a table as a whole or not at all, readable by whom `source` is.

    Raises TriageError where the file can't be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=".triage-", suffix=path.suffix)
        os.close(handle)
        fresh = Path(name)
        try:
            _WRITERS[path.suffix.lower()](table, fresh)
            fresh.chmod(stat.S_IMODE(source.stat().st_mode) | stat.S_IWUSR)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise TriageError(f"{path}: can't be written: {error.strerror}") from error
