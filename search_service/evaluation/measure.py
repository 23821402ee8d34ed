"""One whole measurement: the judged questions asked of the search and of what it has to beat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from search_service.core.answers.answering import Answers
from search_service.core.request import ALL_PARTS, Parts
from search_service.evaluation.answers import ask_all
from search_service.evaluation.baselines import evaluate_baselines
from search_service.evaluation.run import OURS, all_duties, check_judgements, evaluate, find_with

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.duty import Duty
    from search_service.core.search import Search
    from search_service.evaluation.answers import AnswerReport
    from search_service.evaluation.judged import Judged
    from search_service.evaluation.run import Report


@dataclass(frozen=True, slots=True)
class Measurement:
    """The report of the search, those of the baselines where asked for, and the duties they searched.

    `ablation`: reports of the search without each of its parts in turn, last of all without any.
    """

    ours: Report
    baselines: tuple[Report, ...]
    ablation: tuple[Report, ...]
    answers: AnswerReport
    duties: tuple[Duty, ...]


def measure(
    search: Search,
    questions: Sequence[Judged],
    *,
    baselines: bool,
    ablation: bool = False,
    without: Sequence[str] = (),
) -> Measurement:
    """Ask the questions of the search, and of the baselines over the same duties.

    `without` names parts (`Parts`) to leave out. Raises EvaluationError where a question was judged on duties
    that aren't indexed, IndexStateError where no usable index is published.
    """
    duties = tuple(all_duties(search))
    check_judgements(questions, duties)

    def ours(name: str, *left_out: str) -> Report:
        return evaluate(find_with(search, ALL_PARTS.without(*without, *left_out)), questions, name)

    return Measurement(
        ours=ours(f"{OURS} without {', '.join(without)}" if without else OURS),
        baselines=tuple(evaluate_baselines(questions, duties)) if baselines else (),
        ablation=(
            *(ours(f"without {name}", name) for name in Parts.names() if ablation),
            *([ours("without any", *Parts.names())] if ablation else ()),
        ),
        answers=ask_all(Answers(search.index), questions, ALL_PARTS.without(*without)),
        duties=duties,
    )
