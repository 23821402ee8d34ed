"""Reads a web page: its paragraphs and table rows in order, merged cells filled in."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, NavigableString, Tag
from bs4.element import PreformattedString

from indexer.documents.cell_lines import join_lines
from indexer.documents.grid import MAX_COLUMNS, MAX_ROWS, GridCell, LineBuilder
from indexer.documents.text_file import UnreadableDocumentError, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from indexer.documents.line import Line

MAX_BYTES = 16 * 1024 * 1024
"""Largest page read, in bytes. A list exported by Word as a web page has some 3 MB."""

_UNSEEN = frozenset({"head", "script", "style", "template", "noscript", "title", "rt", "rp"})
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_BREAK = "\n"


def read_lines(path: Path) -> list[Line]:
    """Return the paragraphs and table rows of a page, numbered in their order.

    Raises UnreadableDocumentError for a page that is empty, too large or in an unknown encoding.
    """
    text = _decode(read_bytes(path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a page looks like XML or like a file name is no matter here
        # lxml closes the rows and cells that a page leaves open; the parser of the standard library doesn't.
        page = BeautifulSoup(text, "lxml")
    reader = _Reader()
    reader.read(page)
    return reader.builder.lines


def _decode(data: bytes) -> str:
    """Decode a page; what it declares of itself is often wrong, UTF-8 never passes by chance."""
    if len(data) > MAX_BYTES:
        raise UnreadableDocumentError(0, f"{len(data)} bytes; the limit for a page is {MAX_BYTES} bytes")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableDocumentError(0, "no readable page: neither UTF-8, UTF-16 nor GBK/GB18030 text")


@dataclass(slots=True)
class _Below:
    """A cell that reaches down into the next rows."""

    start: int
    end: int
    text: str
    rows: int


class _Reader:
    """Walks one page."""

    def __init__(self) -> None:
        self.builder = LineBuilder()
        self._number = 0

    def read(self, page: Tag) -> None:
        """Take the whole page: texts between tables are paragraphs."""
        texts: list[str] = []
        for piece in _pieces(page):
            if isinstance(piece, str):
                texts.append(piece)
            else:
                self._add_paragraphs("".join(texts))
                texts = []
                self._add_table(piece)
        self._add_paragraphs("".join(texts))

    def _add_paragraphs(self, text: str) -> None:
        for paragraph in text.split(_BREAK):
            if paragraph.strip():
                self._number += 1
                self.builder.add_paragraph(self._number, paragraph)

    def _add_table(self, table: Tag) -> None:
        below: list[_Below] = []
        for row in table.find_all("tr"):
            self._number += 1
            cells = list(_cells(row, below))
            self.builder.add_row(self._number, tuple(cells))


def _pieces(page: Tag) -> Iterator[str | Tag]:
    """Yield the texts of the page and its tables; a table around other tables is only layout."""
    layout = {id(parent) for table in page.find_all("table") for parent in table.find_parents("table")}
    stack: list[object] = [page]
    while stack:  # no recursion: a page may nest as deep as it likes
        node = stack.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, Tag) and node.name == "table" and id(node) not in layout:
            yield node
        else:
            stack.extend(reversed(list(_inside(node))))


def _inside(node: object) -> Iterator[object]:
    """Yield what a node consists of: tags to look into, and texts with a line end around each block."""
    if isinstance(node, NavigableString):
        if not isinstance(node, PreformattedString):  # a comment and the like
            yield _spaced(node)
    elif isinstance(node, Tag) and node.name == "br":
        yield _BREAK
    elif isinstance(node, Tag) and node.name not in _UNSEEN:
        border = [_BREAK] if node.name in _BLOCKS else []
        yield from border
        yield from (_Text.wrap(child) for child in node.children)
        yield from border


class _Text:
    """Keeps the stack of `_pieces` free of page strings, which are `str`, too."""

    @staticmethod
    def wrap(child: object) -> object:
        if isinstance(child, PreformattedString):
            return ""
        return _spaced(child) if isinstance(child, NavigableString) else child


def _spaced(text: str) -> str:
    """Return a text as a browser shows it: line ends of the source are spaces."""
    return " ".join(text.replace("\n", " ").replace("\r", " ").split(" "))


def _cell_text(cell: Tag) -> str:
    text = "".join(piece for piece in _pieces_of_cell(cell))
    return join_lines(line.strip(" ") for line in text.split(_BREAK))


def _pieces_of_cell(cell: Tag) -> Iterator[str]:
    stack: list[object] = list(reversed(list(cell.children)))
    while stack:
        node = stack.pop()
        if isinstance(node, NavigableString):
            yield "" if isinstance(node, PreformattedString) else _spaced(node)
        elif isinstance(node, str):
            yield node
        else:
            stack.extend(reversed(list(_inside(node))))


def _cells(row: Tag, below: list[_Below]) -> Iterator[GridCell]:
    """Yield the cells of a row and those that reach down into it, from left to right."""
    waiting = sorted((each for each in below if each.rows), key=lambda each: each.start)
    start = 0
    new: list[_Below] = []
    for cell in row.find_all(["td", "th"], recursive=False):
        while waiting and waiting[0].start <= start:
            down = waiting.pop(0)
            yield GridCell(down.start, down.end, down.text, continues=True)
            start = down.end
        end = start + _span(cell, "colspan", MAX_COLUMNS + 1)
        text = _cell_text(cell)
        yield GridCell(start, end, text)
        new.append(_Below(start, end, text, _span(cell, "rowspan", MAX_ROWS) - 1))
        start = end
    for down in waiting:
        yield GridCell(down.start, down.end, down.text, continues=True)
    for each in below:
        each.rows -= 1
    below[:] = [each for each in (*below, *new) if each.rows > 0]


def _span(cell: Tag, name: str, most: int) -> int:
    """Return how many rows or columns a cell spans; 0 means all that are left, nonsense means one."""
    text = str(cell.get(name, "1")).strip()
    if not text.isdecimal():
        return 1
    return most if name == "rowspan" and int(text) == 0 else max(1, min(int(text), most))
