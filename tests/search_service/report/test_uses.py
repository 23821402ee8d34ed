"""What is kept of a question.

1. No results; no answer; an answer that is less sure than the card's 把握不大; what was answered surely is not kept.
2. Under filters of other kinds than places, and without words, nothing is kept. Townships are kept, other places not.
3. Of an answer the duty, the first department and the confidence to one decimal are kept.
4. Of an answer called wrong the duty that was meant, and the department said to be right, also where another duty is
   the answer by now.
"""

import pytest

from search_service.core.answers.answering import AnswerRequest, Answers
from search_service.pages import answer_card
from search_service.report.entry import Kind
from search_service.report.uses import UNSURE, Asked, today, unanswered, wrong_answer

SURE, UNSURELY, OUTSIDE = "狗咬人了找谁", "asdf", "护照到期了在哪换"


@pytest.fixture(scope="module")
def answer(search):
    answers = Answers(search.index)
    return lambda text, **places: answers.answer(AnswerRequest(text, places))


def asked(text, **filters):
    return Asked(text, filters, "g1")


def test_what_was_answered_surely_is_not_kept(answer):
    response = answer(SURE)
    assert response.confidence >= UNSURE
    assert unanswered(asked(SURE), 5, response) is None
    assert unanswered(asked(SURE), None, response) is None
    assert unanswered(asked(SURE), 5, None) is None


def test_no_results(answer):
    entry = unanswered(asked("犇麤"), 0, answer("犇麤"))
    assert (entry.kind, entry.question, entry.day) == (Kind.ZERO_RESULTS, "犇麤", today())
    assert unanswered(asked("犇麤"), 0, None) == entry


def test_no_answer(answer):
    entry = unanswered(asked(OUTSIDE, township=("庙尔沟乡",), county=("昌吉市",)), 12, answer(OUTSIDE))
    assert (entry.kind, entry.townships, entry.generation) == (Kind.NOT_FOUND, ("庙尔沟乡",), "g1")
    assert (entry.duty_id, entry.department, entry.confidence) == (None, None, None)


@pytest.fixture
def unsure(search, answer):
    """Return a question that is answered, but not surely."""
    texts = (UNSURELY, "打架斗殴", "垃圾没人清", "噪音", "停车", "树倒了", "养老", "井盖", "下水道", "宣传")
    found = ((text, answer(text)) for text in texts)
    return next((text, one) for text, one in found if one.answer and one.answer.confidence < UNSURE)


def test_an_answer_that_is_not_sure(unsure):
    text, response = unsure
    entry = unanswered(asked(text), 3, response)
    finding = response.answer.finding
    assert entry.kind is Kind.LOW_CONFIDENCE
    assert entry.duty_id == finding.duty.id
    assert entry.department == finding.responsible[0].canonical
    assert entry.confidence == round(response.answer.confidence, 1)


def test_it_is_what_the_card_calls_so():
    least = {one.level: one.least for one in answer_card._CONFIDENCE}
    assert least["fair"] == UNSURE


@pytest.mark.parametrize(
    "filters", [{"category": ("平安法治",)}, {"department": ("公安局",)}, {"list_type": ("basic",)}]
)
def test_other_filters_are_no_gap(answer, filters):
    assert unanswered(asked("犇麤", **filters), 0, None) is None
    assert unanswered(asked(OUTSIDE, township=("庙尔沟乡",), **filters), None, answer(OUTSIDE)) is None


def test_without_words_nothing_was_asked():
    assert unanswered(asked("　 "), 0, None) is None


def test_an_answer_called_wrong(answer):
    response = answer(SURE, township=("庙尔沟乡",))
    entry = wrong_answer(
        asked(SURE, township=("庙尔沟乡",)), "changji-miaoergou-cooperative-19", response, "农业农村局"
    )
    assert (entry.kind, entry.duty_id) == (Kind.WRONG_ANSWER, "changji-miaoergou-cooperative-19")
    assert (entry.department, entry.right) == ("公安局", "农业农村局")
    assert entry.confidence == round(response.answer.confidence, 1)


def test_an_answer_called_wrong_that_is_none_any_more(answer):
    entry = wrong_answer(asked(OUTSIDE), "changji-miaoergou-basic-1", answer(OUTSIDE), None)
    assert (entry.duty_id, entry.department, entry.confidence) == ("changji-miaoergou-basic-1", None, None)
    entry = wrong_answer(asked(SURE), "changji-miaoergou-basic-1", answer(SURE), None)
    assert (entry.duty_id, entry.department, entry.confidence) == ("changji-miaoergou-basic-1", None, None)
