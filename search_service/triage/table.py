"""A table of texts: what is read from a CSV file or a spreadsheet, and what is written to one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from search_service.triage.errors import TriageError

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_ROWS = 100_000
"""Most rows of a table, blank ones and header included."""
MAX_COLUMNS = 200
"""Most columns of a table."""

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the rows below it, blank ones included; a row may be longer or shorter than the header.

    `header_row` is the row of the file that the header stands in; all rows above are blank. `delimiter` is
    what parts the cells in a CSV file. `remark` says what a reader should know of how it was read.
    """

    header: Row
    rows: Sequence[Row]
    header_row: int = 1
    delimiter: str = ","
    remark: str = ""

    @property
    def width(self) -> int:
        """Return the number of columns: the cells of the longest row."""
        return max(len(self.header), max(map(len, self.rows), default=0))

    def row_number(self, index: int) -> int:
        """Return the number that a spreadsheet program shows beside the row `rows[index]`."""
        return self.header_row + 1 + index

    def padded(self) -> list[Row]:
        """Return header and rows, each as long as the longest."""
        width = self.width
        return [row + ("",) * (width - len(row)) for row in (self.header, *self.rows)]


def make_table(rows: Sequence[Row], delimiter: str = ",", remark: str = "") -> Table:
    """Return the table whose header is the first of `rows` that isn't blank.

    Dropped are blank rows at the end, and empty cells that a row has beyond the header.

    Raises TriageError where no row holds any text, and for more rows or columns than `MAX_ROWS` and
    `MAX_COLUMNS`.
    """
    filled = [index for index, row in enumerate(rows) if not is_blank(row)]
    if not filled:
        raise TriageError("no row holds any text; expected a header, and a complaint in each row below it")
    first, last = filled[0], filled[-1]
    if last >= MAX_ROWS:
        raise TriageError(f"more than {MAX_ROWS} rows; split the file")
    header = rows[first]
    table = Table(
        header,
        [_shortened(row, len(header)) for row in rows[first + 1 : last + 1]],
        header_row=first + 1,
        delimiter=delimiter,
        remark=remark,
    )
    check_width(table.width)
    return table


def check_width(columns: int) -> None:
    """Raise TriageError for more columns than `MAX_COLUMNS`."""
    if columns > MAX_COLUMNS:
        raise TriageError(f"more than {MAX_COLUMNS} columns; keep only those that are needed")


def is_blank(row: Row) -> bool:
    """Return whether no cell of a row holds any text."""
    return not any(cell.strip() for cell in row)


def _shortened(row: Row, width: int) -> Row:
    end = len(row)
    while end > width and not row[end - 1].strip():
        end -= 1
    return row[:end]
