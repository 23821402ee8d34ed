"""The pages with JavaScript: what happens in place, and what still leads where it led.

1. A filter, a chip, a sort order exchange the results in place; the address follows and opens the same page.
2. A question in the box does as well: the answer gets the focus and is announced.
3. Back and forward bring back text, results and how far they were scrolled, from a duty's page as well.
4. Asking the same again adds no step to the history.
5. A click with the middle button or with Ctrl opens the link elsewhere, as everywhere.
6. Opened lists and the drawer stay open; the focus stays on the filter, or in the page where that is gone.
7. While results are on their way a click takes nothing back, the last question counts, typing goes on.
8. Where the network fails what is shown stays, and that is said; to a foreign page the browser goes itself.
9. One click copies the text to dispatch by, also where the browser offers no clipboard.
10. A township is chosen in a dialog, and given back with one click; what was typed is asked there.
11. A box over a long list leaves what matches, and doesn't act while an input method composes.
12. A duty is printed by its button; a dialog closes by a click beside it, not by one on its margin.
"""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, wait_until

ASKED = "/search?q=养犬"


@pytest.fixture
def asked(live_page):
    """Give a page of results that carries a mark which only a full load removes."""
    live_page.goto(ASKED)
    live_page.evaluate("window.stayed = true")
    return live_page


def stayed(page):
    return page.evaluate("window.stayed === true")


def parameters(page):
    return parse_qs(urlsplit(page.url).query)


def scrolled(page):
    return page.evaluate("scrollY")


def expect_scrolled(page, top):
    expect(page.locator("html")).to_have_js_property("scrollTop", top)


def choose(page, label):
    page.locator(".tree a", has_text=label).click()


def test_a_filter_changes_the_page_in_place(asked):
    choose(asked, "庙尔沟乡")
    expect(asked.locator(".chips")).to_contain_text("庙尔沟乡")
    expect(asked.locator("#place")).to_contain_text("庙尔沟乡")
    expect(asked.locator("#answer .body")).to_contain_text("昌吉市")
    assert parameters(asked) == {"q": ["养犬"], "township": ["庙尔沟乡"]}
    shown = asked.locator("main").inner_text()
    assert stayed(asked)
    asked.locator(".chips a").click()
    expect(asked.locator(".chips")).to_have_count(0)
    asked.get_by_role("link", name="清单顺序").click()
    expect(asked.locator("[aria-current=true]", has_text="清单顺序")).to_be_visible()
    assert parameters(asked) == {"q": ["养犬"], "sort": ["list"]}
    assert stayed(asked)
    asked.go_back()
    asked.go_back()
    expect(asked.locator(".chips")).to_contain_text("庙尔沟乡")
    asked.reload()
    assert asked.locator("main").inner_text() == shown


def test_a_question_changes_the_page_in_place(asked):
    choose(asked, "庙尔沟乡")
    expect(asked.locator(".chips")).to_be_visible()
    asked.fill("#q", "高龄津贴")
    asked.keyboard.press("Enter")
    expect(asked).to_have_title(re.compile("^高龄津贴"))
    expect(asked.locator("#answer")).to_be_focused()
    expect(asked.locator("#announcement")).to_contain_text(asked.locator("#answer .body").inner_text())
    expect(asked.locator("#announcement")).to_contain_text("项")
    assert parameters(asked) == {"q": ["高龄津贴"], "township": ["庙尔沟乡"]}
    assert scrolled(asked) == 0
    assert stayed(asked)


def test_back_and_forward_bring_everything_back(new_page):
    page = new_page(viewport={"width": 1280, "height": 500})
    page.goto("/search?q=宣传教育")
    page.evaluate("window.stayed = true")
    first = page.locator("#total").inner_text()
    page.evaluate("scrollTo(0, 90)")
    choose(page, "庙尔沟乡")
    expect(page.locator(".chips")).to_be_visible()
    second = page.locator("#total").inner_text()
    page.evaluate("scrollTo(0, 700)")
    wait_until(page, "history.state?.scroll === 700")
    page.fill("#q", "养犬")
    page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^养犬"))
    page.go_back()
    expect(page.locator("#total")).to_have_text(second)
    expect(page.locator("#q")).to_have_value("宣传教育")
    expect(page.locator(".chips")).to_be_visible()
    expect_scrolled(page, 700)
    page.go_back()
    expect(page.locator("#total")).to_have_text(first)
    expect_scrolled(page, 90)
    page.go_forward()
    expect(page.locator("#total")).to_have_text(second)
    expect_scrolled(page, 700)
    page.go_forward()
    expect(page.locator("#q")).to_have_value("养犬")
    assert stayed(page)


def test_back_from_a_duty_leads_to_where_one_was(new_page):
    page = new_page(viewport={"width": 1280, "height": 500})
    page.goto("/search?q=宣传教育")
    link = page.locator(".result h2 a").nth(5)
    link.scroll_into_view_if_needed()
    left_at = scrolled(page)
    assert left_at > 0
    link.click()
    expect(page.locator(".sheet")).to_be_visible()
    page.go_back()
    expect(page.locator("#q")).to_have_value("宣传教育")
    expect_scrolled(page, left_at)


def test_asking_the_same_again_adds_no_step(asked):
    steps = asked.evaluate("history.length")
    asked.focus("#q")
    with asked.expect_response(re.compile("/search")):
        asked.keyboard.press("Enter")
    expect(asked.locator("html")).not_to_have_class(re.compile("loading"))
    assert asked.evaluate("history.length") == steps
    assert stayed(asked)


@pytest.mark.parametrize("how", [{"button": "middle"}, {"modifiers": ["Control"]}])
def test_a_click_for_another_tab_is_left_alone(asked, how):
    before = asked.url
    for selector in (".tree a >> nth=2", "#place"):
        with asked.context.expect_page() as opened:
            asked.locator(selector).click(**how)
        opened.value.wait_for_load_state()
        assert opened.value.url.startswith(before.split("/search")[0])
        opened.value.close()
    assert asked.url == before
    expect(asked.locator(".chips")).to_have_count(0)
    expect(asked.locator("#township-dialog")).to_be_hidden()


def test_opened_lists_and_the_focus_stay(live_page):
    live_page.goto("/search?q=宣传教育")
    live_page.locator("#more-department summary").click()
    live_page.get_by_text("派单依据全文").click()
    option = live_page.locator(".tree a", has_text="庙尔沟乡")
    option.focus()
    live_page.keyboard.press("Enter")
    expect(live_page.locator(".chips")).to_be_visible()
    expect(option).to_be_focused()
    expect(live_page.locator("#more-department")).to_have_attribute("open", "")
    expect(live_page.locator("#note-details")).to_have_attribute("open", "")
    option = live_page.locator("#more-department a").nth(3)
    key = option.get_attribute("data-key")
    option.click()
    expect(live_page.locator(".chips li")).to_have_count(3)
    assert live_page.evaluate("document.activeElement.dataset.key") == key
    live_page.locator(".chips a").first.focus()
    live_page.keyboard.press("Enter")
    expect(live_page.locator(".chips li")).to_have_count(1)
    expect(live_page.locator("#more-department")).to_have_attribute("open", "")
    expect(live_page.locator("#main")).to_be_focused()


def test_the_focus_is_not_lost_with_what_was_clicked(live_page):
    live_page.goto("/search?q=宣传教育")
    live_page.locator(".pager a", has_text="下一页").focus()
    live_page.keyboard.press("Enter")
    expect(live_page.locator(".pager [aria-current=page]")).to_have_text("2")
    expect(live_page.locator("#main")).to_be_focused()
    assert scrolled(live_page) == 0


def test_the_drawer_stays_open(new_page):
    page = new_page(viewport=PHONE)
    page.goto(ASKED)
    page.get_by_text("筛选", exact=True).click()
    choose(page, "庙尔沟乡")
    expect(page.locator(".drawer-label")).to_have_text("筛选（1）")
    choose(page, "三台镇")
    expect(page.locator(".drawer-label")).to_have_text("筛选（2）")
    page.locator(".drawer-close").click()
    expect(page.locator(".facets")).to_be_hidden()
    expect(page.locator(".result .badges").first).to_be_visible()


class Held:
    """Answers of the server that are held back until the test lets them go."""

    def __init__(self, page, address):
        self._routes = []
        page.route(re.compile(address), self._hold)

    def _hold(self, route):
        self._routes.append(route)

    def let_go(self):
        for route in self._routes:
            route.continue_()
        self._routes.clear()


def test_what_is_clicked_while_results_are_on_their_way_takes_nothing_back(asked):
    held = Held(asked, r"/search\?.*township")
    choose(asked, "庙尔沟乡")
    expect(asked.locator("html")).to_have_class("loading")
    choose(asked, "三台镇")  # as it was before: that address doesn't hold the first choice
    asked.locator("[data-copy]").click()
    held.let_go()
    expect(asked.locator(".chips")).to_have_text(re.compile("庙尔沟乡"))
    assert parameters(asked)["township"] == ["庙尔沟乡"]
    assert asked.locator("[data-copy]").inner_text().startswith("复制派单依据")
    assert stayed(asked)


def test_the_last_question_counts(asked):
    held = Held(asked, r"/search\?.*%E6%B4%A5%E8%B4%B4")  # 津贴
    asked.fill("#q", "津贴")
    asked.keyboard.press("Enter")
    expect(asked.locator("html")).to_have_class("loading")
    asked.fill("#q", "养犬管理")
    asked.keyboard.press("Enter")
    expect(asked).to_have_title(re.compile("^养犬管理"))
    held.let_go()
    asked.reload()
    expect(asked).to_have_title(re.compile("^养犬管理"))


def test_who_types_on_is_not_interrupted(asked):
    held = Held(asked, r"/search\?.*%E6%B4%A5%E8%B4%B4")
    asked.fill("#q", "津贴")
    asked.keyboard.press("Enter")
    asked.keyboard.type("低")
    held.let_go()
    expect(asked).to_have_title(re.compile("^津贴"))
    expect(asked.locator("#q")).to_be_focused()
    expect(asked.locator("#q")).to_have_value("低")


def test_where_the_network_fails_what_is_shown_stays(asked, faults):
    faults.expect("ERR_FAILED")
    address = asked.url
    asked.route(re.compile(r"/search\?|/township"), lambda route: route.abort())
    choose(asked, "庙尔沟乡")
    expect(asked.locator("#told")).to_contain_text("连不上服务器")
    expect(asked.locator("#announcement")).to_contain_text("连不上服务器")
    asked.click("#place")
    expect(asked.locator("dialog[open]")).to_have_count(0)
    assert asked.url == address
    expect(asked.locator(".result").first).to_be_visible()
    asked.unroute_all()
    choose(asked, "庙尔沟乡")
    expect(asked.locator(".chips")).to_contain_text("庙尔沟乡")
    assert stayed(asked)


def test_to_what_is_no_page_of_this_site_the_browser_goes_itself(asked):
    """A proxy in between may answer with a page of its own."""
    asked.route(
        re.compile(r"/search\?.*township"),
        lambda route: (
            route.fulfill(body="<p>不是本站的网页", content_type="text/html")
            if route.request.resource_type == "fetch"
            else route.continue_()
        ),
    )
    choose(asked, "庙尔沟乡")
    expect(asked.locator(".chips")).to_contain_text("庙尔沟乡")
    assert not stayed(asked)


def test_the_note_is_copied(live_page):
    live_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    live_page.clock.install()
    live_page.goto(ASKED)
    choose(live_page, "庙尔沟乡")
    expect(live_page.locator("#answer .body")).to_contain_text("昌吉市")
    button = live_page.locator("[data-copy]")
    button.click()
    expect(button).to_have_text("已复制 ✓")
    expect(live_page.locator("#announcement")).to_have_text("已复制 ✓")
    copied = live_page.evaluate("navigator.clipboard.readText()")
    assert copied == live_page.locator("#note").input_value()
    assert "昌吉市公安局" in copied
    live_page.clock.fast_forward(3000)
    expect(button).to_contain_text("复制派单依据")


def test_the_note_is_copied_without_a_clipboard_interface(live_page):
    """As over plain HTTP in an office: there is only the command of old."""
    live_page.add_init_script("Object.defineProperty(Navigator.prototype, 'clipboard', {value: undefined})")
    live_page.goto("/search?q=养犬&township=庙尔沟乡")
    button = live_page.locator("[data-copy]")
    button.click()
    expect(button).to_have_text("已复制 ✓")
    expect(button).to_be_focused()
    live_page.context.grant_permissions(["clipboard-read"])
    other = live_page.context.new_page()
    other.goto("/")
    assert other.evaluate("navigator.clipboard.readText()") == live_page.locator("#note").input_value()


def test_what_cannot_be_copied_is_selected(live_page):
    live_page.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'clipboard', {value: undefined});"
        "Document.prototype.execCommand = () => false;"
    )
    live_page.goto("/search?q=养犬&township=庙尔沟乡")
    live_page.click("[data-copy]")
    note = live_page.locator("#note")
    expect(note).to_be_visible()
    expect(note).to_be_focused()
    assert live_page.evaluate("getSelection().toString()") == note.input_value()


def test_a_township_is_chosen_in_a_dialog(asked):
    asked.click("#place")
    dialog = asked.locator("#township-dialog")
    expect(dialog.locator(".list-filter")).to_be_focused()
    assert stayed(asked)
    dialog.get_by_role("button", name="庙尔沟乡").click()
    expect(asked.locator("#place")).to_contain_text("庙尔沟乡")
    assert parameters(asked) == {"q": ["养犬"], "township": ["庙尔沟乡"]}
    asked.goto("/")
    expect(asked.locator("#place")).to_contain_text("庙尔沟乡")
    asked.get_by_role("button", name="不再记住庙尔沟乡").click()
    expect(asked.locator("#place")).to_contain_text("全部乡镇")


def test_what_was_typed_is_asked_in_the_township(live_page):
    live_page.goto("/")
    live_page.keyboard.type("狗咬人了找谁")
    live_page.click("#place")
    live_page.locator("#township-dialog").get_by_role("button", name="庙尔沟乡").click()
    expect(live_page.locator("#answer .body")).to_have_text("昌吉市公安局")


def test_the_remembered_township_is_not_given_back_by_its_name(live_page):
    live_page.goto("/township")
    live_page.get_by_role("button", name="庙尔沟乡").click()
    live_page.click("#place")
    live_page.locator("#township-dialog .list-filter").fill("庙尔")
    live_page.keyboard.press("Enter")
    expect(live_page.locator("#township-dialog")).to_be_hidden()
    expect(live_page.locator("#place")).to_contain_text("庙尔沟乡")


def compose(box, text):
    """Type with an input method that goes on composing."""
    box.dispatch_event("compositionstart")
    box.evaluate(
        """(node, text) => {
            node.value = text;
            node.dispatchEvent(new InputEvent("input", {bubbles: true, isComposing: true, data: text}));
        }""",
        text,
    )


def test_a_box_over_a_long_list_leaves_what_matches(live_page):
    live_page.goto("/search?q=宣传教育")
    group = live_page.locator("#facet-department")
    box = live_page.get_by_label("在责任部门中找")
    whole = group.locator("li:visible").count()
    box.fill("公安")
    shown = group.locator("li:visible")
    expect(shown).to_have_text([re.compile("公安")])
    box.fill("")
    expect(shown).to_have_count(whole)
    compose(box, "gongan")
    expect(shown).to_have_count(whole)
    box.evaluate("node => { node.value = '公安' }")
    box.dispatch_event("compositionend", {"bubbles": True})
    expect(shown).to_have_count(1)
    shown.locator("a").click()
    expect(live_page.locator(".chips")).to_have_text(re.compile("公安局"))


def test_a_box_over_the_departments(live_page):
    live_page.goto("/departments")
    live_page.get_by_label("找部门").fill("公安")
    shown = live_page.locator("#departments li:visible")
    expect(shown).to_have_count(1)
    live_page.get_by_label("找部门").fill("人社局")  # a short form that only one list writes
    expect(shown).to_have_text([re.compile("人力资源和社会保障局")])
    live_page.get_by_label("找部门").fill("没有这个")
    expect(shown).to_have_count(0)
    live_page.get_by_label("找部门").fill("公安")
    live_page.keyboard.press("Enter")
    expect(live_page.locator("h1")).to_have_text("公安局")


def test_a_duty_is_printed_by_its_button(live_page):
    live_page.add_init_script("window.print = () => { window.printed = true }")
    live_page.goto("/duties/changji-miaoergou-cooperative-19")
    live_page.get_by_role("button", name="打印").click()
    assert live_page.evaluate("window.printed")


def test_a_dialog_closes_by_a_click_beside_it(live_page):
    live_page.goto("/")
    live_page.locator("nav").get_by_role("button", name="快捷键").click()
    dialog = live_page.locator("#shortcuts")
    expect(dialog).to_be_visible()
    dialog.click(position={"x": 6, "y": 6})
    expect(dialog).to_be_visible()
    live_page.mouse.click(8, 8)
    expect(dialog).to_be_hidden()
