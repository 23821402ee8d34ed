"""Postings as arrays: for each term the items it occurs in, and what its occurrence there is worth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from numpy.typing import NDArray


_ARRAYS = ("offsets", "items", "impacts", "frequent", "rows")


def mapped(folder: Path, name: str) -> NDArray[Any]:
    """Map an array file into memory; raise OSError, EOFError or ValueError where it is damaged."""
    # asarray drops the memmap subclass, whose Python-level hooks slow every small operation.
    return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))


@dataclass(frozen=True)
class Occurrences:
    """Where terms occur: the one numbered `of_terms[n]` in item `items[n]`, with `frequencies[n]`.

    A term may have several occurrences in an item: their frequencies are added up.
    """

    terms: Sequence[str]
    of_terms: NDArray[np.int64]
    items: NDArray[np.int64]
    frequencies: NDArray[np.float64]
    """Weighted and normalised by length."""


FREQUENT = 8
"""A term that more than one in so many items has is kept as a row over all items as well: adding a whole row
takes less time than adding its impacts one by one."""


@dataclass(frozen=True)
class Postings:
    """Those of term number t are `items[offsets[t]:offsets[t + 1]]` (ascending) with `impacts[…]`.

    Of frequent terms `rows`, shape (terms, items), has the impacts of all items, 0 where the term is missing;
    the term of `rows[n]` is `frequent[n]`. Items are of the type that NumPy indexes by: any other one is
    converted at each use.
    """

    terms: dict[str, int]
    offsets: NDArray[np.int64]
    items: NDArray[np.intp]
    impacts: NDArray[np.float32]
    frequent: NDArray[np.int64]
    rows: NDArray[np.float32]

    @classmethod
    def from_occurrences(cls, occurrences: Occurrences, copies: NDArray[np.int64], k1: float) -> Self:
        """Compute BM25 impacts; item i stands for `copies[i]` documents, of which there are N in all.

        ``impact(t, i) = idf(t) * tf * (k1 + 1) / (k1 + tf)`` with
        ``idf(t) = ln(1 + (N - n_t + 0.5) / (n_t + 0.5))``, n_t being the documents that have t.
        """
        terms, of_terms = _sorted(occurrences.terms, occurrences.of_terms)
        keys, place = np.unique(
            of_terms.astype(np.int64) * len(copies) + occurrences.items, return_inverse=True
        )
        tf = np.bincount(place, weights=occurrences.frequencies)
        numbers, items = np.divmod(keys, len(copies))
        holders = np.bincount(numbers, weights=copies[items], minlength=len(terms))
        idf = np.log(1 + (copies.sum() - holders + 0.5) / (holders + 0.5))
        impacts = idf[numbers] * tf * (k1 + 1) / (k1 + tf)
        return cls.arranged(terms, _offsets(numbers, len(terms)), items, impacts, len(copies))

    @classmethod
    def from_terms(cls, terms_of_items: Sequence[Sequence[str]], k1: float, b: float) -> Self:
        """Compute BM25 impacts of the terms of each item; `b` is how much length is held against it."""
        lengths = np.array([len(terms) for terms in terms_of_items], dtype=np.int64)
        norms = 1 - b + b * lengths / (lengths.mean() if lengths.any() else 1.0)
        numbers: dict[str, int] = {}
        found = [numbers.setdefault(term, len(numbers)) for terms in terms_of_items for term in terms]
        items = np.repeat(np.arange(len(lengths)), lengths)
        occurrences = Occurrences(list(numbers), np.array(found, dtype=np.int64), items, 1 / norms[items])
        return cls.from_occurrences(occurrences, np.ones(len(lengths), dtype=np.int64), k1)

    @classmethod
    def from_sets(cls, sets: Sequence[AbstractSet[str]]) -> Self:
        """Arrange the terms of each item, every one worth 1."""
        numbers: dict[str, int] = {}
        found = [numbers.setdefault(term, len(numbers)) for terms in sets for term in terms]
        items = np.repeat(np.arange(len(sets)), [len(terms) for terms in sets])
        terms, of_terms = _sorted(list(numbers), np.array(found, dtype=np.int64))
        order = np.lexsort((items, of_terms))
        return cls.arranged(
            terms, _offsets(of_terms, len(terms)), items[order], np.ones(len(order)), len(sets)
        )

    @classmethod
    def arranged(
        cls,
        terms: dict[str, int],
        offsets: NDArray[np.int64],
        items: NDArray[Any],
        impacts: NDArray[Any],
        count: int,
    ) -> Self:
        """Return postings over `count` items, with rows for the frequent terms."""
        frequent = np.flatnonzero(np.diff(offsets) * FREQUENT > count)
        rows = np.zeros((len(frequent), count), dtype=np.float32)
        for row, term in zip(rows, frequent.tolist(), strict=True):
            span = slice(offsets[term], offsets[term + 1])
            row[items[span]] = impacts[span]
        return cls(terms, offsets, items.astype(np.intp), impacts.astype(np.float32), frequent, rows)

    def scores(self, terms: Iterable[tuple[str, float]], count: int) -> NDArray[np.float32]:
        """Return what each of `count` items scores: the sum of the terms' impacts, each times its weight."""
        scores = np.zeros(count, dtype=np.float32)
        items, impacts = [], []
        row_of, views = self._row_of, self._views
        for term, weight in terms:
            row = row_of.get(term)
            if row is not None:
                scores += row if weight == 1 else weight * row
            elif term in self.terms:
                of_items, of_impacts = views.get(term) or self._of_term(term)
                items.append(of_items)
                impacts.append(of_impacts if weight == 1 else np.float32(weight) * of_impacts)
        if items:  # all rare terms at once: most have few items, and every call has its price
            np.add.at(scores, np.concatenate(items), np.concatenate(impacts))
        return scores

    def mark_in(self, mask: NDArray[np.bool_], term: str) -> None:
        """Set the mask of the items that have the term."""
        row = self._row_of.get(term)
        if row is None:
            mask[self.items_of(term)] = True
        else:
            mask |= row > 0

    def items_of(self, term: str) -> NDArray[np.intp]:
        """Return the items that have the term."""
        return self._of_term(term)[0]

    def _of_term(self, term: str) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
        """Return the items that have the term, and its impacts there."""
        known = self._views.get(term)
        if known is None:
            number = self.terms.get(term)
            span = slice(0) if number is None else slice(self.offsets[number], self.offsets[number + 1])
            known = self.items[span], self.impacts[span]
            if number is not None:
                self._views[term] = known
        return known

    @cached_property
    def _views(self) -> dict[str, tuple[NDArray[np.intp], NDArray[np.float32]]]:
        """Return the parts of the arrays that belong to the terms asked for so far."""
        return {}

    @cached_property
    def _row_of(self) -> dict[str, NDArray[np.float32]]:
        names = {number: term for term, number in self.terms.items()}
        return {names[term]: row for term, row in zip(self.frequent.tolist(), self.rows, strict=True)}

    def save(self, folder: Path) -> None:
        """Write the postings into a folder."""
        for name in _ARRAYS:
            np.save(folder / f"{name}.npy", getattr(self, name))
        (folder / "terms.json").write_text(json.dumps(list(self.terms), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the postings of a folder into memory; raise OSError, EOFError or ValueError if damaged."""
        terms = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        return cls(
            terms={term: number for number, term in enumerate(terms)},
            **{name: mapped(folder, name) for name in _ARRAYS},
        )


def _sorted(terms: Sequence[str], numbers: NDArray[np.int64]) -> tuple[dict[str, int], NDArray[np.int64]]:
    """Return the terms in order, each with its number, and `numbers` changed to these."""
    order = sorted(range(len(terms)), key=terms.__getitem__)
    rank = np.empty(len(terms), dtype=np.int64)
    rank[order] = np.arange(len(terms))
    return {terms[old]: new for new, old in enumerate(order)}, rank[numbers]


def _offsets(numbers: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return where each of `count` terms starts, and where the last one ends."""
    return np.concatenate(([0], np.cumsum(np.bincount(numbers, minlength=count)))).astype(np.int64)
