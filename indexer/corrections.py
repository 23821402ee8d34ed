"""Corrections of published documents: reviewed, each with its reason, applied to rows, never to files."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Self

from indexer.cells import plain_text
from indexer.dictionaries import DictionaryError, read_toml
from indexer.duty import ListType

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from indexer.documents.row import Row

FILE_NAME = "corrections.toml"
FIELDS = ("category", "name", "departments", "superior", "township")
"""The cells of a row that can be corrected; of a reclaimed row 承接部门及工作方式 is `superior`."""


class CorrectionMismatchError(ValueError):
    """A correction that doesn't fit the document: its row or its text is not there."""


@dataclass(frozen=True, slots=True)
class Correction:
    """In one cell, `wrong` is to be read as `right`."""

    list: str
    list_type: ListType
    number: int
    field: str
    wrong: str
    right: str
    reason: str


@dataclass(frozen=True, slots=True)
class CorrectedRow:
    """A row after its corrections; `originals` maps a corrected field to its clean original text."""

    row: Row
    originals: dict[str, str]
    applied: tuple[Correction, ...]


@dataclass(frozen=True, slots=True)
class Corrections:
    """The corrections of a folder of lists."""

    entries: tuple[Correction, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read ``<folder>/corrections.toml``; a folder without one has no corrections.

        Raises DictionaryError naming the file and the entry for a missing or unknown key or a bad value.
        """
        path = folder / FILE_NAME
        if not path.exists():
            return cls()
        data = read_toml(path)
        tables = data.get("correction", [])
        if set(data) - {"correction"} or not isinstance(tables, list):
            raise DictionaryError(f"{path}: expected [[correction]] tables and nothing else")
        return cls(tuple(_read(table, f"{path}: [[correction]] {n}") for n, table in enumerate(tables, 1)))

    def of_list(self, list_id: str) -> Self:
        """Return the corrections of one list."""
        return type(self)(tuple(entry for entry in self.entries if entry.list == list_id))

    def apply(self, row: Row) -> CorrectedRow:
        """Return a row of this list with its corrections made.

        Raises CorrectionMismatchError where a correction's text is not in the cell: the document was
        published anew, and the correction must be reviewed.
        """
        originals: dict[str, str] = {}
        applied = [
            entry for entry in self.entries if (entry.list_type, entry.number) == (row.list_type, row.number)
        ]
        for entry in applied:
            cell: str = getattr(row, entry.field)
            if entry.wrong not in cell:
                raise CorrectionMismatchError(
                    f"{FILE_NAME}: {entry.field} of this row has no {entry.wrong!r}; was it published anew?"
                )
            originals.setdefault(entry.field, plain_text(cell))
            changed: dict[str, Any] = {entry.field: cell.replace(entry.wrong, entry.right)}
            row = replace(row, **changed)
        return CorrectedRow(row, originals, tuple(applied))

    def without_row(self, rows: Sequence[Row]) -> list[Correction]:
        """Return the corrections that belong to none of the rows."""
        known = {(row.list_type, row.number) for row in rows}
        return [entry for entry in self.entries if (entry.list_type, entry.number) not in known]


def _read(table: Any, where: str) -> Correction:
    allowed = [field.name for field in fields(Correction)]
    if not isinstance(table, dict) or set(table) != set(allowed):
        raise DictionaryError(f"{where}: expected exactly the keys {', '.join(allowed)}")
    texts = {key: value for key, value in table.items() if key != "number"}
    if not all(isinstance(value, str) and value.strip() for value in texts.values()):
        raise DictionaryError(f"{where}: every key but number must be a text that isn't empty")
    if not isinstance(table["number"], int) or isinstance(table["number"], bool):
        raise DictionaryError(f"{where}: number must be a whole number")
    if table["field"] not in FIELDS:
        raise DictionaryError(f"{where}: field {table['field']!r}; allowed: {', '.join(FIELDS)}")
    try:
        return Correction(**{**table, "list_type": ListType.parse(table["list_type"])})
    except ValueError as error:
        raise DictionaryError(f"{where}: {error}") from None
