"""Reads a Word document: its paragraphs and table rows in order, with the numbers that Word only shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import docx
from docx.oxml.ns import qn

from indexer.documents.cell_lines import join_lines
from indexer.documents.docx_numbering import Numbering
from indexer.documents.grid import GridCell, LineBuilder
from indexer.documents.office_package import open_package
from indexer.documents.text_file import UnreadableDocumentError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indexer.documents.line import Line

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
# What may stand around paragraphs, rows and cells: content controls, accepted insertions, custom markup.
_WRAPPERS = frozenset(
    qn(f"w:{tag}") for tag in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")
)
# Text that is struck out, a second copy of a text box, the reading beside a character, field codes.
_UNSEEN = frozenset(
    {qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:rt"), qn("w:pPr"), qn("w:rPr")}
    | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
)
_TEXT_OF = {
    qn("w:tab"): "\t",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
}
_MAX_DEPTH = 60  # how deep tables and text boxes may nest


def read_lines(path: Path) -> list[Line]:
    """Return the paragraphs and table rows of a .docx, numbered in their order.

    Raises UnreadableDocumentError for a file that is no Word document, damaged, encrypted or too large.
    """
    package = open_package(path, "word/")
    try:
        document = docx.Document(package)
        return _Reader(Numbering(document)).read(document.element.body)
    except UnreadableDocumentError:
        raise
    except Exception as error:  # a damaged part can fail anywhere inside the library
        raise UnreadableDocumentError(
            0, f"a damaged Word document ({type(error).__name__}); open it and save it as .docx anew"
        ) from error


class _Reader:
    """Walks the body of one document."""

    def __init__(self, numbering: Numbering) -> None:
        self._numbering = numbering
        self._builder = LineBuilder()
        self._number = 0

    def read(self, body: Any) -> list[Line]:
        for block in _children(body, (_PARAGRAPH, _TABLE)):
            if block.tag == _PARAGRAPH:
                self._number += 1
                self._builder.add_paragraph(self._number, self._paragraph(block))
            else:
                self._read_table(block)
        return self._builder.lines

    def _read_table(self, table: Any) -> None:
        above: dict[int, GridCell] = {}
        for row in _children(table, (_ROW,)):
            if row.find(f"{qn('w:trPr')}/{qn('w:del')}") is not None:
                continue
            self._number += 1
            cells = tuple(self._cells(row, above))
            above = {cell.start: cell for cell in cells}
            self._builder.add_row(self._number, cells)

    def _cells(self, row: Any, above: dict[int, GridCell]) -> Iterator[GridCell]:
        start = _value(row, "w:trPr/w:gridBefore", 0)
        for cell in _children(row, (_CELL,)):
            end = start + _value(cell, "w:tcPr/w:gridSpan", 1)
            merged = above.get(start) if _continues(cell) else None
            if merged:
                yield GridCell(start, end, merged.text, continues=True)
            else:
                yield GridCell(start, end, self._cell_text(cell))
            start = end

    def _cell_text(self, cell: Any) -> str:
        paragraphs = (self._paragraph(paragraph) for paragraph in _paragraphs(cell))
        return join_lines(line for paragraph in paragraphs for line in paragraph.split("\n"))

    def _paragraph(self, paragraph: Any) -> str:
        return self._numbering.label(paragraph) + "".join(_text_pieces(paragraph))


def _children(parent: Any, tags: tuple[str, ...], depth: int = 0) -> Iterator[Any]:
    """Yield the children with one of the tags, looking through what may be wrapped around them."""
    for child in parent:
        if child.tag in tags:
            yield child
        elif child.tag in _WRAPPERS and depth < _MAX_DEPTH:
            yield from _children(child, tags, depth + 1)


def _paragraphs(cell: Any, depth: int = 0) -> Iterator[Any]:
    """Yield the paragraphs of a cell, those of a table inside it included."""
    for block in _children(cell, (_PARAGRAPH, _TABLE)):
        if block.tag == _PARAGRAPH:
            yield block
        elif depth < _MAX_DEPTH:
            for row in _children(block, (_ROW,)):
                for inner in _children(row, (_CELL,)):
                    yield from _paragraphs(inner, depth + 1)


def _text_pieces(element: Any, depth: int = 0) -> Iterator[str]:
    for child in element:
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _TEXT_OF:
            yield _TEXT_OF[child.tag]
        elif child.tag not in _UNSEEN and depth < _MAX_DEPTH:
            yield from _text_pieces(child, depth + 1)


def _continues(cell: Any) -> bool:
    """Tell whether a cell goes on from the row above; without a value, the mark means that it does."""
    mark = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return mark is not None and mark.get(qn("w:val"), "continue") == "continue"


def _value(element: Any, path: str, default: int) -> int:
    found = element.find("/".join(qn(tag) for tag in path.split("/")))
    return default if found is None else int(found.get(qn("w:val"), default))
