"""The common form of a document: numbered lines, each a paragraph or a table row."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a document: one cell for a paragraph, several for a table row.

    `number` is the 1-based line of a text file, or the row or paragraph of another format.
    """

    number: int
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        """Return the first cell: the paragraph's text, or what a row begins with."""
        return self.cells[0] if self.cells else ""

    @property
    def is_blank(self) -> bool:
        """Return True where no cell holds anything but white space."""
        return not any(cell.strip() for cell in self.cells)
