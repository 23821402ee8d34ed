"""Ruled tables of a PDF as table rows, with the cells that a page break cut put together again.

A PDF knows lines of text, not paragraphs. A line that was wrapped is told from one that ended by its width:
it was wrapped where the beginning of the next line had no room left in the column.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from indexer.documents.cell_lines import join_lines
from indexer.documents.grid import GridCell, LineBuilder
from indexer.documents.table import category_index, is_header
from indexer.documents.text_file import UnreadableDocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pdfplumber.page import Page

    from indexer.documents.line import Line

MAX_CROSSINGS = 10_000_000
"""Most pairs of an upright and a level ruling line on a page; a drawing has more, a table some thousand."""

_SAME_EDGE = 3.0  # points; borders closer than that are one
_LEAST_SPACE = 0.3  # of the size of the letters: a wider gap is a space
_SAME_LINE = 0.5  # of the size of the letters: how far apart the middles of one line may be
_ROUNDING = 0.6  # points by which a line may be wider than its column
_NEVER_FIRST = "，。；：、！？）》”’】,.;:!?)%"
_NEVER_LAST = "（《“‘【("
_WORD = re.compile(r"[A-Za-z0-9./:%+_-]+")


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text: where it ends, and how wide its first word is, which would not part from it."""

    text: str
    middle: float
    right: float
    first_word: float


@dataclass(slots=True)
class PdfCell:
    """One cell of a ruled table, over the columns and rows of its grid."""

    columns: tuple[int, int]
    rows: tuple[int, int]
    sides: tuple[int, int]
    chars: list[dict[str, Any]] = field(default_factory=list)
    lines: list[TextLine] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        """Return True for a cell without text."""
        return not self.lines


@dataclass(slots=True)
class PdfRow:
    """One table row: its cells, each with whether it began in a row above."""

    cells: list[tuple[PdfCell, bool]]

    def texts(self) -> list[str]:
        """Return the text of every filled cell, its lines simply put together."""
        return [_text_of(cell) for cell, _ in self.cells if not cell.is_blank]


@dataclass(slots=True)
class PageText:
    """What stands on a page from top to bottom: tables, as lists of rows, and lines between them."""

    parts: list[list[PdfRow] | TextLine]
    chars: list[dict[str, Any]]

    @property
    def has_text(self) -> bool:
        """Return True where anything can be read on the page."""
        return any(char["text"].strip() for char in self.chars)


def read_page(page: Page) -> PageText:
    """Read one page."""
    chars = [_slim(char) for char in page.chars]
    tables = _tables(page)
    outside = _fill(tables, chars)
    parts: list[tuple[float, list[PdfRow] | TextLine]] = [(top, rows) for top, _, rows in map(_rows, tables)]
    parts += [(line.middle, line) for line in _text_lines(outside)]
    return PageText([part for _, part in sorted(parts, key=lambda part: part[0])], chars)


def flowing_lines(chars: Sequence[dict[str, Any]]) -> list[str]:
    """Return the lines of a page in the order in which its characters are stored."""
    lines: list[list[dict[str, Any]]] = []
    for char in chars:
        if lines and _goes_on(lines[-1][-1], char):
            lines[-1].append(char)
        else:
            lines.append([char])
    texts = (_line_text(line) for line in lines)
    return [text for text in texts if text.strip()]


class TableReader:
    """Puts the pages of one document together."""

    def __init__(self, pages: Sequence[PageText]) -> None:
        self._pages = pages
        self._limits = _column_limits(pages)
        self._last: PdfRow | None = None
        self._category: int | None = None

    @property
    def has_list(self) -> bool:
        """Return True where a ruled table has the header of a duty list."""
        rows = (row for page in self._pages for part in page.parts if isinstance(part, list) for row in part)
        return any(is_header(row.texts()) for row in rows)

    def lines(self) -> list[Line]:
        """Return paragraphs and table rows, numbered in their order."""
        builder = LineBuilder()
        for number, part in enumerate(self._joined_parts(), 1):
            if isinstance(part, TextLine):
                builder.add_paragraph(number, part.text)
            else:
                builder.add_row(number, tuple(self._grid_cell(cell, joined) for cell, joined in part.cells))
        return builder.lines

    def _joined_parts(self) -> list[PdfRow | TextLine]:
        parts: list[PdfRow | TextLine] = []
        for page in self._pages:
            tables = [part for part in page.parts if isinstance(part, list)]
            for part in page.parts:
                if isinstance(part, TextLine):
                    parts.append(part)
                else:
                    parts += self._new_rows(part, first_on_page=part is tables[0])
        return parts

    def _new_rows(self, rows: list[PdfRow], *, first_on_page: bool) -> list[PdfRow]:
        """Return the rows of a table without the one that only continues the last row of the page before."""
        kept: list[PdfRow] = []
        at_top = first_on_page
        for row in rows:
            texts = row.texts()
            if is_header(texts):
                self._category = category_index([_text_of(cell) for cell, _ in row.cells])
            elif len(texts) > 1 or row.cells[0][0].is_blank:
                if at_top and self._continues(row):
                    self._extend_last(row)
                    at_top = False
                    continue
                if at_top:
                    self._repeat_category(row)
                at_top = False
                self._last = row
            kept.append(row)
        return kept

    def _continues(self, row: PdfRow) -> bool:
        """Tell a row that a page break cut: no number, and as many cells as the row before."""
        if self._last is None or len(row.cells) != len(self._last.cells):
            return False
        return row.cells[0][0].is_blank and any(not cell.is_blank for cell, _ in row.cells)

    def _extend_last(self, row: PdfRow) -> None:
        if self._last is not None:
            for (cell, _), (more, _) in zip(self._last.cells, row.cells, strict=True):
                if _text_of(more) != _text_of(cell):  # some programs print a category anew on each page
                    cell.lines += more.lines

    def _repeat_category(self, row: PdfRow) -> None:
        """Fill in a category merged over rows of two pages: on the second one its cell is empty."""
        index = self._category
        if self._last is None or index is None or len(row.cells) != len(self._last.cells):
            return
        cell = row.cells[index][0]
        if cell.is_blank:
            cell.lines += self._last.cells[index][0].lines

    def _grid_cell(self, cell: PdfCell, joined: bool) -> GridCell:
        return GridCell(*cell.columns, join_lines(self._paragraphs(cell)), continues=joined)

    def _paragraphs(self, cell: PdfCell) -> list[str]:
        """Return the lines of a cell with the wrapped ones put together."""
        limit = self._limits.get(cell.sides, 0.0)
        texts: list[str] = []
        before: TextLine | None = None
        for line in cell.lines:
            if before is not None and before.right + line.first_word > limit + _ROUNDING:
                texts[-1] = _wrapped(texts[-1], line.text)
            else:
                texts.append(line.text)
            before = line
        return texts


def _text_of(cell: PdfCell) -> str:
    return "".join(line.text for line in cell.lines)


def _wrapped(text: str, more: str) -> str:
    """Put a wrapped line behind its beginning; between two words the line end was a space."""
    parts_words = _WORD.search(text[-1:]) and _WORD.match(more)
    digits = text[-1:].isdecimal() and more[:1].isdecimal()
    return f"{text} {more}" if parts_words and not digits else text + more


def _column_limits(pages: Iterable[PageText]) -> dict[tuple[int, int], float]:
    """Return how far to the right the text of each column goes in the whole document."""
    limits: dict[tuple[int, int], float] = {}
    for page in pages:
        for part in page.parts:
            rows = part if isinstance(part, list) else []
            for cell in (cell for row in rows for cell, _ in row.cells):
                for line in cell.lines:
                    limits[cell.sides] = max(limits.get(cell.sides, 0.0), line.right)
    return limits


# ── One page ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class _Table:
    """A ruled table of one page: the edges of its grid, and which cell lies over each field of it."""

    xs: list[float]
    ys: list[float]
    cells: list[PdfCell]
    at: dict[tuple[int, int], PdfCell]

    def cell_under(self, x: float, y: float) -> PdfCell | None:
        """Return the cell that holds a point, None where the table has none."""
        return self.at.get((bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1))


def _slim(char: dict[str, Any]) -> dict[str, Any]:
    return {key: char[key] for key in ("text", "x0", "x1", "top", "bottom", "size")}


def _tables(page: Page) -> list[_Table]:
    edges = page.edges
    upright = [edge for edge in edges if edge["orientation"] == "v"]
    if len(upright) * (len(edges) - len(upright)) > MAX_CROSSINGS:
        raise UnreadableDocumentError(
            0, f"page {page.page_number} is a drawing of {len(edges)} lines; keep the pages of the list only"
        )
    if not upright:
        return []
    # A table that goes on over a page break may have no border there.
    ends = [min(edge["top"] for edge in upright), max(edge["bottom"] for edge in upright)]
    found = page.find_tables({"explicit_horizontal_lines": ends})
    return [_table(table.cells) for table in found]


def _table(boxes: Sequence[tuple[float, float, float, float]]) -> _Table:
    xs = _edges(side for x0, _, x1, _ in boxes for side in (x0, x1))
    ys = _edges(side for _, top, _, bottom in boxes for side in (top, bottom))
    cells: list[PdfCell] = []
    at: dict[tuple[int, int], PdfCell] = {}
    for x0, top, x1, bottom in boxes:
        columns = (_nearest(xs, x0), _nearest(xs, x1))
        rows = (_nearest(ys, top), _nearest(ys, bottom))
        cell = PdfCell(columns, rows, (round(x0), round(x1)))
        cells.append(cell)
        at.update({(row, column): cell for row in range(*rows) for column in range(*columns)})
    return _Table(xs, ys, cells, at)


def _edges(values: Iterable[float]) -> list[float]:
    edges: list[float] = []
    for value in sorted(values):
        if not edges or value - edges[-1] > _SAME_EDGE:
            edges.append(value)
    return edges


def _nearest(edges: Sequence[float], value: float) -> int:
    return min(range(len(edges)), key=lambda index: abs(edges[index] - value))


def _fill(tables: Iterable[_Table], chars: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put each character into its cell; return those that stand in none."""
    tables = list(tables)
    outside: list[dict[str, Any]] = []
    for char in chars:
        x, y = (char["x0"] + char["x1"]) / 2, _middle(char)
        cell = next((cell for table in tables if (cell := table.cell_under(x, y))), None)
        (outside if cell is None else cell.chars).append(char)
    for table in tables:
        for cell in table.cells:
            cell.lines = _text_lines(cell.chars)
            cell.chars = []
    return outside


def _rows(table: _Table) -> tuple[float, float, list[PdfRow]]:
    rows = []
    for number in range(len(table.ys) - 1):
        cells = {
            id(cell): cell for column in range(len(table.xs)) if (cell := table.at.get((number, column)))
        }
        if cells:
            rows.append(PdfRow([(cell, cell.rows[0] < number) for cell in cells.values()]))
    return table.ys[0], table.ys[-1], rows


# ── Lines of text ─────────────────────────────────────────────────────────────────────────────────


def _middle(char: dict[str, Any]) -> float:
    return float(char["top"] + char["bottom"]) / 2


def _text_lines(chars: Iterable[dict[str, Any]]) -> list[TextLine]:
    """Gather characters into lines, from top to bottom and from left to right."""
    lines: list[list[dict[str, Any]]] = []
    for char in sorted(chars, key=_middle):
        if lines and _middle(char) - _middle(lines[-1][0]) <= _SAME_LINE * char["size"]:
            lines[-1].append(char)
        else:
            lines.append([char])
    ordered = (sorted(line, key=lambda char: float(char["x0"])) for line in lines)
    return [_text_line(line) for line in ordered if any(char["text"].strip() for char in line)]


def _text_line(chars: list[dict[str, Any]]) -> TextLine:
    inked = [char for char in chars if char["text"].strip()]
    return TextLine(
        text=_line_text(chars),
        middle=_middle(inked[0]),
        right=inked[-1]["x1"],
        first_word=_first_word(inked),
    )


def _first_word(chars: Sequence[dict[str, Any]]) -> float:
    """Return how wide the first word is, or the first character with the punctuation bound to it."""
    last = 0
    word = _WORD.match("".join(char["text"][:1] for char in chars))
    if word:
        last = word.end() - 1
    while last + 1 < len(chars) and chars[last]["text"] in _NEVER_LAST:
        last += 1
    while last + 1 < len(chars) and chars[last + 1]["text"] in _NEVER_FIRST:
        last += 1
    return float(chars[last]["x1"] - chars[0]["x0"])


def _line_text(chars: Sequence[dict[str, Any]]) -> str:
    pieces: list[str] = []
    for index, char in enumerate(chars):
        if index and char["x0"] - chars[index - 1]["x1"] > _LEAST_SPACE * char["size"]:
            pieces.append(" ")
        pieces.append(char["text"])
    return "".join(pieces)


def _goes_on(before: dict[str, Any], char: dict[str, Any]) -> bool:
    """Tell whether a character stands on the line of the one stored before it, to the right of it."""
    same_height = abs(_middle(char) - _middle(before)) <= _SAME_LINE * max(char["size"], 1)
    return same_height and bool(char["x0"] >= before["x0"])
