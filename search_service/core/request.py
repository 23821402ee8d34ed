"""What a caller can ask of a search."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from dataclasses import fields as dataclass_fields
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

MAX_QUERY_LENGTH = 500
"""Characters of a question; a complaint on the phone has about 150."""

MAX_PER_PAGE = 100


class Sort(StrEnum):
    """The order of results."""

    RELEVANCE = "relevance"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts of understanding are at work; all, unless an evaluation asks what one is worth."""

    noise: bool = True
    places: bool = True
    departments: bool = True
    hints: bool = True
    synonyms: bool = True
    spelling: bool = True
    pieces: bool = True
    phrase_book: bool = True
    meaning: bool = True

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Return the names of the parts."""
        return tuple(part.name for part in dataclass_fields(cls))

    def without(self, *names: str) -> Parts:
        """Return these parts, those of `names` switched off."""
        return replace(self, **dict.fromkeys(names, False))


ALL_PARTS = Parts()


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question with its filters; the empty text browses everything.

    `filters` maps a facet's name to the values wanted, OR within a facet, AND between facets; a value may
    be any text that the facet accepts (公安局 or 昌吉市公安局, basic or 基本).
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    per_page: int = 10
    sort: Sort = Sort.RELEVANCE
    collapse: bool = False
    explain: bool = False
    """Say for each result which words matched where, and what its score is made of."""
    parts: Parts = ALL_PARTS
    """Which parts of understanding are at work; evaluations switch some off to see what they are worth."""

    @property
    def key(self) -> Hashable:
        """Return what is equal for requests that ask the same."""
        shown = (self.page, self.per_page, self.sort, self.collapse, self.explain)
        return (self.text, filters_key(self.filters), shown, self.parts)


def filters_key(filters: Mapping[str, tuple[str, ...]]) -> Hashable:
    """Return what is equal for filters that leave the same."""
    return frozenset((facet, frozenset(values)) for facet, values in filters.items() if values)
