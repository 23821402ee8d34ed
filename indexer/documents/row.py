"""What every document reader yields: one raw row of a list, cells still as published."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Self

from indexer.duty import ListType


@dataclass(frozen=True, slots=True)
class Row:
    r"""One row as the document has it, before any cleaning.

    Cells keep their markup, their spaces and, where a cell ran over several lines, its line ends
    (``\n``). A basic row leaves `departments`, `superior` and `township` empty. A reclaimed row
    holds 承接部门及工作方式 in `superior`, departments included.
    """

    list_type: ListType
    number: int
    line: int
    category: str
    name: str
    departments: str = ""
    superior: str = ""
    township: str = ""

    def to_record(self) -> dict[str, Any]:
        """Return the row as plain JSON data."""
        return asdict(self)

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """Rebuild a row from `to_record`'s data read back from JSON."""
        return cls(**{**record, "list_type": ListType(record["list_type"])})
