"""The departments' own view of all lists: what each of them leads, and what it took back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from indexer.duty import ListType
from indexer.facets import PLACE_FACETS
from search_service.core.department_names import DepartmentNames
from search_service.core.prepare import resolve_filters
from search_service.engines.port import EngineQuery

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from indexer.duty import Duty, Place, Step
    from indexer.list_info import ListInfo
    from search_service.core.generation import Generation
    from search_service.engines.port import Engine

    Filters = Mapping[str, tuple[str, ...]]
    Counts = Mapping[Place, Mapping[ListType, Mapping[str, int]]]

LISTS = (ListType.COOPERATIVE, ListType.RECLAIMED)
"""The lists that name departments: those they lead, those they took back."""


@dataclass(frozen=True, slots=True)
class DepartmentSummary:
    """A department in numbers: duties that it leads, duties that it took back, townships concerned.

    `names` are all the full names that the lists use for it, whatever the filters.
    """

    canonical: str
    names: tuple[str, ...]
    cooperative: int
    reclaimed: int
    townships: int

    @property
    def duties(self) -> int:
        """Return the number of duties of both lists."""
        return self.cooperative + self.reclaimed


@dataclass(frozen=True, slots=True)
class DepartmentDuty:
    """A duty of a department: the full name it uses for the department, the superior steps that bind it."""

    duty: Duty
    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class TownshipDuties:
    """What a department does for one township, in the order of its list."""

    info: ListInfo
    duties: tuple[DepartmentDuty, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the full names that the township's list uses for the department."""
        return tuple(dict.fromkeys(one.name for one in self.duties))

    @property
    def cooperative(self) -> int:
        """Return the number of duties that the department leads."""
        return _count(self.duties, ListType.COOPERATIVE)

    @property
    def reclaimed(self) -> int:
        """Return the number of duties that the department took back."""
        return _count(self.duties, ListType.RECLAIMED)


@dataclass(frozen=True, slots=True)
class SharedDuty:
    """The same duty in the lists of one or several townships, in the order of the lists."""

    duties: tuple[DepartmentDuty, ...]

    @property
    def first(self) -> DepartmentDuty:
        """Return the duty that stands for all."""
        return self.duties[0]


@dataclass(frozen=True, slots=True)
class CategoryDuties:
    """A department's duties of one category; townships that see a duty elsewhere follow the first one."""

    category: str
    shared: tuple[SharedDuty, ...]


@dataclass(frozen=True, slots=True)
class ListDuties:
    """A department's duties in all cooperative, or in all reclaimed lists."""

    list_type: ListType
    categories: tuple[CategoryDuties, ...]

    @property
    def duties(self) -> int:
        """Return the number of duties, each township's counted."""
        return sum(len(shared.duties) for one in self.categories for shared in one.shared)


@dataclass(frozen=True, slots=True)
class Department(DepartmentSummary):
    """Everything that a department leads or took back under some filters, in two groupings.

    The numbers count what is shown: they are 0 where the filters leave nothing.
    """

    by_township: tuple[TownshipDuties, ...]
    by_list: tuple[ListDuties, ...]


class Departments:
    """The departments of one generation of the index; safe to share between threads."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation

    def all(self, filters: Filters | None = None) -> tuple[DepartmentSummary, ...]:
        """Return every department that has duties under `filters`, most duties first.

        `filters` may be of any facet but the department. Raises UnknownFacetValueError for a filter value
        that no duty has.
        """
        resolved = resolve_filters(filters or {}, self._generation)
        places = self._places(resolved)
        kinds = {facet: values for facet, values in resolved.items() if facet not in PLACE_FACETS}
        counts = self._counts_of(kinds) if kinds else self._counts
        summaries = (self._summary(canonical, places, counts) for canonical in self._full_names)
        return tuple(sorted((one for one in summaries if one.duties), key=lambda one: -one.duties))

    def find(self, name: str, filters: Filters | None = None) -> Department | None:
        """Return the department of a canonical, full or short name with its duties, None if unknown.

        `filters` may be of any facet but the department. A short name that several departments go by (工信局)
        means the one that the places of `filters` have, if it is one; else it is unknown. Raises
        UnknownFacetValueError for a filter value that no duty has.
        """
        resolved = resolve_filters(filters or {}, self._generation)
        canonical = self._names.find(name, _counties(self._places(resolved)))
        if canonical is None:
            return None
        wanted = {**resolved, "department": frozenset({canonical})}
        by_list = tuple(
            ListDuties(list_type, _by_category(shared))
            for list_type in LISTS
            if list_type.value in resolved.get("list_type", {list_type.value})
            and (shared := self._shared({**wanted, "list_type": frozenset({list_type.value})}, canonical))
        )
        by_township = self._by_township(by_list)
        return Department(
            canonical,
            self._full_names[canonical],
            cooperative=sum(one.cooperative for one in by_township),
            reclaimed=sum(one.reclaimed for one in by_township),
            townships=len(by_township),
            by_township=by_township,
            by_list=by_list,
        )

    def near(self, name: str) -> list[str]:
        """Return up to 5 canonical names that may have been meant by an unknown one, likeliest first."""
        return self._names.near(name)

    @property
    def _engine(self) -> Engine:
        return self._generation.engine

    @cached_property
    def _full_names(self) -> dict[str, tuple[str, ...]]:
        """Return canonical name → full names, departments and names in the order of the lists."""
        names: dict[str, list[str]] = {name: [] for name in self._engine.facet_values("department")}
        for name, canonical in self._engine.facet_aliases("department").items():
            names[canonical].append(name)
        return {canonical: tuple(full) for canonical, full in names.items()}

    @cached_property
    def _counts(self) -> Counts:
        return self._counts_of({})

    @cached_property
    def _names(self) -> DepartmentNames:
        known: dict[Place, set[str]] = {county: set() for county in _counties(self._counts)}
        for place, counts in self._counts.items():
            known[_county(place)].update(*counts.values())
        return DepartmentNames(
            self._generation.tuning.departments, self._engine.facet_aliases("department"), known
        )

    def _counts_of(self, kinds: Mapping[str, frozenset[str]]) -> Counts:
        """Return place → list → department → number of duties; all numbers of `all` are sums of these.

        Counted by place, not by the facet of townships: two counties may each have a 城关镇. `kinds` are
        filters of other facets.
        """
        wanted = [one for one in LISTS if one.value in kinds.get("list_type", {one.value})]
        counted = {
            one: self._engine.counts_by_list("department", {**kinds, "list_type": frozenset({one.value})})
            for one in wanted
        }
        return {info.place: {one: counted[one][info.id] for one in wanted} for info in self._engine.lists}

    def _places(self, resolved: Mapping[str, frozenset[str]]) -> list[Place]:
        """Return the places with a list that the place filters among `resolved` leave."""
        return [
            place
            for place in self._counts
            if all(getattr(place, facet) in resolved[facet] for facet in PLACE_FACETS if facet in resolved)
        ]

    def _summary(self, canonical: str, places: Iterable[Place], counts: Counts) -> DepartmentSummary:
        numbers = [
            {one: of_list.get(canonical, 0) for one, of_list in counts[place].items()} for place in places
        ]
        return DepartmentSummary(
            canonical,
            self._full_names[canonical],
            cooperative=sum(one.get(ListType.COOPERATIVE, 0) for one in numbers),
            reclaimed=sum(one.get(ListType.RECLAIMED, 0) for one in numbers),
            townships=sum(any(one.values()) for one in numbers),
        )

    def _shared(self, filters: Mapping[str, frozenset[str]], canonical: str) -> list[SharedDuty]:
        """Return all duties that pass the filters, the same duty of several townships as one."""
        everything = self._engine.manifest.duties
        query = EngineQuery(filters=filters, by_score=False, collapse=True, limit=everything)
        return [
            SharedDuty(tuple(_of_department(duty, canonical) for duty in (hit.duty, *hit.others)))
            for hit in self._engine.search(query).hits
        ]

    def _by_township(self, by_list: Iterable[ListDuties]) -> tuple[TownshipDuties, ...]:
        of_lists: dict[str, list[DepartmentDuty]] = {info.id: [] for info in self._engine.lists}
        for part in by_list:
            for category in part.categories:
                for shared in category.shared:
                    for one in shared.duties:
                        of_lists[one.duty.list_id].append(one)
        in_order = list(ListType).index
        return tuple(
            TownshipDuties(
                info,
                tuple(sorted(found, key=lambda one: (in_order(one.duty.list_type), one.duty.number))),
            )
            for info in self._engine.lists
            if (found := of_lists[info.id])
        )


def _of_department(duty: Duty, canonical: str) -> DepartmentDuty:
    return DepartmentDuty(
        duty,
        name=next(one.name for one in duty.departments if one.canonical == canonical),
        steps=tuple(step for step in duty.superior_steps if canonical in step.departments),
    )


def _by_category(shared: Iterable[SharedDuty]) -> tuple[CategoryDuties, ...]:
    """Group by the category of the first township, in the order in which the lists have them."""
    categories: dict[str, list[SharedDuty]] = {}
    for one in shared:
        categories.setdefault(one.first.duty.category, []).append(one)
    return tuple(CategoryDuties(category, tuple(found)) for category, found in categories.items())


def _count(duties: Iterable[DepartmentDuty], list_type: ListType) -> int:
    return sum(one.duty.list_type is list_type for one in duties)


def _county(place: Place) -> Place:
    """Return the place without its township, which no department's name depends on."""
    return replace(place, township="")


def _counties(places: Iterable[Place]) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(_county(place) for place in places))
