"""What the page that puts townships side by side shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.duty import ListType
from search_service.core.comparison import MOST_TOWNSHIPS, categories
from search_service.pages.links import address, duty_url

if TYPE_CHECKING:
    from indexer.duty import Duty
    from indexer.list_info import ListInfo
    from search_service.core.comparison import Comparison, ComparisonRequest, Row
    from search_service.core.generation import Generation

SHOWN_BODIES = 2
"""Bodies named in a cell."""


@dataclass(frozen=True, slots=True)
class CellDuty:
    """A duty in a cell: who does it, in short."""

    duty: Duty
    bodies: str
    url: str


@dataclass(frozen=True, slots=True)
class CompareRow:
    """A duty across the townships; an empty cell is a gap."""

    name: str
    cells: list[list[CellDuty]]
    other_categories: list[str]
    """For each cell the category under which the township has it, "" where it is the one compared."""
    differences: list[str]
    differs: bool
    """In more than gaps."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of the form."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class ComparePage:
    """Everything the template prints."""

    comparison: Comparison
    request: ComparisonRequest
    rows: list[CompareRow]
    categories: list[Choice]
    townships: list[Choice]
    list_types: list[Choice]
    most_townships: int
    csv_url: str
    xlsx_url: str


def compare_page(request: ComparisonRequest, comparison: Comparison, generation: Generation) -> ComparePage:
    """Return the page for a comparison."""
    shown = {info.id for info in comparison.townships}
    pairs = _pairs(request, comparison)
    return ComparePage(
        comparison=comparison,
        request=request,
        rows=[_row(row) for row in comparison.rows],
        categories=[
            Choice(one.category, one.category, one.category == comparison.category)
            for one in categories(generation.engine)
        ],
        townships=[
            Choice(info.place.township, _label(info), info.id in shown) for info in generation.engine.lists
        ],
        list_types=[
            Choice("", "三张清单", request.list_type is None),
            *(Choice(one.value, one.full_name, one is request.list_type) for one in ListType),
        ],
        most_townships=MOST_TOWNSHIPS,
        csv_url=address("/compare.csv", pairs),
        xlsx_url=address("/compare.xlsx", pairs),
    )


def _label(info: ListInfo) -> str:
    return f"{info.place.county} {info.place.township}"


def _pairs(request: ComparisonRequest, comparison: Comparison) -> list[tuple[str, str]]:
    pairs = [("category", comparison.category)]
    pairs += [("county", county) for county in request.counties]
    pairs += [("township", township) for township in request.townships]
    if request.list_type:
        pairs.append(("list_type", request.list_type.value))
    if request.only_differing:
        pairs.append(("differing", "true"))
    return pairs


def _row(row: Row) -> CompareRow:
    return CompareRow(
        name=row.name,
        cells=[[_cell(duty) for duty in cell.duties] for cell in row.cells],
        other_categories=["、".join(cell.other_categories) for cell in row.cells],
        differences=[one.label for one in row.differences],
        differs=row.differs,
    )


def _cell(duty: Duty) -> CellDuty:
    names = [department.canonical for department in duty.departments]
    more = f" 等 {len(names)} 家" if len(names) > SHOWN_BODIES else ""
    bodies = "、".join(names[:SHOWN_BODIES]) + more if names else "乡镇自己"
    return CellDuty(duty, bodies, duty_url(duty.id))
