"""What the page of a department shows: everything it leads or took back, a shared duty as one row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from search_service.pages.links import address, department_url

if TYPE_CHECKING:
    from search_service.core.departments import Department, Departments

    Filters = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class TownshipLink:
    """A township that narrows the page to its list, or all of them."""

    label: str
    count: int
    url: str
    selected: bool


@dataclass(frozen=True, slots=True)
class DepartmentPage:
    """Everything the template prints."""

    department: Department
    townships: list[TownshipLink]
    titles: dict[str, str]


_TITLES = {"cooperative": "牵头的事项（乡镇配合）", "reclaimed": "收回的事项（乡镇不再承办）"}


def department_page(department: Department, departments: Departments, filters: Filters) -> DepartmentPage:
    """Return the page of a department under `filters`, which may name one township."""
    everywhere = departments.find(department.canonical) if filters else department
    own = department_url(department.canonical)
    links = [TownshipLink("全部乡镇", everywhere.duties if everywhere else 0, own, selected=not filters)]
    for one in everywhere.by_township if everywhere else ():
        place = one.info.place
        pairs = {"county": place.county, "township": place.township}
        links.append(
            TownshipLink(
                place.township,
                len(one.duties),
                address(own, pairs.items()),
                selected=all((value,) == filters.get(name) for name, value in pairs.items()),
            )
        )
    return DepartmentPage(department, links, _TITLES)
