"""Our own engine, with one field and the textbook's parameters: what it ranks, filters and counts with."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.documents import FACETS
from benchmarks.peers.peer import K1, TOP, B, Found, Scoring
from indexer.index.postings import Occurrences, Postings
from indexer.index.snapshot import FacetColumn, Snapshot
from indexer.index.texts import Texts
from search_service.engines.documents import Documents
from search_service.engines.facet_index import FacetIndex, Kinds
from search_service.engines.order import Order
from search_service.engines.passing import Passing

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from benchmarks.documents import Document

_PLACES = ("county", "township")
_NO_NAMES = Postings.from_sets([set()])


class Ours:
    """The ranking snapshot of the documents."""

    name = "duty-search"
    scoring = Scoring()

    def build(self, documents: Iterable[Document], folder: Path) -> None:
        """Write the snapshot."""
        reading = _Reading()
        for one in documents:
            reading.add(one)
        reading.snapshot().save(folder / "snapshot")

    def open(self, folder: Path) -> OpenOurs:
        """Map the snapshot."""
        return OpenOurs(Snapshot.load(folder / "snapshot"))


@dataclass(frozen=True)
class _Scores:
    """Texts ranked by their words alone."""

    total: NDArray[np.float32]
    of_lists: None = None

    def of_documents(self, texts: NDArray[np.int32], _lists: NDArray[np.int32]) -> NDArray[np.float32]:
        return self.total[texts]


class OpenOurs:
    """The snapshot, searched as the engine does."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._postings = snapshot.postings
        self._texts = len(snapshot.texts)
        self._documents = Documents(snapshot)
        self._kinds = Kinds(snapshot.kinds)
        self._facets = {name: FacetIndex(column) for name, column in snapshot.facets.items()}

    def search(self, terms: Sequence[str], filters: Mapping[str, str]) -> Found:
        """Return what has any of the terms."""
        wanted = {name: frozenset({value}) for name, value in filters.items()}
        place = self._documents.place(Passing.of(wanted, self._facets, self._kinds).lists())
        scores = self._postings.scores([(term, 1.0) for term in terms], self._texts)
        found = place.having(scores > 0)
        best = Order(self._documents, place, found, _Scores(scores)).page(0, TOP)
        copies = place.copies[found]
        kinds = self._kinds.weighed(place.numbers(found), copies)
        return Found(
            total=int(copies.sum()),
            documents=best,
            scores=scores[self._documents.text_of[best]].tolist(),
            counts={facet: self._facets[facet].counts(*kinds) for facet in FACETS},
        )

    def close(self) -> None:
        """Arrays need no closing."""


class _Reading:
    """Documents on their way into a snapshot; those of a township follow each other."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._of_documents = array("i")
        self._terms: dict[str, int] = {}
        self._of_terms = array("l")
        self._lengths = array("l")
        self._kinds: dict[tuple[tuple[str, ...], ...], int] = {}
        self._of_texts = array("l")
        self._places: dict[str, list[tuple[str, ...]]] = {name: [] for name in _PLACES}
        self._starts: list[int] = []
        self._in_list: set[Hashable] = set()

    def add(self, one: Document) -> None:
        """Take over the next document."""
        place = [one.values_of(name) for name in _PLACES]
        if not self._starts or place != [values[-1] for values in self._places.values()]:
            self._starts.append(one.number)
            self._in_list = set()
            for name, values in zip(_PLACES, place, strict=True):
                self._places[name].append(values)
        content: Hashable = (one.text, *(one.values_of(name) for name in FACETS))
        while content in self._in_list:
            content = (content, "again")
        self._in_list.add(content)
        number = self._numbers.setdefault(content, len(self._numbers))
        self._of_documents.append(number)
        if number == len(self._lengths):
            terms = one.terms
            self._lengths.append(len(terms))
            self._of_terms.extend(self._terms.setdefault(term, len(self._terms)) for term in terms)
            kind = tuple(one.values_of(name) for name in FACETS)
            self._of_texts.append(self._kinds.setdefault(kind, len(self._kinds)))

    def snapshot(self) -> Snapshot:
        """Return the snapshot of all that was added."""
        texts = Texts(np.array(self._of_documents, dtype=np.int32))
        lengths = np.array(self._lengths)
        norms = 1 - B + B * lengths / (lengths @ texts.copies / texts.copies.sum())
        items = np.repeat(np.arange(len(lengths)), lengths)
        occurrences = Occurrences(list(self._terms), np.array(self._of_terms), items, 1 / norms[items])
        of_kinds = dict(zip(FACETS, zip(*self._kinds, strict=True), strict=True))
        columns = {name: _column(values) for name, values in (of_kinds | self._places).items()}
        return Snapshot(
            postings=Postings.from_occurrences(occurrences, texts.copies, K1),
            names=_NO_NAMES,
            texts=texts,
            groups=np.arange(len(texts), dtype=np.int32),
            kinds=np.array(self._of_texts, dtype=np.intp),
            lists=np.array([*self._starts, len(texts.of_documents)]),
            facets=columns,
        )


def _column(values: Sequence[tuple[str, ...]]) -> FacetColumn:
    numbers: dict[str, int] = {}
    ordinals = [numbers.setdefault(value, len(numbers)) for of_item in values for value in of_item]
    starts = np.cumsum([0, *map(len, values)])
    return FacetColumn(list(numbers), {}, starts.astype(np.int32), np.array(ordinals, dtype=np.int32))
