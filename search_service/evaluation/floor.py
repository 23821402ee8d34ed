"""The floor: figures that a change must not fall below."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from search_service.evaluation.errors import EvaluationError
from search_service.evaluation.figures import FIGURE_LABELS
from search_service.evaluation.judged import KINDS, NO_ANSWER

if TYPE_CHECKING:
    from pathlib import Path

    from search_service.evaluation.run import Report

OVERALL = "overall"
"""The table of the floor that holds the means over all questions; the others are kinds."""


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A figure below its floor; `kind` may be ``overall``."""

    kind: str
    figure: str
    floor: float
    reached: float

    def __str__(self) -> str:
        return f"{self.kind} {FIGURE_LABELS[self.figure]}: {self.reached:.3f}, the floor is {self.floor:.3f}"


@dataclass(frozen=True, slots=True)
class Floor:
    """Kind, or ``overall`` → figure → the least it must reach."""

    demands: dict[str, dict[str, float]]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a floor; raise EvaluationError naming file and entry for an unknown kind, figure or value."""
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise EvaluationError(f"{path}: can't be read: {error}") from error
        kinds = [OVERALL, *(kind for kind in KINDS if kind != NO_ANSWER)]
        for kind, table in data.items():
            if kind not in kinds or not isinstance(table, dict):
                raise EvaluationError(f"{path}: {kind}: expected tables named {', '.join(kinds)}")
            _check_table(table, f"{path}: [{kind}]")
        return cls(data)

    def shortfalls(self, report: Report) -> list[Shortfall]:
        """Return every figure of the report below its floor; a kind that wasn't asked reaches 0."""
        reached = {kind: figures.as_dict() for kind, figures in report.kinds.items()}
        reached[OVERALL] = report.overall.as_dict()
        found = [
            Shortfall(kind, figure, least, reached.get(kind, {}).get(figure, 0.0))
            for kind, table in self.demands.items()
            for figure, least in table.items()
        ]
        return [one for one in found if one.reached < one.floor]


def _check_table(table: dict[str, Any], where: str) -> None:
    for figure, least in table.items():
        if figure not in FIGURE_LABELS:
            raise EvaluationError(f"{where} {figure}: expected figures named {', '.join(FIGURE_LABELS)}")
        if isinstance(least, bool) or not isinstance(least, int | float) or not 0 <= least <= 1:
            raise EvaluationError(f"{where} {figure} = {least!r}: expected a number from 0 to 1")
