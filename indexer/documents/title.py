"""What a document says of itself before its tables: its place, its date, its own counts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.duty import ListType, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_PLACE = re.compile(
    r"(?P<province>[一-鿿]{2,8}?(?:省|自治区|市))"
    r"(?P<prefecture>[一-鿿]{2,12}?(?:自治州|地区|盟|市))"
    r"(?P<county>[一-鿿]{1,14}?(?:自治县|自治旗|县|旗|区|市))"
    r"(?P<township>[一-鿿]{2,16}?(?:乡|镇|街道))"
)
_DATE = re.compile(r"(20[0-9]{2})年([0-9]{1,2})月")
_TITLE = re.compile(r"(?:基本|配合)?履职事项清单$")
_MAX_PLACE_LENGTH = 60
"""Characters before the title that can be a place; more is running text."""
_MAX_PLACE_LINES = 4
"""Lines that a title page may spread the place and the title over."""


@dataclass(frozen=True, slots=True)
class DeclaredCounts:
    """What the preface says a list holds; None where it doesn't say."""

    items: int | None = None
    categories: int | None = None
    departments: int | None = None


@dataclass(frozen=True, slots=True)
class Title:
    """The title page and preface: each part None (or empty) where the document has none."""

    place: Place | None
    date: str | None
    """Year and month, e.g. ``2025-07``."""
    declared: dict[ListType, DeclaredCounts]


def read_title(paragraphs: Iterable[str]) -> Title:
    """Read what stands before the first table."""
    texts = [text for text in (re.sub(r"\s+", "", paragraph) for paragraph in paragraphs) if text]
    return Title(_find_place(texts), _find_date(texts), _find_declared(texts))


def _find_place(texts: Sequence[str]) -> Place | None:
    """Read the place before a 履职事项清单: on the same line, on the lines above it, or on both."""
    for end, text in enumerate(texts, 1):
        if not _TITLE.search(text):
            continue
        for start in range(end - 1, max(end - 1 - _MAX_PLACE_LINES, -1), -1):
            place = _TITLE.sub("", "".join(texts[start:end]))
            if len(place) <= _MAX_PLACE_LENGTH and (match := _PLACE.fullmatch(place)):
                return Place(**match.groupdict())
    return None


def _find_date(texts: Sequence[str]) -> str | None:
    """Read the first line that is nothing but a year and a month."""
    for text in texts:
        if date := _DATE.fullmatch(text):
            return f"{date[1]}-{int(date[2]):02d}"
    return None


def _find_declared(texts: Sequence[str]) -> dict[ListType, DeclaredCounts]:
    """Read the preface's sentences "…清单是… 20 个类别 127 项，涉及 38 个部门"."""
    return {
        list_type: DeclaredCounts(
            items=_last_number("项", text),
            categories=_last_number("个类别", text),
            departments=_last_number("个部门", text),
        )
        for list_type in ListType
        for text in texts
        if text.startswith(f"{list_type.full_name}是")
    }


def _last_number(unit: str, text: str) -> int | None:
    """Return the last number before `unit`; six digits at most, for longer ones count nothing."""
    found = re.findall(rf"(?<![0-9])([0-9]{{1,6}}){unit}", text)
    return int(found[-1]) if found else None
