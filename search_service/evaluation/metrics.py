"""Figures of one ranked list, computed from the grades of its results in order of rank.

Grades are those of `search_service.evaluation.judged`: 2 answers the question, 1 is near, 0 is neither.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from search_service.evaluation.judged import RIGHT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

DEPTH = 10
"""Results looked at: one page."""


def first_right(grades: Sequence[int]) -> int | None:
    """Return the rank, from 1, of the first result that answers the question; None where none does."""
    return next((rank for rank, grade in enumerate(grades, 1) if grade == RIGHT), None)


def success_at(k: int, grades: Sequence[int]) -> float:
    """Return success@k: 1 where a right result is among the first k, else 0.

    Craswell and Hawking, "Overview of the TREC 2004 Web Track", 2004. Only grade 2 counts.
    """
    return 1.0 if first_right(grades[:k]) else 0.0


def reciprocal_rank(grades: Sequence[int], depth: int = DEPTH) -> float:
    """Return ``1 / r``, r being the rank of the first right result, or 0 where it isn't within `depth`.

    Voorhees, "The TREC-8 Question Answering Track Report", 1999. Only grade 2 counts. The mean over
    questions is MRR@depth.
    """
    rank = first_right(grades[:depth])
    return 1 / rank if rank else 0.0


def ndcg(grades: Sequence[int], judged: Iterable[int], depth: int = DEPTH) -> float:
    """Return nDCG@depth: the DCG of the results over that of the best possible order of all `judged` grades.

    ``DCG = sum over ranks r of (2^grade_r - 1) / log2(r + 1)``: Järvelin and Kekäläinen, "Cumulated
    gain-based evaluation of IR techniques", 2002, with the gains of Burges et al., "Learning to rank using
    gradient descent", 2005. 0 where no grade was judged.
    """
    ideal = _dcg(sorted(judged, reverse=True)[:depth])
    return _dcg(grades[:depth]) / ideal if ideal else 0.0


def _dcg(grades: Sequence[int]) -> float:
    return sum(((1 << grade) - 1) / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))
