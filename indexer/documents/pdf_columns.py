"""What the text layer of one PDF tells about its table: places, column widths, whole categories.

A text layer has no cell borders. What is left of the table is how wide its columns were: a line that
was wrapped fills its column, so the commonest width of the wrapped lines is the width of the column.
Everything here is measured on the document at hand.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.duty import ListType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# No name of a duty is set wider than this; a wider line belongs to a cell of responsibilities.
_WIDEST_NAME_LINE = 12
_USUAL_DEPARTMENT_WIDTH = 6.0

_COUNTY = re.compile(r"[一-鿿]{0,7}?(?:自治县|县|市|区|旗)(?![场域级])")
_PREFECTURE = re.compile(r"[一-鿿]{2,4}?(?:自治州|州|地区|盟)")
_ANY_PLACE = re.compile(r"[一-鿿]{2,7}?(?:自治县|县|市|区|旗)(?![场域级])")
# Bodies above the prefecture, whose names begin with no place of their own.
_HIGHER = ("国家", "国网", "自治区")

_BARE_LEVEL = ("县", "市", "区", "州", "旗", "自治区")
_DEPARTMENT_END = re.compile(
    r"(?:局|委|会|室|部|部门|单位|中心|队|院|所|站|公司|政协|人大|政府|联|办|科协|联社|银行)"
    r"(?:[（(][^（）()]*[）)])?$"
)
_SENTENCE_MARK = re.compile(r"[。；，：;:]")

STEP = re.compile(r"\d{1,2}[.．、](?!\d)")
FIRST_STEP = re.compile(r"1[.．、](?!\d)")
NUMERAL = re.compile(r"(?:[一二三四五六七八九十]+、|（[一二三四五六七八九十]+）)")
FIRST_NUMERAL = re.compile(r"(?:一、|（一）)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A row before its cells are known: the first word after its number, and all text after that."""

    list_type: ListType
    number: int
    line: int
    category: str
    texts: tuple[str, ...]
    named_beside: bool  # the line of the number goes on after the category


@dataclass(frozen=True, slots=True)
class Columns:
    """What was measured: beginnings of departments, the department column, categories seen whole."""

    places: tuple[str, ...]
    department_width: float
    whole_categories: frozenset[str]

    def begins_department(self, text: str) -> bool:
        """Tell whether `text` begins as the departments of this document do."""
        return text.lstrip().startswith(self.places) or bool(_PREFECTURE.match(text))

    def fills_department(self, text: str) -> bool:
        """Tell whether a line is a whole department or was wrapped by the width of that column."""
        return ends_department(text) or width(text) >= self.department_width - 1

    def is_heading(self, text: str) -> bool:
        """Tell whether a line is a department standing alone over its responsibilities."""
        title = text.strip().rstrip("：:")
        if _SENTENCE_MARK.search(title) or not ends_department(title):
            return False
        return title.startswith(_BARE_LEVEL) or self.begins_department(title)


def width(text: str) -> float:
    """Return how wide a line is printed, in Chinese characters; digits, letters and quotes are half."""
    return sum(_char_width(char) for char in text.strip())


def ends_department(text: str) -> bool:
    """Tell whether a text can be a whole department, or a list that ends with one."""
    return bool(_DEPARTMENT_END.search(text.rstrip()))


def begins_with_place(text: str) -> bool:
    """Tell whether a text begins with what looks like any county, city or district."""
    return bool(_ANY_PLACE.match(text))


def has_sentence_mark(text: str) -> bool:
    """Tell whether a line holds punctuation that no department and no place has."""
    return bool(_SENTENCE_MARK.search(text))


def is_bare_level(text: str) -> bool:
    """Tell whether a text begins with 县, 市 … without the place, as headings inside a cell do."""
    return text.startswith(_BARE_LEVEL)


def measure(entries: Sequence[Entry]) -> Columns:
    """Return what all rows of a document together tell about its columns."""
    heads = [text for entry in entries for text in _narrow_head(entry)]
    county = _commonest(match for text in heads if (match := _place(text)))
    places = (county, *_HIGHER) if county else _HIGHER
    return Columns(
        places=places,
        department_width=_department_width(heads, county),
        whole_categories=frozenset(entry.category for entry in entries if entry.named_beside),
    )


def commonest_width(texts: Iterable[str]) -> float:
    """Return the width most of the lines have, 0 where there is no line."""
    counts = Counter(width(text) for text in texts)
    return counts.most_common(1)[0][0] if counts else 0.0


def _char_width(char: str) -> float:
    if char in "“”‘’":
        return 0.5
    return 1.0 if unicodedata.east_asian_width(char) in "WFA" else 0.5


def _narrow_head(entry: Entry) -> list[str]:
    """Return the lines of a cooperative row that can be its name or its departments."""
    if entry.list_type is ListType.BASIC:
        return []
    if entry.list_type is ListType.RECLAIMED:
        return [text for text in entry.texts if text.rstrip().endswith(("：", ":"))]
    head: list[str] = []
    beside = entry.texts[0].split() if entry.named_beside else []
    for text in (*beside, *entry.texts[len(beside[:1]) :]):
        if width(text) > _WIDEST_NAME_LINE or STEP.match(text) or has_sentence_mark(text):
            break
        head.append(text)
    return head


def _place(text: str) -> str:
    match = _COUNTY.match(text.lstrip("、 "))
    return match[0] if match else ""


def _department_width(heads: Sequence[str], county: str) -> float:
    """Return the commonest width of department lines that had to be wrapped."""
    lines = [
        text
        for text in heads
        if county and text.startswith(county) and not text.rstrip().endswith(("：", ":"))
    ]
    wrapped = commonest_width(text for text in lines if not ends_department(text))
    return wrapped or max((width(text) for text in lines), default=_USUAL_DEPARTMENT_WIDTH)


def _commonest(texts: Iterable[str]) -> str:
    counts = Counter(texts)
    return counts.most_common(1)[0][0] if counts else ""
