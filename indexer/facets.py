"""The facets: each declared once, here, for filters, counts, labels, URL parameters and OpenAPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.duty import Duty, ListType

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Facet:
    """One property that results can be filtered and counted by, with an `example` of its values.

    `values` gives a duty's values (several for departments); `aliases` gives other texts that a filter
    accepts for them; `label` turns a value into what a person reads; `of_place` marks a facet that says where
    somebody asks from, and that all duties of a list share: the others say what is asked for.
    """

    name: str
    title: str
    description: str
    example: str
    values: Callable[[Duty], tuple[str, ...]]
    aliases: Callable[[Duty], dict[str, str]] = lambda duty: {}
    label: Callable[[str], str] = lambda value: value
    choices: tuple[str, ...] = ()
    """All texts a filter accepts, where they are known without an index."""
    of_place: bool = False


FACETS: tuple[Facet, ...] = (
    Facet(
        "prefecture", "地州市", "prefecture", "昌吉回族自治州", lambda duty: (duty.prefecture,), of_place=True
    ),
    Facet("county", "县市区", "county", "昌吉市", lambda duty: (duty.county,), of_place=True),
    Facet("township", "乡镇", "township", "庙尔沟乡", lambda duty: (duty.township,), of_place=True),
    Facet(
        "list_type",
        "清单类型",
        "list: basic (基本), cooperative (配合), reclaimed (收回)",
        "配合",
        lambda duty: (duty.list_type.value,),
        aliases=lambda duty: {duty.list_type.label: duty.list_type.value},
        label=lambda value: ListType(value).label,
        choices=tuple(ListType.allowed()),
    ),
    Facet("category", "事项类别", "category", "平安法治", lambda duty: (duty.category,)),
    Facet(
        "department",
        "责任部门",
        "superior department, by canonical (公安局) or full name (昌吉市公安局)",
        "公安局",
        lambda duty: tuple(department.canonical for department in duty.departments),
        aliases=lambda duty: {department.name: department.canonical for department in duty.departments},
    ),
)
"""All facets, in the order in which pages show them."""

PLACE_FACETS = tuple(facet.name for facet in FACETS if facet.of_place)
"""The names of the facets that say where somebody asks from, the widest first."""


class UnknownFacetValueError(ValueError):
    """A filter value that no duty has: of which `facet`, the `value`, and in `reason` what is `allowed`."""

    def __init__(self, facet: str, value: str, allowed: list[str]) -> None:
        self.reason = f"{value!r} is not allowed; allowed: {', '.join(allowed)}"
        super().__init__(f"{facet}: {self.reason}")
        self.facet = facet
        self.value = value
        self.allowed = tuple(allowed)
