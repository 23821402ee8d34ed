"""The field of <duty-search>: completions, keys and input methods.

1. A combobox by WAI-ARIA's pattern: what is open, what is active, and back to the text as it was typed.
2. Enter takes the active completion; what is typed after choosing one is what is asked, and what was typed before
   where the caret has been moved since.
3. Escape puts the list away and stays in the field; leaving the field does, too; a click takes one.
4. While an input method composes nothing is asked and no key acts.
5. Keys in quick succession are one request; a late answer to an earlier text is dropped.
6. Without completions typing goes on: too long a text, a service that fails.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import wait_until
from tests.e2e.portal_fixtures import open_widget, portal

__all__ = ["open_widget", "portal"]

SUGGESTIONS = re.compile(r"/api/v1/suggestions\?")


@pytest.fixture
def widget(open_widget):
    return open_widget('mode="search"')


@pytest.fixture
def asked(widget):
    """Note the texts for which completions are asked."""
    found = []
    widget.page.on("request", lambda one: found.append(one.url) if SUGGESTIONS.search(one.url) else None)
    return found


def type_and_wait(widget, text):
    widget.input.press_sequentially(text)
    expect(widget.options.first).to_be_visible()


def test_arrows_move_through_the_completions_and_round_the_field(widget):
    expect(widget.input).to_have_attribute("aria-expanded", "false")
    assert widget.input.get_attribute("aria-autocomplete") == "list"
    assert widget.element.locator("[role=listbox]").get_attribute("id") == widget.input.get_attribute(
        "aria-controls"
    )
    type_and_wait(widget, "高龄")
    expect(widget.input).to_have_attribute("aria-expanded", "true")
    expect(widget.status).to_have_text(re.compile(r"^\d 条建议，用上下方向键选择$"))
    assert widget.input.get_attribute("aria-activedescendant") is None
    widget.input.press("ArrowDown")
    widget.input.press("ArrowDown")
    expect(widget.options.nth(1)).to_have_attribute("aria-selected", "true")
    expect(widget.options.first).to_have_attribute("aria-selected", "false")
    expect(widget.input).to_have_attribute("aria-activedescendant", widget.options.nth(1).get_attribute("id"))
    expect(widget.input).to_have_value("高龄")
    widget.input.press("ArrowUp")
    widget.input.press("ArrowUp")
    assert widget.input.get_attribute("aria-activedescendant") is None
    widget.input.press("ArrowUp")
    expect(widget.options.last).to_have_attribute("aria-selected", "true")
    expect(widget.input).to_be_focused()


def test_enter_takes_the_active_one(widget):
    type_and_wait(widget, "高龄")
    widget.input.press("ArrowDown")
    text = widget.options.first.locator("span").inner_text()
    widget.input.press("Enter")
    widget.settled()
    expect(widget.input).to_have_value(text)
    expect(widget.options).to_have_count(0)
    expect(widget.input).to_be_focused()
    assert widget.element.evaluate("node => node.query") == text


def test_what_is_typed_after_choosing_is_what_is_asked(widget):
    type_and_wait(widget, "高龄")
    widget.input.press("ArrowDown")
    widget.input.fill("养犬")
    widget.input.press("Enter")
    widget.settled()
    assert widget.element.evaluate("node => node.query") == "养犬"


@pytest.mark.parametrize("key", ["ArrowLeft", "ArrowRight", "Home", "End"])
def test_a_key_that_moves_the_caret_leads_back_to_the_text(widget, key):
    type_and_wait(widget, "养犬")
    widget.input.press("ArrowDown")
    expect(widget.options.first).to_have_attribute("aria-selected", "true")
    widget.input.press(key)
    assert widget.input.get_attribute("aria-activedescendant") is None
    expect(widget.options.first).to_have_attribute("aria-selected", "false")
    expect(widget.options.first).to_be_visible()
    caret = {"ArrowLeft": 1, "ArrowRight": 2, "Home": 0, "End": 2}[key]
    assert widget.input.evaluate("node => node.selectionStart") == caret
    widget.input.press("Enter")
    widget.settled()
    assert widget.element.evaluate("node => node.query") == "养犬"


def test_a_click_takes_one(widget):
    type_and_wait(widget, "高龄")
    text = widget.options.nth(2).locator("span").inner_text()
    widget.options.nth(2).click()
    widget.settled()
    expect(widget.input).to_have_value(text)
    expect(widget.input).to_be_focused()


def test_escape_and_leaving_put_the_list_away(widget):
    type_and_wait(widget, "高龄")
    widget.input.press("Escape")
    expect(widget.options).to_have_count(0)
    expect(widget.input).to_have_value("高龄")
    expect(widget.input).to_be_focused()
    widget.input.press("ArrowDown")  # brings it back
    expect(widget.options.first).to_be_visible()
    widget.input.press("Tab")
    expect(widget.input).to_have_attribute("aria-expanded", "false")
    expect(widget.element.get_by_role("button", name="查找")).to_be_focused()


def test_while_an_input_method_composes_nothing_happens(widget, asked):
    page = widget.page
    widget.input.focus()
    composing = page.context.new_cdp_session(page)
    for text in ("g", "gao", "gaoling"):
        composing.send(
            "Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)}
        )
    for key in ("Enter", "ArrowDown", "Escape"):
        widget.input.evaluate(
            "(node, key) => node.dispatchEvent(new KeyboardEvent('keydown', {key, keyCode: 229, bubbles: true, composed: true, cancelable: true}))",
            key,
        )
    page.wait_for_timeout(400)
    assert asked == []
    expect(widget.outcome).to_be_hidden()
    composing.send("Input.insertText", {"text": "高龄"})
    expect(widget.options.first).to_be_visible()
    assert len(asked) == 1
    expect(widget.input).to_have_value("高龄")


def test_quick_keys_are_one_request(widget, asked):
    widget.input.press_sequentially("gaoling", delay=20)
    expect(widget.options.first).to_be_visible()
    assert len(asked) <= 2
    widget.input.press("Backspace")
    widget.input.press_sequentially("g")
    expect(widget.options.first).to_be_visible()
    page = widget.page
    page.wait_for_timeout(300)
    assert sum(url.endswith("q=gaoling&limit=8") for url in asked) == 1  # known from before


def test_a_late_answer_to_an_earlier_text_is_dropped(widget):
    held = []

    def hold_the_first(route):
        held.append(route) if "q=%E9%AB%98&" in route.request.url else route.continue_()

    widget.page.route(SUGGESTIONS, hold_the_first)
    widget.input.press_sequentially("高")
    with widget.page.expect_request(SUGGESTIONS):
        pass
    widget.input.press_sequentially("龄")
    expect(widget.options.first).to_contain_text("高龄")
    wait_until(widget.page, "true")
    for route in held:
        route.fulfill(
            json={"suggestions": [{"text": "晚了", "label": "说法"}]},
            headers={"Access-Control-Allow-Origin": "*"},
        )
    widget.page.wait_for_timeout(200)
    expect(widget.options.first).to_contain_text("高龄")


def test_without_completions_typing_goes_on(widget, asked, faults):
    widget.input.fill("高" * 101)
    widget.page.wait_for_timeout(400)
    assert asked == []
    faults.expect("ERR_FAILED")
    widget.page.route(SUGGESTIONS, lambda route: route.abort())
    widget.input.fill("养犬")
    widget.page.wait_for_timeout(400)
    expect(widget.options).to_have_count(0)
    widget.input.press("Enter")
    widget.settled()
    expect(widget.part("result").first).to_be_visible()
