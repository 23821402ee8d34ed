"""Postings as arrays: for each term the items it occurs in, and what its occurrence there is worth."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray


def mapped(folder: Path, name: str) -> NDArray[Any]:
    """Map an array file into memory; raise OSError, EOFError or ValueError where it is damaged."""
    # asarray drops the memmap subclass, whose Python-level hooks slow every small operation.
    return np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r", allow_pickle=False))


@dataclass(frozen=True)
class Postings:
    """Those of term number t are `items[offsets[t]:offsets[t + 1]]` (ascending) with `impacts[…]`."""

    terms: dict[str, int]
    offsets: NDArray[np.int64]
    items: NDArray[np.int32]
    impacts: NDArray[np.float32]

    @classmethod
    def from_frequencies(cls, frequencies: Mapping[str, Mapping[int, float]], count: int, k1: float) -> Self:
        """Compute BM25 impacts from term → item → tf(t, d), length-normalised, over `count` items N.

        ``impact(t, d) = idf(t) * tf * (k1 + 1) / (k1 + tf)`` with
        ``idf(t) = ln(1 + (N - n_t + 0.5) / (n_t + 0.5))``, n_t being the items that have t.
        """
        weighed = {}
        for term, found in frequencies.items():
            tf = np.array(list(found.values()))
            idf = np.log(1 + (count - len(found) + 0.5) / (len(found) + 0.5))
            impacts = idf * tf * (k1 + 1) / (k1 + tf)
            weighed[term] = dict(zip(found, impacts.tolist(), strict=True))
        return cls.from_impacts(weighed)

    @classmethod
    def from_impacts(cls, impacts: Mapping[str, Mapping[int, float]]) -> Self:
        """Arrange term → item → impact as arrays."""
        terms = {term: number for number, term in enumerate(sorted(impacts))}
        found = [sorted(impacts[term].items()) for term in terms]
        return cls(
            terms,
            np.concatenate(([0], np.cumsum([len(one) for one in found]))).astype(np.int64),
            np.array([item for one in found for item, _ in one], dtype=np.int32),
            np.array([impact for one in found for _, impact in one], dtype=np.float32),
        )

    def add_to(self, scores: NDArray[np.float32], term: str, weight: float) -> None:
        """Add the term's impacts, times `weight`, to the items' scores."""
        span = self._span(term)
        scores[self.items[span]] += weight * self.impacts[span]

    def items_of(self, term: str) -> NDArray[np.int32]:
        """Return the items that have the term."""
        return self.items[self._span(term)]

    def _span(self, term: str) -> slice:
        number = self.terms.get(term)
        return slice(0) if number is None else slice(self.offsets[number], self.offsets[number + 1])

    def save(self, folder: Path) -> None:
        """Write the postings into a folder."""
        for name in ("offsets", "items", "impacts"):
            np.save(folder / f"{name}.npy", getattr(self, name))
        (folder / "terms.json").write_text(json.dumps(list(self.terms), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the postings of a folder into memory; raise OSError, EOFError or ValueError if damaged."""
        terms = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        return cls(
            terms={term: number for number, term in enumerate(terms)},
            offsets=mapped(folder, "offsets"),
            items=mapped(folder, "items"),
            impacts=mapped(folder, "impacts"),
        )
