"""Townships beside each other: the duties of a category as rows, who does them in each township."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from indexer.duty import ListType
from indexer.facets import PLACE_FACETS
from search_service.core.prepare import resolve_filters
from search_service.engines.port import EngineQuery

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.duty import Duty
    from indexer.list_info import ListInfo
    from search_service.core.generation import Generation
    from search_service.engines.port import Engine

MOST_TOWNSHIPS = 12
"""Columns of a comparison; more can't be read beside each other."""

_LIST_ORDER = {list_type: number for number, list_type in enumerate(ListType)}


class Difference(StrEnum):
    """In what the townships of a row differ."""

    GAP = "gap"
    LIST_TYPE = "list_type"
    DEPARTMENTS = "departments"

    @property
    def label(self) -> str:
        """Return the difference in Chinese."""
        return _DIFFERENCES[self]


_DIFFERENCES = {
    Difference.GAP: "有空缺",
    Difference.LIST_TYPE: "清单不同",
    Difference.DEPARTMENTS: "部门不同",
}


@dataclass(frozen=True, slots=True)
class CategoryCount:
    """A category and the number of duties that stand under it."""

    category: str
    duties: int


@dataclass(frozen=True, slots=True)
class ComparisonRequest:
    """What to compare: a category, None for the one with the most duties, and the townships.

    `counties` and `townships` are OR within each, AND between them, none meaning all; any text that a filter
    accepts will do. `list_type` keeps the rows with a duty of that list in any of the townships.
    """

    category: str | None = None
    counties: tuple[str, ...] = ()
    townships: tuple[str, ...] = ()
    list_type: ListType | None = None
    only_differing: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What one township's list says of a duty: nothing (a gap), one duty, seldom several."""

    duties: tuple[Duty, ...]
    category: str
    """The category compared; the duties may stand under another."""

    @property
    def is_gap(self) -> bool:
        """Return whether the township's list doesn't have the duty."""
        return not self.duties

    @property
    def other_categories(self) -> tuple[str, ...]:
        """Return the categories under which the township has the duty, where it isn't the one compared."""
        others = (duty.category for duty in self.duties if duty.category != self.category)
        return tuple(dict.fromkeys(others))

    @property
    def list_types(self) -> frozenset[ListType]:
        """Return the lists in which the township has the duty."""
        return frozenset(duty.list_type for duty in self.duties)

    @property
    def departments(self) -> frozenset[str]:
        """Return the canonical names of the leading departments."""
        return frozenset(department.canonical for duty in self.duties for department in duty.departments)


@dataclass(frozen=True, slots=True)
class Row:
    """One duty in all townships, a cell for each column; `name` is what the first township calls it."""

    name: str
    cells: tuple[Cell, ...]

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Return in what the townships differ; nothing where they agree, or where there is only one."""
        filled = [cell for cell in self.cells if not cell.is_gap]
        # A duty of the township's own names no department: that is told by its list.
        led = [cell for cell in filled if cell.list_types != {ListType.BASIC}]
        found = {
            Difference.GAP: len(filled) < len(self.cells),
            Difference.LIST_TYPE: len({cell.list_types for cell in filled}) > 1,
            Difference.DEPARTMENTS: len({cell.departments for cell in led}) > 1,
        }
        return tuple(difference for difference, is_there in found.items() if is_there)

    @property
    def differs(self) -> bool:
        """Return whether townships that have the duty have it in other lists or under other departments.

        A gap is counted by itself: it may be no more than another wording that wasn't recognised.
        """
        return bool(set(self.differences) - {Difference.GAP})

    @property
    def gaps(self) -> int:
        """Return the number of townships that lack the duty."""
        return sum(cell.is_gap for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The duties of a category in several townships, rows and columns in the order of the lists.

    Columns are lists: townships of several counties may have the same name. `total`, `differing` and `gaps`
    count rows, rows that differ, and empty cells, also those of rows that `only_differing` leaves out;
    `left_out` is the number of townships asked for that found no room.
    """

    category: str
    townships: tuple[ListInfo, ...]
    rows: tuple[Row, ...]
    total: int
    differing: int
    gaps: int
    left_out: int


def categories(engine: Engine) -> tuple[CategoryCount, ...]:
    """Return all categories with their numbers of duties, the most frequent first."""
    counts = engine.search(EngineQuery(limit=0)).facets["category"]
    # Python's sort keeps the order of the lists among equals.
    ordered = sorted(counts.items(), key=lambda item: -item[1])
    return tuple(CategoryCount(category, count) for category, count in ordered)


def compare(request: ComparisonRequest, generation: Generation) -> Comparison:
    """Return who does the duties of a category in each of the townships.

    A duty belongs to the category where any of the townships has it there: they sort the same duty under
    different categories. Of more than `MOST_TOWNSHIPS` townships the first are taken.

    Raises UnknownFacetValueError for a category, county or township that no duty has.
    """
    engine = generation.engine
    category = _category(request, generation)
    chosen = _lists(request, generation)
    columns = chosen[:MOST_TOWNSHIPS]
    rows = [
        _row(group, category, columns)
        for group in _groups(category, columns, engine)
        if request.list_type in (None, *(duty.list_type for duty in group))
    ]
    differing = [row for row in rows if row.differs]
    return Comparison(
        category=category,
        townships=tuple(columns),
        rows=tuple(differing if request.only_differing else rows),
        total=len(rows),
        differing=len(differing),
        gaps=sum(row.gaps for row in rows),
        left_out=len(chosen) - len(columns),
    )


def _category(request: ComparisonRequest, generation: Generation) -> str:
    """Return the category asked for, else the one with the most duties; "" where the index has no duty."""
    asked = resolve_filters({"category": (request.category or "",)}, generation).get("category")
    if asked:
        return next(iter(asked))
    return next((one.category for one in categories(generation.engine)), "")


def _lists(request: ComparisonRequest, generation: Generation) -> list[ListInfo]:
    """Return the lists of the townships asked for, in the catalogue's order."""
    wanted = resolve_filters({"county": request.counties, "township": request.townships}, generation)
    return [
        info
        for info in generation.engine.lists
        if all(getattr(info.place, facet) in values for facet, values in wanted.items())
    ]


def _groups(category: str, columns: Sequence[ListInfo], engine: Engine) -> list[list[Duty]]:
    """Return the duties of the columns that are the same one, by groups with any in the category.

    Groups and the duties of each are in list order.
    """
    if not columns:
        return []
    position = {info.id: number for number, info in enumerate(columns)}

    def order(duty: Duty) -> tuple[int, int, int]:
        return position[duty.list_id], _LIST_ORDER[duty.list_type], duty.number

    groups = (
        sorted((duty for duty in group if duty.list_id in position), key=order)
        for group in _groups_near(category, columns, engine)
    )
    # Names of places may mean more lists than those of the columns, so the category is looked at again.
    belonging = [group for group in groups if any(duty.category == category for duty in group)]
    return sorted(belonging, key=lambda group: order(group[0]))


def _groups_near(category: str, columns: Sequence[ListInfo], engine: Engine) -> Iterator[list[Duty]]:
    """Yield the whole groups, townships elsewhere included, with a duty in the category in these places."""
    places = {facet: frozenset(getattr(info.place, facet) for info in columns) for facet in PLACE_FACETS}
    found = engine.search(
        EngineQuery(
            filters={"category": frozenset({category}), **places},
            by_score=False,
            collapse=True,
            limit=engine.manifest.duties,
        )
    )
    for hit in found.hits:
        yield [hit.duty, *engine.same_duties(hit.duty.id)]


def _row(group: Sequence[Duty], category: str, columns: Sequence[ListInfo]) -> Row:
    cells = (tuple(duty for duty in group if duty.list_id == info.id) for info in columns)
    return Row(group[0].name, tuple(Cell(duties, category) for duties in cells))
