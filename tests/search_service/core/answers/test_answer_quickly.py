"""Answering thousands of questions: nearly what a single question gets, for less.

1. What the words alone answer surely is answered by them: nothing is encoded.
2. Where they don't, the meaning of a few pieces is taken: never the whole of a long question.
3. A short question by meaning is answered as `answer` does.
4. On the tuning half's complaints it names the right body almost as often.
"""

import pytest

from search_service.core.answers.answering import SURE_BY_WORDS, AnswerRequest, Answers
from search_service.core.answers.result import Status
from search_service.core.live_index import LiveIndex
from search_service.core.prepare import SALIENT_PIECES
from search_service.evaluation.answers import is_right
from search_service.evaluation.judged import load_judged, select

COMPLAINT = (
    "你好，我姓马，住在河东二队，家里三口人，种着二十亩玉米，平时在外打工，昨天下午刚回来，"
    "发现邻居家那条大狗没拴绳子，把我娃娃的腿咬了，主人还说不管，请你们评评理"
)


@pytest.fixture
def live(meaning_folder):
    return LiveIndex(meaning_folder)


@pytest.fixture
def encoded(live, monkeypatch):
    """Return the texts that get encoded, as they come."""
    texts = []
    encode = live.generation.encoder.encode_question
    monkeypatch.setattr(
        live.generation.encoder,
        "encode_question",
        lambda wordings: texts.extend(wordings) or encode(wordings),
    )
    return texts


def test_sure_words_need_no_meaning(live, encoded):
    response = Answers(live).answer_quickly(AnswerRequest("文明养犬管理", {"township": ("庙尔沟乡",)}))
    assert response.status is Status.ANSWERED
    assert response.confidence >= SURE_BY_WORDS
    assert encoded == []


def test_of_a_long_complaint_only_the_salient_pieces_are_encoded(live, encoded):
    answers = Answers(live)
    by_words = AnswerRequest(COMPLAINT, {"township": ("庙尔沟乡",)})
    response = answers.answer_quickly(by_words)
    assert 0 < len(encoded) <= SALIENT_PIECES
    assert all(text in COMPLAINT for text in encoded)
    assert any("狗" in text for text in encoded)
    assert response.answer.finding.bodies == ["公安局"]


def test_a_short_question_is_answered_as_ever(live):
    answers = Answers(live)
    request = AnswerRequest("打捆机国家退多少钱", {"township": ("三台镇",)})
    quickly, calmly = answers.answer_quickly(request), answers.answer(request)
    assert quickly.status is calmly.status
    assert [one.bodies for one in quickly.answer.by_township] == [
        one.bodies for one in calmly.answer.by_township
    ]


def test_complaints_are_answered_nearly_as_well(live, data):
    questions = select(load_judged(data / "evaluation" / "judged.jsonl"), "tune")
    complaints = [one for one in questions if one.kind == "complaint"]
    answers = Answers(live)
    right = 0
    for one in complaints:
        places = {"township": (one.township,)} if one.township else {}
        right += is_right(answers.answer_quickly(AnswerRequest(one.q, places)), one)
    assert right >= 0.8 * len(complaints)
