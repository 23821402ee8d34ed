"""The text of a raw cell: without markup, without the spaces and line ends that layout left in it.

A cell is read once into a `CellText`: its characters without markup and whitespace, and beside each of
them the widest kind of gap that stood before it. Cleaning and step splitting both work on that, so
neither can lose a character and both are linear in the length of the cell.
"""

from __future__ import annotations

import html
import re
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

# A tag ends before the next "<" or not at all, and the quantifiers are possessive: the scan is linear.
# A "<" that begins no tag is text, and so are 〈 and 〉.
_TAG = re.compile(r"<!--(?:[^-<]|-(?!->)|<(?!!--))*+-->|</?([A-Za-z][A-Za-z0-9]*+)(?:[\s/][^<>]*+)?>")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article blockquote br caption dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p section table tbody "
        "td tfoot th thead tr ul",
    )
)
_LISTS = frozenset({"ol", "ul"})
_INVISIBLE = frozenset("\u200b\u2060\ufeff")  # zero-width spaces, which str.isspace() does not know
SENTENCE_ENDS = frozenset("。；;！？!?")
_LINE_ENDS = SENTENCE_ENDS | frozenset("：:")


class Gap(IntEnum):
    """What stood between two characters of a cell, from nothing to the border of a paragraph."""

    NONE = 0
    SPACE = 1
    LINE = 2  # a line end of the layout: a wrapped line or the end of a paragraph, nobody can tell
    ITEM = 3  # the border between two items of an HTML list whose item tags are lost
    BLOCK = 4  # a block tag


@dataclass(frozen=True, slots=True)
class CellText:
    """The characters of a cell, and for each the `Gap` before it (`gaps[0]` is always BLOCK)."""

    text: str
    gaps: bytes

    def slice(self, start: int, end: int) -> str:
        """Return the clean text from `start` to `end`: a space only where it parts two Latin words."""
        pieces: list[str] = []
        for index in range(start, end):
            if index > start and self.gaps[index] and self._parts_words(index):
                pieces.append(" ")
            pieces.append(self.text[index])
        return "".join(pieces)

    def _parts_words(self, index: int) -> bool:
        return _is_latin(self.text[index - 1]) and _is_latin(self.text[index])


def read_cell(cell: str) -> CellText:
    """Read a raw cell: markup dropped, entities decoded, whitespace turned into gaps."""
    reader = _Reader()
    position = 0
    for tag in _TAG.finditer(cell):
        reader.feed(cell[position : tag.start()])
        reader.feed_tag((tag.group(1) or "").lower(), closing=tag.group().startswith("</"))
        position = tag.end()
    reader.feed(cell[position:])
    return reader.result()


def plain_text(cell: str) -> str:
    """Return the readable text of a raw cell.

    Block tags become line ends. A line end of the layout stays one after the end of a sentence and is
    dropped inside a sentence. Spaces remain only between Latin words and numbers. No other character
    of the cell is lost.
    """
    read = read_cell(cell)
    lines: list[str] = []
    start = 0
    for index in range(1, len(read.text) + 1):
        if index == len(read.text) or _ends_line(read, index):
            lines.append(read.slice(start, index))
            start = index
    return "\n".join(lines)


def inline_text(cell: str) -> str:
    """Return the readable text of a raw cell on one line: for names, categories and departments."""
    read = read_cell(cell)
    return read.slice(0, len(read.text))


def bare_text(cell: str) -> str:
    """Return the cell without markup and without any whitespace: what splitting must give back."""
    return read_cell(cell).text


def _ends_line(read: CellText, index: int) -> bool:
    gap = read.gaps[index]
    return gap >= Gap.ITEM or (gap == Gap.LINE and read.text[index - 1] in _LINE_ENDS)


@lru_cache(maxsize=4096)
def _is_latin(character: str) -> bool:
    """Tell a letter or digit of a script that writes spaces from Chinese text and punctuation."""
    is_word = character.isalpha() or character.isdecimal()
    return is_word and unicodedata.east_asian_width(character) not in ("W", "F")


class _Reader:
    """Collects characters and the gaps before them."""

    def __init__(self) -> None:
        self._characters: list[str] = []
        self._gaps = bytearray()
        self._gap = Gap.BLOCK
        self._in_list = False

    def feed(self, text: str) -> None:
        """Take text that holds no tag."""
        if "&" in text:
            text = _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)
        for character in text:
            if character.isspace() or character in _INVISIBLE:
                self._widen(Gap.LINE if character == "\n" else Gap.SPACE)
            else:
                self._append(character)

    def feed_tag(self, name: str, *, closing: bool) -> None:
        """Take one tag; only block tags part text."""
        if name not in _BLOCKS:
            return
        self._widen(Gap.BLOCK)
        # A list may stay unclosed; the paragraph after it ends it.
        if name in _LISTS:
            self._in_list = not closing
        elif name == "p":
            self._in_list = False

    def result(self) -> CellText:
        """Return what was collected."""
        return CellText("".join(self._characters), bytes(self._gaps))

    def _widen(self, gap: Gap) -> None:
        self._gap = max(self._gap, gap)

    def _append(self, character: str) -> None:
        self._characters.append(character)
        self._gaps.append(self._item_gap() if self._gap else Gap.NONE)
        self._gap = Gap.NONE

    def _item_gap(self) -> Gap:
        """Inside <ol>, whose numbers the conversion lost, a space after "；" parts two items."""
        after_end = len(self._characters) > 1 and self._characters[-2] in SENTENCE_ENDS
        return max(self._gap, Gap.ITEM) if self._in_list and after_end else self._gap
