"""The floor: figures that a change must not fall below."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from search_service.evaluation.answers import ANSWER_LABELS
from search_service.evaluation.errors import EvaluationError
from search_service.evaluation.figures import FIGURE_LABELS
from search_service.evaluation.judged import KINDS, NO_ANSWER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from search_service.evaluation.answers import AnswerReport
    from search_service.evaluation.run import Report

ANSWERS = "answers"
"""The table of the floor that holds what answers must reach; `answerable_refused` is a ceiling."""
CEILINGS = {"answerable_refused"}
OVERALL = "overall"
"""The table of the floor that holds the means over all questions; the others are kinds."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A figure below its floor; `kind` may be ``overall``."""

    kind: str
    figure: str
    floor: float
    reached: float

    @property
    def is_missed(self) -> bool:
        """Return whether the figure is on the wrong side."""
        return self.reached > self.floor if self.figure in CEILINGS else self.reached < self.floor

    def __str__(self) -> str:
        label = {**FIGURE_LABELS, **ANSWER_LABELS}[self.figure]
        bound = "ceiling" if self.figure in CEILINGS else "floor"
        return f"{self.kind} {label}: {self.reached:.3f}, the {bound} is {self.floor:.3f}"


@dataclass(frozen=True, slots=True)
class Floor:
    """Kind, or ``overall`` → figure → the least it must reach."""

    demands: dict[str, dict[str, float]]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a floor; raise EvaluationError naming file and entry for an unknown kind, figure or value."""
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:  # a number too long, or brackets too deep
            raise EvaluationError(f"{path}: can't be read: {error}") from error
        kinds = [ANSWERS, OVERALL, *(kind for kind in KINDS if kind != NO_ANSWER)]
        for kind, table in data.items():
            if kind not in kinds or not isinstance(table, dict):
                raise EvaluationError(f"{path}: {kind}: expected tables named {', '.join(kinds)}")
            _check_table(table, ANSWER_LABELS if kind == ANSWERS else FIGURE_LABELS, f"{path}: [{kind}]")
        return cls(data)

    def shortfalls(self, report: Report, answers: AnswerReport) -> list[Shortfall]:
        """Return every figure below its floor or above its ceiling; one that wasn't asked for reaches 0."""
        reached = {kind: figures.as_dict() for kind, figures in report.kinds.items()}
        reached[OVERALL] = report.overall.as_dict()
        reached[ANSWERS] = {name: getattr(answers, name) or 0.0 for name in ANSWER_LABELS}
        found = [
            Shortfall(kind, figure, least, reached.get(kind, {}).get(figure, 0.0))
            for kind, table in self.demands.items()
            for figure, least in table.items()
        ]
        return [one for one in found if one.is_missed]


def _check_table(table: dict[str, Any], figures: Iterable[str], where: str) -> None:
    for figure, least in table.items():
        if figure not in figures:
            raise EvaluationError(f"{where} {figure}: expected figures named {', '.join(figures)}")
        if isinstance(least, bool) or not isinstance(least, int | float) or not 0 <= least <= 1:
            raise EvaluationError(f"{where} {figure} = {least!r}: expected a number from 0 to 1")
