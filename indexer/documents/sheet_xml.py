"""What openpyxl leaves out of a sheet read row by row: merged cells, and where formulas stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.utils import range_boundaries

if TYPE_CHECKING:
    from collections.abc import Iterator

_MERGE = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref=\"([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})\"")
# A formula whose result is no text; an empty text is a value, too.
_FORMULA = re.compile(
    rb'<(?:\w+:)?c\s(?![^>]*t="str")[^>]*?r="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*<(?:\w+:)?f[\s/>]'
)


def formula_cells(xml: bytes) -> frozenset[str]:
    """Return the coordinates of a sheet's formulas, except those whose result is a text."""
    return frozenset(match[1].decode("ascii") for match in _FORMULA.finditer(xml))


def merged_ranges(xml: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield the left column, top row, right column and bottom row of a sheet's merged cells."""
    for match in _MERGE.finditer(xml):
        left, top, right, bottom = (side or 1 for side in range_boundaries(match[1].decode("ascii")))
        yield left, top, right, bottom
