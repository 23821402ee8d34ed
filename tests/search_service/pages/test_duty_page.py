"""A duty's page.

1. The step that answers the question that led there is marked, with the sentence in it; nothing is marked without a
   question, for one that nothing speaks for, and where no step stands out.
2. The question stands in the box and in the links to other townships; it is escaped. One goes back to the search one
   came from, its places, order and page; from elsewhere to a search in the township remembered.
3. Every step stands there with its number and its heading, and the bodies that act link to their pages: the township
   has none, nor has a body that leads no duty. No such link is dead.
4. What other townships say differently is summed up and shown word for word, what is the same isn't.
5. The document's own row stands there, its text whole and escaped; what a correction changed is told.
6. Its list is explained in words, ★ too; place, category, file and line are named.
7. The dispatch note of the duty stands there to copy.
"""

import re
from dataclasses import replace
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from bs4 import BeautifulSoup

from indexer.cells import plain_text
from indexer.documents.titled_cell import TitledCell
from indexer.duty import ListType
from indexer.steps.binding import TOWNSHIP
from search_service.core.answers.answering import Answers
from search_service.core.answers.dispatch_note import note_of_duty
from search_service.core.answers.result import Finding, Responsible
from search_service.core.differences import StepKind, differences
from search_service.pages.duty_page import Asked, duty_page
from search_service.pages.links import department_url

DOGS = "changji-miaoergou-cooperative-19"
BITES = "负责查处养犬扰民、伤人治安案件"
EVIL = "<script>alert(1)</script>\"'>狗咬人"


@pytest.fixture(scope="module")
def answers(search):
    return Answers(search.index)


@pytest.fixture(scope="module")
def by_id(duties):
    return {duty.id: duty for duty in duties}


@pytest.fixture
def page_of(search):
    """Return a function that gives what the page of a duty shows, under a finding made for it."""

    def page_of(duty_id, text="", finding=None):
        return duty_page(search.duty(duty_id), Asked(text, finding), search.index.generation, "/")

    return page_of


def of_duty(duty_id, question=""):
    return f"/duties/{duty_id}" + (f"?q={quote(question)}" if question else "")


def matched(page):
    return page.select("li.matched")


# ── What answers the question ─────────────────────────────────────────────────────────────────────


def test_the_step_that_answers_is_marked(read):
    superior, township = matched(read(of_duty(DOGS, "狗咬人了找谁")))
    assert superior.mark.text == BITES
    assert superior.select_one(".number").text == "1"
    assert superior.select_one(".visually-hidden").text == "与问题对应："
    assert superior.small.text == "昌吉市公安局"
    assert township.mark.text in township.text
    assert "乡镇配合职责" in township.find_previous("h2")


@pytest.mark.parametrize(
    ("question", "number"), [("流浪狗没人收", "2"), ("给狗打疫苗", "3"), ("狂犬病疫苗", "6")]
)
def test_another_question_marks_another_step(read, question, number):
    steps = [one for one in matched(read(of_duty(DOGS, question))) if "上级" in one.find_previous("h2").text]
    assert [step.select_one(".number").text for step in steps] == [number]


@pytest.mark.parametrize("query", ["", "?q=", "?q=%20", "?q=犇麤", "?q=。", "?utm_source=x"])
def test_without_a_question_for_it_nothing_is_marked(client, read, query):
    page = read(of_duty(DOGS) + query)
    assert not matched(page)
    assert not page.select("mark")
    assert "与问题对应" not in page.text


def test_marks_are_what_the_answer_says(read, answers, by_id):
    questions = [
        (DOGS, "狗咬人"),
        ("urumqi-gangou-reclaimed-48", "避孕药具"),
        ("changji-miaoergou-basic-28", "低保"),
        ("jimsar-santai-reclaimed-18", "打井"),
        ("changji-miaoergou-cooperative-87", "消防检查"),
    ]
    for duty_id, question in questions:
        finding = answers.finding_in(by_id[duty_id], question)
        sentences = {one.evidence for one in finding.responsible} | {finding.township_evidence}
        assert finding.stands_out
        page = read(of_duty(duty_id, question))
        marks = {mark.text for mark in page.select("main mark")}
        assert marks, question
        assert marks <= sentences, question
        assert all(one.mark for one in matched(page))


def test_the_name_of_a_basic_duty_is_the_evidence(read, by_id):
    duty = by_id["changji-miaoergou-basic-28"]
    assert read(of_duty(duty.id, "低保")).select_one("h1 mark").text == duty.name


def test_only_the_sentence_is_marked_and_once(page_of, by_id):
    duty = by_id[DOGS]
    body = Responsible("昌吉市公安局", "公安局", BITES)
    steps = page_of(DOGS, "狗", Finding(duty, (body,), None, stands_out=True)).superior_steps
    assert [step.matched for step in steps] == [True, False, False, False, False, False]
    text = duty.superior_steps[0].text
    assert steps[0].text == text.replace(BITES, f"<mark>{BITES}</mark>")


def test_where_no_step_stands_out_none_is_marked(read, answers, by_id, page_of):
    duty, question = by_id["jimsar-santai-cooperative-56"], "泉水洼子的牌子倒了"
    finding = answers.finding_in(duty, question)
    assert not finding.stands_out
    page = read(of_duty(duty.id, question))
    assert not matched(page)
    assert not page.select("mark")
    assert [
        step.matched for step in page_of(duty.id, question, replace(finding, stands_out=True)).superior_steps
    ] != [False] * len(duty.superior_steps)


# ── The question in the page ──────────────────────────────────────────────────────────────────────


def test_the_question_stays(read):
    page = read(of_duty(DOGS, "狗咬人"))
    assert page.select_one("#q")["value"] == "狗咬人"
    others = page.select(".same li > a")
    assert len(others) == 3
    for link in others:
        assert parse_qs(urlsplit(link["href"]).query) == {"q": ["狗咬人"]}
        assert matched(read(link["href"]))


def way_back(client, question, came_from=None):
    """Return the link back of a duty's page that a browser asks for from another page."""
    headers = {"Referer": came_from} if came_from is not None else {}
    response = client.get(of_duty(DOGS, question), headers=headers)
    return BeautifulSoup(response.text, "html.parser").select_one("a.back")


@pytest.mark.parametrize(
    "query",
    [
        "q=狗咬人",
        "q=狗咬人&county=昌吉市&county=奇台县&sort=list&page=2",
        "q=狗咬人&township=庙尔沟乡&list_type=cooperative&department=公安局&collapse=false",
    ],
)
def test_one_goes_back_to_the_search_one_came_from(client, query):
    link = way_back(client, "狗咬人", f"http://localhost/search?{quote(query, safe='=&')}")
    assert link.text == "回到“狗咬人”的结果"
    assert urlsplit(link["href"]).path == "/search"
    assert parse_qs(urlsplit(link["href"]).query) == parse_qs(query)
    assert client.get(link["href"]).status_code == 200


@pytest.mark.parametrize(
    "came_from",
    [
        None,
        "",
        "http://localhost/",
        "http://localhost/search?q=猫&township=三台镇",
        "http://evil.example/search?q=狗咬人&township=三台镇",
        "//localhost/search?q=狗咬人&page=0",
        "http://localhost/search?q=狗咬人&page=0",
        "http://localhost/search?q=狗咬人&list_type=全部",
        "http://[",
        "javascript:alert(1)",
        "http://localhost/duties/x?q=狗咬人",
    ],
)
def test_from_elsewhere_one_goes_to_the_usual_search(app, client, came_from):
    came_from = came_from and quote(came_from, safe=":/?=&[()")
    link = way_back(client, "狗咬人", came_from)
    assert parse_qs(urlsplit(link["href"]).query) == {"q": ["狗咬人"]}
    operator = app.test_client()
    operator.set_cookie("township", "qitai-kanerzi")
    link = way_back(operator, "狗咬人", came_from)
    assert parse_qs(urlsplit(link["href"]).query) == {"q": ["狗咬人"], "township": ["坎尔孜乡"]}


def test_without_a_question_there_is_no_way_back(client, read):
    page = read(of_duty(DOGS))
    assert page.select_one("#q")["value"] == ""
    assert not page.select("a.back")
    assert way_back(client, "", "http://localhost/search?township=庙尔沟乡") is None
    assert {urlsplit(link["href"]).query for link in page.select(".same li > a")} == {""}


def test_a_question_is_escaped(client, read):
    assert "<script>alert" not in client.get(of_duty(DOGS, EVIL)).text
    page = read(of_duty(DOGS, EVIL))
    assert page.select_one("#q")["value"] == EVIL
    assert parse_qs(urlsplit(page.select_one("a.back")["href"]).query)["q"] == [EVIL]
    assert EVIL[:10] in page.select_one("a.back").text


@pytest.mark.parametrize("query", ["?q=" + "狗" * 501, "?q=狗&q=猫", "?q=%FF"])
def test_what_is_no_question_is_refused(read, query):
    assert "要找的事：" in read(of_duty(DOGS) + query, status=422).text


def test_the_longest_question_is_read(read):
    assert read(of_duty(DOGS, "狗" * 500)).select_one("h1")


# ── Steps and bodies ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("duty_id", [DOGS, "urumqi-gangou-cooperative-23", "urumqi-gangou-reclaimed-57"])
def test_every_step_stands_there(read, by_id, duty_id):
    duty = by_id[duty_id]
    shown = [
        (item.select_one(".number").text, item.select("span")[1].next_element)
        for item in read(of_duty(duty_id)).select("ol.plain li:not(.heading)")
    ]
    assert shown == [
        (str(step.number or ""), step.text) for step in (*duty.superior_steps, *duty.township_steps)
    ]


def test_a_heading_stands_once_above_its_steps(page_of, by_id, duties, read):
    duty = next(one for one in duties if len([s for s in one.superior_steps if s.heading]) > 2)
    headings = [step.heading for step in duty.superior_steps]
    runs = [now for before, now in zip([None, *headings], headings, strict=False) if now and now != before]
    shown = [item.heading for item in page_of(duty.id).superior_steps if item.heading]
    assert shown == runs
    texts = [item.text for item in read(of_duty(duty.id)).select(".sides section")[0].select("li.heading")]
    assert texts == runs


def test_bodies_link_to_their_pages(read, client):
    page = read(of_duty(DOGS))
    leading = page.select(".meaning a")
    assert [link.text for link in leading][:2] == ["昌吉市公安局", "昌吉市城市管理局"]
    assert urlsplit(leading[0]["href"]).path == department_url("公安局")
    assert [link.text for link in page.select("ol.plain small")] == [
        "昌吉市公安局",
        "昌吉市城市管理局",
        "昌吉市农业农村局",
        "昌吉市行政审批局",
        "昌吉市市场监督管理局",
        "昌吉市卫生健康委员会",
    ]
    for link in page.select(".meaning a, ol.plain small a"):
        there = client.get(link["href"])
        assert there.status_code == 200
        assert f"/duties/{DOGS}" in there.text


def test_the_township_is_not_linked(page_of, duties):
    own = [duty for duty in duties if any(TOWNSHIP in step.departments for step in duty.superior_steps)]
    assert own
    for duty in (*own[:5], *(one for one in duties if one.list_type is ListType.BASIC and one.number == 1)):
        page = page_of(duty.id)
        items = (*page.superior_steps, *page.township_steps)
        assert TOWNSHIP not in [name for item in items for name, _ in item.bodies]
        assert not [
            url for item in items for _, url in item.bodies if url.startswith(department_url(TOWNSHIP))
        ]


def test_a_body_without_a_page_is_named_all_the_same(read):
    page = read(of_duty("urumqi-gangou-cooperative-47"))
    [step] = [item for item in page.select("ol.plain li") if "由县不动产登记中心统一组织" in item.text]
    assert "不动产登记中心" in step.small.text
    assert not [link for link in step.select("a") if link.text == "不动产登记中心"]


def test_no_link_to_a_body_is_dead(client, page_of, duties):
    urls = set()
    for duty in duties:
        page = page_of(duty.id)
        items = (*page.superior_steps, *page.township_steps)
        urls |= {url for _, url in page.bodies} | {url for item in items for _, url in item.bodies if url}
    assert len(urls) > 50
    assert {url: status for url in urls if (status := client.get(url).status_code) != 200} == {}


# ── Other townships ───────────────────────────────────────────────────────────────────────────────


def test_what_others_say_differently_is_shown(read, search, tuning):
    found = search.duty(DOGS)
    expected = differences(found.duty, found.same, tuning)
    items = read(of_duty(DOGS)).select("section.same > ul > li")
    assert len(items) == len(expected) == 3
    for item, one in zip(items, expected, strict=True):
        assert item.a["href"] == f"/duties/{one.theirs.id}"
        assert item.a.text == f"{one.theirs.county}{one.theirs.township} 第 {one.theirs.number} 项"
        assert one.theirs.list_type.label in item.select_one(".badge").text
        assert item.select_one(".what").text == one.summary
        assert not item.details.has_attr("open")
        changed = [step for step in one.superior_steps if step.kind is not StepKind.SAME]
        titles = [title.text for title in item.select("h3")]
        assert f"上级部门职责（只列不同的 {len(changed)} 条，共 {len(one.superior_steps)} 条）" in titles
    first = items[0]
    assert "市行政审批局负责犬只经营活动的登记注册" in [
        one.text.rstrip("；") for one in first.select("p del")
    ]
    assert "住房和城乡建设局" in [one.text for one in first.select("p ins")]


def test_a_change_reads_as_theirs_without_what_is_struck(read, search, tuning):
    found = search.duty(DOGS)
    expected = differences(found.duty, found.same, tuning)
    for item, one in zip(read(of_duty(DOGS)).select("section.same > ul > li"), expected, strict=True):
        changed = [step for step in one.superior_steps if step.kind is StepKind.REWORDED]
        shown = [part for part in item.select(".diff > p") if part.select("del, ins")]
        for step in changed:
            [part] = [part for part in shown if _without(part, "del", "small") == step.theirs.text]
            struck = [one.text for one in part.find_all("del", recursive=False)]
            added = [one.text for one in part.find_all("ins", recursive=False)]
            assert struck or added
            assert all(text in step.ours.text for text in struck)
            assert all(text in step.theirs.text for text in added)


def _without(part, *tags):
    copy = BeautifulSoup(str(part), "html.parser")
    for tag in copy.select(", ".join(tags)):
        tag.decompose()
    return copy.text.strip()


def test_differences_have_the_titles_of_the_list(read):
    titles = {title.text for title in read(of_duty("urumqi-gangou-reclaimed-4")).select(".diff h3")}
    assert titles == {"事项名称", "承接部门及工作方式"}


def test_what_is_the_same_needs_no_comparison(read, search, tuning, duties):
    def is_same(duty):
        found = search.duty(duty.id)
        return found.same and all(one.is_same for one in differences(duty, found.same, tuning))

    duty = next(duty for duty in duties if duty.list_type is ListType.COOPERATIVE and is_same(duty))
    items = read(of_duty(duty.id)).select("section.same > ul > li")
    assert items
    for item in items:
        assert item.select_one(".what").text == "没有实质差别"
        assert not item.details


def test_a_duty_of_one_township_says_nothing_of_others(read, search, duties):
    duty = next(duty for duty in duties if not search.duty(duty.id).same)
    assert not read(of_duty(duty.id)).select("section.same")


# ── The document ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("duty_id", [DOGS, "changji-miaoergou-basic-28", "urumqi-gangou-reclaimed-4"])
def test_the_row_stands_there_as_published(read, search, duty_id):
    row = [cell for cell in search.duty(duty_id).original if cell.text]
    original = read(of_duty(duty_id)).select_one("details.original")
    assert not original.has_attr("open")
    assert [title.text for title in original.select("dt")] == [cell.title for cell in row]
    shown = [wording.text for wording in original.select("dd")]
    assert [re.sub(r"\s", "", text) for text in shown] == [
        re.sub(r"\s", "", plain_text(cell.text)) for cell in row
    ]


def test_the_row_keeps_what_was_corrected(read):
    page = read(of_duty("urumqi-gangou-reclaimed-4"))
    assert "单位and个人" in page.select_one("details.original").text
    assert "单位和个人" in page.select_one("h1").text
    hints = [hint.text for hint in page.select("article > p.hint")]
    assert [hint.split("经核对更正，清单原文为：")[0] for hint in hints] == ["事项名称", "承接部门及工作方式"]
    assert all("单位and个人" in hint for hint in hints)


def test_a_row_is_escaped(client, search, monkeypatch):
    wording = "费用<5元&“减免”\"'"
    found = replace(
        search.duty(DOGS), original=(TitledCell("name", "事项 <名称>", wording), TitledCell("x", "备注", ""))
    )
    monkeypatch.setattr(type(search), "duty", lambda self, duty_id: found)
    response = client.get(of_duty(DOGS))
    assert "费用&lt;5元&amp;“减免”" in response.text
    original = BeautifulSoup(response.text, "html.parser").select_one("details.original")
    assert [title.text for title in original.select("dt")] == ["事项 <名称>"]
    assert [one.text for one in original.select("dd")] == [wording]


def test_every_text_of_a_duty_is_escaped(client, search, monkeypatch):
    found = search.duty(DOGS)
    evil = "<img src=x onerror=alert(1)>"
    step = replace(found.duty.superior_steps[0], text=evil, heading=evil, departments=(evil,))
    duty = replace(
        found.duty, name=evil, category=evil, township=evil, superior_steps=(step,), township_steps=(step,)
    )
    other = replace(found.same[0], name="别的" + evil, township=evil)
    monkeypatch.setattr(type(search), "duty", lambda self, duty_id: replace(found, duty=duty, same=(other,)))
    response = client.get(of_duty(DOGS))
    assert response.status_code == 200
    assert "<img src=x" not in response.text
    assert response.text.count("&lt;img src=x") > 5


def test_its_list_is_explained(read, by_id):
    for duty_id, words in (
        (DOGS, ["牵头部门：", "上级部门职责", "乡镇配合职责"]),
        ("urumqi-gangou-reclaimed-4", ["承接部门：", "承接部门及工作方式"]),
        ("changji-miaoergou-basic-28", []),
    ):
        page, duty = read(of_duty(duty_id)), by_id[duty_id]
        assert duty.list_type.meaning in page.select_one("p.meaning").text
        assert page.select_one(".badge").text == f"{duty.list_type.label}：{duty.list_type.meaning}"
        headings = [heading.text for heading in page.select(".sides h2")]
        if words:
            assert words[0] in page.select_one("p.meaning").text
        else:
            assert not page.select("p.meaning a")
        assert headings == words[1:]


def test_the_star_is_explained(read, duties):
    marked = next(duty for duty in duties if duty.marked)
    star = read(of_duty(marked.id)).select_one(".badges .star")
    assert star.text == "★（清单原文以★标注这一项）"
    assert not read(of_duty(DOGS)).select(".star")


def test_where_it_is_written(read, by_id):
    page, duty = read(of_duty(DOGS)), by_id[DOGS]
    assert page.title.text == "文明养犬管理工作 · 庙尔沟乡"
    assert "昌吉回族自治州 · 昌吉市 · 庙尔沟乡" in page.select_one(".badges").text
    assert page.select_one(".source").text.startswith(
        f"依据：庙尔沟乡配合履职事项清单第19项（2025年7月）；文件 changji-miaoergou.txt 第 {duty.source.line} 行。"
    )
    category = page.select_one(".badges a")
    assert category.text == "平安法治"
    there = read(category["href"])
    assert f"/duties/{DOGS}" in [link["href"] for link in there.select(".result h2 a")]
    assert [chip.span.text for chip in there.select(".chips a:not(.clear)")] == ["庙尔沟乡", "平安法治"]


def test_its_neighbours_are_those_of_its_own_township(read, shared_names):
    for number in (0, 1, 2, 3, 4):
        category = read(f"/duties/t{number}-cooperative-19", via=shared_names).select_one(".badges a")
        there = read(category["href"], via=shared_names)
        found = [link["href"] for link in there.select(".result h2 a")]
        assert f"/duties/t{number}-cooperative-19" in found
        assert all(url.startswith(f"/duties/t{number}-") for url in found)


# ── The note ──────────────────────────────────────────────────────────────────────────────────────


def test_the_note_stands_in_a_box_to_copy_from(read, search, answers, by_id):
    duty, info = by_id[DOGS], search.duty(DOGS).info
    for question in ("", "狗咬人", "犇麤"):
        finding = answers.finding_in(duty, question) if question else None
        box = read(of_duty(DOGS, question)).select_one("textarea#note")
        assert box.text == note_of_duty(duty, info, f"http://localhost/duties/{DOGS}", finding)
        assert box.has_attr("readonly")
    assert "清单原文：" + BITES in read(of_duty(DOGS, "狗咬人")).select_one("textarea#note").text
