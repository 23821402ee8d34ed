"""A document to be read, with what the folder it lies in says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.township_list import read_list

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.catalogue import ListEntry
    from indexer.corrections import Corrections
    from indexer.departments.register import DepartmentRegister
    from indexer.township_list import TownshipList


@dataclass(frozen=True, slots=True)
class ListFile:
    """A document, its entry in the catalogue and the corrections of its list."""

    path: Path
    entry: ListEntry
    corrections: Corrections

    @property
    def id(self) -> str:
        """Return the id of the document's list."""
        return self.entry.id

    def read(self, register: DepartmentRegister) -> TownshipList:
        """Read the document; never raises for a bad one, see `read_list`."""
        return read_list(self.path, self.entry, register, self.corrections)
