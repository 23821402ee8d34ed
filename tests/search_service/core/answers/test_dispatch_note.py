"""The dispatch note, to the letter.

1. For one township it says the place, the bodies, the township's part, the duty, the sentence, and where to look.
2. What was taken back, and what the township does itself, is said so; no sentence stands in it twice.
3. Several townships have a paragraph each, below one title, each with the names of its own bodies and its own list.
4. Of a list without a date the citation has none.
5. Of whatever is answered, no paragraph names a body or a place of another township.
6. The note of one duty is that of its answer; without a question it names the leading bodies and no sentence.
"""

import re

import pytest

from indexer.duty import Step
from indexer.steps.binding import TOWNSHIP
from search_service.core.answers.answering import AnswerRequest, Answers
from search_service.core.answers.dispatch_note import dispatch_note, note_of_duty
from search_service.core.answers.result import Answer, Finding, Responsible
from search_service.core.live_index import LiveIndex

QUESTIONS = [
    "狗咬人", "流浪狗没人收", "打井", "火灾隐患", "拆违建", "饭馆卫生不好", "森林防火", "低保", "楼道堆放杂物",
    "老板拖欠工资", "高龄津贴怎么领", "秸秆焚烧谁来管", "养老保险", "微型消防站", "打农药瓶子扔地里", "宅基地审批",
    "残疾证", "燃气灶检查谁负责", "收养登记", "泉水洼子的牌子倒了",
]  # fmt: skip


@pytest.fixture(scope="module")
def answers(index_folder):
    return Answers(LiveIndex(index_folder))


@pytest.fixture
def note_of(answers, search):
    """Return a function that asks a question and gives the note of its answer."""

    def note_of(text, **places):
        given = {name: (value,) for name, value in places.items()}
        answer = answers.answer(AnswerRequest(text, given)).answer
        return dispatch_note(answer, search.lists(), link)

    return note_of


def link(duty):
    return f"https://12345.example/duties/{duty.id}"


def of(findings, search):
    """Return the note of an answer made for findings; its own finding is the first."""
    answer = Answer(findings[0], 0.9, "", "", tuple(findings))
    return dispatch_note(answer, search.lists(), link)


def paragraphs(note):
    title, _, text = note.partition("\n")
    assert title == "【派单依据】"
    return text.split("\n\n")


def test_of_one_township(note_of):
    assert note_of("狗咬人", township="庙尔沟乡") == (
        "【派单依据】\n"
        "地区：昌吉市庙尔沟乡\n"
        "承办：昌吉市公安局\n"
        "乡镇职责：上级牵头，乡镇配合\n"
        "事项：文明养犬管理工作\n"
        "清单原文：负责查处养犬扰民、伤人治安案件\n"
        "乡镇配合：组织村结合走访入户、政策宣传，第一时间将发现的流浪犬隐患线索、无证养犬信息报送本乡派出所、警务室\n"
        "依据：庙尔沟乡配合履职事项清单第19项（2025年7月）\n"
        "查看：https://12345.example/duties/changji-miaoergou-cooperative-19"
    )


def test_of_what_was_taken_back(note_of):
    assert note_of("收养登记", township="坎尔孜乡") == (
        "【派单依据】\n"
        "地区：奇台县坎尔孜乡\n"
        "承办：奇台县民政局\n"
        "乡镇职责：上级已收回，乡镇不再承办\n"
        "事项：收养登记\n"
        "清单原文：由县民政局负责收养登记\n"
        "依据：坎尔孜乡上级部门收回事项清单第3项（2025年7月）\n"
        "查看：https://12345.example/duties/qitai-kanerzi-reclaimed-3"
    )


def test_of_what_the_township_does_itself(note_of):
    assert note_of("拖欠农民工工资", township="三台镇") == (
        "【派单依据】\n"
        "地区：吉木萨尔县三台镇\n"
        "承办：三台镇\n"
        "乡镇职责：乡镇自己负责\n"
        "事项：负责本镇劳动争议调解工作，排查化解拖欠农民工工资问题，构建和谐劳动关系\n"
        "依据：三台镇基本履职事项清单第65项（2025年7月）\n"
        "查看：https://12345.example/duties/jimsar-santai-basic-65"
    )


def test_of_a_list_without_a_date(note_of):
    assert "\n依据：大南沟乌孜别克族乡配合履职事项清单第19项\n" in note_of(
        "狗咬人", township="大南沟乌孜别克族乡"
    )


def test_where_the_township_answers_it_does_not_help_itself(search, duties):
    duty = next(duty for duty in duties if duty.id == "changji-miaoergou-cooperative-19")
    sentence = duty.township_steps[0].text
    finding = Finding(duty, (Responsible("庙尔沟乡", TOWNSHIP, sentence),), sentence, stands_out=True)
    assert of([finding], search).splitlines()[2:7] == [
        "承办：庙尔沟乡",
        "乡镇职责：上级牵头，乡镇配合",
        "事项：文明养犬管理工作",
        f"清单原文：{sentence}",
        "依据：庙尔沟乡配合履职事项清单第19项（2025年7月）",
    ]


def test_a_name_that_is_the_evidence_is_no_sentence_of_its_own(search, duties):
    duty = next(duty for duty in duties if duty.id == "changji-miaoergou-cooperative-19")
    finding = Finding(duty, (Responsible("昌吉市公安局", "公安局", duty.name),), None, stands_out=False)
    note = of([finding], search)
    assert note.count(duty.name) == 1
    assert "清单原文" not in note
    assert "乡镇配合：" not in note


def test_all_bodies_are_named_in_their_order(note_of, answers):
    finding = answers.answer(AnswerRequest("泉水洼子的牌子倒了", {"township": ("三台镇",)})).answer.finding
    names = [one.department for one in finding.responsible]
    assert len(names) > 3
    assert f"\n承办：{'、'.join(names)}\n" in note_of("泉水洼子的牌子倒了", township="三台镇")


def test_several_townships_have_a_paragraph_each(note_of):
    note = note_of("养犬登记", prefecture="昌吉回族自治州")
    found = paragraphs(note)
    assert note.count("【派单依据】") == 1
    assert sorted(re.findall("^(?:地区|承办)：.*$", note, re.MULTILINE)) == sorted(
        f"{name}：{value}"
        for county, township, short in (
            ("昌吉市", "庙尔沟乡", "昌吉市"),
            ("奇台县", "坎尔孜乡", "奇台县"),
            ("木垒哈萨克自治县", "大南沟乌孜别克族乡", "木垒县"),
            ("吉木萨尔县", "三台镇", "吉木萨尔县"),
        )
        for name, value in (("地区", county + township), ("承办", f"{short}公安局"))
    )
    assert len(found) == 4
    for paragraph in found:
        county = re.match("地区：(.*?[县市])", paragraph)[1].replace("哈萨克自治", "")
        assert f"承办：{county}公安局" in paragraph


def test_paragraphs_are_those_of_each_township_alone(note_of, answers):
    for question in ("低保", "饭馆卫生不好", "打井"):
        of_all = answers.answer(AnswerRequest(question)).answer
        found = paragraphs(note_of(question))
        assert len(found) == len(of_all.by_township) > 1
        for paragraph, finding in zip(found, of_all.by_township, strict=True):
            assert paragraph.startswith(f"地区：{finding.duty.county}{finding.duty.township}\n")
            assert paragraph.endswith(link(finding.duty))


def test_a_note_of_places_names_each_townships_own(search, duties):
    by_id = {duty.id: duty for duty in duties}
    findings = [
        Finding(
            by_id[f"{key}-cooperative-19"], (Responsible(name, "公安局", "负责查处"),), None, stands_out=True
        )
        for key, name in (("changji-miaoergou", "昌吉市公安局"), ("qitai-kanerzi", "奇台县公安局"))
    ]
    first, second = paragraphs(of(findings, search))
    assert first.splitlines()[1] == "承办：昌吉市公安局"
    assert second.splitlines() == [
        "地区：奇台县坎尔孜乡",
        "承办：奇台县公安局",
        "乡镇职责：上级牵头，乡镇配合",
        "事项：文明养犬管理工作",
        "清单原文：负责查处",
        "依据：坎尔孜乡配合履职事项清单第19项（2025年7月）",
        "查看：https://12345.example/duties/qitai-kanerzi-cooperative-19",
    ]


@pytest.mark.parametrize("question", QUESTIONS)
def test_no_sentence_stands_twice_and_none_is_another_townships(answers, search, question):
    answer = answers.answer(AnswerRequest(question)).answer
    infos = {info.id: info for info in search.lists()}
    found = paragraphs(dispatch_note(answer, search.lists(), link))
    for paragraph, finding in zip(found, answer.by_township, strict=True):
        values = [line.partition("：")[2] for line in paragraph.splitlines() if not line.startswith("地区")]
        sentences = [value for value in values if len(value) > 8]
        assert len(sentences) == len(set(sentences))
        texts = [finding.duty.name, *map(_text, (*finding.duty.superior_steps, *finding.duty.township_steps))]
        for name in ("清单原文", "乡镇配合"):
            for value in re.findall(f"^{name}：(.*)$", paragraph, re.MULTILINE):
                assert any(value in text for text in texts)
        others = [info.place.township for info in infos.values() if info.id != finding.duty.list_id]
        head = "\n".join(line for line in paragraph.splitlines() if not line.startswith(("清单原文", "事项")))
        assert not any(other in head for other in others)


def test_of_one_duty_it_is_that_of_its_answer(answers, search, note_of):
    answer = answers.answer(AnswerRequest("狗咬人", {"township": ("庙尔沟乡",)})).answer
    duty = answer.finding.duty
    info = next(info for info in search.lists() if info.id == duty.list_id)
    assert note_of_duty(duty, info, link(duty), answer.finding) == note_of("狗咬人", township="庙尔沟乡")


@pytest.mark.parametrize(
    ("duty_id", "lines"),
    [
        (
            "jimsar-santai-cooperative-92",
            [
                "地区：吉木萨尔县三台镇",
                "承办：{bodies}",
                "乡镇职责：上级牵头，乡镇配合",
                "事项：{name}",
                "依据：三台镇配合履职事项清单第92项（2025年7月）",
            ],
        ),
        (
            "mulei-dananggou-basic-28",
            [
                "地区：木垒哈萨克自治县大南沟乌孜别克族乡",
                "承办：大南沟乌孜别克族乡",
                "乡镇职责：乡镇自己负责",
                "事项：{name}",
                "依据：大南沟乌孜别克族乡基本履职事项清单第28项",
            ],
        ),
    ],
)
def test_without_a_question_the_leading_bodies_are_named(search, duty_id, lines):
    found = search.duty(duty_id)
    bodies = "、".join(body.name for body in found.duty.departments)
    expected = [line.format(bodies=bodies, name=found.duty.name) for line in lines]
    assert note_of_duty(found.duty, found.info, link(found.duty), None).splitlines() == [
        "【派单依据】",
        *expected,
        f"查看：{link(found.duty)}",
    ]


def _text(step: Step) -> str:
    return step.text
