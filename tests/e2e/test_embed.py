"""The element <duty-search> in a portal's page of another origin, under a strict policy of its own.

1. An answer: body, sentence, role, confidence, citation that opens beside the page, what differs by township,
   advice where no list answers; below it results with marks. Or results alone.
2. Fixed filters hold for the answer, the results, the completions and the link to the search page. A question that
   names a place outside of them is told so, above whatever comes, and to screen readers.
3. Pages are turned in place, the focus goes along, and what was found is announced.
4. Attributes count at once; what means nothing is named once on the console and left out.
5. Its colour can be any: it is shifted until it can be read.
6. Events tell the page what was found and chosen, and the page can keep a link from opening.
7. Several elements share a page; one may come before the script, after it, twice, by script, move and go.
8. The page's styles don't get in, the element's don't get out, and no name is added to the page.
9. A page in GB 2312 without a doctype shows the same; keys typed in the field are no shortcuts of the page.
10. Nothing that the interface sends is read as HTML.
11. axe finds nothing, light or dark; nothing is wider than 320 pixels; in the visitor's own colours what is chosen
    and where the focus is still shows.
12. Without scripts there is what stands in the element.
"""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import wait_until
from tests.e2e.portal_fixtures import EVENTS, Widget, open_widget, portal, told

__all__ = ["open_widget", "portal"]

HERE = 'township="庙尔沟乡"'
NARROW = {"width": 320, "height": 640}


def addresses(page, path):
    """Note the addresses under `path` that the page asks from now on."""
    found = []
    page.on("request", lambda one: found.append(one.url) if f"/api/v1/{path}?" in one.url else None)
    return found


def test_an_answer_with_all_it_rests_on(open_widget, portal):
    widget = open_widget(HERE)
    widget.ask("狗咬人了找谁")
    expect(widget.part("body")).to_have_text("昌吉市公安局")
    expect(widget.part("sentence")).to_have_text("负责查处养犬扰民、伤人治安案件")
    expect(widget.part("role")).to_contain_text("上级牵头，乡镇配合")
    expect(widget.part("confidence")).to_have_text("很有把握")
    expect(widget.part("answer")).to_contain_text("乡镇配合组织村结合走访入户")
    expect(widget.part("table")).to_have_count(0)
    citation = widget.part("citation").get_by_role("link")
    expect(citation).to_have_text("庙尔沟乡配合履职事项清单第19项（2025年7月）")
    assert citation.get_attribute("rel") == "noopener"
    with widget.page.expect_popup() as opened:
        citation.click()
    duty = opened.value
    duty.wait_for_load_state()
    assert duty.url.startswith(f"{portal.endpoint}/duties/changji-miaoergou-cooperative-19?q=")
    expect(duty.locator(".matched").first).to_be_visible()
    assert duty.evaluate("window.opener") is None


def test_results_below_the_answer_are_marked(open_widget):
    widget = open_widget(HERE)
    widget.ask("养犬")
    first = widget.part("result").first
    expect(first.locator("mark").first).to_have_text("养犬")
    expect(widget.part("result-name").first).to_have_text("文明养犬管理工作")
    expect(first).to_contain_text("昌吉市公安局")
    expect(first).to_contain_text("牵头，乡镇配合")
    assert "<mark>" not in widget.outcome.inner_text()


def test_what_differs_by_township_is_a_table(open_widget):
    widget = open_widget()
    widget.ask("河道")
    expect(widget.part("role")).to_have_text("各地不同")
    expect(widget.part("body")).to_have_count(0)
    expect(widget.part("advice")).to_contain_text("各地由不同的部门办")
    rows = widget.part("table").locator("tbody tr")
    expect(rows.filter(has_text="庙尔沟乡")).to_contain_text("昌吉市水利局")
    expect(rows.filter(has_text="甘沟乡")).to_contain_text("乌鲁木齐县水务局")
    expect(rows.filter(has_text="甘沟乡").get_by_role("link")).to_have_attribute(
        "href", re.compile("/duties/urumqi")
    )


def test_of_several_counties_the_body_has_its_common_name(open_widget):
    widget = open_widget()
    widget.ask("狗咬人了找谁")
    expect(widget.part("body")).to_have_text("当地公安局")


@pytest.mark.parametrize("text", ["护照到期了在哪换", "啊啊"])
def test_where_no_list_answers_there_is_advice(open_widget, text):
    widget = open_widget()
    widget.ask(text)
    expect(widget.part("body")).to_have_count(0)
    expect(widget.part("advice").first).to_contain_text(re.compile("请转|请问清"))


def test_results_alone(open_widget):
    widget = open_widget('mode="search" per-page="2" list-type="配合"')
    asked = addresses(widget.page, "answer")
    widget.ask("宣传教育")
    expect(widget.part("answer")).to_have_count(0)
    expect(widget.part("result")).to_have_count(2)
    expect(widget.part("result").first).to_contain_text("配合")
    widget.ask("")  # browses
    expect(widget.part("total")).to_contain_text(re.compile(r"[1-9]\d\d"))
    widget.ask("犇麤")
    expect(widget.part("results")).to_contain_text("没有找到")
    assert asked == []


def test_in_answer_mode_nothing_is_asked_without_a_question(open_widget):
    widget = open_widget()
    widget.input.fill("  ")
    widget.element.get_by_role("button", name="查找").click()
    expect(widget.input).to_be_focused()
    expect(widget.status).to_have_text("请先写下要办的事")
    assert widget.part("prompt").bounding_box()["height"] > 10
    expect(widget.outcome).to_be_hidden()
    widget.element.get_by_role("button", name="查找").click()  # to a screen reader the same words are others
    assert widget.status.text_content().strip("\u00a0") == "请先写下要办的事"
    assert widget.part("prompt").bounding_box()["height"] > 10
    widget.input.press_sequentially("养")
    assert widget.part("prompt").bounding_box()["height"] < 2
    widget.ask("养犬")
    assert widget.part("prompt").bounding_box()["height"] < 2


def test_filters_hold_everywhere(open_widget, portal):
    widget = open_widget('county="昌吉市" township="庙尔沟乡，三台镇" placeholder="您要办什么？"')
    expect(widget.input).to_have_attribute("placeholder", "您要办什么？")
    asked = {path: addresses(widget.page, path) for path in ("answer", "search", "suggestions")}
    widget.input.press_sequentially("高龄")
    expect(widget.options.first).to_be_visible()
    widget.ask("高龄津贴")
    towns = "township=%E5%BA%99%E5%B0%94%E6%B2%9F%E4%B9%A1&township=%E4%B8%89%E5%8F%B0%E9%95%87"
    for path in asked:
        assert towns in asked[path][-1]
        assert "county=%E6%98%8C%E5%90%89%E5%B8%82" in asked[path][-1]
    more = widget.part("more").get_attribute("href")
    assert more.startswith(f"{portal.endpoint}/search?q=")
    assert towns in more
    widget.page.goto(more)
    expect(widget.page.locator(".chips")).to_contain_text("庙尔沟乡")


@pytest.mark.parametrize(
    ("attributes", "typed"),
    [
        ('county="昌吉市"', "坎尔孜"),
        ('prefecture="乌鲁木齐市"', "坎尔孜"),
        ('list-type="基本"', "文明养犬管理工作"),
        ('category="党的建设"', "文明养犬管理工作"),
        ('department="教育局"', "文明养犬管理工作"),
    ],
)
def test_completions_keep_to_every_filter(open_widget, attributes, typed):
    for given, count in (("", 1), (attributes, 0)):
        widget = open_widget(given)
        with widget.page.expect_response(re.compile("/api/v1/suggestions")) as response:
            widget.input.fill(typed)
        assert len([one for one in response.value.json()["suggestions"] if typed in one["text"]]) == count
        expect(widget.options.filter(has_text=typed)).to_have_count(count)


@pytest.mark.parametrize(
    ("attributes", "question", "words", "holder"),
    [
        ('county="昌吉市"', "奇台县狗咬人了找谁", "问题里提到奇台县，现在只看昌吉市。", "answer"),
        (
            'county="昌吉市" township="庙尔沟乡"',
            "三台镇护照到期了",
            "问题里提到三台镇，现在只看庙尔沟乡。",
            "answer",
        ),
        (
            'township="庙尔沟乡,三台镇" mode="search"',
            "甘沟乡养犬",
            "问题里提到甘沟乡，现在只看2 个地区。",
            "results",
        ),
        ('county="昌吉市" list-type="配合"', "奇台县养犬", "问题里提到奇台县，现在只看昌吉市。", "results"),
        ('county="昌吉市" mode="search"', "奇台县“犇麤鱻”", "问题里提到奇台县，现在只看昌吉市。", "results"),
    ],
)
def test_a_place_outside_of_the_filters_is_named(open_widget, attributes, question, words, holder):
    widget = open_widget(attributes)
    widget.ask(question)
    line = widget.part(holder).locator("[part=elsewhere]")
    expect(line).to_have_text(words)
    expect(widget.part("elsewhere")).to_have_count(1)
    expect(widget.status).to_have_text(re.compile(f"^{words}"))
    assert line.bounding_box()["y"] < widget.part(holder).bounding_box()["y"] + 30


def test_a_place_inside_of_the_filters_is_no_other(open_widget):
    widget = open_widget('county="昌吉市"')
    widget.ask("奇台县狗咬人了找谁")
    expect(widget.part("elsewhere")).to_have_count(1)
    for question in ("昌吉市狗咬人了找谁", "庙尔沟乡狗咬人了找谁", "狗咬人了找谁"):
        widget.ask(question)
        expect(widget.part("elsewhere")).to_have_count(0)


def test_while_pages_are_turned_the_warning_stays(open_widget):
    widget = open_widget('county="昌吉市" per-page="2"')
    widget.ask("奇台县宣传教育")
    widget.element.get_by_role("button", name="下一页").click()
    expect(widget.part("pager")).to_contain_text("第 2 页")
    expect(widget.part("elsewhere")).to_have_count(1)
    expect(widget.status).not_to_contain_text("问题里提到")


def test_under_other_filters_than_places_there_is_no_answer(open_widget):
    """It might be one that they leave out."""
    widget = open_widget('category="平安法治" department="公安局"')
    asked = addresses(widget.page, "answer")
    widget.ask("狗咬人了找谁")
    expect(widget.part("answer")).to_have_count(0)
    expect(widget.part("result").first).to_contain_text("平安法治")
    assert asked == []


def test_pages_are_turned_in_place(open_widget):
    widget = open_widget('per-page="3"')
    widget.ask("宣传教育")
    asked = addresses(widget.page, "answer")
    first = widget.part("result-name").all_inner_texts()
    answer = widget.part("answer").inner_text()
    back, on = (
        widget.element.get_by_role("button", name="上一页"),
        widget.element.get_by_role("button", name="下一页"),
    )
    expect(back).to_be_disabled()
    on.focus()
    widget.page.keyboard.press("Enter")
    expect(widget.part("pager")).to_contain_text("第 2 页，共")
    expect(widget.part("results")).to_be_focused()
    expect(widget.status).to_contain_text("第 2 页")
    assert widget.part("result-name").all_inner_texts() != first
    assert widget.part("answer").inner_text() == answer
    back.click()
    expect(widget.part("pager")).to_contain_text("第 1 页，共")
    assert widget.part("result-name").all_inner_texts() == first
    assert asked == []
    expect(widget.part("more")).to_have_text("更多结果")


def test_what_was_found_is_announced(open_widget):
    widget = open_widget(HERE)
    widget.ask("狗咬人了找谁")
    expect(widget.status).to_have_text(re.compile(r"这件事归昌吉市公安局：.*找到 \d+ 项。$"))
    expect(widget.input).to_be_focused()
    before = widget.status.text_content()
    widget.ask("狗咬人了找谁")  # the same words again are other words to a screen reader
    wait_until(widget.page, "!document.querySelector('duty-search').shadowRoot.querySelector('[aria-busy]')")
    assert widget.status.text_content().strip() == before.strip()


def test_attributes_count_at_once(open_widget):
    widget = open_widget()
    widget.ask("河道")
    expect(widget.part("table")).to_be_visible()
    set_ = "(node, [name, value]) => node.setAttribute(name, value)"
    widget.element.evaluate(set_, ["township", "庙尔沟乡"])
    expect(widget.part("body")).to_have_text("昌吉市水利局")
    widget.element.evaluate(set_, ["mode", "search"])
    expect(widget.part("answer")).to_have_count(0)
    widget.element.evaluate(set_, ["per-page", "1"])
    expect(widget.part("result")).to_have_count(1)
    widget.element.evaluate(set_, ["placeholder", "哪件事？"])
    expect(widget.input).to_have_attribute("placeholder", "哪件事？")
    widget.element.evaluate(set_, ["theme", "dark"])
    expect(widget.outcome).to_have_css("background-color", "rgb(24, 31, 38)")
    widget.element.evaluate("node => node.removeAttribute('theme')")
    expect(widget.outcome).to_have_css("background-color", "rgb(255, 255, 255)")


def test_attributes_that_change_together_are_one_question(open_widget):
    widget = open_widget()
    widget.ask("河道")
    asked = addresses(widget.page, "search")
    widget.element.evaluate(
        "node => { node.setAttribute('county', '昌吉市'); node.setAttribute('per-page', '1'); node.setAttribute('mode', 'search') }"
    )
    expect(widget.part("result")).to_have_count(1)
    expect(widget.part("result")).to_contain_text("昌吉市")
    assert len(asked) == 1


def test_what_means_nothing_is_named_once(open_widget, live_page, faults):
    faults.expect("不认识，已忽略")
    warnings = []
    live_page.on("console", lambda one: warnings.append(one.text) if one.type == "warning" else None)
    widget = open_widget(
        'mode="both" theme="blue" per-page="0" accent="red" list-type="其他,配合" endpoint="javascript:alert(1)"'
    )
    assert len(warnings) == 6
    assert any('mode="both"' in one and "answer、search" in one for one in warnings)
    widget.ask("养犬")
    expect(widget.part("result").first).to_contain_text("配合")
    widget.element.evaluate(
        "node => { node.setAttribute('mode', 'search'); node.setAttribute('mode', 'both') }"
    )
    widget.element.evaluate(
        "node => { node.setAttribute('per-page', '1'); node.setAttribute('theme', 'blue') }"
    )
    expect(widget.part("result")).to_have_count(1)
    assert len(warnings) == 6


def test_a_place_that_is_none_is_no_silent_search_elsewhere(open_widget, faults):
    faults.expect("422")
    faults.expect("服务不接受这些条件")
    widget = open_widget('township="没有乡"')
    widget.page.evaluate(EVENTS)
    widget.ask("养犬")
    expect(widget.part("error")).to_contain_text("查询的条件有误（乡镇），请告诉网站管理员。")
    expect(widget.part("result")).to_have_count(0)
    assert told(widget.page) == [["error", {"kind": "rejected", "status": 422}]]
    widget.page.goto(widget.part("more").get_attribute("href"))  # which would be refused there as well
    expect(widget.page.locator("#q")).to_have_value("养犬")
    expect(widget.page.locator(".result").first).to_be_visible()


def luminance(colour):
    parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("accent", ["#b3261e", "#ffff00", "#000000", "#ffffff", "#14527a", "#ff9900"])
def test_any_colour_can_be_read(open_widget, theme, accent):
    widget = open_widget(f'accent="{accent}" theme="{theme}" mode="search"')
    widget.ask("养犬")
    colours = "node => [getComputedStyle(node).color, getComputedStyle(node).backgroundColor]"
    ink, paper = widget.part("button").evaluate(colours)
    assert contrast(ink, paper) >= 4.5
    link, _ = widget.part("result-name").first.evaluate(colours)
    _, card = widget.outcome.evaluate(colours)
    assert contrast(link, card) >= 4.5


def test_the_page_sets_its_looks(open_widget):
    css = """
        duty-search { --duty-search-accent: rgb(120, 20, 20); --duty-search-radius: 0px; --duty-search-font-size: 20px;
            --duty-search-background: rgb(250, 250, 240); --duty-search-font: monospace; margin-top: 50px; }
        duty-search::part(body) { letter-spacing: 7px; }
    """
    widget = open_widget(f'{HERE} theme="light" accent="#00ff00"', css=css)
    widget.ask("狗咬人了找谁")
    expect(widget.part("button")).to_have_css("background-color", "rgb(120, 20, 20)")
    expect(widget.outcome).to_have_css("background-color", "rgb(250, 250, 240)")
    expect(widget.outcome).to_have_css("border-radius", "0px")
    expect(widget.part("citation")).to_have_css("font-size", "20px")
    expect(widget.part("citation")).to_have_css("font-family", "monospace")
    expect(widget.part("body")).to_have_css("letter-spacing", "7px")
    expect(widget.element).to_have_css("margin-top", "50px")


def test_events_tell_what_happens(open_widget):
    widget = open_widget(HERE)
    widget.page.evaluate(EVENTS)
    widget.ask("狗咬人了找谁")
    ((name, detail),) = told(widget.page)
    assert name == "results"
    assert detail == {"query": "狗咬人了找谁", "total": detail["total"], "status": "answered", "page": 1}
    widget.page.evaluate(
        "document.addEventListener('duty-search:select', (event) => event.preventDefault(), {once: true})"
    )
    link = widget.part("citation").get_by_role("link")
    link.click()
    duty = "changji-miaoergou-cooperative-19"
    assert told(widget.page)[1] == ["select", {"id": duty, "url": link.get_attribute("href")}]
    assert len(widget.page.context.pages) == 1
    with widget.page.expect_popup():
        link.click()
    with widget.page.context.expect_page():
        widget.part("result-name").first.click(button="middle")
    assert [name for name, _ in told(widget.page)] == ["results", "select", "select", "select"]
    widget.part("result-name").first.click(button="right")
    assert len(told(widget.page)) == 4
    widget.ask("护照到期了在哪换")
    assert told(widget.page)[-1][1]["status"] == "not_found"


def test_events_of_results_alone(open_widget):
    widget = open_widget('mode="search"')
    widget.page.evaluate(EVENTS)
    for text in ("养犬", "犇麤"):
        widget.ask(text)
    assert [detail["status"] for _, detail in told(widget.page)] == ["found", "not_found"]


def test_a_question_may_come_from_the_page(open_widget):
    widget = open_widget(HERE)
    assert widget.element.evaluate("node => node.query") == ""
    widget.element.evaluate("node => node.search(' 狗咬人了找谁 ')")
    expect(widget.part("body")).to_have_text("昌吉市公安局")
    expect(widget.input).to_have_value("狗咬人了找谁")
    assert widget.element.evaluate("node => node.query") == "狗咬人了找谁"
    widget.element.evaluate("node => node.focus()")
    expect(widget.input).to_be_focused()


def test_two_elements_share_a_page(live_page, portal):
    body = '<duty-search township="庙尔沟乡"></duty-search><duty-search township="三台镇"></duty-search>'
    live_page.goto(portal.page(body))
    one, other = Widget(live_page, 0), Widget(live_page, 1)
    one.ask("狗咬人了找谁")
    other.ask("狗咬人了找谁")
    expect(one.part("body")).to_have_text("昌吉市公安局")
    expect(other.part("body")).to_have_text("吉木萨尔县公安局")
    ids = live_page.evaluate(
        """() => [...document.querySelectorAll("duty-search")].map((one) =>
            [...one.shadowRoot.querySelectorAll("input, [role=listbox]")].map((node) => node.id)).flat()"""
    )
    assert len(set(ids)) == len(ids) == 4
    names = live_page.get_by_role("search").evaluate_all(
        "all => all.map((one) => one.getAttribute('aria-label'))"
    )
    assert len(set(names)) == 2
    one.input.fill("高龄")
    expect(one.options.first).to_be_visible()
    expect(other.options).to_have_count(0)


@pytest.mark.parametrize(
    "head",
    [
        '<script src="{0}/embed.js"></script>',
        '<script src="{0}/embed/v1.js" async></script>',
        '<script src="{0}/embed/v1.js" type="module" crossorigin></script>',
        '<script src="{0}/embed.js" defer></script><script src="{0}/embed/v1.js" defer></script>',
    ],
)
def test_the_script_may_come_at_any_time_and_twice(open_widget, portal, head):
    widget = open_widget(HERE, head=head.format(portal.endpoint))
    widget.ask("狗咬人了找谁")
    expect(widget.part("body")).to_have_text("昌吉市公安局")


def test_the_script_may_stand_below_the_element(live_page, portal):
    live_page.goto(
        portal.page(f"<duty-search {HERE}></duty-search>{portal.script.replace(' defer', '')}", head="")
    )
    widget = Widget(live_page)
    widget.ask("狗咬人了找谁")
    expect(widget.part("body")).to_have_text("昌吉市公安局")


def test_an_element_may_be_made_by_script(live_page, portal):
    live_page.goto(portal.page("<div id='place'></div>"))
    live_page.evaluate(
        """() => {
            const made = document.createElement("duty-search");
            made.setAttribute("township", "庙尔沟乡");
            made.search("狗咬人了找谁");
            document.getElementById("place").append(made);
        }"""
    )
    expect(Widget(live_page).part("body")).to_have_text("昌吉市公安局")


def test_an_element_may_move_with_its_answer(open_widget):
    widget = open_widget(HERE)
    widget.ask("狗咬人了找谁")
    asked = addresses(widget.page, "search")
    widget.element.evaluate(
        "node => { const box = document.createElement('section'); document.body.append(box); box.append(node) }"
    )
    expect(widget.part("body")).to_have_text("昌吉市公安局")
    widget.ask("养犬")
    expect(widget.part("result").first).to_be_visible()
    assert len(asked) == 1


def test_an_element_removed_while_it_looks_gives_up(open_widget):
    widget = open_widget(HERE)
    page = widget.page
    given_up = []
    page.on("requestfailed", lambda one: given_up.append(one.url))
    page.evaluate(EVENTS)
    page.route(re.compile("/api/v1/(answer|search)"), lambda route: None)  # never answered
    widget.input.fill("狗咬人了找谁")
    with page.expect_request(re.compile("/api/v1/search")):
        widget.input.press("Enter")
    expect(widget.part("loading")).to_be_visible()
    page.evaluate("window.kept = document.querySelector('duty-search'); window.kept.remove()")
    wait_until(page, "true")
    page.wait_for_timeout(300)
    assert sum("/api/v1/search" in url for url in given_up) == 1
    assert sum("/api/v1/answer" in url for url in given_up) == 1
    assert told(page) == []
    page.unroute_all()
    page.evaluate("document.querySelector('main').append(window.kept)")  # what it was asked is asked again
    expect(widget.part("body")).to_have_text("昌吉市公安局")


def test_an_element_may_move_into_another_document(open_widget):
    widget = open_widget(HERE)
    widget.ask("狗咬人了找谁")
    styled = widget.element.evaluate(
        """(node) => {
            const frame = document.createElement("iframe");
            document.body.append(frame);
            frame.contentDocument.body.append(node);
            return getComputedStyle(node.shadowRoot.querySelector("[part=button]")).cursor;
        }"""
    )
    assert styled == "pointer"


HOSTILE = """
    * { all: unset !important; }
    div, p, section, ul, table, form, input { display: none !important; }
    * { color: rgb(255, 0, 255) !important; font: 40px/3 serif !important; letter-spacing: 9px !important;
        text-transform: uppercase !important; direction: rtl !important; visibility: visible !important; }
    input, button { border: 9px solid lime !important; opacity: .1 !important; }
    mark { background: red !important; } a::after { content: "!" !important; }
    html { font-size: 62.5% !important; }
    :root { --ink: red; --accent: lime; --background: black; }
"""

LOOKS = """(node) => [...node.shadowRoot.querySelectorAll("[part]:not([part=suggestion]), mark, a, td")].map((one) => {
    const style = getComputedStyle(one);
    return ["display", "color", "backgroundColor", "fontFamily", "fontSize", "lineHeight", "letterSpacing", "opacity",
        "textTransform", "borderTopWidth", "direction", "visibility"].map((name) => style[name]).join() + " " + one.getAttribute("part");
})"""


def test_the_styles_of_the_page_stay_outside(open_widget):
    plain = open_widget()
    plain.ask("河道")
    expected = plain.element.evaluate(LOOKS)
    width = plain.outcome.bounding_box()["width"]
    hostile = open_widget(css=HOSTILE)
    hostile.ask("河道")
    assert hostile.element.evaluate(LOOKS) == expected
    assert hostile.outcome.bounding_box()["width"] >= width


def test_the_page_may_hide_the_element_and_what_it_stands_in(open_widget):
    widget = open_widget()
    for hide, show in (
        ("node => node.hidden = true", "node => node.hidden = false"),
        ("node => node.style.display = 'none'", "node => node.style.display = ''"),
        (
            "node => node.parentNode.style.visibility = 'hidden'",
            "node => node.parentNode.style.visibility = ''",
        ),
    ):
        widget.element.evaluate(hide)
        expect(widget.input).to_be_hidden()
        widget.element.evaluate(show)
        expect(widget.input).to_be_visible()


def test_nothing_gets_out(live_page, portal):
    body = "<p id='p'>一段<mark>文字</mark></p><div class='answer results box hidden'>外面</div><duty-search></duty-search>"
    names = "() => Object.getOwnPropertyNames(window).sort()"
    looks = """() => [...document.querySelectorAll("#p, #p mark, div")].map((one) => {
        const style = getComputedStyle(one);
        return [...style].map((name) => style.getPropertyValue(name)).join();
    })"""
    live_page.goto(portal.page(body, head=""))
    names_before, looks_before = live_page.evaluate(names), live_page.evaluate(looks)
    live_page.goto(portal.page(body))
    widget = Widget(live_page)
    expect(widget.input).to_be_visible()
    assert live_page.evaluate(names) == names_before
    assert live_page.evaluate(looks) == looks_before
    assert live_page.evaluate("document.styleSheets.length + document.adoptedStyleSheets.length") == 0
    assert live_page.evaluate("document.querySelectorAll('style').length") == 0


def test_a_page_in_gb2312_without_a_doctype(live_page, portal):
    html = f"""<html><head><title>老网站</title><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
        {portal.script}</head><body><table><tr><td><duty-search {HERE}></duty-search></td></tr></table></body></html>"""
    live_page.goto(portal.put("/old", html.encode("gb2312"), "text/html"))
    assert live_page.evaluate("[document.characterSet, document.compatMode]") == ["GBK", "BackCompat"]
    widget = Widget(live_page)
    widget.ask("狗咬人了找谁")
    expect(widget.part("body")).to_have_text("昌吉市公安局")
    expect(widget.part("role")).to_contain_text("上级牵头，乡镇配合")
    expect(widget.part("more")).to_have_text(re.compile("更多结果|在检索页打开"))
    live_page.goto(widget.part("more").get_attribute("href"))
    expect(live_page.locator("#q")).to_have_value("狗咬人了找谁")


def test_typing_is_no_shortcut_of_the_page(open_widget):
    widget = open_widget()
    widget.page.evaluate(
        """() => {
            window.keys = [];
            for (const type of ["keydown", "keyup", "keypress"]) document.addEventListener(type, (event) => window.keys.push(event.key));
        }"""
    )
    widget.input.press_sequentially("ct/?")
    for key in ("ArrowDown", "Enter", "Escape", "Control+a"):
        widget.input.press(key)
    assert set(widget.page.evaluate("window.keys")) <= {"Escape", "Control", "a"}


STORY = "<img src=x onerror=alert(1)><script>alert(2)</script>"


def hostile_answers(portal):
    headers = {"Access-Control-Allow-Origin": "*"}
    duty = {
        "id": '../../x"><b>',
        "prefecture": STORY,
        "county": STORY,
        "township": STORY,
        "list_type": 'x" onclick="alert(1)',
        "list_type_label": STORY,
        "number": STORY,
        "name": STORY,
        "category": STORY,
        "departments": [{"name": STORY, "canonical": STORY}],
    }
    found = {
        "query": {"corrected": STORY},
        "total": 1,
        "page": 1,
        "pages": 3,
        "per_page": 5,
        "results": [
            {
                **duty,
                "shared_with": [],
                "highlights": {
                    "name": f"前<mark>中</mark>后 &lt;b&gt;&amp;lt; {STORY} <mark onclick=alert(3)>假</mark> <mark><b>粗</b></mark>",
                    "superior_steps": [STORY],
                    "township_steps": ["<mark>"],
                },
            }
        ],
    }
    one = {"department": STORY, "canonical": STORY, "evidence": STORY}
    finding = {
        "duty": duty,
        "responsible": [one, {**one, "canonical": "z"}],
        "township_role": "constructor",
        "stands_out": False,
    }
    answer = {
        "status": "answered",
        "advice": STORY,
        "elsewhere": None,
        "outside": None,
        "alternatives": [finding],
        "answer": {
            **finding,
            "township_evidence": STORY,
            "confidence": 0.85,
            "summary": STORY,
            "citation": STORY,
            "by_township": [
                {
                    "township": STORY,
                    "county": STORY,
                    "duty_id": "a/b?c#d",
                    "list_type": "toString",
                    "responsible": [{**one, "canonical": str(n)}],
                }
                for n in (1, 2)
            ],
        },
    }
    suggestions = {"suggestions": [{"text": STORY, "label": STORY}]}
    bodies = {"search": found, "answer": answer, "suggestions": suggestions}

    def answer_with(route):
        path = re.search(r"/api/v1/(\w+)", route.request.url)[1]
        route.fulfill(body=json.dumps(bodies[path]), content_type="application/json", headers=headers)

    return answer_with


def test_nothing_that_is_sent_is_read_as_html(open_widget, portal):
    widget = open_widget()
    widget.page.on("dialog", lambda one: pytest.fail(one.message))
    widget.page.route(re.compile("/api/v1/"), hostile_answers(portal))
    widget.input.press_sequentially("x")
    expect(widget.options.first).to_contain_text(STORY)
    widget.ask("x")
    root = "document.querySelector('duty-search').shadowRoot"
    assert widget.page.evaluate(f"{root}.querySelectorAll('img, script, [onclick], [onerror]').length") == 0
    expect(widget.part("result-name").locator("mark")).to_have_text(["中"])
    expect(widget.part("result-name")).to_contain_text(
        f"前中后 <b>&lt; {STORY} <mark onclick=alert(3)>假</mark>"
    )
    expect(widget.part("body")).to_have_text(STORY)
    links = widget.page.evaluate(f"[...{root}.querySelectorAll('a')].map((one) => one.href)")
    assert len(links) >= 5
    assert all(
        link.startswith((f"{portal.endpoint}/duties/", f"{portal.endpoint}/search?")) for link in links
    )
    assert f"{portal.endpoint}/duties/a%2Fb%3Fc%23d?q=x" in links


def violations(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"] for node in one["nodes"]]) for one in found]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("text", ["狗咬人了找谁", "河道", "护照到期了在哪换", "宣传教育", "犇麤"])
def test_axe_finds_nothing(open_widget, theme, text):
    widget = open_widget(f'theme="{theme}"')
    widget.ask(text)
    for summary in widget.element.locator("summary").all():
        summary.click()
    widget.input.fill("高")
    expect(widget.options.first).to_be_visible()
    widget.page.keyboard.press("ArrowDown")
    assert violations(widget.page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_two_that_follow_the_system(new_page, portal, scheme):
    page = new_page(color_scheme=scheme)
    page.goto(portal.page("<duty-search></duty-search><duty-search mode='search'></duty-search>"))
    for number in (0, 1):
        Widget(page, number).ask("养犬")
    paper = "rgb(24, 31, 38)" if scheme == "dark" else "rgb(255, 255, 255)"
    expect(Widget(page).outcome).to_have_css("background-color", paper)
    assert violations(page) == []


def test_in_the_visitors_own_colours_what_is_chosen_shows(new_page, open_widget):
    widget = open_widget(page=new_page(forced_colors="active"))
    widget.input.press_sequentially("高龄")
    expect(widget.options.first).to_be_visible()
    widget.input.press("ArrowDown")
    expect(widget.options.first).to_have_css("outline-style", "solid")
    expect(widget.options.nth(1)).to_have_css("outline-style", "none")
    expect(widget.part("box")).to_have_css("outline-style", "solid")


@pytest.mark.parametrize("text", ["狗咬人了找谁", "河道", "护照到期了在哪换", "宣传教育"])
def test_nothing_is_wider_than_a_narrow_phone(new_page, open_widget, text):
    widget = open_widget(page=new_page(viewport=NARROW))
    widget.ask(text)
    widget.input.fill("高")
    expect(widget.options.first).to_be_visible()
    too_wide = """(node) => [...node.shadowRoot.querySelectorAll("*")]
        .filter((one) => !one.closest(".hidden") && one.getBoundingClientRect().right > innerWidth).map((one) => one.outerHTML)"""
    assert widget.element.evaluate(too_wide) == []
    assert widget.page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_without_scripts_there_is_what_stands_in_it(page, portal):
    body = f"<duty-search {HERE}><a href='{portal.endpoint}/search'>查一查谁来管</a></duty-search>"
    page.goto(portal.page(body))
    page.get_by_role("link", name="查一查谁来管").click()
    expect(page.locator("#q")).to_be_visible()
