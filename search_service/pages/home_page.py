"""What the start page shows: a few questions to try, and the ways into the lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.duty import ListType
from search_service.core.request import SearchRequest
from search_service.pages.links import PAGE_DEFAULT, search_url, toggled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search_service.core.result import SearchResponse

EXAMPLES = (
    "狗咬人了找谁",
    "高龄津贴怎么领",
    "老板拖欠工资",
    "低保怎么申请",
    "残疾证怎么办",
    "私自屠宰牛羊",
)
"""Questions as people ask them; each has an answer in the published lists."""

_FACETS = ("category", "department")


@dataclass(frozen=True, slots=True)
class Way:
    """A link into the lists with the number of duties behind it; `note` explains it."""

    label: str
    count: int
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class HomePage:
    """Everything the template prints."""

    total: int
    examples: list[Way]
    list_types: list[tuple[ListType, Way]]
    ways: Mapping[str, list[Way]]
    all_url: str


def home_request(places: Mapping[str, tuple[str, ...]]) -> SearchRequest:
    """Return the search whose counts the start page shows."""
    return SearchRequest(filters=places, per_page=1, collapse=PAGE_DEFAULT.collapse)


def home_page(places: Mapping[str, tuple[str, ...]], response: SearchResponse) -> HomePage:
    """Return the start page of somebody who looks in these places."""
    browse = SearchRequest(filters=places, collapse=PAGE_DEFAULT.collapse)
    counts = {value.value: value.count for value in response.facets["list_type"].values}
    ways = {
        name: [
            Way(value.label, value.count, search_url(toggled(browse, name, value.value)))
            for value in response.facets[name].values
        ]
        for name in _FACETS
    }
    return HomePage(
        total=sum(counts.values()),
        examples=[
            Way(text, 0, search_url(SearchRequest(text, filters=places, collapse=PAGE_DEFAULT.collapse)))
            for text in EXAMPLES
        ],
        list_types=[
            (
                one,
                Way(
                    one.label,
                    counts.get(one.value, 0),
                    search_url(toggled(browse, "list_type", one.value)),
                    one.meaning,
                ),
            )
            for one in ListType
        ],
        ways=ways,
        all_url=search_url(browse),
    )
