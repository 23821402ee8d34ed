"""The answer on top of the search page.

1. It names the body, the sentence, the township's part and where that is written, with a link to the duty.
2. Where places differ, each stands in a table with its bodies, its list and the search in it alone; where no body is
   common, the advice asks for the place and no body is named as the answer. A body that each county has under
   another name is called 当地….
3. What no list answers is said so, with the desk or the townships that know it, and no body is named.
4. It is there for a question on the first page under place filters, and not otherwise.
5. What a question contains is escaped.
6. How sure it is stands there in words, the sure ones first; a township is not told to help itself.
7. Where the list doesn't say whose step it is, that is said, and no more than a few bodies are named.
8. The dispatch note stands in a box to copy from, its addresses whole.
9. Links from the card bring the question along, so that the duty's page can mark its step.
"""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from search_service.core.answers.answering import AnswerRequest, Answers
from search_service.core.answers.dispatch_note import dispatch_note
from search_service.pages.answer_card import SHOWN_BODIES, answer_card
from search_service.pages.links import PAGE_DEFAULT, duty_url


@pytest.fixture
def card_of(read):
    """Return a function that gives the card of a page, None where it has none."""
    return lambda path: read(path).select_one("section.answer")


@pytest.fixture(scope="module")
def answers(search):
    return Answers(search.index)


def words(tag):
    return re.sub(r"\s+", "", tag.text) if tag else None


def test_the_body_the_sentence_and_where_it_stands(card_of):
    card = card_of("/search?q=狗咬人&township=庙尔沟乡")
    assert card.select_one("p.body").text == "昌吉市公安局"
    assert card.select_one("blockquote").text == "负责查处养犬扰民、伤人治安案件"
    assert "上级牵头，乡镇配合" in card.select_one(".role").text
    assert card.select_one(".helps").text.startswith("乡镇配合组织村结合走访入户")
    basis = card.select_one(".basis a")
    assert basis.text == "庙尔沟乡配合履职事项清单第19项（2025年7月）"
    assert basis["href"] == duty_url("changji-miaoergou-cooperative-19", "狗咬人")
    assert not card.select("table")


def test_the_township_itself(card_of):
    card = card_of("/search?q=拖欠农民工工资&township=三台镇")
    assert card.select_one("p.body").text == "三台镇"
    assert "乡镇自己负责" in card.select_one(".role").text
    assert not card.select(".helps")


def test_what_was_taken_back(card_of):
    card = card_of("/search?q=收养登记&township=坎尔孜乡")
    assert card.select_one("p.body").text == "奇台县民政局"
    assert "上级已收回，乡镇不再承办" in card.select_one(".role").text
    assert not card.select(".helps")


def test_places_that_differ_stand_in_a_table(read, card_of):
    card = card_of("/search?q=森林防火")
    rows = card.select("tbody tr")
    assert len(rows) > 1
    assert len({row.select_one("td").text for row in rows}) > 1
    assert card.select_one("details.by-place").has_attr("open")
    assert "各地不一样" in card.select_one("details.by-place summary").text
    for row in rows:
        there, full_text = row.select_one("th a"), row.select("td")[-1].select_one("a")
        only_there = read(there["href"])
        [chip] = only_there.select(".chips li")
        assert there.text.endswith(chip.span.text)
        found = only_there.select_one("section.answer")
        assert [found.select_one("p.body").text] == row.select_one("td").text.split("、")[:1]
        assert full_text["href"].endswith("?q=%E6%A3%AE%E6%9E%97%E9%98%B2%E7%81%AB")
        assert read(full_text["href"]).select_one("h1").text in only_there.select_one(".results").text


def test_where_no_body_is_common_the_place_is_asked_for(card_of, answers):
    card = card_of("/search?q=饭馆卫生不好")
    advice = answers.answer(AnswerRequest("饭馆卫生不好")).advice
    assert card.select_one("p.role").text == "各地不同"
    assert card.select_one("p.advice").text == advice
    assert not card.select("p.body, blockquote, .basis a")
    assert len(card.select("tbody tr")) == 5


def test_a_body_with_another_name_in_each_county_is_the_one_there(card_of):
    card = card_of("/search?q=养犬登记&prefecture=昌吉回族自治州")
    assert card.select_one("p.body").text == "当地公安局"
    assert "4 个乡镇都归它管" in card.select_one("details.by-place summary").text
    assert not card.select_one("details.by-place").has_attr("open")
    assert {row.select_one("td").text for row in card.select("tbody tr")} == {
        "昌吉市公安局",
        "奇台县公安局",
        "木垒县公安局",
        "吉木萨尔县公安局",
    }


@pytest.mark.parametrize(
    ("path", "says", "badge"),
    [
        ("/search?q=护照到期换新", "出入境", "不在清单内"),
        ("/search?q=收养登记&township=庙尔沟乡", "大南沟乌孜别克族乡", "本地清单没有"),
        ("/search?q=庙尔沟乡", "没有听出要办的是什么事", "没有答案"),
    ],
)
def test_without_an_answer_no_body_is_named(card_of, path, says, badge):
    card = card_of(path)
    assert card.select_one(".role").text == badge
    assert says in card.text
    assert not card.select(".body, textarea, .confidence, [data-copy]")


def test_what_other_townships_list_can_be_looked_at(read, card_of):
    link = card_of("/search?q=收养登记&township=庙尔沟乡").select_one(".basis a")
    there = read(link["href"])
    assert words(link) == "看大南沟乌孜别克族乡的清单怎么写"
    assert "大南沟乌孜别克族乡" in there.select_one(".badges").text
    assert "收养" in there.select_one("h1").text


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=&township=庙尔沟乡",
        "/search?q=%20",
        "/search?q=养犬&page=2",
        "/search?q=养犬&list_type=basic",
        "/search?q=养犬&category=平安法治",
        "/search?q=养犬&department=公安局&township=庙尔沟乡",
    ],
)
def test_pages_without_a_card(card_of, path):
    assert card_of(path) is None


@pytest.mark.parametrize(
    "places", ["", "&township=三台镇", "&county=奇台县", "&prefecture=乌鲁木齐市&sort=list"]
)
def test_pages_with_a_card(card_of, places):
    assert card_of("/search?q=养犬" + places)


def test_a_question_is_escaped(client):
    html = client.get("/search?q=<script>alert(1)</script>养犬").text
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert" in html


@pytest.mark.parametrize(
    ("confidence", "level", "says"),
    [
        (1.0, "high", "很有把握"),
        (0.9, "high", "很有把握"),
        (0.89, "fair", "较有把握"),
        (0.8, "fair", "较有把握"),
        (0.79, "low", "把握不大，请核对原文"),
        (0.0, "low", "把握不大，请核对原文"),
    ],
)
def test_how_sure_it_is(answers, search, monkeypatch, confidence, level, says):
    response = answers.answer(AnswerRequest("狗咬人", {"township": ("庙尔沟乡",)}))
    object.__setattr__(response.answer, "confidence", confidence)
    monkeypatch.setattr(Answers, "answer", lambda self, request: response)
    card = answer_card(_asked("狗咬人"), answers, search.lists(), lambda duty: duty.id)
    assert (card.confidence.level, card.confidence.words) == (level, says)


def test_where_the_list_does_not_say_whose_step_it_is(client, card_of, answers):
    path = "/search?q=泉水洼子的牌子倒了&township=三台镇"
    finding = answers.answer(AnswerRequest("泉水洼子的牌子倒了", {"township": ("三台镇",)})).answer.finding
    card = card_of(path)
    assert not finding.stands_out
    assert "清单没有写明这一步归哪家" in card.select_one(".hint").text
    named = [card.select_one("p.body").text, *(one.text for one in card.select(".bodies-more b"))]
    bodies = [one.department for one in finding.responsible]
    assert len(bodies) > SHOWN_BODIES
    assert named == bodies[:SHOWN_BODIES]
    last = card.select(".bodies-more li")[-1]
    assert f"还有 {len(bodies) - SHOWN_BODIES} 个部门" in last.text
    assert client.get(last.a["href"]).status_code == 200


def test_no_sentence_is_printed_twice(card_of, answers):
    for question in ("泉水洼子的牌子倒了", "燃气灶检查谁负责", "楼道堆放杂物", "校车", "森林防火"):
        card = card_of(f"/search?q={question}&township=三台镇")
        sentences = [one.text for one in card.select("blockquote, .bodies-more span")]
        assert len(sentences) == len(set(sentences)), question


def test_the_note_stands_in_a_box_to_copy_from(card_of, answers, search):
    card = card_of("/search?q=狗咬人&county=奇台县")
    box = card.select_one("textarea#note")
    response = answers.answer(AnswerRequest("狗咬人", {"county": ("奇台县",)}))
    assert box.text == dispatch_note(
        response.answer, search.lists(), lambda duty: f"http://localhost/duties/{duty.id}"
    )
    assert box.has_attr("readonly")
    assert box["aria-label"]
    button = card.select_one("button[data-copy]")
    assert button["data-copy"] == box["id"]
    assert button["type"] == "button"


def test_addresses_in_the_note_are_whole(client):
    response = client.get("/search?q=狗咬人&township=庙尔沟乡", base_url="https://12345.example")
    assert "查看：https://12345.example/duties/changji-miaoergou-cooperative-19<" in response.text


def test_links_bring_the_question_along(card_of):
    card = card_of("/search?q=残疾证&township=三台镇")
    links = [urlsplit(link["href"]) for link in card.select("a")]
    assert len(links) > 1
    assert {parse_qs(link.query)["q"][0] for link in links} == {"残疾证"}


def test_other_matters_are_offered(card_of, answers):
    card = card_of("/search?q=残疾证&township=三台镇")
    others = card.select_one("details#others")
    found = answers.answer(AnswerRequest("残疾证", {"township": ("三台镇",)})).alternatives
    assert len(found) == len(others.select("li")) == 3
    assert not others.has_attr("open")
    for finding, item in zip(found, others.select("li"), strict=True):
        assert item.a["href"] == duty_url(finding.duty.id, "残疾证")
        assert item.a.text[:50] == finding.duty.name[:50]
        assert finding.duty.list_type.label in item.select_one(".badge").text
        assert f"吉木萨尔县三台镇：{finding.responsible[0].department}" in item.text


def _asked(text):
    return type(PAGE_DEFAULT)(text, {"township": ("庙尔沟乡",)}, collapse=True)
