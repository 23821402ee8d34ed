"""What a question costs: searching and answering by words alone and by meaning too, side by side.

Processor time per question over the judged questions of the report half, in one run and one process; each
way is also given as a multiple of the first. Absolute times say something about the machine only.

    .venv/bin/duty-index build && .venv/bin/python benchmarks/questions.py
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from indexer.paths import data_folder, index_folder
from search_service.core.answers.answering import AnswerRequest, Answers
from search_service.core.request import ALL_PARTS, SearchRequest
from search_service.core.search import Search
from search_service.evaluation.judged import Judged, load_judged, select

if TYPE_CHECKING:
    from collections.abc import Callable

BY_WORDS = ALL_PARTS.without("meaning")
KINDS = ("keyword", "colloquial", "complaint")


def main() -> None:
    """Print a table: ways of asking by kinds of questions."""
    search = Search.open(index_folder())
    answers = Answers(search.index)
    search.warm_up()
    questions = select(load_judged(data_folder() / "evaluation" / "judged.jsonl"), "report")
    ways: dict[str, Callable[[Judged], object]] = {
        "search by words": lambda one: search.search(SearchRequest(one.q, _places(one), parts=BY_WORDS)),
        "search by meaning": lambda one: search.search(SearchRequest(one.q, _places(one))),
        "the same again": lambda one: search.search(SearchRequest(one.q, _places(one))),
        "answer by words": lambda one: answers.answer(AnswerRequest(one.q, _places(one), BY_WORDS)),
        "answer quickly": lambda one: answers.answer_quickly(AnswerRequest(one.q, _places(one))),
        "answer": lambda one: answers.answer(AnswerRequest(one.q + "。", _places(one))),
    }
    table = Table(title="processor time per question, ms (multiple of searching by words)")
    table.add_column("way")
    for kind in KINDS:
        letters = [len(one.q) for one in questions if one.kind == kind]
        table.add_column(f"{kind}, {sum(letters) // len(letters)} characters", justify="right")
    base: dict[str, float] = {}
    for way, ask in ways.items():
        cells = []
        for kind in KINDS:
            took = _milliseconds(ask, [one for one in questions if one.kind == kind])
            cells.append(f"{took:.1f} ({took / base.setdefault(kind, took):.1f})")
        table.add_row(way, *cells)
    Console().print(table)


def _places(question: Judged) -> dict[str, tuple[str, ...]]:
    return {"township": (question.township,)} if question.township else {}


def _milliseconds(ask: Callable[[Judged], object], questions: list[Judged]) -> float:
    started = time.process_time()
    for question in questions:
        ask(question)
    return (time.process_time() - started) * 1000 / len(questions)


if __name__ == "__main__":
    main()
