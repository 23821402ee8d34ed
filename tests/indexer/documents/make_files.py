"""Makes the same list in every format, from its rows: what a township's office would publish.

Categories are merged over the rows that share them, header rows are repeated, a title row stands inside each
table, paragraphs of a cell are paragraphs, and in a PDF a page break cuts cells.
"""

from __future__ import annotations

import html
import io
import zipfile
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

import docx
import openpyxl
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from indexer.cells import Gap, read_cell
from indexer.documents.table import COLUMNS, HEADERS
from indexer.duty import ListType

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from indexer.documents.row import Row

ROWS_PER_PAGE = 25  # a header row is repeated after so many


@dataclass(frozen=True)
class Published:
    """A list to be made into a file: the paragraphs before its tables, and its rows."""

    title: tuple[str, ...]
    rows: tuple[Row, ...]

    def tables(self) -> Iterator[tuple[ListType, list[Row]]]:
        for list_type in ListType:
            rows = [row for row in self.rows if row.list_type is list_type]
            if rows:
                yield list_type, rows


def paragraphs(cell: str) -> list[str]:
    """Return the paragraphs of a raw cell, spaces inside them kept."""
    read = read_cell(cell)
    lines = [""]
    for char, gap in zip(read.text, read.gaps, strict=True):
        if gap == Gap.SPACE:
            lines[-1] += " "
        elif gap and lines[-1]:
            lines.append("")
        lines[-1] += char
    return lines


def cells_of(row: Row) -> list[list[str]]:
    """Return the paragraphs of each cell of a row."""
    return [paragraphs(str(getattr(row, column))) for column in COLUMNS[row.list_type]]


def runs_of_category(rows: Sequence[Row]) -> Iterator[tuple[Row, int]]:
    """Yield each row with the number of rows that its category cell spans; 0 where it began above."""
    for _, group in groupby(rows, key=lambda row: row.category):
        same = list(group)
        for index, row in enumerate(same):
            yield row, len(same) if index == 0 else 0


# ── Word ──────────────────────────────────────────────────────────────────────────────────────────


def make_docx(path: Path, published: Published) -> None:
    document = docx.Document()
    for text in published.title:
        document.add_paragraph(text)
    for list_type, rows in published.tables():
        document.add_paragraph(list_type.full_name)
        document.element.body.append(parse_xml(_docx_table(list_type, rows)))
    document.save(str(path))


def _docx_table(list_type: ListType, rows: Sequence[Row]) -> str:
    width = len(HEADERS[list_type])
    lines = [_docx_row([docx_cell([list_type.full_name], f'<w:gridSpan w:val="{width}"/>')])]
    header = _docx_row([docx_cell([name]) for name in HEADERS[list_type]])
    for index, (row, span) in enumerate(runs_of_category(rows)):
        cells = [docx_cell(cell) for cell in cells_of(row)]
        merge = '<w:vMerge w:val="restart"/>' if span else "<w:vMerge/>"
        cells[1] = docx_cell(paragraphs(row.category) if span else [""], merge)
        if index % ROWS_PER_PAGE == 0:
            lines.append(header)
            cells[1] = docx_cell(paragraphs(row.category), '<w:vMerge w:val="restart"/>')
        lines.append(_docx_row(cells))
    return f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid/>{''.join(lines)}</w:tbl>"


def _docx_row(cells: Sequence[str]) -> str:
    return f"<w:tr>{''.join(cells)}</w:tr>"


def docx_cell(texts: Sequence[str], properties: str = "") -> str:
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{html.escape(text)}</w:t></w:r></w:p>' for text in texts
    )
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraphs}</w:tc>"


# ── Spreadsheet ───────────────────────────────────────────────────────────────────────────────────


def make_xlsx(path: Path, published: Published) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    title = list(published.title)
    for list_type, rows in published.tables():
        sheet = book.create_sheet(list_type.label)
        for text in [*title, list_type.full_name]:
            sheet.append([text])
        title = []
        last = sheet.max_row
        sheet.merge_cells(None, last, 1, last, len(HEADERS[list_type]))
        sheet.append(HEADERS[list_type])
        spans = []
        for row, span in runs_of_category(rows):
            sheet.append([float(row.number), *("\n".join(cell) for cell in cells_of(row)[1:])])
            spans.append((sheet.max_row, span))
        for first, span in spans:
            if span > 1:
                sheet.merge_cells(None, first, 2, first + span - 1, 2)
    book.save(path)


# ── Web page ──────────────────────────────────────────────────────────────────────────────────────


def make_html(path: Path, published: Published) -> None:
    parts = [f"<p>{html.escape(text)}</p>" for text in published.title]
    for list_type, rows in published.tables():
        width = len(HEADERS[list_type])
        parts.append(f"<table><tr><td colspan={width}>{list_type.full_name}</td></tr><tr>")
        parts += [f"<th>{name}</th>" for name in HEADERS[list_type]]
        parts.append("</tr>")
        for row, span in runs_of_category(rows):
            cells = ["".join(f"<p>{html.escape(text)}</p>" for text in cell) for cell in cells_of(row)]
            category = [f"<td rowspan={span}>{cells[1]}</td>"] if span else []
            others = [f"<td>{cell}</td>" for cell in cells[2:]]
            parts.append("".join(["<tr><td>", cells[0], "</td>", *category, *others, "</tr>\n"]))
        parts.append("</table>")
    body = "".join(parts)
    path.write_text(f"<!DOCTYPE html><meta charset=utf-8><title>清单</title>{body}", encoding="utf-8")


# ── PDF ───────────────────────────────────────────────────────────────────────────────────────────

FONT = "STSong-Light"
_SIZE = 7.0
_LEADING = 9.0
_PAD = 3.0
_PAGE = (1190.0, 842.0)
_TOP, _BOTTOM = 800.0, 40.0
_WIDTHS = {
    ListType.BASIC: (40.0, 80.0, 500.0),
    ListType.COOPERATIVE: (40.0, 70.0, 160.0, 160.0, 340.0, 340.0),
    ListType.RECLAIMED: (40.0, 80.0, 300.0, 600.0),
}
_NEVER_FIRST = "，。；：、！？）》”"
_NEVER_LAST = "（《“"


def make_pdf(path: Path, published: Published) -> None:
    """Make a PDF of ruled tables; a row that does not fit on a page is cut, and goes on without its number."""
    drawer = _Drawer(path)
    for text in published.title:
        drawer.text(text)
    for list_type, rows in published.tables():
        drawer.table(list_type, rows)
    drawer.canvas.save()


def make_plain_pdf(path: Path, lines: Sequence[str]) -> None:
    """Make a PDF without rules: every line of text a line of a page."""
    drawer = _Drawer(path)
    for line in lines:
        drawer.text(line)
    drawer.canvas.save()


class _Drawer:
    def __init__(self, path: Path) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self.canvas = Canvas(str(path), pagesize=_PAGE)
        self._y = _TOP
        self._page = 1
        self.canvas.setFont(FONT, _SIZE)

    def text(self, text: str) -> None:
        if self._y < _BOTTOM + _LEADING:
            self._new_page()
        self._y -= _LEADING
        if text.strip():
            self.canvas.drawString(30, self._y, text)

    def table(self, list_type: ListType, rows: Sequence[Row]) -> None:
        self._widths = _WIDTHS[list_type]
        header = [[name] for name in HEADERS[list_type]]
        self._row(header)
        for row in rows:
            cells = [
                wrap(cell, width - 2 * _PAD) for cell, width in zip(cells_of(row), self._widths, strict=True)
            ]
            while cells:
                room = int((self._y - _BOTTOM - 2 * _PAD) // _LEADING)
                if room < 1:
                    self._new_page()
                    self._row(header)
                    continue
                self._row([cell[:room] for cell in cells])
                cells = [cell[room:] for cell in cells]
                cells = cells if any(cells) else []
        self._y -= 2 * _LEADING

    def _row(self, cells: Sequence[Sequence[str]]) -> None:
        height = max(map(len, cells)) * _LEADING + 2 * _PAD
        x = 30.0
        for lines, width in zip(cells, self._widths, strict=True):
            self.canvas.rect(x, self._y - height, width, height)
            for index, line in enumerate(lines, 1):
                self.canvas.drawString(x + _PAD, self._y - index * _LEADING, line)
            x += width
        self._y -= height

    def _new_page(self) -> None:
        self.canvas.drawString(_PAGE[0] / 2, 20, f"- {self._page} -")
        self.canvas.showPage()
        self.canvas.setFont(FONT, _SIZE)
        self._y = _TOP
        self._page += 1


def wrap(texts: Sequence[str], width: float) -> list[str]:
    """Break paragraphs into lines as Word does: words whole, no punctuation at the beginning of a line."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    lines: list[str] = []
    for text in texts:
        line = ""
        for word in _words(text):
            if line and pdfmetrics.stringWidth((line + word).rstrip(), FONT, _SIZE) > width:
                lines.append(line)
                line = ""
            line += word
        lines.append(line)
    return lines


def _words(text: str) -> list[str]:
    """Cut a text where a line may end."""
    words: list[str] = []
    for char in text:
        bound = words and (
            char in _NEVER_FIRST
            or char == " "
            or words[-1][-1] in _NEVER_LAST
            or (char.isascii() and words[-1][-1].isascii() and words[-1][-1] != " ")
        )
        if bound:
            words[-1] += char
        else:
            words.append(char)
    return words


def zip_of(parts: dict[str, bytes]) -> bytes:
    """Return a zip of these parts."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return data.getvalue()
