"""Whether answers name the right body, and refuse where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from search_service.core.answers.answering import AnswerRequest
from search_service.core.answers.result import Status
from search_service.core.request import ALL_PARTS
from search_service.evaluation.judged import KINDS, NO_ANSWER, RIGHT, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from search_service.core.answers.answering import Answers
    from search_service.core.answers.result import AnswerResponse, Finding
    from search_service.core.request import Parts
    from search_service.evaluation.judged import Judged

BINS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0)
"""The edges of the reliability table's rows."""


ANSWER_LABELS = {
    "responsible_body": "body right",
    "township_role": "role right",
    "unanswerable_refused": "rightly refused",
    "answerable_refused": "wrongly refused",
}
"""Name of each figure → how tables head it."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and how it ended; `unrefused` is the answer given where none is ever refused."""

    question: Judged
    response: AnswerResponse
    unrefused: AnswerResponse

    @property
    def refused(self) -> bool:
        """Return whether it ended as not found."""
        return self.response.status is Status.NOT_FOUND

    @property
    def answerable(self) -> bool:
        """Return whether any list answers the question."""
        return self.question.kind != NO_ANSWER

    @property
    def body_right(self) -> bool | None:
        """Return whether the first body is a right one; None where that wasn't judged."""
        if self.question.responsible is None:
            return None
        return names_right_body(self.response, self.question)

    @property
    def role_right(self) -> bool | None:
        """Return whether the township's role is the right one; None where that wasn't judged."""
        if self.question.township_role is None:
            return None
        finding = _finding(self.response)
        return finding is not None and finding.role.value == self.question.township_role


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose confidence lies between two edges: how many, how sure on average, how many right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class AnswerReport:
    """How a set of questions ended."""

    outcomes: tuple[Answered, ...]

    @property
    def responsible_body(self) -> float | None:
        """Return the share of the questions with a judged body whose first body is right."""
        return _share(one.body_right for one in self.outcomes)

    @property
    def township_role(self) -> float | None:
        """Return the share of the questions with a judged role whose role is right."""
        return _share(one.role_right for one in self.outcomes)

    @property
    def unanswerable_refused(self) -> float | None:
        """Return the share of the unanswerable questions that were refused."""
        return _share(one.refused for one in self.outcomes if not one.answerable)

    @property
    def answerable_refused(self) -> float | None:
        """Return the share of the answerable questions that were refused."""
        return _share(one.refused for one in self.outcomes if one.answerable)

    @property
    def kinds(self) -> dict[str, AnswerReport]:
        """Return the report of each kind that occurs, in the order of `KINDS`."""
        grouped = {kind: [one for one in self.outcomes if one.question.kind == kind] for kind in KINDS}
        return {kind: AnswerReport(tuple(of_kind)) for kind, of_kind in grouped.items() if of_kind}

    @property
    def brier(self) -> float:
        """Return the mean squared error of the confidence (Brier, "Verification of forecasts", 1950)."""
        pairs = self._forecasts()
        return sum((sure - right) ** 2 for sure, right in pairs) / len(pairs) if pairs else 0.0

    @property
    def reliability(self) -> list[Bin]:
        """Return for each span of confidence how often the answers were right."""
        pairs = self._forecasts()
        bins = []
        for low, high in pairwise(BINS):
            inside = [(sure, right) for sure, right in pairs if low <= sure < high or sure == high == 1]
            if inside:
                sure, right = (sum(column) / len(inside) for column in zip(*inside, strict=True))
                bins.append(Bin(low, high, len(inside), sure, right))
        return bins

    def as_dict(self) -> dict[str, Any]:
        """Return all figures as plain JSON data."""
        return {
            **_figures(self),
            "brier": round(self.brier, 4),
            "kinds": {kind: _figures(report) for kind, report in self.kinds.items()},
            "reliability": [
                {
                    "from": one.low,
                    "to": one.high,
                    "count": one.count,
                    "confidence": round(one.confidence, 4),
                    "right": round(one.right, 4),
                }
                for one in self.reliability
            ],
        }

    def _forecasts(self) -> list[tuple[float, bool]]:
        """Return for each question how sure its answer would be, and whether it would be right."""
        return [(one.unrefused.confidence, is_right(one.unrefused, one.question)) for one in self.outcomes]


def ask_all(answers: Answers, questions: Iterable[Judged], parts: Parts = ALL_PARTS) -> AnswerReport:
    """Ask every question, with its township where it has one."""
    outcomes = []
    for question in questions:
        places = {"township": (question.township,)} if question.township else {}
        request = AnswerRequest(question.q, places, parts)
        response = answers.answer(request)
        always = AnswerRequest(question.q, places, parts, refuse=False)
        unrefused = answers.answer(always) if response.status is Status.NOT_FOUND else response
        outcomes.append(Answered(question, response, unrefused))
    return AnswerReport(tuple(outcomes))


def is_right(response: AnswerResponse, question: Judged) -> bool:
    """Return whether an answer is right: its first body, or its duty where no body was judged."""
    if question.responsible is not None:
        return names_right_body(response, question)
    finding = _finding(response)
    return finding is not None and question.grades.get(key_of(finding.duty)) == RIGHT


def names_right_body(response: AnswerResponse, question: Judged) -> bool:
    """Return whether the first body of an answer is one of those judged right."""
    finding = _finding(response)
    return finding is not None and finding.bodies[0] in (question.responsible or ())


def _finding(response: AnswerResponse) -> Finding | None:
    return response.answer.finding if response.answer else None


def _figures(report: AnswerReport) -> dict[str, float | None]:
    figures = {name: getattr(report, name) for name in ANSWER_LABELS}
    return {name: None if figure is None else round(figure, 4) for name, figure in figures.items()}


def _share(judged: Iterable[bool | None]) -> float | None:
    """Return the share that is right, those not judged left out; None where none was."""
    known = [one for one in judged if one is not None]
    return sum(known) / len(known) if known else None
