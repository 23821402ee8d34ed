"""What openpyxl leaves out of a sheet read row by row: merged cells, and where formulas stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.utils import range_boundaries

if TYPE_CHECKING:
    from collections.abc import Iterator

# Each is taken tag by tag, and no tag is longer than to the next "<": a sheet is read in linear time.
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell(\s[^<>]*+)>")
_FORMULA = re.compile(rb"<(?:\w+:)?c(\s[^<>]*+)>\s*+<(?:\w+:)?f[\s/>]")
_RANGE = re.compile(rb"\sref=\"([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})\"")
_COORDINATE = re.compile(rb"\sr=\"([A-Z]{1,3}[0-9]{1,7})\"")
_SHOWS_TEXT = b't="str"'  # a formula whose result is a text; an empty one is a value, too


def formula_cells(xml: bytes) -> frozenset[str]:
    """Return the coordinates of a sheet's formulas, except those whose result is a text."""
    return frozenset(
        where[1].decode("ascii")
        for cell in _FORMULA.finditer(xml)
        if _SHOWS_TEXT not in cell[1] and (where := _COORDINATE.search(cell[1]))
    )


def merged_ranges(xml: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield the left column, top row, right column and bottom row of a sheet's merged cells."""
    for merged in _MERGE.finditer(xml):
        if where := _RANGE.search(merged[1]):
            left, top, right, bottom = (side or 1 for side in range_boundaries(where[1].decode("ascii")))
            yield left, top, right, bottom
