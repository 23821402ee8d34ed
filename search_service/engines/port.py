"""What the search core asks of an engine: one query in, hits with facet counts out."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from indexer.documents.row import Row
    from indexer.duty import Duty
    from indexer.index.generation import Manifest
    from indexer.list_info import ListInfo


NO_FILTERS: Mapping[str, frozenset[str]] = MappingProxyType({})
"""Filters that let everything pass."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One word of a question: the terms that stand for it, each with what a match counts (0 to 1).

    `terms` are the word and its synonyms; `parts` are shorter words inside it, which add to a score but count
    as a match of the word only where no duty has any of its terms.
    """

    word: str
    terms: tuple[tuple[str, float], ...]
    parts: tuple[tuple[str, float], ...] = ()

    @property
    def all_terms(self) -> list[str]:
        """Return every text that may match."""
        return [term for term, _ in (*self.terms, *self.parts)]


@dataclass(frozen=True, slots=True)
class Boost:
    """What a duty with this value of a facet gets on top of its score, where it has one at all."""

    facet: str
    value: str
    weight: float


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in the three forms it is searched in: `clauses` in the duties, the others in the phrase book."""

    text: str = ""
    clauses: tuple[Clause, ...] = ()
    spoken: tuple[tuple[str, float], ...] = ()
    """Terms (`indexer.phrases.terms`), each with its weight (0 to 1)."""
    names: frozenset[str] = frozenset()
    """Those of its terms that only name a body: they say who, not what."""
    vector: NDArray[np.float32] | None = None
    """Its meaning, a unit vector; None where no encoder is at work."""


@dataclass(frozen=True, slots=True)
class EngineQuery:
    """A question as an engine understands it.

    Documents match when they satisfy `filters` (OR within a facet, AND between facets), contain every one
    of `phrases` exactly and either at least `minimum_match` of the whole's clauses (where none does, the
    demand falls until one does) or a phrasing near enough to the question. No clauses and no phrases match
    all.
    """

    whole: Wording = Wording()
    pieces: tuple[Wording, ...] = ()
    """The pieces between a long question's commas; empty for one of a single piece."""
    boosts: tuple[Boost, ...] = ()
    pinned: frozenset[int] = frozenset()
    """Entries of the phrase book whose duties come first, whatever they score."""
    phrases: tuple[str, ...] = ()
    minimum_match: int = 0
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    by_score: bool = True
    """Best match first; False gives the order of the lists."""
    collapse: bool = False
    """One hit for all matching duties of a group."""
    offset: int = 0
    limit: int = 10


@dataclass(frozen=True, slots=True)
class Phrasing:
    """An everyday wording of a duty; `step` holds words of the step it asks for, "" for the whole duty.

    `score` is what it and the next one of its step count: the mean of the best and of the best two.
    """

    text: str
    step: str
    score: float


@dataclass(frozen=True, slots=True)
class ScoreParts:
    """What a score is the sum of: the duty's own words, its phrasings by words and by meaning, boosts."""

    duty: float
    phrases: float
    meaning: float
    boosts: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A duty that matches, its score, and with `collapse` the matching duties it stands for.

    `phrasings` are those of the phrase book that count: the nearest of each step, and of the duty as a whole,
    best first. `group` is the number of its duty group: the same duty of other townships has the same.
    """

    duty: Duty
    score: float
    parts: ScoreParts
    phrasings: tuple[Phrasing, ...] = ()
    group: int = 0
    others: tuple[Duty, ...] = ()


@dataclass(frozen=True)
class Leader:
    """A duty's score and group, and how good a match it is in itself, not only beside the others.

    `nearness`: how near the duty's phrasings come by meaning; `coverage`: how much of the question the duty
    and its phrasings have words for; both in [0, 1]. `pinned`: a best bet names it.
    """

    score: float
    group: int
    nearness: float
    coverage: float
    pinned: bool
    read: Callable[[], Hit] = field(repr=False, compare=False)

    @cached_property
    def hit(self) -> Hit:
        """Return the duty as a hit, read when it is first asked for: of thousands of leaders few are."""
        return self.read()


@dataclass(frozen=True, slots=True)
class OutsideMatch:
    """The matter outside the lists that comes nearest: its number in `outside.toml`, and how near."""

    matter: int
    nearness: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Leaders:
    """The best duties of each list (by its id), best first, and what any duty of the index scores at most."""

    of_lists: Mapping[str, tuple[Leader, ...]]
    best_score: float
    outside: OutsideMatch
    focus: tuple[float, ...] = ()
    unmatched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineResult:
    """`total` counts hits (groups, when collapsed); facet counts count duties.

    `facets` maps facet → value → number of matching duties, each facet without its own filter. `focus` is
    what each piece of the question counted, the sum being 1; `unmatched` are its words that no hit has.
    `lists` maps a list's id to the number of its matching duties, every filter of place left out.
    """

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]]
    lists: Mapping[str, int] = field(default_factory=dict)
    focus: tuple[float, ...] = ()
    unmatched: tuple[str, ...] = ()


class Engine(Protocol):
    """One loaded generation of an index."""

    @property
    def manifest(self) -> Manifest:
        """Return what the index says of itself."""
        ...

    @property
    def lists(self) -> tuple[ListInfo, ...]:
        """Return what is known of each indexed list."""
        ...

    def check(self) -> None:
        """Raise IndexStateError where it can't answer now."""
        ...

    def search(self, query: EngineQuery) -> EngineResult:
        """Return one page of hits."""
        ...

    def leaders(self, query: EngineQuery) -> Leaders:
        """Return the best `query.limit` duties of each list, where anything speaks for them."""
        ...

    def salience(self, wordings: Sequence[Wording]) -> list[float]:
        """Return how well each wording matches the phrase book by words; comparable with each other only."""
        ...

    def duty(self, duty_id: str) -> Duty | None:
        """Return a duty by its id."""
        ...

    def original(self, duty_id: str) -> Row | None:
        """Return the row that a duty was made from, as its document has it."""
        ...

    def same_duties(self, duty_id: str) -> tuple[Duty, ...]:
        """Return the same duty in the lists of other townships."""
        ...

    @property
    def knows_meaning(self) -> bool:
        """Return whether the index can compare meanings."""
        ...

    def knows(self, term: str) -> bool:
        """Return whether any duty, or any phrasing of the phrase book, contains the term."""
        ...

    def facet_values(self, facet: str) -> list[str]:
        """Return all values of a facet, in list order."""
        ...

    def facet_aliases(self, facet: str) -> Mapping[str, str]:
        """Return other texts that name a facet's values, each with its value."""
        ...

    def counts_by_list(
        self, facet: str, filters: Mapping[str, frozenset[str]]
    ) -> Mapping[str, Mapping[str, int]]:
        """Return list id → value → number of the list's duties that have it and pass the filters.

        `facet` is not one of place.
        """
        ...

    def duties(self, filters: Mapping[str, frozenset[str]] = NO_FILTERS) -> Iterator[Duty]:
        """Yield every duty that passes the filters, in list order, each read when it is asked for.

        For an export; not for answering a question.
        """
        ...

    def duty_ids(self) -> Iterator[str]:
        """Yield every duty's id, in list order, without reading a duty."""
        ...

    def texts(self) -> Iterator[tuple[Duty, int]]:
        """Yield the distinct texts in order of their numbers: a duty that says it, and how many do."""
        ...

    def passing(self, filters: Mapping[str, frozenset[str]]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which of the `texts`, and which of the `lists`, have a duty that passes the filters."""
        ...

    def phrasings(self) -> Iterator[tuple[str, Sequence[int]]]:
        """Yield the phrase book's wordings, each with the numbers of the `texts` it asks for."""
        ...
