"""What a peer must do: build an index of documents, open it, and answer with equal work."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.documents import Document

TOP = 10
"""How many documents an answer lists."""

K1, B = 1.2, 0.75
"""BM25's textbook parameters; Tantivy and FTS5 know no others."""


@dataclass(frozen=True, slots=True)
class Found:
    """One answer: the best documents with their scores, best first, and exact figures over all matches."""

    total: int
    documents: list[int]
    scores: list[float]
    counts: dict[str, dict[str, int]]
    """Facet → value → matches, values without any left out."""


def positive_idf(holders: int, documents: int) -> float:
    """Return Lucene's inverse document frequency of a term that so many `holders` of all `documents` have."""
    return math.log(1 + (documents - holders + 0.5) / (holders + 0.5))


def exact_length(terms: int) -> int:
    """Return a document's length as it is."""
    return terms


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a peer computes BM25, so that its scores can be computed once more and compared.

    `length` is the length of a document as the peer keeps it, `length_error` the most by which that differs
    from the true one, as a share of it; `tolerance` the relative error of its arithmetic.
    """

    idf: Callable[[int, int], float] = positive_idf
    length: Callable[[int], int] = exact_length
    length_error: float = 0.0
    tolerance: float = 1e-4  # sums of 32-bit floats

    def impact(self, idf: float, frequency: int, terms: int, average: float) -> float:
        """Return what a term that occurs so often in a document of so many `terms` adds to its score."""
        norm = K1 * (1 - B + B * self.length(terms) / average)
        return idf * frequency * (K1 + 1) / (frequency + norm)


class Opened(Protocol):
    """An index, open for searching."""

    def search(self, terms: Sequence[str], filters: Mapping[str, str]) -> Found:
        """Return what has any of the `terms`; `filters` maps county or township to the one allowed."""

    def close(self) -> None:
        """Let go of files."""


class Peer(Protocol):
    """An engine. `build` runs in a process of its own, which is what its peak of memory is taken from."""

    @property
    def name(self) -> str:
        """Return what tables call it."""

    @property
    def scoring(self) -> Scoring:
        """Return how it scores."""

    def build(self, documents: Iterable[Document], folder: Path) -> None:
        """Index all documents in `folder`, which is empty, to be as fast to search as the peer can."""

    def open(self, folder: Path) -> Opened:
        """Open what `build` made."""
