"""Cuts the text of one row of a PDF's table into its cells.

The cells follow each other without any mark between them, so each border is found by what stands on
both sides of it: a department cell begins with a place and is complete when it ends as a department
does; the township's cell begins where numbering restarts or, unnumbered, after a full stop. Where more
than one border is possible, the widths decide: a wrapped line fills the column it was wrapped in.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from indexer.documents.pdf_columns import (
    FIRST_NUMERAL,
    FIRST_STEP,
    NUMERAL,
    STEP,
    begins_with_place,
    commonest_width,
    ends_department,
    has_sentence_mark,
    is_bare_level,
    width,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.documents.pdf_columns import Columns, Entry

# A wrapped line may be this much wider (a half-width sign) or narrower (a sign that may not begin a
# line took its neighbour along) than its column.
_TOO_WIDE = 0.75
_TOO_NARROW = 1.75
_MERE_BRANCH = re.compile(r"[一-鿿]{1,7}[县市区旗]分局")
_FULL_STOP = ("。", "。”", "。）")
_NEVER_FIRST = ("、", "。", "，", "；", "：", "）", "”", "》")


@dataclass(frozen=True, slots=True)
class Head:
    """A cooperative row up to its departments; `rest` is what both cells of responsibilities hold."""

    category: str
    name: tuple[str, ...]
    departments: tuple[str, ...]
    rest: tuple[str, ...]
    certain: bool = True


@dataclass(frozen=True, slots=True)
class CellWidths:
    """How wide wrapped lines are in the superior's and in the township's cell; 0 where unknown."""

    superior: float
    township: float


@dataclass(frozen=True, slots=True)
class Border:
    """Where the township's cell begins among the lines of a row, and whether that is beyond doubt."""

    index: int
    certain: bool


class _Start(Enum):
    """How a line begins: with the first of a numbering, a later number, a title, or not at all."""

    FIRST_NUMERAL = auto()
    NUMERAL = auto()
    FIRST_STEP = auto()
    STEP = auto()
    HEADING = auto()
    SENTENCE = auto()
    WRAPPED = auto()


_TITLES = (_Start.HEADING, _Start.NUMERAL, _Start.FIRST_NUMERAL)


def split_category(entry: Entry, columns: Columns) -> tuple[str, tuple[str, ...]]:
    """Return a row's category, the wrapped part included, and the lines after it."""
    first, *rest = entry.texts or ("",)
    if entry.named_beside or entry.category in columns.whole_categories:
        return entry.category, entry.texts
    # The rest of a wrapped word is no wider than the column its beginning filled.
    if rest and width(first) <= width(entry.category) and not columns.begins_department(first):
        return f"{entry.category}\n{first}", tuple(rest)
    return entry.category, entry.texts


def split_head(entry: Entry, columns: Columns) -> Head:
    """Return category, name and departments of a cooperative row; `departments` is empty if unknown."""
    category, lines = split_category(entry, columns)
    lines = _split_beside(lines, columns)
    span = _department_span(lines, columns)
    if not span:
        end = _first_responsibility(lines)
        return Head(category, lines[:end], (), lines[end:])
    start, end, certain = span
    return Head(category, lines[:start], lines[start:end], lines[end:], certain)


def split_reclaimed(entry: Entry, columns: Columns) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Return category, name and the cell of the department of a reclaimed row, empty if unknown."""
    category, lines = split_category(entry, columns)
    lines = _split_beside(lines, columns)
    for index, text in enumerate(lines[1:], start=1):
        title, *told = re.split("[：:]", text.strip(), maxsplit=1)
        known = is_bare_level(title) or columns.begins_department(title)
        if ends_department(title) and not has_sentence_mark(title) and (known or told):
            return category, lines[:index], lines[index:]
    return category, lines, ()


def measure_cells(rests: Sequence[Sequence[str]], columns: Columns) -> CellWidths:
    """Return the widths of the two cells of responsibilities, learned where numbering restarts once."""
    superior: list[str] = []
    township: list[str] = []
    for lines in rests:
        starts = _starts(lines, columns)
        borders = _restarts(lines, starts)
        if len(borders) == 1:
            wrapped = set(_wrapped(starts))
            superior += [lines[i] for i in wrapped if i < borders[0]]
            township += [lines[i] for i in wrapped if i >= borders[0]]
    return CellWidths(commonest_width(superior), commonest_width(township))


def find_border(lines: Sequence[str], columns: Columns, widths: CellWidths) -> Border | None:
    """Return where the township's cell begins, None where no line can begin it."""
    starts = _starts(lines, columns)
    borders = _restarts(lines, starts) or _after_full_stop(lines, starts)
    certain = bool(borders)
    borders = borders or [i for i in range(1, len(starts)) if starts[i] is not _Start.WRAPPED]
    if not borders:
        return None
    costs = {border: _misfits(lines, starts, border, widths) for border in borders}
    best = min(borders, key=lambda border: costs[border])
    unique = list(costs.values()).count(costs[best]) == 1
    return Border(best, certain and unique)


def _split_beside(lines: tuple[str, ...], columns: Columns) -> tuple[str, ...]:
    """Part a name from the department that stands on the same line."""
    if not lines:
        return lines
    for space in re.finditer(r"\s+", lines[0]):
        if columns.begins_department(lines[0][space.end() :]):
            return (lines[0][: space.start()], lines[0][space.end() :], *lines[1:])
    return lines


def _department_span(lines: Sequence[str], columns: Columns) -> tuple[int, int, bool] | None:
    """Return where the departments begin and end, and whether they begin as this document's do.

    A name comes first, so the first line is looked at last.
    """
    known, place, filled = columns.begins_department, begins_with_place, columns.fills_department
    later, first = range(1, _first_responsibility(lines)), range(len(lines[:1]))
    for begins, places in ((known, later), (known, first), (place, later), (filled, later)):
        for start in places:
            end = _department_end(lines, start, columns) if begins(lines[start]) else None
            if end and not _is_mere_branch("".join(lines[start:end])):
                return start, end, begins == known
    return None


def _first_responsibility(lines: Sequence[str]) -> int:
    """Return the index of the first line that is neither name nor department: numbered, or a sentence."""
    ends = (i for i, text in enumerate(lines) if _is_numbered(text) or "。" in text)
    return next(ends, len(lines))


def _is_mere_branch(departments: str) -> bool:
    """Tell whether a cell would begin with "某县分局", which is the end of a longer name."""
    return bool(_MERE_BRANCH.match(departments))


def _department_end(lines: Sequence[str], start: int, columns: Columns) -> int | None:
    """Return the index after a department cell beginning at `start`, None if none ends there."""
    end = start
    while end < len(lines) and _belongs_to_departments(lines, start, end, columns):
        end += 1
    return end if end > start and ends_department("".join(lines[start:end])) else None


def _belongs_to_departments(lines: Sequence[str], start: int, index: int, columns: Columns) -> bool:
    text = lines[index]
    if width(text) > columns.department_width + 1 or has_sentence_mark(text) or _is_numbered(text):
        return False
    so_far = "".join(lines[start:index])
    if text.startswith("、") or not so_far or not ends_department(so_far):
        return True
    # The cell could end here. A line with room left was not wrapped, so it does end.
    if width(lines[index - 1]) < columns.department_width:
        return False
    return not _opens_another(text, so_far, columns)


def _is_numbered(text: str) -> bool:
    return bool(STEP.match(text) or NUMERAL.match(text))


def _opens_another(text: str, so_far: str, columns: Columns) -> bool:
    """Tell whether `text` names a new department instead of ending the last one of `so_far`.

    Only a branch of a higher body has the county inside its name (某州生态环境局某县分局).
    """
    last = so_far.rpartition("、")[2]
    return is_bare_level(text) or (text.startswith(columns.places) and last.startswith(columns.places))


def _starts(lines: Sequence[str], columns: Columns) -> list[_Start]:
    before = ("。", *lines)
    return [_start(text, previous.rstrip(), columns) for text, previous in zip(lines, before, strict=False)]


def _start(text: str, previous: str, columns: Columns) -> _Start:
    for pattern, start in (
        (FIRST_NUMERAL, _Start.FIRST_NUMERAL),
        (NUMERAL, _Start.NUMERAL),
        (FIRST_STEP, _Start.FIRST_STEP),
        (STEP, _Start.STEP),
    ):
        if pattern.match(text):
            return start
    if text.startswith(_NEVER_FIRST):
        return _Start.WRAPPED
    if previous.endswith(_FULL_STOP) and columns.is_heading(text):
        return _Start.HEADING
    return _Start.SENTENCE if previous.endswith((*_FULL_STOP, "；", "：")) else _Start.WRAPPED


def _restarts(lines: Sequence[str], starts: Sequence[_Start]) -> list[int]:
    """Return where numbering begins again: at 一、, or at a 1. that is not the first under a title."""
    for first in (_Start.FIRST_NUMERAL, _Start.FIRST_STEP):
        found = [i for i in range(1, len(starts)) if starts[i] is first]
        restarts = [i for i in found if not _is_under_title(i, lines, starts)]
        if restarts:
            return restarts
    return []


def _is_under_title(index: int, lines: Sequence[str], starts: Sequence[_Start]) -> bool:
    if lines[index - 1].rstrip().endswith("："):
        return True
    above = next(i for i in range(index - 1, -1, -1) if i == 0 or starts[i] is not _Start.WRAPPED)
    return starts[above] in _TITLES and not lines[index - 1].rstrip().endswith(_FULL_STOP)


def _after_full_stop(lines: Sequence[str], starts: Sequence[_Start]) -> list[int]:
    """Return where an unnumbered sentence follows a full stop."""
    return [
        i
        for i in range(1, len(starts))
        if starts[i] is _Start.SENTENCE and lines[i - 1].rstrip().endswith(_FULL_STOP)
    ]


def _wrapped(starts: Sequence[_Start]) -> Iterator[int]:
    """Yield the lines that go on in the next line."""
    return (i for i in range(len(starts) - 1) if starts[i + 1] is _Start.WRAPPED)


def _misfits(lines: Sequence[str], starts: Sequence[_Start], border: int, widths: CellWidths) -> int:
    """Count the lines that do not fit the column they would stand in."""
    if not widths.superior or not widths.township:
        return 0
    wrapped = set(_wrapped(starts))
    return sum(
        _misfits_column(text, widths.superior if i < border else widths.township, i in wrapped)
        for i, text in enumerate(lines)
    )


def _misfits_column(text: str, column: float, wrapped: bool) -> bool:
    return width(text) > column + _TOO_WIDE or (wrapped and width(text) < column - _TOO_NARROW)
