"""Coverage-guided fuzzing of how questions are understood, completed, marked and answered.

Run by `make fuzz`, over the index of the real lists. An input is a question in UTF-8. What counts as found:
any exception, markup that is no mark, and an input that takes longer than `-timeout` seconds.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["search_service.core", "indexer.analysis", "indexer.departments"]):
    from search_service.core.answers.answering import AnswerRequest, Answers
    from search_service.core.highlight import Highlighter
    from search_service.core.question import understand
    from search_service.core.request import MAX_QUERY_LENGTH
    from search_service.core.search import Search

SEARCH = Search.open(Path(__file__).parents[1] / "var" / "index")
ANSWERS = Answers(SEARCH.index)


def one_input(data: bytes) -> None:
    """Ask one question."""
    text = data.decode("utf-8", "replace")[:MAX_QUERY_LENGTH]
    generation = SEARCH.index.generation
    question = understand(text, generation.tuning, generation.places, generation.speller)
    marked = Highlighter(question.marks).mark(text)
    assert "<" not in marked.replace("<mark>", "").replace("</mark>", "")
    SEARCH.suggest(text[:40], {}, 8)
    ANSWERS.answer(AnswerRequest(text))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
