"""Table rows with merged cells, made into lines: one cell for each column of the header above them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from indexer.documents.line import Line
from indexer.documents.table import is_header, receiver_columns
from indexer.documents.text_budget import TextBudget
from indexer.documents.text_file import UnreadableDocumentError

MAX_ROWS = 20_000
"""Most rows and paragraphs read of one document. The real lists have under 1,000."""
MAX_COLUMNS = 100
"""Most columns read of one table. The real lists have six."""

_NUMBER = re.compile(r"\s*+[0-9]+\s*+[.、．]?\s*+")


@dataclass(frozen=True, slots=True)
class GridCell:
    """One cell of a table row: the columns `start` to `end` (exclusive) of the table's grid.

    `continues` says that it is part of a cell merged over several rows that began in a row above; `text` is
    then the text of that cell.
    """

    start: int
    end: int
    text: str
    continues: bool = False

    @property
    def is_blank(self) -> bool:
        """Return True for a cell without text."""
        return not self.text.strip()


class LineBuilder:
    """Gathers the paragraphs and table rows of a document as `lines`.

    - A row under a header gets one cell a column, whatever its merged cells; a missing cell is empty.
    - Rows that share one merged number cell are one row.
    - A row that holds nothing but a text in its first column is a title: a paragraph.
    - Rows of a table under no header are paragraphs.
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._budget = TextBudget()
        self._header: tuple[GridCell, ...] = ()
        self._header_number = 0
        self._row_is_open = False

    def add_paragraph(self, number: int, text: str) -> None:
        """Take a text outside tables."""
        self._budget.spend(number, (text,))
        self._append(Line(number, (text,)))
        self._row_is_open = False

    def add_row(self, number: int, cells: tuple[GridCell, ...]) -> None:
        """Take one table row, its cells from left to right."""
        if cells and cells[-1].end > MAX_COLUMNS:
            raise UnreadableDocumentError(
                number, f"a table of more than {MAX_COLUMNS} columns; a duty list has six at most"
            )
        self._budget.spend(number, (cell.text for cell in cells))
        filled = tuple(cell for cell in cells if not cell.is_blank)
        if is_header([cell.text for cell in filled]):
            self._add_header(number, cells, filled)
        elif not self._header or _is_title(filled, self._header):
            self._append(Line(number, (" ".join(cell.text for cell in filled),)))
            self._row_is_open = False
        elif filled:
            self._add_data(number, cells)

    def leave_header(self) -> None:
        """Forget the header: what follows is another table, not the rest of this one on another page."""
        self._header = ()
        self._row_is_open = False

    def _add_header(self, number: int, cells: tuple[GridCell, ...], filled: tuple[GridCell, ...]) -> None:
        if filled[0].continues and self.lines and self.lines[-1].number == self._header_number:
            self.lines.pop()  # the upper half of a header in two rows
        self._header = cells
        self._header_number = number
        self._append(Line(number, tuple(cell.text for cell in filled)))
        self._row_is_open = False

    def _add_data(self, number: int, cells: tuple[GridCell, ...]) -> None:
        if self._row_is_open and cells[0].continues and len(cells) == len(self._header):
            self._extend_last(number, cells)
            return
        self._append(Line(number, _aligned(cells, self._header)))
        self._row_is_open = True

    def _extend_last(self, number: int, cells: tuple[GridCell, ...]) -> None:
        """Put a row under the same merged number cell to the row above."""
        more = tuple(GridCell(c.start, c.end, "" if c.continues else c.text) for c in cells)
        last, added = self.lines[-1], _aligned(more, self._header)
        if len(added) != len(last.cells):  # one has text under no column: let the table's own check say so
            self._append(Line(number, _aligned(cells, self._header)))
            return
        pairs = zip(last.cells, added, strict=True)
        self.lines[-1] = Line(last.number, tuple("\n".join(filter(str.strip, pair)) for pair in pairs))

    def _append(self, line: Line) -> None:
        if len(self.lines) >= MAX_ROWS:
            raise UnreadableDocumentError(
                line.number, f"more than {MAX_ROWS} rows and paragraphs; keep one township's list in a file"
            )
        self.lines.append(line)


def _is_title(filled: tuple[GridCell, ...], header: tuple[GridCell, ...]) -> bool:
    if len(filled) != 1 or filled[0].continues or _NUMBER.fullmatch(filled[0].text):
        return False
    first = next(cell for cell in header if not cell.is_blank)
    return filled[0].start <= first.start


def _aligned(cells: tuple[GridCell, ...], header: tuple[GridCell, ...]) -> tuple[str, ...]:
    """Return the texts of a row, one for each column of the header.

    Cells are taken in their order where there are as many as the header has: in a text document the borders
    of two rows need not be in line. Else each goes to the column it stands under.
    """
    if len(cells) == len(header):
        pairs = zip(cells, header, strict=True)
        return tuple(cell.text for cell, head in pairs if not (head.is_blank and cell.is_blank))
    columns: list[list[str]] = [[] for _ in header]
    for cell in cells:
        under = [
            index for index, head in enumerate(header) if head.start < cell.end and cell.start < head.end
        ]
        if under and not cell.is_blank:
            columns[under[0]].append(cell.text)
        elif not cell.is_blank:
            return tuple(each.text for each in cells)  # under no column: let the table's own check say so
    return tuple(
        _joiner(head).join(texts)
        for head, texts in zip(header, columns, strict=True)
        if texts or not head.is_blank
    )


def _joiner(head: GridCell) -> str:
    r"""Return what parts two cells under one header: a department and its way of work, or just lines."""
    return "：" if receiver_columns(head.text) else "\n"
