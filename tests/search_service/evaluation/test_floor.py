"""The floor of relevance.

1. On the report half of the repository's questions, the search reaches every figure of the floor, and does
   better than both baselines.
2. The floor has a demand overall and for every kind that is scored.
3. A figure below its floor is reported with kind, figure, floor and what was reached; an equal one isn't.
4. Taking complaints to pieces pays where they are compared by meaning.
5. A floor that names unknown kinds or figures, or asks for more than 1, is refused by name.
"""

import pytest

from search_service.core.request import ALL_PARTS
from search_service.evaluation.answers import AnswerReport
from search_service.evaluation.errors import EvaluationError
from search_service.evaluation.floor import ANSWERS, OVERALL, Floor
from search_service.evaluation.judged import KINDS, NO_ANSWER, load_judged, select
from search_service.evaluation.measure import measure
from search_service.evaluation.run import evaluate, find_with

NOTHING_ASKED = AnswerReport(())


@pytest.fixture(scope="module")
def floor(data):
    """Return the repository's floor."""
    return Floor.load(data / "evaluation" / "floor.toml")


def test_the_search_holds_the_floor(search, data, floor):
    questions = select(load_judged(data / "evaluation" / "judged.jsonl"), "report")
    measured = measure(search, questions, baselines=True)
    assert list(map(str, floor.shortfalls(measured.ours, measured.answers))) == []
    for baseline in measured.baselines:
        assert measured.ours.overall.success_at_1 > baseline.overall.success_at_1


def test_taking_complaints_to_pieces_pays(search_by_meaning, data):
    questions = select(load_judged(data / "evaluation" / "judged.jsonl"), "report")
    complaints = [question for question in questions if question.kind == "complaint"]
    assert len(complaints) >= 25
    with_pieces = evaluate(find_with(search_by_meaning), complaints).overall
    without = evaluate(find_with(search_by_meaning, ALL_PARTS.without("pieces")), complaints).overall
    assert with_pieces.success_at_1 > without.success_at_1
    assert with_pieces.mrr_at_10 > without.mrr_at_10


def test_the_floor_speaks_of_every_kind(floor):
    assert set(floor.demands) == {ANSWERS, OVERALL, *KINDS} - {NO_ANSWER}
    assert all(floor.demands.values())


def test_a_figure_below_the_floor_is_told(find_in_order, some_questions):
    report = evaluate(find_in_order, some_questions)
    held = Floor({"overall": {"success_at_3": 1.0}, "keyword": {"success_at_1": 1.0}})
    assert held.shortfalls(report, NOTHING_ASKED) == []
    missed = Floor({"colloquial": {"success_at_1": 0.5}, "typo": {"mrr_at_10": 0.1}})
    assert list(map(str, missed.shortfalls(report, NOTHING_ASKED))) == [
        "colloquial success@1: 0.000, the floor is 0.500",
        "typo MRR@10: 0.000, the floor is 0.100",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[闲聊", "can't be read"),
        ("[smalltalk]\nsuccess_at_1 = 0.5", "smalltalk: expected tables named answers, overall, keyword"),
        ("[no_answer]\nsuccess_at_1 = 0.5", "no_answer: expected tables"),
        ("overall = 0.5", "overall: expected tables"),
        ("[overall]\nrecall = 0.5", "recall: expected figures named success_at_1"),
        ("[overall]\nsuccess_at_1 = 90", "success_at_1 = 90: expected a number from 0 to 1"),
        ("[overall]\nsuccess_at_1 = true", "expected a number"),
        ('[overall]\nsuccess_at_1 = "高"', "expected a number"),
    ],
)
def test_a_bad_floor_is_refused(tmp_path, text, message):
    path = tmp_path / "floor.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(EvaluationError, match=message) as raised:
        Floor.load(path)
    assert str(path) in str(raised.value)
