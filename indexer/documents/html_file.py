"""Reads a web page: its paragraphs and table rows in order, merged cells filled in."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from indexer.documents.cell_lines import join_lines
from indexer.documents.grid import MAX_COLUMNS, MAX_ROWS, GridCell, LineBuilder
from indexer.documents.table import is_header
from indexer.documents.text_file import UnreadableDocumentError, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from bs4.element import PageElement

    from indexer.documents.line import Line

MAX_BYTES = 16 * 1024 * 1024
"""Largest page read, in bytes. A list exported by Word as a web page has some 3 MB."""

MAX_TAGS = 300_000
"""Most tags of a page. A list exported by Word has some 50,000."""

_UNSEEN = frozenset({"head", "script", "style", "template", "noscript", "title", "rt", "rp"})
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body caption center dd details dialog div dl dt fieldset figure "
        "footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary table tbody td "
        "tfoot th thead tr ul",
    )
)
_LINE_END = "\n"
_LONGEST_SPAN = 9  # digits
_LOOKED_THROUGH = 30  # nodes from the beginning of an item, where its number may stand


def read_lines(path: Path) -> list[Line]:
    """Return the paragraphs and table rows of a page, numbered in their order.

    Raises UnreadableDocumentError for a page that is empty, too large or in an unknown encoding.
    """
    text = _decode(read_bytes(path))
    if text.count("<") > MAX_TAGS:
        raise UnreadableDocumentError(0, f"more than {MAX_TAGS} tags; copy the list into a new document")
    if text.count("<tr") > MAX_ROWS:
        raise UnreadableDocumentError(0, f"more than {MAX_ROWS} rows; keep one township's list in a file")
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
    is_utf16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    encodings = ("utf-16",) if is_utf16 else ("utf-8-sig", "gb18030")
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
        tables = _Tables(page)
        texts: list[str] = []
        for piece in _pieces(page, tables.holds_data):
            if isinstance(piece, str):
                texts.append(piece)
            else:
                self._add_paragraphs("".join(texts))
                texts = []
                self._add_table(tables.rows_of(piece))
        self._add_paragraphs("".join(texts))

    def _add_paragraphs(self, text: str) -> None:
        for paragraph in text.split(_LINE_END):
            if paragraph.strip():
                self._number += 1
                self.builder.add_paragraph(self._number, paragraph)

    def _add_table(self, rows: Sequence[Tag]) -> None:
        below: list[_Below] = []
        for row in rows:
            self._number += 1
            cells = list(_cells(row, below))
            self.builder.add_row(self._number, tuple(cells))


class _Tables:
    """Which rows belong to which table, found in one walk: tables may nest as deep as they like."""

    def __init__(self, page: Tag) -> None:
        self._rows: dict[int, list[Tag]] = {}
        self._around: set[int] = set()  # what has a table inside
        stack: list[tuple[Tag, Tag | None]] = [(page, None)]
        while stack:
            tag, table = stack.pop()
            if tag.name == "tr" and table is not None:
                self._rows[id(table)].append(tag)
            if tag.name == "table":
                self._rows[id(tag)] = []
                self._note_around(tag)
                table = tag
            stack.extend((child, table) for child in reversed(tag.contents) if isinstance(child, Tag))

    def _note_around(self, table: Tag) -> None:
        parent = table.parent
        while parent is not None and id(parent) not in self._around:
            self._around.add(id(parent))
            parent = parent.parent

    def rows_of(self, table: Tag) -> list[Tag]:
        """Return the rows of a table, without those of tables inside it."""
        return self._rows[id(table)]

    def holds_data(self, tag: Tag) -> bool:
        """Tell a table of data: one with a header row, or without another table inside, which is layout."""
        if tag.name != "table":
            return False
        return id(tag) not in self._around or any(map(self._is_header, self.rows_of(tag)))

    def _is_header(self, row: Tag) -> bool:
        cells = _own_cells(row)
        return not any(id(cell) in self._around for cell in cells) and is_header(list(map(_cell_text, cells)))


def _own_cells(row: Tag) -> list[Tag]:
    return row.find_all(["td", "th"], recursive=False)


def _cell_text(cell: Tag) -> str:
    text = "".join(piece for piece in _pieces(cell) if isinstance(piece, str))
    return join_lines(line.strip(" ") for line in text.split(_LINE_END))


def _pieces(root: Tag, is_whole: Callable[[Tag], bool] = lambda tag: False) -> Iterator[str | Tag]:
    """Yield the texts inside `root` with a line end around each block, and the tags to be taken whole."""
    stack: list[PageElement | str] = list(reversed(root.contents))
    counts: Counter[int] = Counter()  # list → items so far
    while stack:  # no recursion: a page may nest as deep as it likes
        node = stack.pop()
        if isinstance(node, Tag):
            if is_whole(node):
                yield node
            elif node.name == "br":
                yield _LINE_END
            elif node.name not in _UNSEEN:
                if node.name in _BLOCKS:
                    yield _LINE_END
                    stack.append(_LINE_END)
                yield _item_number(node, counts)
                stack.extend(reversed(node.contents))
        elif not isinstance(node, PreformattedString):  # a comment and the like
            yield _as_shown(node) if isinstance(node, NavigableString) else _LINE_END


def _as_shown(text: str) -> str:
    """Return a text as a browser shows it: a line end of the source is a space."""
    return re.sub(r"[\r\n]", " ", text)


def _item_number(tag: Tag, counts: Counter[int]) -> str:
    """Return the number that a browser shows before an item of a numbered list, where the text has none."""
    numbered = tag.name == "li" and tag.parent is not None and tag.parent.name == "ol"
    if not numbered or tag.parent is None or "none" in str(tag.parent.get("style", "")):
        return ""
    counts[id(tag.parent)] += 1
    begin = "".join(
        node
        for node in islice(tag.descendants, _LOOKED_THROUGH)
        if isinstance(node, NavigableString) and not isinstance(node, PreformattedString)
    )
    if re.match(r"\s*[（(]?[0-9一二三四五六七八九十①-⑳]+[.．、)）]?", begin):
        return ""
    return f"{counts[id(tag.parent)]}."


def _cells(row: Tag, below: list[_Below]) -> Iterator[GridCell]:
    """Yield the cells of a row and those that reach down into it, from left to right."""
    waiting = sorted((each for each in below if each.rows), key=lambda each: each.start)
    start = 0
    new: list[_Below] = []
    for cell in _own_cells(row):
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
    if len(text) > _LONGEST_SPAN:
        return most
    return most if name == "rowspan" and int(text) == 0 else max(1, min(int(text), most))
