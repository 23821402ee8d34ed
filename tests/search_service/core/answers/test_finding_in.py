"""What one duty says to a question: the page of a duty marks the step that the answer names.

1. For every duty that an answer is taken from, and every other one that it offers, it is what the answer says of it.
   By words alone and with the meaning; whatever place the question was asked in or names.
2. The same duty of another township is asked for itself: its own bodies and sentences.
3. A question that has nothing in common with a duty has no finding, nor has gibberish.
4. Quotes demand their words, and weigh them.
5. Without an index it fails as everything does.
"""

import pytest

from indexer.index.generation import IndexStateError
from search_service.core.answers.answering import AnswerRequest, Answers
from search_service.core.live_index import LiveIndex

DOGS = "changji-miaoergou-cooperative-19"
QUESTIONS = [
    "狗咬人", "狗咬人了找谁", "流浪狗没人收", "给狗打疫苗", "打井", "火灾隐患", "拆违建", "饭馆卫生不好", "森林防火",
    "低保", "楼道堆放杂物", "老板拖欠工资", "高龄津贴怎么领", "秸秆焚烧谁来管", "养老保险", "微型消防站",
    "打农药瓶子扔地里", "宅基地审批", "残疾证", "燃气灶检查谁负责", "收养登记", "泉水洼子的牌子倒了",
    "昨天下午在村口，邻居家的狗没拴绳子，把我孩子的腿咬了，主人不认账，请问该找哪个部门",
]  # fmt: skip
PLACES = [{}, {"township": ("三台镇",)}, {"county": ("奇台县",)}, {"prefecture": ("乌鲁木齐市",)}]


@pytest.fixture(scope="module")
def by_words(index_folder):
    return Answers(LiveIndex(index_folder))


@pytest.fixture(scope="module")
def by_meaning(meaning_folder):
    return Answers(LiveIndex(meaning_folder))


@pytest.fixture(scope="module")
def by_id(duties):
    return {duty.id: duty for duty in duties}


def findings(answers, question, places):
    response = answers.answer(AnswerRequest(question, places))
    return [*(response.answer.by_township if response.answer else ()), *response.alternatives]


@pytest.mark.parametrize("places", PLACES, ids=["", "三台镇", "奇台县", "乌鲁木齐市"])
def test_it_is_what_the_answer_says(by_words, places):
    compared = 0
    for question in QUESTIONS:
        for finding in findings(by_words, question, places):
            assert by_words.finding_in(finding.duty, question) == finding, (question, finding.duty.id)
            compared += 1
    assert compared >= 15


def test_it_is_what_the_answer_says_by_meaning(by_meaning):
    compared = 0
    for question in QUESTIONS:
        for finding in findings(by_meaning, question, {}):
            assert by_meaning.finding_in(finding.duty, question) == finding, (question, finding.duty.id)
            compared += 1
    assert compared > 60


@pytest.mark.parametrize("question", ["奇台县狗咬人了找谁", "庙尔沟乡狗咬人", "找公安局，狗咬人"])
def test_a_question_may_name_a_place_or_a_body(by_words, question):
    found = findings(by_words, question, {})
    assert found
    for finding in found:
        assert by_words.finding_in(finding.duty, question) == finding


def test_each_township_speaks_for_itself(by_words, by_id, search):
    names = {}
    for duty in (by_id[DOGS], *search.duty(DOGS).same):
        finding = by_words.finding_in(duty, "狗咬人")
        assert finding.duty == duty
        assert finding.stands_out
        assert finding.responsible[0].evidence in "".join(step.text for step in duty.superior_steps)
        names[duty.township] = finding.responsible[0].department
    assert names == {
        "庙尔沟乡": "昌吉市公安局",
        "坎尔孜乡": "奇台县公安局",
        "大南沟乌孜别克族乡": "木垒县公安局",
        "三台镇": "吉木萨尔县公安局",
    }


def test_where_the_question_names_another_place_the_duty_still_speaks(by_words, by_id):
    finding = by_words.finding_in(by_id[DOGS], "奇台县坎尔孜乡狗咬人")
    assert finding.responsible[0].department == "昌吉市公安局"


@pytest.mark.parametrize("question", ["犇麤", "asdfgh", "12345678", "犇麤骉", "？？！。"])
def test_nonsense_finds_nothing(by_words, by_meaning, by_id, question):
    for duty_id in (DOGS, "changji-miaoergou-basic-28", "urumqi-gangou-reclaimed-4"):
        assert by_words.finding_in(by_id[duty_id], question) is None
        assert by_meaning.finding_in(by_id[duty_id], question) is None


@pytest.mark.parametrize("question", ["护照", "打井", "蒙古包"])
def test_a_duty_about_something_else_says_nothing(by_words, by_id, question):
    assert by_words.finding_in(by_id["urumqi-gangou-reclaimed-4"], question) is None


def test_quotes_demand_their_words(by_words, by_id):
    finding = by_words.finding_in(by_id[DOGS], "“流浪犬只的收容”")
    assert finding.bodies == ["城市管理局"]
    assert "流浪犬只的收容" in finding.responsible[0].evidence
    assert by_words.finding_in(by_id[DOGS], "“流浪猫的收容”") is None


def test_without_an_index_it_fails(tmp_path, by_id):
    with pytest.raises(IndexStateError):
        Answers(LiveIndex(tmp_path / "none")).finding_in(by_id[DOGS], "狗咬人")
