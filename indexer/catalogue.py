"""The catalogue of a folder of lists (`lists.toml`): ids, files, and what documents leave unsaid."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from indexer.corrections import FILE_NAME as CORRECTIONS
from indexer.corrections import Corrections
from indexer.dictionaries import DictionaryError

if TYPE_CHECKING:
    from pathlib import Path

FILE_NAME = "lists.toml"
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_DATE = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])")


class CatalogueError(ValueError):
    """A `lists.toml` that can't be used; the message names the file and the entry."""


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One list: its id, its file, and the parts of place and date that its text may lack.

    What the entry gives must agree with what the document says; an empty part is left to the document.
    """

    id: str
    file: str
    province: str = ""
    prefecture: str = ""
    county: str = ""
    township: str = ""
    county_code: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The entries of one `lists.toml`, in its order, and the corrections beside it."""

    folder: Path
    entries: tuple[ListEntry, ...]
    corrections: Corrections

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read ``<folder>/lists.toml``.

        Raises CatalogueError for a missing or malformed file, an unknown or missing key, a bad id, date or
        file name, for ids or files that stand twice, and for a bad `corrections.toml` beside it.
        """
        path = folder / FILE_NAME
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise CatalogueError(f"{path}: no such file; it names the lists of the folder") from None
        except (ValueError, RecursionError, OSError) as error:  # a number too long, or brackets too deep
            raise CatalogueError(f"{path}: {error}") from error
        tables = data.get("list")
        if set(data) - {"list"} or not isinstance(tables, list) or not tables:
            raise CatalogueError(f"{path}: no [[list]] in it; expected one per document")
        entries = tuple(_read_entry(table, f"{path}: [[list]] {n}") for n, table in enumerate(tables, 1))
        for key in ("id", "file"):
            _refuse_doubles([getattr(entry, key) for entry in entries], f"{path}: {key}")
        corrections = _load_corrections(folder)
        for one in corrections.entries:
            if one.list not in {entry.id for entry in entries}:
                raise CatalogueError(f"{folder / CORRECTIONS}: no list has the id {one.list!r}")
        return cls(folder, entries, corrections)

    def entry_for(self, file_name: str) -> ListEntry | None:
        """Return the entry of a file of this folder, or None where the catalogue doesn't know it."""
        return next((entry for entry in self.entries if entry.file == file_name), None)


def _load_corrections(folder: Path) -> Corrections:
    try:
        return Corrections.load(folder)
    except DictionaryError as error:
        raise CatalogueError(str(error)) from None


def _read_entry(table: Any, where: str) -> ListEntry:
    if not isinstance(table, dict):
        raise CatalogueError(f"{where}: expected a table")
    allowed = [field.name for field in fields(ListEntry)]
    for key, value in table.items():
        if key not in allowed:
            raise CatalogueError(f"{where}: unknown key {key!r}; allowed: {', '.join(allowed)}")
        if not isinstance(value, str):
            raise CatalogueError(f"{where}: {key} must be a text in quotes")
    for key in ("id", "file"):
        if not table.get(key):
            raise CatalogueError(f"{where}: {key} is missing")
    entry = ListEntry(**table)
    if not _ID.fullmatch(entry.id):
        raise CatalogueError(f"{where}: id {entry.id!r}; expected lower-case letters, digits and hyphens")
    if entry.date and not _DATE.fullmatch(entry.date):
        raise CatalogueError(f"{where}: date {entry.date!r}; expected year and month, e.g. 2025-07")
    if set("/\\") & set(entry.file) or entry.file.startswith(".") or not entry.file.isprintable():
        raise CatalogueError(f"{where}: file {entry.file!r}; expected the name of a file of this folder")
    return entry


def _refuse_doubles(values: list[str], where: str) -> None:
    for value, count in Counter(values).items():
        if count > 1:
            raise CatalogueError(f"{where} {value!r} stands twice")
