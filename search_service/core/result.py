"""What a search returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer.documents.titled_cell import TitledCell
    from indexer.duty import Duty
    from indexer.facets import Facet
    from indexer.list_info import ListInfo
    from search_service.engines.port import ScoreParts


@dataclass(frozen=True, slots=True)
class Highlights:
    """Safe HTML with ``<mark>``: the whole name, and the steps that match best."""

    name: str
    superior_steps: list[str]
    township_steps: list[str]


@dataclass(frozen=True, slots=True)
class WordMatch:
    """A word of the question, the term that was found for it, and the fields of the duty that have it."""

    word: str
    term: str
    fields: list[str]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a result stands where it does; `parts` add up to its score."""

    words: list[WordMatch]
    phrasing: str | None
    parts: ScoreParts


@dataclass(frozen=True, slots=True)
class SearchResult:
    """One hit. `shared_with`: the matching duties of other townships it stands for, when collapsed."""

    duty: Duty
    score: float
    highlights: Highlights
    shared_with: tuple[Duty, ...]
    explanation: Explanation | None = None


@dataclass(frozen=True, slots=True)
class DutyResult:
    """One duty, the same duty of other townships, and the list it stands in.

    `original` are the cells of its row as the document has them: with markup, line ends and its mistakes.
    """

    duty: Duty
    same: tuple[Duty, ...]
    info: ListInfo
    original: tuple[TitledCell, ...]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet as a page shows it."""

    value: str
    label: str
    count: int
    selected: bool


@dataclass(frozen=True, slots=True)
class FacetResult:
    """A facet with its values: those that occur, most frequent first, and all that are selected."""

    facet: Facet
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Replacement:
    """A word of the question and the word searched for as well."""

    original: str
    replacement: str


@dataclass(frozen=True, slots=True)
class Detected:
    """Place and body that the question itself names."""

    county: str | None = None
    township: str | None = None
    department: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a long question and what it counted; those of one question add up to 1."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class QueryReport:
    """What was made of the question, for the caller to see.

    `dropped` are the words the search did without: stop words, and words that no result contains. `pieces`
    are what stands between the commas of a long question, each with its weight. `other_place` is the place
    that it names where the filters keep to others: what was found is not about it.
    """

    text: str
    terms: list[str]
    dropped: list[str]
    synonyms: tuple[Replacement, ...] = ()
    corrected: str | None = None
    detected: Detected = Detected()
    pieces: tuple[Piece, ...] = ()
    other_place: str | None = None


@dataclass(frozen=True, slots=True)
class SearchResponse:
    """One page of results; `facets` maps a facet's name to its values.

    `pages` is 0 where nothing was found; `took_ms` is the core's own time. `lists` maps a list's id to the
    number of its matching duties, every filter of place left out.
    """

    query: QueryReport
    total: int
    page: int
    per_page: int
    pages: int
    took_ms: float
    results: tuple[SearchResult, ...]
    facets: Mapping[str, FacetResult]
    lists: Mapping[str, int]
