"""The figures of questions and their means: what every report, saved run and floor speaks of."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Self

from search_service.evaluation.metrics import DEPTH, ndcg, reciprocal_rank, success_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one question, or their means over several."""

    success_at_1: float
    success_at_3: float
    mrr_at_10: float
    ndcg_at_10: float

    @classmethod
    def of(cls, grades: Sequence[int], judged: Iterable[int]) -> Self:
        """Return the figures of one list of results, by their grades and all grades judged."""
        return cls(
            success_at_1=success_at(1, grades),
            success_at_3=success_at(3, grades),
            mrr_at_10=reciprocal_rank(grades, DEPTH),
            ndcg_at_10=ndcg(grades, judged, DEPTH),
        )

    @classmethod
    def mean(cls, several: Iterable[Self]) -> Self:
        """Return the mean of each figure; zeros where there are none."""
        rows = list(several)
        return cls(
            *(sum(getattr(row, name) for row in rows) / len(rows) if rows else 0.0 for name in FIGURE_LABELS)
        )

    def as_dict(self) -> dict[str, float]:
        """Return the figures by name, rounded to what is worth telling apart."""
        return {name: round(getattr(self, name), 4) for name in FIGURE_LABELS}


FIGURE_LABELS = dict(
    zip(
        (field.name for field in fields(Figures)),
        ("success@1", "success@3", f"MRR@{DEPTH}", f"nDCG@{DEPTH}"),
        strict=True,
    )
)
"""Name of each figure → how tables head it."""
