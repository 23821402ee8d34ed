"""The postings of a Whoosh index, read field by field into arrays."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from indexer.ranking import FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from whoosh.reading import IndexReader


@dataclass(frozen=True)
class FieldPostings:
    """The term numbered `of_terms[n]` occurs in text `items[n]`, `frequencies[n]` times."""

    terms: list[str]
    of_terms: NDArray[np.int64]
    items: NDArray[np.int64]
    frequencies: NDArray[np.float64]


def read_postings(reader: IndexReader) -> dict[str, FieldPostings]:
    """Return the postings of every searched field."""
    terms: dict[str, list[str]] = {name: [] for name in FIELDS}
    of_terms = {name: array("l") for name in FIELDS}
    items = {name: array("l") for name in FIELDS}
    frequencies = {name: array("d") for name in FIELDS}
    for name, term in reader.all_terms():
        if name not in terms:
            continue
        matcher = reader.postings(name, term)
        before = len(items[name])
        while matcher.is_active():
            items[name].append(matcher.id())
            frequencies[name].append(matcher.weight())
            matcher.next()
        of_terms[name].extend([len(terms[name])] * (len(items[name]) - before))
        terms[name].append(term.decode("utf-8"))
    return {
        name: FieldPostings(
            terms[name],
            np.array(of_terms[name], dtype=np.int64),
            np.array(items[name], dtype=np.int64),
            np.array(frequencies[name], dtype=np.float64),
        )
        for name in FIELDS
    }


def joined(parts: Sequence[FieldPostings], starts: Sequence[int]) -> FieldPostings:
    """Return postings as one; the items of each part are counted from its start."""
    numbers: dict[str, int] = {}
    of_terms = []
    for part in parts:
        own = np.array([numbers.setdefault(term, len(numbers)) for term in part.terms], dtype=np.int64)
        of_terms.append(own[part.of_terms])
    return FieldPostings(
        terms=list(numbers),
        of_terms=np.concatenate(of_terms),
        items=np.concatenate([part.items + start for part, start in zip(parts, starts, strict=True)]),
        frequencies=np.concatenate([part.frequencies for part in parts]),
    )
