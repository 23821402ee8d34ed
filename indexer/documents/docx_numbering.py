"""The automatic numbers of a Word document: shown before a paragraph, but not part of its text.

A 序号 column or the steps of a cell are often numbered so. Only what lists use is read: decimal numbers,
Chinese numerals and ① in any pattern ("%1.", "（%1）", "一、"). Bullets and other kinds give no text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from docx.oxml.ns import qn

if TYPE_CHECKING:
    from collections.abc import Callable

    from docx.document import Document

_DIGITS = "零一二三四五六七八九"
_CIRCLED = 20
_CHINESE_UP_TO = 99
_LEVELS = 9
_LONGEST_STYLE_CHAIN = 20
_LONGEST_PATTERN = 100
_HIGHEST_START = 100_000


@dataclass(frozen=True, slots=True)
class _Level:
    """How one level of a list is counted and written."""

    start: int
    style: str
    pattern: str


class Numbering:
    """Counts the numbered paragraphs of one document; ask for each one's label once, in order."""

    def __init__(self, document: Document) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._list_of: dict[str, str] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._seen: set[str] = set()
        self._read_definitions(document)
        self._styles = {
            style.get(qn("w:styleId")): style for style in document.styles.element.findall(qn("w:style"))
        }

    def label(self, paragraph: Any) -> str:
        """Return the number that Word shows before a paragraph, empty where there is none."""
        number_id, depth = self._list_and_depth(paragraph.find(qn("w:pPr")))
        abstract = self._list_of.get(number_id, "")
        level = self._levels.get(abstract, {}).get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(abstract, {})
        self._restart_new_list(number_id, counts)
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in range(depth + 1, _LEVELS):
            counts.pop(deeper, None)
        return self._format(abstract, level)

    def _restart_new_list(self, number_id: str, counts: dict[int, int]) -> None:
        """Begin anew where another list of the same kind says so."""
        if number_id in self._seen:
            return
        self._seen.add(number_id)
        for depth in range(_LEVELS):
            start = self._starts.get((number_id, depth))
            if start is not None:
                counts[depth] = start - 1

    def _format(self, abstract: str, level: _Level) -> str:
        text = level.pattern
        for depth, shown in self._levels[abstract].items():
            mark = f"%{depth + 1}"
            if mark in text:
                count = self._counts[abstract].get(depth, shown.start)
                text = text.replace(mark, _FORMATS.get(shown.style, _nothing)(count))
        return "" if level.style not in _FORMATS else text

    def _list_and_depth(self, properties: Any) -> tuple[str, int]:
        """Return list and level of a paragraph: its own, else those of its style or of that style's base."""
        number_id, depth = "", None
        for _ in range(_LONGEST_STYLE_CHAIN):
            if properties is None:
                break
            own = _child_value(properties, "w:numPr/w:numId")
            depth = depth if depth is not None else _child_value(properties, "w:numPr/w:ilvl")
            if own is not None:
                number_id = own
                break
            properties = self._style_properties(properties)
        return number_id, int(depth) if depth and depth.isdecimal() else 0

    def _style_properties(self, properties: Any) -> Any:
        style = self._styles.get(_child_value(properties, "w:pStyle") or "")
        return None if style is None else style.find(qn("w:pPr"))

    def _read_definitions(self, document: Document) -> None:
        parts = [rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")]
        if not parts:
            return
        root = parts[0].element
        for abstract in root.findall(qn("w:abstractNum")):
            self._levels[abstract.get(qn("w:abstractNumId"))] = {
                int(level.get(qn("w:ilvl"))): _read_level(level)
                for level in abstract.findall(qn("w:lvl"))[:_LEVELS]
            }
        for number in root.findall(qn("w:num")):
            number_id = number.get(qn("w:numId"))
            self._list_of[number_id] = _child_value(number, "w:abstractNumId") or ""
            for override in number.findall(qn("w:lvlOverride")):
                start = _child_value(override, "w:startOverride")
                if start is not None:
                    self._starts[number_id, int(override.get(qn("w:ilvl")))] = _start(start)


def _read_level(level: Any) -> _Level:
    return _Level(
        start=_start(_child_value(level, "w:start") or "1"),
        style=_child_value(level, "w:numFmt") or "decimal",
        pattern=(_child_value(level, "w:lvlText") or "")[:_LONGEST_PATTERN],
    )


def _start(text: str) -> int:
    """Return the number a level begins with; it stands before every paragraph, so it has few digits."""
    return min(int(text), _HIGHEST_START)


def _child_value(element: Any, path: str) -> str | None:
    found = element.find("/".join(qn(tag) for tag in path.split("/")))
    value = None if found is None else found.get(qn("w:val"))
    return None if value is None else str(value)


def _chinese(count: int) -> str:
    if not 0 < count <= _CHINESE_UP_TO:
        return str(count)
    tens, units = divmod(count, 10)
    ten = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return ten + (_DIGITS[units] if units else "")


def _circled(count: int) -> str:
    return chr(ord("①") + count - 1) if 0 < count <= _CIRCLED else str(count)


def _nothing(count: int) -> str:
    return ""


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda count: f"{count:02d}",
    "decimalFullWidth": str,
    "chineseCounting": _chinese,
    "chineseCountingThousand": _chinese,
    "japaneseCounting": _chinese,
    "ideographDigital": _chinese,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
}
