"""From a question to an answer, over the index of the five real lists.

1. Every question ends as answered, ambiguous or not found, and only the first two have an answer.
2. A place filters: the township, the county or the prefecture given, else the one that the question names.
   Short names of places filter like full ones.
3. `by_township` has one finding for each township that says anything, all of the places asked about; where some
   say nothing, the summary names those that do.
4. A body that all townships name is the answer; where they have none in common it is ambiguous, and the advice
   asks for the place.
5. Gibberish, marks and nothing end as not found with advice. A matter outside the lists is named with its desk;
   what only other townships list is said so, with those townships. A question about a place without a list, and
   a mere word that no duty has, are refused; a refusal shows the nearest duty at most.
6. Best bets answer, and as sure as a reviewed answer is.
7. A place that no list is of is an error that names those there are.
8. An answer that isn't to be refused comes wherever anything matches, however unsure.
9. Alternatives are at most three and about other matters than the answer.
10. Below the threshold it is refused, at the threshold it isn't.
11. No text makes it fail; confidence and features are in [0, 1] (property test). 500 characters are answered.
"""

import re
import shutil
from dataclasses import astuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.facets import UnknownFacetValueError
from indexer.index.generation import IndexStateError
from search_service.core.answers.answering import MOST_ALTERNATIVES, AnswerRequest, Answers
from search_service.core.answers.matching import PINNED_CONFIDENCE
from search_service.core.answers.result import Status, TownshipRole
from search_service.core.answers.summary import ADVICE_ASK, advice_other_place, advice_unsure
from search_service.core.live_index import LiveIndex
from tests.generations import publish_copy

TOWNSHIPS = ["庙尔沟乡", "坎尔孜乡", "大南沟乌孜别克族乡", "三台镇", "甘沟乡"]
QUESTIONS = [
    "狗咬人", "流浪狗没人收", "狗屎没人清", "给狗打疫苗", "宅基地审批", "低保", "校车", "森林防火", "打井",
    "老板拖欠工资", "火灾隐患", "收养登记", "微型消防站", "非法采矿", "拆违建", "打农药瓶子扔地里", "饭馆卫生不好",
    "新盖的房子没门牌", "养老保险", "草原着火往哪报", "护照到期换新", "蒙古包里没热水", "带狗进馆子",
]  # fmt: skip


@pytest.fixture(scope="module")
def answers(index_folder):
    return Answers(LiveIndex(index_folder))


@pytest.fixture(scope="module")
def answers_by_meaning(meaning_folder):
    return Answers(LiveIndex(meaning_folder))


@pytest.fixture(scope="module")
def ask(answers):
    """Return a function that asks a question, with places as keyword arguments."""
    return asking(answers)


def asking(answers):
    def ask(text, *, refuse=True, **places):
        given = {name: (value,) if isinstance(value, str) else value for name, value in places.items()}
        return answers.answer(AnswerRequest(text, given, refuse=refuse))

    return ask


def townships(response):
    return [finding.duty.township for finding in response.answer.by_township]


def test_an_answer_is_whole(ask):
    response = ask("狗咬人", township="庙尔沟乡")
    assert (response.status, response.query.text) == (Status.ANSWERED, "狗咬人")
    answer = response.answer
    assert answer.finding.duty.id == "changji-miaoergou-cooperative-19"
    [body] = answer.finding.responsible
    assert (body.department, body.canonical) == ("昌吉市公安局", "公安局")
    assert body.evidence == "负责查处养犬扰民、伤人治安案件"
    assert answer.finding.role is TownshipRole.ASSISTS
    assert answer.citation == "庙尔沟乡配合履职事项清单第19项（2025年7月）"
    assert answer.summary.startswith("这件事归昌吉市公安局：“负责查处养犬扰民、伤人治安案件”；庙尔沟乡配合：")
    assert response.confidence == answer.confidence > 0.8
    assert response.features is not None
    assert (response.advice, response.elsewhere, response.outside) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("狗咬人", {"公安局"}),
        ("流浪狗没人收", {"公安局", "城市管理局"}),
        ("狗屎没人清", {"城市管理局"}),
        ("给狗打疫苗", {"农业农村局"}),
    ],
)
def test_the_step_decides(ask, text, bodies):
    assert set(ask(text, township="庙尔沟乡").answer.finding.bodies) <= bodies


@pytest.mark.parametrize(
    ("text", "bodies"),
    [
        ("狗咬人", {"公安局"}),
        ("流浪狗没人收", {"公安局", "城市管理局"}),
        ("狗屎没人清", {"城市管理局"}),
        ("给狗打疫苗", {"农业农村局"}),
    ],
)
def test_the_step_decides_by_meaning(answers_by_meaning, text, bodies):
    assert set(asking(answers_by_meaning)(text, township="庙尔沟乡").answer.finding.bodies) <= bodies


@pytest.mark.parametrize(
    ("text", "township", "role", "body"),
    [
        ("宅基地审批", "庙尔沟乡", TownshipRole.RESPONSIBLE, "乡镇"),
        ("新盖的房子没门牌", "庙尔沟乡", TownshipRole.ASSISTS, "乡镇"),
        ("收养登记", "三台镇", TownshipRole.NONE, "民政局"),
    ],
)
def test_the_three_lists_mean_three_roles(ask, text, township, role, body):
    finding = ask(text, township=township).answer.finding
    assert (finding.role, finding.bodies) == (role, [body])


@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("township", [None, "庙尔沟乡", "甘沟乡"])
def test_every_question_ends_in_one_of_three_ways(ask, text, township):
    response = ask(text, township=township) if township else ask(text)
    assert (response.answer is None) == (response.status is Status.NOT_FOUND)
    assert (response.advice is None) == (response.status is Status.ANSWERED)
    assert len(response.alternatives) <= MOST_ALTERNATIVES
    if response.status is Status.NOT_FOUND:
        nearest = [advice_unsure(one) for one in response.alternatives]
        assert nearest in ([], [response.advice])
        assert {one.duty.township for one in response.alternatives} <= (
            {township} if township else {*TOWNSHIPS}
        )
        return
    where = townships(response)
    assert len(set(where)) == len(where) > 0
    assert response.answer.finding in response.answer.by_township
    common = set.intersection(*(set(one.bodies) for one in response.answer.by_township))
    assert bool(common) == (response.status is Status.ANSWERED)
    assert where == [township] or township is None


@pytest.mark.parametrize("township", TOWNSHIPS)
def test_a_township_answers_from_its_own_list(ask, township):
    response = ask("宅基地审批", township=township)
    assert townships(response) == [township]
    assert response.answer.finding.duty.township == township


def test_several_townships_answer_side_by_side(ask):
    assert set(townships(ask("狗咬人", township=("庙尔沟乡", "三台镇")))) == {"庙尔沟乡", "三台镇"}


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ({"county": "奇台县"}, {"坎尔孜乡"}),
        ({"county": ("奇台县", "昌吉市")}, {"坎尔孜乡", "庙尔沟乡"}),
        ({"prefecture": "昌吉回族自治州"}, {"庙尔沟乡", "坎尔孜乡", "大南沟乌孜别克族乡", "三台镇"}),
        ({}, {"庙尔沟乡", "坎尔孜乡", "大南沟乌孜别克族乡", "三台镇"}),
    ],
)
def test_counties_and_prefectures_ask_all_their_townships(ask, places, expected):
    response = ask("狗咬人", **places)
    assert response.status is Status.ANSWERED
    assert set(townships(response)) == expected
    assert response.answer.finding.bodies == ["公安局"]


@pytest.mark.parametrize(
    ("text", "township"),
    [
        ("庙尔沟乡狗咬人", "庙尔沟乡"),
        ("昌吉市狗咬人", "庙尔沟乡"),
        ("我在三台镇，狗咬人了找谁", "三台镇"),
        ("木垒县狗咬人", "大南沟乌孜别克族乡"),
    ],
)
def test_a_place_in_the_question_filters_like_one_given(ask, text, township):
    response = ask(text)
    assert townships(response) == [township]
    assert townships(ask("狗咬人", township=township)) == [township]


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ({"township": "庙尔沟"}, ["庙尔沟乡"]),
        ({"township": ("庙尔沟", "三台镇")}, ["庙尔沟乡", "三台镇"]),
        ({"county": "奇台"}, ["坎尔孜乡"]),
    ],
)
def test_a_short_name_of_a_place_filters_like_the_full_one(ask, places, expected):
    assert townships(ask("狗咬人", **places)) == expected


def test_a_place_given_counts_more_than_one_in_the_question(ask):
    assert townships(ask("庙尔沟乡狗咬人", township="三台镇")) == ["三台镇"]
    assert townships(ask("庙尔沟乡狗咬人", county="奇台县")) == ["坎尔孜乡"]


def test_a_body_in_common_is_the_answer(ask):
    response = ask("森林防火")
    assert response.status is Status.ANSWERED
    assert response.answer.finding.bodies[0] == "林业和草原局"
    found = [one.bodies for one in response.answer.by_township]
    assert len(found) == 5
    assert all("林业和草原局" in bodies for bodies in found)
    assert len({tuple(bodies) for bodies in found}) > 1
    assert response.answer.summary.startswith("各地不一样：")
    assert response.answer.summary.endswith("请先问清来电人在哪个乡镇。")


@pytest.mark.parametrize(("text", "silent"), [("狗咬人", {"甘沟乡"}), ("收养登记", {"庙尔沟乡", "甘沟乡"})])
def test_where_some_townships_say_nothing_the_others_are_named(ask, text, silent):
    response = ask(text)
    assert response.status is Status.ANSWERED
    assert set(townships(response)) == {*TOWNSHIPS} - silent
    assert "、".join(townships(response)) in response.answer.summary
    assert "各乡镇" not in response.answer.summary


def test_where_all_townships_say_the_same_none_is_named(ask):
    response = ask("低保")
    assert set(townships(response)) == {*TOWNSHIPS}
    assert response.answer.summary.startswith("这件事由各乡镇自己负责：“")


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_township_named_by_an_answer_would_answer_by_itself(ask, text):
    response = ask(text)
    for finding in response.answer.by_township if response.answer else ():
        assert ask(text, township=finding.duty.township).status is not Status.NOT_FOUND


@pytest.mark.parametrize("text", ["五户人凑一块养羊咋立个社", "给开饭馆的说说泔水该咋分"])
def test_what_is_answered_leads_with_a_common_body(ask, text):
    response = ask(text)
    common = set.intersection(*(set(one.bodies) for one in response.answer.by_township))
    assert response.status is Status.AMBIGUOUS or response.answer.finding.bodies[0] in common


@pytest.mark.parametrize(
    ("text", "most", "other"),
    [
        ("校车没有座位", "乡镇", "教育局"),
        ("打井", "水利局", "水务局"),
        ("饭馆卫生不好", "市场监督管理局", "乡镇"),
    ],
)
def test_without_a_common_body_it_is_ambiguous_and_asks_for_the_place(ask, text, most, other):
    response = ask(text)
    assert response.status is Status.AMBIGUOUS
    assert response.answer.finding.bodies == [most]
    assert {body for one in response.answer.by_township for body in one.bodies} == {most, other}
    assert response.advice.startswith("各地由不同的部门办。请先选来电人所在的乡镇（")
    for finding in response.answer.by_township:
        assert finding.duty.county in response.advice
        assert finding.duty.township in response.answer.summary
    settled = ask(text, township=response.answer.finding.duty.township)
    assert (settled.status, settled.answer.finding.bodies) == (Status.ANSWERED, [most])


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\x00"])
def test_nothing_asked_is_not_found_and_asks_what_it_is_about(ask, text):
    response = ask(text)
    assert (response.status, response.advice, response.confidence) == (Status.NOT_FOUND, ADVICE_ASK, 0.0)


@pytest.mark.parametrize(
    "text", ["？？？", "%%%", "🐶", "“没有这样的话”", "qwrtzx", "魑魅魍魉", "啊啊啊咕噜咕噜", "asdfgh"]
)
@pytest.mark.parametrize("township", [None, "庙尔沟乡"])
def test_gibberish_is_not_found(ask, text, township):
    response = ask(text, township=township) if township else ask(text)
    assert (response.status, response.answer) == (Status.NOT_FOUND, None)
    assert response.advice
    assert response.elsewhere is None
    assert response.confidence < 0.3


def test_without_any_duty_the_advice_names_the_place_and_its_desk(ask):
    advice = ask("魑魅魍魉", township="庙尔沟乡").advice
    assert advice.startswith("庙尔沟乡的履职事项清单里没有找到这件事，不要凭猜测派单。")
    assert "去掉地区限制再查" in advice
    assert "请转昌吉市的12345热线总台或政务服务中心核实" in advice
    assert "请转奇台县的12345热线总台" in ask("魑魅魍魉", county="奇台县").advice
    anywhere = ask("魑魅魍魉").advice
    assert anywhere.startswith("已收录的各乡镇的履职事项清单里没有找到这件事")
    assert "去掉地区限制" not in anywhere


@pytest.mark.parametrize("text", ["啊啊啊咕噜咕噜", "asdfgh"])
def test_gibberish_is_sent_nowhere(ask, text):
    assert "通常归不涉及具体部门" not in ask(text).advice


@pytest.mark.parametrize(
    "text", ["庙尔沟乡", "民政局", "庙尔沟乡民政局", "谢谢", "13912345678", "139 1234 5678"]
)
def test_places_bodies_small_talk_and_numbers_alone_name_no_matter(ask, text):
    response = ask(text)
    assert (response.status, response.advice, response.confidence) == (Status.NOT_FOUND, ADVICE_ASK, 0.0)


def test_a_phone_number_beside_a_matter_says_nothing(ask):
    with_number, without = ask("狗咬人，13912345678"), ask("狗咬人")
    assert (with_number.answer, with_number.status) == (without.answer, Status.ANSWERED)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("阜康市低保", "阜康市"),
        ("上海高龄津贴", "上海"),
        ("你好，上海高龄津贴", "上海"),
        ("吉木萨尔县北庭镇低保", "吉木萨尔县北庭镇"),
    ],
)
def test_a_question_about_a_place_without_a_list_is_refused(ask, text, place):
    response = ask(text)
    assert (response.status, response.answer, response.alternatives) == (Status.NOT_FOUND, None, ())
    assert (response.advice, response.confidence) == (advice_other_place(place), 0.0)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("四川来的老板不发工资", {}),
        ("吉木萨尔县三台镇低保", {}),
        ("阜康市低保", {"township": "庙尔沟乡"}),  # the place given counts more
    ],
)
def test_other_places_that_it_is_not_about_refuse_nothing(ask, text, places):
    response = ask(text, **places)
    assert response.status is Status.ANSWERED
    assert response.answer.finding.bodies == ["乡镇"]


@pytest.mark.parametrize("text", ["沼气", "a", "wifi", "校车"])
def test_a_mere_word_that_no_duty_has_is_refused_with_the_nearest(ask, text):
    response = ask(text)
    assert (response.status, response.elsewhere, response.outside) == (Status.NOT_FOUND, None, None)
    assert response.confidence > 0
    [nearest] = response.alternatives
    assert response.advice == advice_unsure(nearest)


@pytest.mark.parametrize("text", ["低保", "打井", "校车没有座位"])
def test_a_mere_word_that_a_duty_has_and_a_longer_question_are_answered(ask, text):
    assert ask(text).answer is not None


def test_a_body_named_beside_the_matter_does_not_hide_it(ask):
    response = ask("公安局分户", township="庙尔沟乡")
    assert (response.status, response.answer.finding.bodies) == (Status.ANSWERED, ["公安局"])
    assert response.answer.finding.duty.name == "农村户籍分户、落户工作"


def test_a_phrase_in_quotes_is_answered_by_the_duty_that_has_it(ask):
    assert ask("“伤人治安案件”", township="庙尔沟乡").answer.finding.bodies == ["公安局"]


@pytest.mark.parametrize("township", [None, *TOWNSHIPS])
def test_a_matter_outside_the_lists_is_named_with_its_desk(ask, township):
    response = ask("护照到期换新", township=township) if township else ask("护照到期换新")
    assert (response.status, response.answer, response.elsewhere) == (Status.NOT_FOUND, None, None)
    assert response.outside.name == "护照和出入境证件"
    assert response.advice == (
        "这不是乡镇履职清单里的事，听起来是“护照和出入境证件”，"
        "通常归县市公安局出入境管理窗口（国家移民管理局热线12367），请转那里。"
    )


@pytest.mark.parametrize("township", ["庙尔沟乡", "甘沟乡"])
def test_what_only_other_townships_list_is_said_so(ask, township):
    response = ask("收养登记", township=township)
    assert (response.status, response.answer, response.outside) == (Status.NOT_FOUND, None, None)
    assert set(response.elsewhere.townships) == {"大南沟乌孜别克族乡", "三台镇", "坎尔孜乡"}
    assert response.elsewhere.duty.name == "收养登记"
    assert response.advice == (
        f"{township}的清单里没有找到这一项；{'、'.join(response.elsewhere.townships)}的清单列有“收养登记”，"
        f"由当地民政局负责。{township}由谁办，请向县市有关部门核实后再派单。"
    )


def test_what_one_other_township_lists_is_told_with_its_own_body(ask):
    response = ask("计划生育特殊家庭", township="庙尔沟乡")
    assert response.elsewhere.townships == ("甘沟乡",)
    assert "由甘沟乡负责" in response.advice


def test_adoption_in_a_township_that_does_not_list_it(answers_by_meaning):
    response = asking(answers_by_meaning)("想收养个孩子", township="庙尔沟乡")
    assert response.status is Status.NOT_FOUND
    assert set(response.elsewhere.townships) == {"大南沟乌孜别克族乡", "三台镇", "坎尔孜乡"}


@pytest.mark.parametrize(
    ("found_by", "text"), [("answers", "宰羊的排队打架没人管"), ("answers_by_meaning", "餐馆油烟大")]
)
def test_elsewhere_is_not_here(request, found_by, text):
    response = asking(request.getfixturevalue(found_by))(text, township="庙尔沟乡")
    assert response.status is Status.NOT_FOUND
    assert response.elsewhere is None or "庙尔沟乡" not in response.elsewhere.townships


@pytest.mark.parametrize("text", ["庙尔沟乡公安局分户", "公安局分户在庙尔沟乡", "昌吉市公安局分户"])
def test_a_body_named_beside_a_place_does_not_hide_the_matter(ask, text):
    assert ask(text).answer.finding.bodies[0] == "公安局"


def test_best_bets_answer_and_are_sure(ask, tuning, duties):
    asked = 0
    for bet in tuning.best_bets.entries:
        places = {duty.township for duty in duties if duty.name in bet.duties}
        for question in bet.questions:
            for township in places:
                response = ask(question, township=township)
                assert response.status is Status.ANSWERED, question
                assert response.answer.finding.duty.name in bet.duties, question
                assert response.confidence == PINNED_CONFIDENCE, question
                asked += 1
    assert asked > 50


@pytest.mark.parametrize(
    ("places", "facet"),
    [
        ({"township": "没有乡"}, "township"),
        ({"county": "没有县"}, "county"),
        ({"prefecture": "没有州"}, "prefecture"),
    ],
)
@pytest.mark.parametrize("text", ["狗咬人", ""])
def test_an_unknown_place_is_an_error_that_names_those_there_are(ask, places, facet, text):
    with pytest.raises(UnknownFacetValueError, match="没有") as raised:
        ask(text, **places)
    assert raised.value.facet == facet
    known = {"township": "庙尔沟乡", "county": "奇台县", "prefecture": "昌吉回族自治州"}
    assert known[facet] in raised.value.reason


def test_without_an_index_the_remedy_is_named(tmp_path):
    with pytest.raises(IndexStateError, match="duty-index build"):
        Answers(LiveIndex(tmp_path)).answer(AnswerRequest("狗咬人"))


@pytest.mark.parametrize("text", ["护照到期换新", "收养登记", "工地扬尘", "黑车拉客", "计划生育特殊家庭"])
def test_what_is_not_to_be_refused_is_answered(ask, text):
    refused = ask(text, township="庙尔沟乡")
    answered = ask(text, township="庙尔沟乡", refuse=False)
    assert answered.answer is not None
    assert answered.confidence == refused.confidence
    assert answered.outside is answered.elsewhere is None


def test_where_nothing_matches_nothing_is_answered(ask):
    assert ask("魑魅魍魉", refuse=False).status is Status.NOT_FOUND


def test_unrefused_answers_are_those_given_anyway(ask):
    for text in ("狗咬人", "校车没有座位", "森林防火"):
        assert ask(text, refuse=False) == ask(text)


@pytest.mark.parametrize("text", QUESTIONS)
def test_alternatives_are_other_duties_of_the_township(ask, text):
    response = ask(text, township="庙尔沟乡", refuse=False)
    names = [one.duty.name for one in (response.answer.finding, *response.alternatives)]
    assert len(set(names)) == len(names)
    assert {one.duty.township for one in response.alternatives} <= {"庙尔沟乡"}


def test_what_else_may_be_meant_is_told(ask):
    response = ask("狗屎没人清", township="庙尔沟乡")
    assert len(response.alternatives) == MOST_ALTERNATIVES
    assert all(one.responsible and one.responsible[0].evidence for one in response.alternatives)


@pytest.mark.parametrize(
    ("found_by", "text"), [("answers", "讨饭的娃娃没人管"), ("answers_by_meaning", "流浪狗没人收")]
)
def test_the_answer_is_no_alternative_to_itself(request, found_by, text):
    response = asking(request.getfixturevalue(found_by))(text)
    assert response.answer.finding.duty.id not in [one.duty.id for one in response.alternatives]


@pytest.mark.parametrize("text", ["低保", "宅基地审批", "12315"])
def test_what_a_township_answers_is_no_alternative(ask, text):
    response = ask(text)
    answered = {one.duty.id for one in response.answer.by_township}
    assert answered.isdisjoint(one.duty.id for one in response.alternatives)


@pytest.fixture
def with_threshold(index_folder, tmp_path):
    """Return a function that gives answers which are all sure of 0.5, refused below a threshold."""

    def make(threshold):
        folder = tmp_path / "index"
        shutil.copytree(index_folder, folder)

        def change(generation):
            path = generation / "dictionaries" / "confidence.toml"
            text = re.sub(r"(?m)^([a-z_]+) = .+$", r"\1 = 0.0", path.read_text(encoding="utf-8"))
            path.write_text(text.replace("threshold = 0.0", f"threshold = {threshold}"), encoding="utf-8")

        publish_copy(folder, change)
        return asking(Answers(LiveIndex(folder)))

    return make


def test_at_the_threshold_it_is_answered(with_threshold):
    response = with_threshold(0.5)("狗咬人", township="庙尔沟乡")
    assert (response.status, response.confidence) == (Status.ANSWERED, 0.5)


def test_below_the_threshold_it_is_refused_but_for_best_bets(with_threshold):
    ask = with_threshold(0.51)
    response = ask("狗咬人", township="庙尔沟乡")
    assert (response.status, response.confidence) == (Status.NOT_FOUND, 0.5)
    assert ask("狗咬人", township="庙尔沟乡", refuse=False).status is Status.ANSWERED
    assert ask("低保", township="庙尔沟乡").status is Status.ANSWERED


def test_five_hundred_characters_are_answered(ask):
    text = ("狗咬人了，" * 100)[:500]
    assert len(text) == 500
    response = ask(text, township="庙尔沟乡")
    assert (response.status, response.answer.finding.bodies) == (Status.ANSWERED, ["公安局"])
    assert response.features.length == 1
    assert ask("问" * 500).status in Status


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    text=st.one_of(st.text(max_size=60), st.text(alphabet="狗咬人低保乡镇谁管，。？“”", max_size=40)),
    refuse=st.booleans(),
)
def test_no_text_fails_and_all_figures_are_shares(ask, text, refuse):
    response = ask(text, refuse=refuse)
    assert 0 <= response.confidence <= 1
    assert all(-1e-9 <= one <= 1 + 1e-6 for one in astuple(response.features)) if response.features else True
    assert response.answer or response.advice
