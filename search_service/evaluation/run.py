"""Asking the judged questions and scoring what comes."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.steps.binding import TOWNSHIP
from search_service.core.request import ALL_PARTS, MAX_PER_PAGE, SearchRequest, Sort
from search_service.evaluation.errors import EvaluationError
from search_service.evaluation.figures import Figures
from search_service.evaluation.judged import KINDS, NO_ANSWER, key_of
from search_service.evaluation.metrics import DEPTH, first_right

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from indexer.duty import Duty
    from search_service.core.request import Parts
    from search_service.core.search import Search
    from search_service.evaluation.judged import Judged

    Find = Callable[[str, str | None, int], Sequence[Duty]]
    """A search as the evaluation sees it: text, township filter and limit in, duties in order out."""

OURS = "this search"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came for one question: the duties found in order, and the figures they make."""

    question: Judged
    found: tuple[Duty, ...]
    figures: Figures

    @property
    def rank(self) -> int | None:
        """Return the rank of the first right duty, None where the page has none."""
        grades = self.question.grades
        return first_right([grades.get(key_of(duty), 0) for duty in self.found])


@dataclass(frozen=True, slots=True)
class Report:
    """The outcomes of one search. `unscored` are the questions that no list answers: listed, not scored."""

    name: str
    outcomes: tuple[Outcome, ...]
    unscored: tuple[Judged, ...]
    ms_per_question: float

    @property
    def overall(self) -> Figures:
        """Return the means over all scored questions."""
        return Figures.mean(outcome.figures for outcome in self.outcomes)

    @property
    def kinds(self) -> dict[str, Figures]:
        """Return the means of each kind that occurs, in the order of `KINDS`."""
        return {
            kind: Figures.mean(outcome.figures for outcome in of_kind)
            for kind in KINDS
            if (of_kind := self._of_kind(kind))
        }

    @property
    def counts(self) -> dict[str, int]:
        """Return the number of scored questions of each kind that occurs."""
        return {kind: len(self._of_kind(kind)) for kind in self.kinds}

    def worst(self, count: int) -> list[Outcome]:
        """Return up to `count` outcomes whose first result isn't right, those without any right one first."""
        missed = [outcome for outcome in self.outcomes if not outcome.figures.success_at_1]
        return sorted(missed, key=lambda one: (one.figures.mrr_at_10, one.figures.ndcg_at_10))[:count]

    def _of_kind(self, kind: str) -> list[Outcome]:
        return [outcome for outcome in self.outcomes if outcome.question.kind == kind]


def evaluate(find: Find, questions: Iterable[Judged], name: str = OURS) -> Report:
    """Ask every question, with its township as filter where it has one, and score the first ten duties."""
    asked = list(questions)
    scored = [question for question in asked if question.kind != NO_ANSWER]
    started = time.perf_counter()
    answers = [find(question.q, question.township, DEPTH) for question in scored]
    took = time.perf_counter() - started
    return Report(
        name=name,
        outcomes=tuple(map(_outcome, scored, answers)),
        unscored=tuple(question for question in asked if question.kind == NO_ANSWER),
        ms_per_question=took * 1000 / len(scored) if scored else 0.0,
    )


def find_with(search: Search, parts: Parts = ALL_PARTS) -> Find:
    """Return the search core as the evaluation sees it: no more than any caller can ask, but for `parts`."""

    def find(text: str, township: str | None, limit: int) -> list[Duty]:
        filters = {"township": (township,)} if township else {}
        response = search.search(SearchRequest(text, filters=filters, per_page=limit, parts=parts))
        return [result.duty for result in response.results]

    return find


def all_duties(search: Search) -> list[Duty]:
    """Return every indexed duty in list order, by browsing."""
    duties: list[Duty] = []
    page = pages = 1
    while page <= pages:
        response = search.search(SearchRequest(sort=Sort.LIST, page=page, per_page=MAX_PER_PAGE))
        duties += [result.duty for result in response.results]
        page, pages = page + 1, response.pages
    return duties


def check_judgements(questions: Iterable[Judged], duties: Sequence[Duty]) -> None:
    """Raise EvaluationError where a judgement names a duty or a body that nobody could find."""
    known = {key_of(duty) for duty in duties}
    bodies = {body for duty in duties for body in _bodies(duty)}
    for question in questions:
        for township, list_type, number in question.grades.keys() - known:
            raise EvaluationError(
                f"question {question.id}: the index has no duty {township} {list_type.label} {number}; "
                "the lists were revised, or these are other lists"
            )
        for body in set(question.responsible or ()) - bodies:
            raise EvaluationError(
                f"question {question.id}: no duty knows the body {body}; a judgement names bodies by their "
                "canonical names"
            )


def _bodies(duty: Duty) -> set[str]:
    """Return the canonical names of all bodies that act in a duty."""
    steps = (*duty.superior_steps, *duty.township_steps)
    return {
        TOWNSHIP,
        *(one.canonical for one in duty.departments),
        *(b for step in steps for b in step.departments),
    }


def _outcome(question: Judged, found: Sequence[Duty]) -> Outcome:
    grades = question.grades
    of_found = [grades.get(key_of(duty), 0) for duty in found]
    return Outcome(question, tuple(found), Figures.of(of_found, grades.values()))
