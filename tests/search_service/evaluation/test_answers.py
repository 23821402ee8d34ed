"""The figures of answers, on outcomes made by hand.

1. A body is right when the first one of the answer was judged right; a role when it is the duty's. Without an
   answer both are wrong; what wasn't judged doesn't count.
2. Refused are the questions that end as not found, counted apart for those that have an answer and those that
   have none; a figure without questions is None.
3. The figures come per kind too, in the order of the kinds.
4. Without a judged body an answer is right when its duty has grade 2.
5. The Brier score and the reliability table are those computed by hand; confidence on an edge belongs to the bin
   above it, 1 to the last; empty bins are left out.
6. Questions are asked with their township, and what was refused is asked again so that nothing is refused.
7. The floor's table of answers holds three figures from below and `answerable_refused` from above; one that wasn't
   measured is 0. A bad table is refused by name.
"""

from dataclasses import replace

import pytest

from indexer.duty import ListType
from search_service.core.answers.answering import Answers
from search_service.core.answers.result import Answer, AnswerResponse, Finding, Responsible, Status
from search_service.core.live_index import LiveIndex
from search_service.core.request import ALL_PARTS
from search_service.core.result import QueryReport
from search_service.evaluation.answers import (
    ANSWER_LABELS,
    Answered,
    AnswerReport,
    Bin,
    ask_all,
    is_right,
    names_right_body,
)
from search_service.evaluation.errors import EvaluationError
from search_service.evaluation.floor import ANSWERS, CEILINGS, Floor
from search_service.evaluation.judged import KINDS
from search_service.evaluation.run import evaluate

from .conftest import make_duty, make_question


def answered(*bodies, confidence=0.9, number=1, status=Status.ANSWERED, list_type=ListType.BASIC):
    """Return the answer that a duty of 庙尔沟乡 gives, with these bodies."""
    duty = replace(make_duty(number, "文明养犬管理"), list_type=list_type)
    named = tuple(Responsible(f"昌吉市{body}", body, "文明养犬管理") for body in bodies)
    finding = Finding(duty, named, "文明养犬管理", stands_out=True)
    answer = Answer(finding, confidence, "这件事有人管。", "庙尔沟乡基本履职事项清单第1项", (finding,))
    return AnswerResponse(
        QueryReport("养狗谁管", ["养狗"], []), status, answer, (), None, None, None, confidence
    )


def refused(confidence=0.1):
    return AnswerResponse(
        QueryReport("养狗谁管", ["养狗"], []), Status.NOT_FOUND, None, (), "换个说法", None, None, confidence
    )


def outcome(question, response, unrefused=None):
    return Answered(question, response, unrefused or response)


def asks(number="q1", **changes):
    return make_question(number, "养狗谁管", **{"right": (1,), "responsible": ("乡镇",), **changes})


def nobody(number):
    """Return a question that no list answers."""
    return make_question(
        number, "飞机晚点赔不赔", right=(), kind="no_answer", responsible=None, township_role=None
    )


@pytest.fixture
def report():
    """Return six outcomes: right, second body right, other role, refused, nobody's refused, nobody's answered."""
    return AnswerReport(
        (
            outcome(asks("q1"), answered("乡镇", confidence=0.95)),
            outcome(asks("q2"), answered("公安局", "乡镇", confidence=0.7)),
            outcome(asks("q3", kind="colloquial", township_role="assists"), answered("乡镇", confidence=0.6)),
            outcome(asks("q4", kind="colloquial"), refused(0.3), answered("乡镇", confidence=0.3)),
            outcome(nobody("q5"), refused(0.1), answered("公安局", confidence=0.1)),
            outcome(nobody("q6"), answered("公安局", confidence=1.0)),
        )
    )


def test_the_first_body_and_the_role_must_be_right(report):
    assert [one.body_right for one in report.outcomes] == [True, False, True, False, None, None]
    assert [one.role_right for one in report.outcomes] == [True, True, False, False, None, None]
    assert report.responsible_body == 2 / 4
    assert report.township_role == 2 / 4


def test_refusals_are_counted_apart(report):
    assert [one.refused for one in report.outcomes] == [False, False, False, True, True, False]
    assert [one.answerable for one in report.outcomes] == [True, True, True, True, False, False]
    assert report.answerable_refused == 1 / 4
    assert report.unanswerable_refused == 1 / 2


def test_an_ambiguous_answer_is_no_refusal():
    one = outcome(asks(), answered("乡镇", status=Status.AMBIGUOUS))
    assert (one.refused, one.body_right, one.role_right) == (False, True, True)


def test_any_of_several_judged_bodies_is_right():
    question = asks(responsible=("公安局", "城市管理局"))
    assert names_right_body(answered("城市管理局"), question)
    assert not names_right_body(answered("民政局", "公安局"), question)
    assert not names_right_body(refused(), question)


@pytest.mark.parametrize(
    ("list_type", "role"),
    [(ListType.BASIC, "responsible"), (ListType.COOPERATIVE, "assists"), (ListType.RECLAIMED, "none")],
)
def test_the_role_is_that_of_the_duty(list_type, role):
    response = answered("公安局", list_type=list_type)
    right = [
        outcome(asks(township_role=one), response).role_right for one in ("responsible", "assists", "none")
    ]
    assert right == [one == role for one in ("responsible", "assists", "none")]


def test_what_was_not_judged_does_not_count():
    unjudged = asks(responsible=None, township_role=None)
    one = outcome(unjudged, answered("公安局"))
    assert (one.body_right, one.role_right) == (None, None)
    mixed = AnswerReport((one, outcome(asks("q2"), answered("乡镇"))))
    assert (mixed.responsible_body, mixed.township_role) == (1, 1)


def test_without_a_judged_body_the_duty_decides():
    unjudged = make_question("q1", "养狗谁管", right=(1,), related=(2,), responsible=None)
    assert is_right(answered("公安局", number=1), unjudged)
    assert not is_right(answered("公安局", number=2), unjudged)
    assert not is_right(answered("公安局", number=3), unjudged)
    assert not is_right(refused(), unjudged)
    assert not is_right(answered("公安局"), nobody("q2"))


def test_kinds_come_in_their_order(report):
    assert list(report.kinds) == ["keyword", "colloquial", "no_answer"]
    assert list(report.kinds) == [kind for kind in KINDS if kind in report.kinds]
    colloquial = report.kinds["colloquial"]
    assert (colloquial.responsible_body, colloquial.township_role) == (1 / 2, 0)
    assert (colloquial.answerable_refused, colloquial.unanswerable_refused) == (1 / 2, None)
    nobodys = report.kinds["no_answer"]
    assert (nobodys.responsible_body, nobodys.answerable_refused, nobodys.unanswerable_refused) == (
        None,
        None,
        0.5,
    )


def test_the_brier_score_is_the_mean_squared_error(report):
    by_hand = (0.05**2 + 0.7**2 + 0.4**2 + 0.7**2 + 0.1**2 + 1.0**2) / 6
    assert report.brier == pytest.approx(by_hand)


@pytest.mark.parametrize(
    ("confidence", "body", "brier"),
    [(1.0, "乡镇", 0), (1.0, "公安局", 1), (0.5, "乡镇", 0.25), (0.0, "公安局", 0)],
)
def test_the_brier_score_of_one_answer(confidence, body, brier):
    assert AnswerReport((outcome(asks(), answered(body, confidence=confidence)),)).brier == brier


def test_the_reliability_table(report):
    assert report.reliability == [
        Bin(0.0, 0.2, 1, pytest.approx(0.1), 0),
        Bin(0.2, 0.4, 1, pytest.approx(0.3), 1),
        Bin(0.6, 0.8, 2, pytest.approx(0.65), 1 / 2),
        Bin(0.9, 1.0, 2, pytest.approx(0.975), 1 / 2),
    ]


@pytest.mark.parametrize(
    ("confidence", "low", "high"),
    [(0.0, 0.0, 0.2), (0.2, 0.2, 0.4), (0.8, 0.8, 0.9), (0.9, 0.9, 1.0), (0.899, 0.8, 0.9), (1.0, 0.9, 1.0)],
)
def test_confidence_on_an_edge_belongs_to_the_bin_above(confidence, low, high):
    [row] = AnswerReport((outcome(asks(), answered("乡镇", confidence=confidence)),)).reliability
    assert (row.low, row.high, row.count, row.confidence, row.right) == (low, high, 1, confidence, 1)


def test_as_plain_data(report):
    data = report.as_dict()
    assert list(data) == [*ANSWER_LABELS, "brier", "kinds", "reliability"]
    assert [data[name] for name in ANSWER_LABELS] == [0.5, 0.5, 0.5, 0.25]
    assert data["kinds"]["no_answer"] == {
        "responsible_body": None,
        "township_role": None,
        "unanswerable_refused": 0.5,
        "answerable_refused": None,
    }
    assert data["reliability"][0] == {"from": 0.0, "to": 0.2, "count": 1, "confidence": 0.1, "right": 0.0}
    assert data["brier"] == round(report.brier, 4)


def test_nothing_to_report():
    empty = AnswerReport(())
    assert [getattr(empty, name) for name in ANSWER_LABELS] == [None] * 4
    assert (empty.brier, empty.reliability, empty.kinds) == (0.0, [], {})
    assert empty.as_dict()["reliability"] == []


@pytest.fixture(scope="module")
def answers(index_folder):
    return Answers(LiveIndex(index_folder))


def test_questions_are_asked_with_their_township(answers):
    dogs = make_question("q1", "狗咬人", right=(), township="三台镇", responsible=("公安局",))
    report = ask_all(answers, [dogs, make_question("q2", "校车没有座位", right=())])
    first, second = report.outcomes
    assert first.response.answer.finding.duty.township == "三台镇"
    assert first.unrefused is first.response
    assert (first.body_right, first.role_right) == (True, False)
    assert second.response.status is Status.AMBIGUOUS
    assert len(second.response.answer.by_township) > 1


def test_what_was_refused_is_asked_again_so_that_nothing_is(answers):
    [one] = ask_all(answers, [nobody("q1")]).outcomes
    assert one.refused
    assert one.unrefused.status is not Status.NOT_FOUND
    assert one.unrefused.confidence == one.response.confidence


def test_parts_may_be_left_out(answers):
    question = make_question("q1", "狗咬人", right=(), township="庙尔沟乡")
    [whole] = ask_all(answers, [question]).outcomes
    [bare] = ask_all(answers, [question], ALL_PARTS.without("phrase_book", "synonyms")).outcomes
    assert whole.unrefused.confidence > bare.unrefused.confidence


def shortfalls(demands, find_in_order, some_questions, report):
    return list(
        map(str, Floor({ANSWERS: demands}).shortfalls(evaluate(find_in_order, some_questions), report))
    )


@pytest.mark.parametrize(
    ("demands", "told"),
    [
        ({"responsible_body": 0.5, "township_role": 0.5, "unanswerable_refused": 0.5}, []),
        ({"responsible_body": 0.51}, ["answers body right: 0.500, the floor is 0.510"]),
        ({"township_role": 0.6}, ["answers role right: 0.500, the floor is 0.600"]),
        ({"unanswerable_refused": 1.0}, ["answers rightly refused: 0.500, the floor is 1.000"]),
        ({"answerable_refused": 0.25}, []),
        ({"answerable_refused": 1.0}, []),
        ({"answerable_refused": 0.24}, ["answers wrongly refused: 0.250, the ceiling is 0.240"]),
        ({"answerable_refused": 0.0}, ["answers wrongly refused: 0.250, the ceiling is 0.000"]),
    ],
)
def test_the_floor_of_answers(find_in_order, some_questions, report, demands, told):
    assert shortfalls(demands, find_in_order, some_questions, report) == told


def test_what_was_not_measured_reaches_nothing(find_in_order, some_questions):
    demands = {"responsible_body": 0.1, "answerable_refused": 0.05}
    told = shortfalls(demands, find_in_order, some_questions, AnswerReport(()))
    assert told == ["answers body right: 0.000, the floor is 0.100"]


def test_the_only_ceiling_is_that_of_wrong_refusals():
    assert {"answerable_refused"} == CEILINGS
    assert set(ANSWER_LABELS) > CEILINGS


def test_a_table_of_answers_is_read(tmp_path):
    path = tmp_path / "底线.toml"
    path.write_text("[answers]\nresponsible_body = 0.85\nanswerable_refused = 0\n", encoding="utf-8")
    assert Floor.load(path).demands == {ANSWERS: {"responsible_body": 0.85, "answerable_refused": 0}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("success_at_1 = 0.5", "success_at_1: expected figures named responsible_body, township_role"),
        ("brier = 0.1", "brier: expected figures named"),
        ("responsible_body = 85", "responsible_body = 85: expected a number from 0 to 1"),
        ("answerable_refused = -0.1", "answerable_refused = -0.1: expected a number"),
        ("township_role = true", "township_role = True: expected a number"),
        ('township_role = "高"', "township_role = '高': expected a number"),
    ],
)
def test_a_bad_table_of_answers_is_refused(tmp_path, text, message):
    path = tmp_path / "底线.toml"
    path.write_text(f"[answers]\n{text}\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match=message) as raised:
        Floor.load(path)
    assert str(raised.value).startswith(f"{path}: [answers]")


def test_figures_of_answers_belong_to_no_other_table(tmp_path):
    path = tmp_path / "底线.toml"
    path.write_text("[overall]\nresponsible_body = 0.5\n", encoding="utf-8")
    with pytest.raises(
        EvaluationError, match=r"\[overall\] responsible_body: expected figures named success_at_1"
    ):
        Floor.load(path)
