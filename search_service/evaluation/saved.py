"""Saved runs, and what has changed since one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from search_service.evaluation.errors import EvaluationError
from search_service.evaluation.figures import Figures
from search_service.evaluation.judged import KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from search_service.evaluation.answers import AnswerReport
    from search_service.evaluation.judged import Judged
    from search_service.evaluation.run import Outcome, Report


@dataclass(frozen=True, slots=True)
class Change:
    """The figures of one question, then and now."""

    question: Judged
    before: Figures
    after: Figures

    @property
    def gain(self) -> tuple[float, float]:
        """Return by how much the reciprocal rank rose, then nDCG: the rank of the right duty comes first."""
        return (
            round(self.after.mrr_at_10 - self.before.mrr_at_10, 4),
            round(self.after.ndcg_at_10 - self.before.ndcg_at_10, 4),
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """The questions that both runs asked; `missing` counts those that only one of them did."""

    changes: tuple[Change, ...]
    missing: int

    @property
    def better(self) -> list[Change]:
        """Return the questions whose answer got better, most first."""
        return sorted((one for one in self.changes if one.gain > (0, 0)), key=lambda one: one.gain)[::-1]

    @property
    def worse(self) -> list[Change]:
        """Return the questions whose answer got worse, most first."""
        return sorted((one for one in self.changes if one.gain < (0, 0)), key=lambda one: one.gain)

    @property
    def kinds(self) -> dict[str, tuple[Figures, Figures]]:
        """Return the means of each kind then and now."""
        grouped = {kind: [one for one in self.changes if one.question.kind == kind] for kind in KINDS}
        return {kind: _means(of_kind) for kind, of_kind in grouped.items() if of_kind}

    @property
    def overall(self) -> tuple[Figures, Figures]:
        """Return the means over all common questions then and now."""
        return _means(self.changes)


def run_record(
    report: Report,
    baselines: Sequence[Report] = (),
    comparison: Comparison | None = None,
    ablation: Sequence[Report] = (),
    answers: AnswerReport | None = None,
) -> dict[str, Any]:
    """Return a run as plain JSON data: figures per kind and overall, and each question with what came.

    With a comparison, ``comparison`` tells the figures then and the questions that got better and worse.
    """
    record = {
        **_summary(report),
        "questions": [_question_record(outcome) for outcome in report.outcomes],
        "unscored": [{"id": question.id, "q": question.q} for question in report.unscored],
        "baselines": [_summary(baseline) for baseline in baselines],
        "ablation": [_summary(one) for one in ablation],
        "answers": answers.as_dict() if answers else None,
    }
    return record if comparison is None else record | {"comparison": _comparison_record(comparison)}


def save_run(record: dict[str, Any], path: Path) -> None:
    """Write a run's record; raise EvaluationError where it can't be written."""
    try:
        path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise EvaluationError(f"{path}: can't be written: {error}") from error


def load_figures(path: Path) -> dict[str, Figures]:
    """Return the figures of each question of a saved run by its id."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return {
            item["id"]: Figures(**{name: float(value) for name, value in item["figures"].items()})
            for item in data["questions"]
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise EvaluationError(f"{path}: not a run written by --save ({error})") from error


def compare(report: Report, before: dict[str, Figures]) -> Comparison:
    """Compare a run with the figures of a saved one, question by question."""
    now = {outcome.question.id: outcome for outcome in report.outcomes}
    changes = tuple(
        Change(outcome.question, before[number], outcome.figures)
        for number, outcome in now.items()
        if number in before
    )
    return Comparison(changes, missing=len(now.keys() ^ before.keys()))


def _means(changes: Sequence[Change]) -> tuple[Figures, Figures]:
    return Figures.mean(one.before for one in changes), Figures.mean(one.after for one in changes)


def _summary(report: Report) -> dict[str, Any]:
    return {
        "name": report.name,
        "ms_per_question": round(report.ms_per_question, 2),
        "overall": {"count": len(report.outcomes), **report.overall.as_dict()},
        "kinds": {
            kind: {"count": report.counts[kind], **figures.as_dict()}
            for kind, figures in report.kinds.items()
        },
    }


def _comparison_record(comparison: Comparison) -> dict[str, Any]:
    return {
        "overall": _before_and_after(*comparison.overall),
        "kinds": {kind: _before_and_after(*means) for kind, means in comparison.kinds.items()},
        "better": [change.question.id for change in comparison.better],
        "worse": [change.question.id for change in comparison.worse],
        "missing": comparison.missing,
    }


def _before_and_after(before: Figures, after: Figures) -> dict[str, dict[str, float]]:
    return {"before": before.as_dict(), "after": after.as_dict()}


def _question_record(outcome: Outcome) -> dict[str, Any]:
    question = outcome.question
    return {
        "id": question.id,
        "kind": question.kind,
        "q": question.q,
        "township": question.township,
        "rank": outcome.rank,
        "figures": outcome.figures.as_dict(),
        "found": [duty.id for duty in outcome.found],
    }
