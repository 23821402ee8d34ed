"""Suggestions under the search box.

1. They come while typing; arrows move through them and round the box, Enter takes one and asks it.
2. A screen reader is told: a combobox, open or not, its active option.
3. Escape puts them away and keeps the text, Escape again leaves the box; Enter without a choice asks what was typed.
4. A click takes one; the box keeps the focus while the mouse is pressed.
5. A chosen township narrows them, and so does a county.
6. An answer that comes late, after another text was typed, is dropped.
7. While an input method composes nothing is asked and no key acts; when it has ended, suggestions come.
8. Without an answer from the server typing goes on.
"""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

SUGGESTIONS = re.compile(r"/api/v1/suggestions\?")


class Asked(list):
    """The texts for which suggestions were asked of the server."""

    def note(self, request):
        if SUGGESTIONS.search(request.url):
            self.append(parse_qs(urlsplit(request.url).query)["q"][0])


@pytest.fixture
def asked(live_page):
    asked = Asked()
    live_page.on("request", asked.note)
    return asked


@pytest.fixture
def home(live_page, asked):
    live_page.goto("/")
    expect(live_page.locator("#q")).to_be_focused()
    return live_page


def options(page):
    return page.locator("#suggestions [role=option]")


def type_and_wait(page, text):
    page.keyboard.type(text)
    expect(options(page).first).to_be_visible()


def test_arrows_move_and_enter_takes_one(home):
    box = home.get_by_role("combobox")
    expect(box).to_have_attribute("aria-expanded", "false")
    type_and_wait(home, "高龄")
    expect(box).to_have_attribute("aria-expanded", "true")
    assert box.get_attribute("aria-activedescendant") is None
    home.keyboard.press("ArrowDown")
    home.keyboard.press("ArrowDown")
    active = options(home).nth(1)
    expect(active).to_have_attribute("aria-selected", "true")
    expect(options(home).first).to_have_attribute("aria-selected", "false")
    expect(box).to_have_attribute("aria-activedescendant", active.get_attribute("id"))
    expect(box).to_have_value("高龄")
    home.keyboard.press("ArrowUp")
    home.keyboard.press("ArrowUp")  # the box itself
    assert box.get_attribute("aria-activedescendant") is None
    home.keyboard.press("ArrowUp")  # round to the last
    last = options(home).last
    expect(last).to_have_attribute("aria-selected", "true")
    text = last.locator("span").inner_text()
    home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile("/search"))
    assert parse_qs(urlsplit(home.url).query)["q"] == [text]
    expect(home.locator("#q")).to_have_value(text)


@pytest.mark.parametrize("key", ["ArrowLeft", "ArrowRight", "Home", "End", "养"])
def test_the_caret_and_the_text_lead_back_to_what_is_typed(home, key):
    type_and_wait(home, "高龄")
    home.keyboard.press("ArrowDown")
    box = home.get_by_role("combobox")
    expect(box).to_have_attribute("aria-activedescendant", re.compile("suggestion"))
    home.keyboard.press(key) if key != "养" else home.keyboard.insert_text(key)
    assert box.get_attribute("aria-activedescendant") is None
    home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile("/search"))
    assert parse_qs(urlsplit(home.url).query)["q"] == ["高龄养" if key == "养" else "高龄"]


def test_a_county_narrows_them(home):
    home.goto("/search?county=昌吉市")
    box = home.get_by_role("combobox")
    with home.expect_response(SUGGESTIONS) as response:
        box.press_sequentially("坎")
    assert parse_qs(urlsplit(response.value.url).query)["county"] == ["昌吉市"]
    assert all("坎尔孜" not in one["text"] for one in response.value.json()["suggestions"])


def test_escape_puts_them_away_and_then_leaves_the_box(home):
    type_and_wait(home, "高龄")
    home.keyboard.press("Escape")
    expect(home.locator("#suggestions")).to_be_hidden()
    box = home.get_by_role("combobox")
    expect(box).to_have_value("高龄")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-expanded", "false")
    home.keyboard.press("Escape")
    expect(box).not_to_be_focused()
    expect(box).to_have_value("高龄")


def test_enter_without_a_choice_asks_what_was_typed(home):
    type_and_wait(home, "高龄")
    home.keyboard.press("Enter")
    expect(home).to_have_url(re.compile("/search"))
    assert parse_qs(urlsplit(home.url).query)["q"] == ["高龄"]


def test_a_click_takes_one_in_place(live_page):
    live_page.goto("/search?q=养犬&township=庙尔沟乡")
    live_page.evaluate("window.stayed = true")
    live_page.fill("#q", "")
    type_and_wait(live_page, "津贴")
    option = options(live_page).first
    text = option.locator("span").inner_text()
    option.hover()
    live_page.mouse.down()
    expect(live_page.locator("#q")).to_be_focused()
    live_page.mouse.up()
    expect(live_page).to_have_title(re.compile(f"^{re.escape(text)}"))
    expect(live_page.locator("#suggestions")).to_be_hidden()
    assert parse_qs(urlsplit(live_page.url).query) == {"q": [text], "township": ["庙尔沟乡"]}
    assert live_page.evaluate("window.stayed")


def test_a_chosen_township_narrows_them(live_page):
    live_page.goto("/search?township=庙尔沟乡")
    live_page.focus("#q")
    with live_page.expect_request(SUGGESTIONS) as request:
        live_page.keyboard.type("养")
    assert parse_qs(urlsplit(request.value.url).query)["township"] == ["庙尔沟乡"]


def test_a_late_answer_is_dropped(home):
    held = []

    def hold_the_first(route):
        if "q=%E9%AB%98%E9%BE%84" in route.request.url:
            held.append(route)
        else:
            route.continue_()

    home.route(SUGGESTIONS, hold_the_first)
    with home.expect_request(SUGGESTIONS):
        home.keyboard.type("高龄")
    home.fill("#q", "养犬")
    expect(options(home).first).to_contain_text("犬")
    shown = options(home).all_inner_texts()
    held[0].fulfill(json={"suggestions": [{"text": "高龄津贴", "label": "说法"}]})
    home.keyboard.press("ArrowDown")
    assert options(home).all_inner_texts() == shown
    expect(options(home).first).to_have_attribute("aria-selected", "true")


def test_a_late_answer_to_a_box_that_was_left_is_dropped(home):
    held = []
    home.route(SUGGESTIONS, lambda route: held.append(route))  # noqa: PLW0108
    with home.expect_request(SUGGESTIONS):
        home.keyboard.type("高龄")
    home.locator("h1").click()
    held[0].fulfill(json={"suggestions": [{"text": "高龄津贴", "label": "说法"}]})
    home.focus("#q")
    expect(home.locator("#suggestions")).to_be_hidden()


class InputMethod:
    """A Chinese input method, as the browser's own protocol plays it."""

    def __init__(self, page):
        self._session = page.context.new_cdp_session(page)

    def key(self, key="Process", code="KeyA", number=229):
        event = {"windowsVirtualKeyCode": number, "key": key, "code": code}
        self._session.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **event})
        self._session.send("Input.dispatchKeyEvent", {"type": "keyUp", **event})

    def compose(self, text):
        self.key()
        place = {"selectionStart": len(text), "selectionEnd": len(text)}
        self._session.send("Input.imeSetComposition", {"text": text, **place})

    def commit(self, text):
        self._session.send("Input.insertText", {"text": text})


def test_an_input_method_composes_undisturbed(home, asked):
    method = InputMethod(home)
    for text in ("y", "ya", "yang", "yang q"):
        method.compose(text)
    expect(home.locator("#q")).to_have_value("yang q")
    home.wait_for_timeout(150)  # longer than typing is waited for: nothing must come
    assert asked == []
    method.commit("养犬")
    expect(options(home).first).to_contain_text("犬")
    assert asked == ["养犬"]


def test_composing_calls_off_what_was_about_to_be_asked(home, asked):
    box = home.locator("#q")
    box.evaluate(  # at once, as no wait for the next key is short enough on a busy machine
        """node => {
            node.value = "高";
            node.dispatchEvent(new InputEvent("input", {bubbles: true}));
            node.dispatchEvent(new CompositionEvent("compositionstart", {bubbles: true}));
        }"""
    )
    home.wait_for_timeout(150)
    assert asked == []
    box.evaluate("node => { node.value = '高龄' }")
    box.dispatch_event("compositionend")
    expect(options(home).first).to_be_visible()
    assert asked == ["高龄"]


@pytest.mark.parametrize("key", ["ArrowDown", "Enter", "Escape"])
def test_keys_of_the_input_method_are_its_own(home, key):
    """Arrows choose among its characters, Enter takes the letters as they are, Escape drops them."""
    type_and_wait(home, "高龄")
    address = home.url
    ignored = home.evaluate(
        """(key) => {
            const box = document.getElementById("q");
            box.dispatchEvent(new CompositionEvent("compositionstart", {bubbles: true}));
            const events = [{key, isComposing: true}, {key, keyCode: 229}, {key: "Process", keyCode: 229}];
            return events.map((event) =>
                box.dispatchEvent(new KeyboardEvent("keydown", {...event, bubbles: true, cancelable: true})));
        }""",
        key,
    )
    assert ignored == [True, True, True]  # nobody prevented what the input method does with them
    expect(home.locator("#suggestions")).to_be_visible()
    expect(home.get_by_role("combobox")).to_be_focused()
    assert home.locator("[aria-selected=true]").count() == 0
    assert home.url == address


def test_without_an_answer_typing_goes_on(home, faults):
    faults.expect("ERR_FAILED")
    faults.expect("503")
    home.route(SUGGESTIONS, lambda route: route.abort())
    with home.expect_event("requestfailed"):
        home.keyboard.type("高")
    home.unroute(SUGGESTIONS)
    home.route(SUGGESTIONS, lambda route: route.fulfill(status=503))
    with home.expect_response(SUGGESTIONS):
        home.keyboard.type("龄")
    expect(home.locator("#suggestions")).to_be_hidden()
    home.unroute(SUGGESTIONS)
    type_and_wait(home, "津")
    expect(home.locator("#q")).to_have_value("高龄津")
