"""Where a cell's own numbering stands: 1. 2、 （1） ① and 一、 （一）, told from numbers that mark nothing.

A mark is judged by what stands before it (a `Boundary`), by its place in the sequence and by what follows:
"；2.依法查处" is a mark, "2.5亩", "第1.2条", "12345" and "“5.12”全国防灾减灾日" are not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import TYPE_CHECKING

from indexer.cells import SENTENCE_ENDS, CellText, Gap

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_CANDIDATE = re.compile(
    r"(?P<NUMERAL>[一二三四五六七八九十]{1,3}[、.．])"
    r"|(?P<SUB_NUMERAL>[（(][一二三四五六七八九十]{1,3}[)）][、.．]?)"
    r"|(?P<DOT>\d{1,2}[.．、])"
    r"|(?P<PAREN>[（(]\d{1,2}[)）][、.．]?|\d{1,2}[)）][、.．]?)"
    r"|(?P<CIRCLE>[①-⑳])"
)
_NUMERALS = "一二三四五六七八九十"
_CLAUSE_ENDS = SENTENCE_ENDS | frozenset("：:")
_WEAK_ENDS = frozenset("，,）)”」』》")
_LONGEST_GLUED_HEADING = 30
# What is counted in whole: "2.15个工作日内" is step 2 and 15 days, "2.5亩" is no step.
_COUNTED = re.compile(r"\d{1,2}(?:个(?!百分)|名|家|户|日|项|种|月|[至~—-]\d)")
_LONG_NUMBER = re.compile(r"\d{3}")  # "1.2024年…", "1.12345热线…": no decimal has so many places here
_GLUED = frozenset({"1.", "1．", "1、"})
_SECOND = 2  # where a doubtful 1 is followed by a 2, both are marks


class Style(Enum):
    """How a mark is written, from the outermost to the innermost."""

    NUMERAL = "一、"
    SUB_NUMERAL = "（一）"
    DOT = "1."
    PAREN = "（1）"
    CIRCLE = "①"


class Boundary(IntEnum):
    """How clearly something ends right before a mark."""

    GLUED = 0  # "市应急管理局1."
    WEAK = 1  # a space or a line end, which layout may have put there
    STRONG = 2  # the end of a sentence, a colon, a paragraph, the beginning of the cell


@dataclass(frozen=True, slots=True)
class Mark:
    """One number that may open a step or a heading: `text[start:end]` is the marker as written."""

    start: int
    end: int
    style: Style
    value: int
    boundary: Boundary
    doubtful: bool
    """A digit or numeral follows at once: "2.5亩", "一、二级"."""


def find_marks(read: CellText) -> list[Mark]:
    """Return the marks of headings (一、 （一）) and of numbered steps (1.) in document order."""
    candidates = _candidates(read, 0, len(read.text))
    outer = _accept_numerals(read, _of(candidates, Style.NUMERAL))
    inner = _accept_numerals(read, _of(candidates, Style.SUB_NUMERAL))
    dots = _accept_numbers(read, _of(candidates, Style.DOT))
    return sorted([*outer, *inner, *dots], key=lambda mark: mark.start)


def find_sub_marks(read: CellText, start: int, end: int) -> list[Mark]:
    """Return the marks （1） or ① that number the text from `start` to `end`, which has no other numbers."""
    candidates = _candidates(read, start, end)
    for style in (Style.PAREN, Style.CIRCLE):
        found = _in_sequence(_of(candidates, style))
        if found:
            return found
    return []


def starts_with_sub_mark(read: CellText, position: int) -> bool:
    """Tell whether （1） or ① stands at `position`."""
    match = _CANDIDATE.match(read.text, position)
    return match is not None and match.lastgroup in (Style.PAREN.name, Style.CIRCLE.name)


def boundary_at(read: CellText, position: int) -> Boundary:
    """Say how clearly something ends right before `position`."""
    if position == 0 or read.gaps[position] >= Gap.ITEM or read.text[position - 1] in _CLAUSE_ENDS:
        return Boundary.STRONG
    if read.gaps[position] or read.text[position - 1] in _WEAK_ENDS:
        return Boundary.WEAK
    return Boundary.GLUED


def _candidates(read: CellText, start: int, end: int) -> list[Mark]:
    """Return all numbers that may be marks; a glued one may only be the 1. of a glued heading."""
    found: list[Mark] = []
    for match in _CANDIDATE.finditer(read.text, start, end):
        boundary = boundary_at(read, match.start())
        if boundary or (match.group() in _GLUED and not _continues(read, match.end(), Style.DOT)):
            found.append(_mark(read, match, boundary))
    return found


def _of(marks: Iterable[Mark], style: Style) -> list[Mark]:
    return [mark for mark in marks if mark.style is style]


def _mark(read: CellText, match: re.Match[str], boundary: Boundary) -> Mark:
    style = Style[str(match.lastgroup)]
    return Mark(
        start=match.start(),
        end=match.end(),
        style=style,
        value=_value(match.group(), style),
        boundary=boundary,
        doubtful=_continues(read, match.end(), style),
    )


def _value(marker: str, style: Style) -> int:
    if style is Style.CIRCLE:
        return ord(marker) - ord("①") + 1
    if style in (Style.NUMERAL, Style.SUB_NUMERAL):
        return _numeral_value("".join(character for character in marker if character in _NUMERALS))
    return int("".join(character for character in marker if character.isdecimal()))


def _numeral_value(numeral: str) -> int:
    tens, ten, units = numeral.rpartition("十")
    value = _NUMERALS.find(units) + 1 if units else 0
    if not ten:
        return value
    return value + 10 * (_NUMERALS.find(tens) + 1 if tens else 1)


def _continues(read: CellText, position: int, style: Style) -> bool:
    """Tell whether a number goes on after the marker; three digits or more begin a text of their own."""
    if position >= len(read.text) or read.gaps[position]:
        return False
    if style in (Style.NUMERAL, Style.SUB_NUMERAL):
        return read.text[position] in _NUMERALS
    if _COUNTED.match(read.text, position) or _LONG_NUMBER.match(read.text, position):
        return False
    return read.text[position].isdecimal()


def _accept_numerals(read: CellText, candidates: Sequence[Mark]) -> list[Mark]:
    accepted: list[Mark] = []
    last = 0
    for index, mark in enumerate(candidates):
        following = candidates[index + 1].value if index + 1 < len(candidates) else 0
        if _is_numeral_mark(read, mark, last, following):
            accepted.append(mark)
            last = mark.value
    return accepted


def _is_numeral_mark(read: CellText, mark: Mark, last: int, following: int) -> bool:
    if mark.doubtful or mark.boundary is Boundary.GLUED:
        return False
    if mark.value == last + 1 and last:
        return True
    opens_paragraph = mark.start == 0 or read.gaps[mark.start] >= Gap.ITEM
    if mark.value == 1:
        return opens_paragraph or following == _SECOND
    return mark.boundary is Boundary.STRONG and (
        opens_paragraph or read.text[mark.start - 1] in SENTENCE_ENDS
    )


def _accept_numbers(read: CellText, candidates: Sequence[Mark]) -> list[Mark]:
    accepted: list[Mark] = []
    last = 0
    end = 0
    for mark, following in zip(candidates, _next_plain_values(candidates), strict=True):
        if _is_number_mark(read, mark, last, following, since=end):
            accepted.append(mark)
            last, end = mark.value, mark.end
    return accepted


def _next_plain_values(candidates: Sequence[Mark]) -> list[int]:
    """For each candidate, the value of the next one about which there is no doubt (0: none)."""
    values: list[int] = []
    following = 0
    for mark in reversed(candidates):
        values.append(following)
        if not mark.doubtful and mark.boundary is not Boundary.GLUED:
            following = mark.value
    return values[::-1]


def _is_number_mark(read: CellText, mark: Mark, last: int, following: int, *, since: int) -> bool:
    expected = mark.value in (1, last + 1)
    if mark.value == 0:
        return False
    if mark.doubtful:
        return mark.boundary is Boundary.STRONG and expected and following == mark.value + 1
    if mark.boundary is Boundary.STRONG:
        counts = read.text[mark.end : mark.end + 1].isdecimal()  # "1.2024年": trusted in sequence only
        return expected or not (counts or read.text[mark.start - 1] in "：:")
    if mark.boundary is Boundary.WEAK:
        spaced = bool(read.gaps[mark.start])
        return expected and (mark.value == last + 1 or spaced or following == _SECOND)
    return mark.value == 1 and following == _SECOND and _follows_glued_heading(read, mark.start, since)


def _follows_glued_heading(read: CellText, position: int, since: int) -> bool:
    """Tell whether a short text without punctuation stands right before: "市自然资源局1.制定"."""
    before = read.text[max(since, position - _LONGEST_GLUED_HEADING - 1) : position]
    clause = re.split("[。；;！？!?]", before)[-1]
    if not 0 < len(clause) <= _LONGEST_GLUED_HEADING or re.search("[，：:、第]$|[A-Za-z0-9]$", clause):
        return False
    return "，" not in clause


def _in_sequence(candidates: Iterable[Mark]) -> list[Mark]:
    found: list[Mark] = []
    for mark in candidates:
        if mark.value == len(found) + 1 and mark.boundary is not Boundary.GLUED:
            found.append(mark)
    return found
