"""The cells of a row under the official names of their columns: how a document shows it to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.documents.table import COLUMNS, HEADERS

if TYPE_CHECKING:
    from indexer.documents.row import Row


@dataclass(frozen=True, slots=True)
class TitledCell:
    """One cell: its field of `Row`, the column's official name (上级部门职责), and the text as published."""

    field: str
    title: str
    text: str


def titled_cells(row: Row) -> tuple[TitledCell, ...]:
    """Return the cells of a row in the order of its list's columns, all but 序号; empty ones, too."""
    columns = zip(COLUMNS[row.list_type], HEADERS[row.list_type], strict=True)
    return tuple(
        TitledCell(field, title, getattr(row, field)) for field, title in columns if field != "number"
    )
