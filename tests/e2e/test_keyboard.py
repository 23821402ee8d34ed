"""The keys of a working day.

1. A whole call without a mouse: to the box, ask, read the answer, copy, look at other meanings, open, go back;
   arrows pass over what is in a closed list, and going to the box moves nothing else.
2. A township is chosen by the first letters of its name, kept for the next call, and given back.
3. ? shows all keys and Escape puts them away; the single keys can be switched off for good, arrows stay.
4. Keys typed into a box are text, and so are those of an input method.
5. A Chinese keyboard's full-width marks act like the plain ones, and so do keys that an input method keeps
   to itself: there the place on the keyboard counts.
6. Keys held with Ctrl, Alt or Meta are the browser's.
7. Every control is reached with Tab, with its focus in sight.
"""

import re

import pytest
from playwright.sync_api import expect

ASKED = "/search?q=养犬&township=庙尔沟乡"


def expect_reached(link):
    """Expect the focus on a link: in sight."""
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def send(page, **event):
    """Dispatch a keydown that no plain keyboard gives; return whether the page acted on it."""
    return page.evaluate(
        """(event) => !document.activeElement.dispatchEvent(
            new KeyboardEvent("keydown", {...event, bubbles: true, cancelable: true}))""",
        event,
    )


def is_focus_seen(page):
    """Return whether the focused element is in sight, with an outline or a frame around it."""
    return page.evaluate(
        """() => {
            const node = document.activeElement, area = node.getBoundingClientRect();
            if (node === document.body || area.width < 2 || area.height < 2) return false;
            const marked = (one) => one && (getComputedStyle(one).outlineStyle !== "none"
                || getComputedStyle(one).boxShadow !== "none");
            return marked(node) || marked(node.closest("form"));
        }"""
    )


def test_a_call_by_keyboard_alone(live_page):
    live_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    live_page.goto("/search?township=庙尔沟乡")
    press(live_page, "Escape", "/")
    expect(live_page.locator("#q")).to_be_focused()
    live_page.keyboard.type("养犬")
    press(live_page, "Enter")
    expect(live_page.locator("#answer")).to_be_focused()
    press(live_page, "c")
    expect(live_page.locator("#announcement")).to_have_text("已复制 ✓")
    assert live_page.evaluate("navigator.clipboard.readText()") == live_page.locator("#note").input_value()
    press(live_page, "a")
    expect(live_page.locator("#others a").first).to_be_focused()
    press(live_page, "ArrowUp", "/")
    expect(live_page.locator("#q")).to_be_focused()
    assert live_page.evaluate("getSelection().toString()") == "养犬"
    live_page.keyboard.type("高龄津贴怎么领")
    press(live_page, "Enter")
    expect(live_page).to_have_title(re.compile("高龄津贴"))
    expect(live_page.locator("#answer")).to_be_focused()
    press(live_page, "ArrowDown", "Enter")
    expect(live_page.locator("h1")).to_be_visible()
    expect(live_page).to_have_url(re.compile("/duties/"))
    press(live_page, "Alt+ArrowLeft")
    expect(live_page).to_have_title(re.compile("高龄津贴"))
    press(live_page, "/", "ArrowDown", "ArrowUp")
    expect(live_page.locator("#q")).to_be_focused()


def test_arrows_move_through_what_is_in_sight(live_page):
    live_page.goto(ASKED)
    items = live_page.locator("[data-item]:not(details:not([open]) *)")
    assert items.count() < live_page.locator("[data-item]").count()  # some stand in a list that is closed
    for number in range(items.count()):
        press(live_page, "ArrowDown")
        expect_reached(items.nth(number))
    press(live_page, "ArrowDown")
    expect_reached(items.last)
    press(live_page, "ArrowUp")
    expect_reached(items.nth(-2))


def test_a_township_is_chosen_by_its_first_letters(live_page):
    live_page.goto("/search?q=养犬")
    press(live_page, "t")
    dialog = live_page.locator("#township-dialog")
    box = dialog.locator(".list-filter")
    expect(box).to_be_focused()
    button = dialog.locator("[value=changji-miaoergou]")
    keys = button.get_attribute("data-keys").split()
    assert keys[:3] == ["庙尔沟乡", "miaoergouxiang", "megx"]
    live_page.keyboard.type(keys[2])
    expect(dialog.locator("button:visible")).to_have_count(1)
    press(live_page, "Enter")
    expect(live_page.locator("#place")).to_contain_text("庙尔沟乡")
    assert "township=%E5%BA%99" in live_page.url
    expect(live_page.locator("#q")).to_have_value("养犬")
    expect(live_page.locator("#answer")).to_be_focused()
    live_page.goto("/")
    expect(live_page.locator("#place")).to_contain_text("庙尔沟乡")
    live_page.keyboard.type("狗咬人了找谁")
    press(live_page, "Enter")
    expect(live_page.locator("#answer .body")).to_have_text("昌吉市公安局")
    press(live_page, "t")
    expect(button).to_be_visible()  # the list comes after the field
    press(live_page, "ArrowDown", "ArrowDown")
    expect(button).to_be_focused()
    press(live_page, "ArrowUp")
    expect(dialog.get_by_role("button", name="全部乡镇")).to_be_focused()
    press(live_page, "Enter")
    expect(live_page.locator("#place")).to_contain_text("全部乡镇")
    live_page.goto("/")
    expect(live_page.locator("#place")).to_contain_text("全部乡镇")


def test_going_to_the_box_leaves_the_page_where_it_is(new_page):
    page = new_page(viewport={"width": 1280, "height": 500})
    page.goto("/search?q=宣传教育")
    page.evaluate("scrollTo(0, 600)")
    press(page, "/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("养犬")
    assert page.evaluate("scrollY") == 600
    page.set_viewport_size({"width": 720, "height": 500})  # where the box scrolls away it is brought back
    page.locator(".result h2 a").nth(5).focus()
    press(page, "/")
    expect(page.locator("#q")).to_be_in_viewport()


def test_the_page_for_choosing_has_the_same_keys(live_page):
    live_page.goto("/township")
    press(live_page, "t")
    expect(live_page.locator("#main .list-filter")).to_be_focused()
    live_page.keyboard.type("stz")
    press(live_page, "ArrowDown")
    expect(live_page.get_by_role("button", name="三台镇")).to_be_focused()
    press(live_page, "ArrowUp", "Enter")
    expect(live_page.locator("#place")).to_contain_text("三台镇")


def test_all_keys_are_shown_and_put_away(live_page):
    live_page.goto(ASKED)
    press(live_page, "?")
    dialog = live_page.locator("#shortcuts")
    expect(dialog).to_be_visible()
    for key in ("/", "↑", "↓", "Enter", "c", "a", "t", "Esc", "?"):
        expect(dialog.locator("kbd", has_text=re.compile(f"^{re.escape(key)}$"))).to_be_visible()
    press(live_page, "c", "t", "a")  # a dialog has the keyboard to itself
    expect(live_page.locator("#township-dialog")).to_be_hidden()
    press(live_page, "Escape")
    expect(dialog).to_be_hidden()
    press(live_page, "?", "?")
    expect(dialog).to_be_hidden()
    press(live_page, "t")
    expect(live_page.locator("#township-dialog")).to_be_visible()
    press(live_page, "Escape")
    expect(live_page.locator("#township-dialog")).to_be_hidden()


def test_single_keys_can_be_switched_off(live_page):
    live_page.goto(ASKED)
    press(live_page, "?")
    live_page.get_by_label("启用单键快捷键").uncheck()
    press(live_page, "Escape")
    for _ in range(2):
        press(live_page, "t", "/", "a", "c")
        expect(live_page.locator("dialog[open]")).to_have_count(0)
        expect(live_page.locator("#answer")).to_be_focused()
        expect(live_page.locator("#announcement")).to_be_empty()
        live_page.reload()
    press(live_page, "ArrowDown")
    expect(live_page.locator("[data-item]:visible").first).to_be_focused()
    live_page.locator("nav").get_by_role("button", name="快捷键").click()
    live_page.get_by_label("启用单键快捷键").check()
    press(live_page, "Escape", "t")
    expect(live_page.locator("#township-dialog")).to_be_visible()


@pytest.mark.parametrize("box", ["#q", ".facet .list-filter"])
def test_keys_typed_into_a_box_are_text(live_page, box):
    live_page.goto("/search?q=宣传教育")
    address = live_page.url
    target = live_page.locator(box).first
    target.focus()
    live_page.keyboard.type("cat?/、a")
    expect(live_page.locator("dialog[open]")).to_have_count(0)
    expect(target).to_be_focused()
    assert live_page.locator("#announcement").inner_text() == ""
    assert live_page.url == address
    assert "cat?/、a" in target.input_value()


def test_the_note_is_no_box_to_type_in(live_page):
    live_page.goto(ASKED)
    live_page.get_by_text("派单依据全文").click()
    live_page.focus("#note")
    press(live_page, "c")
    expect(live_page.locator("#announcement")).to_have_text("已复制 ✓")
    expect(live_page.locator("#note")).to_be_focused()


def test_full_width_marks_act_like_the_plain_ones(live_page):
    live_page.goto(ASKED)
    assert send(live_page, key="？", code="Slash", shiftKey=True)
    expect(live_page.locator("#shortcuts")).to_be_visible()
    press(live_page, "Escape")
    assert send(live_page, key="、", code="Slash")
    expect(live_page.locator("#q")).to_be_focused()


def test_keys_that_an_input_method_keeps_act_by_their_place(live_page):
    live_page.goto(ASKED)
    assert send(live_page, key="Process", keyCode=229, code="KeyC")
    expect(live_page.locator("#announcement")).to_have_text("已复制 ✓")
    assert send(live_page, key="Process", keyCode=229, code="Slash", shiftKey=True)
    expect(live_page.locator("#shortcuts")).to_be_visible()
    press(live_page, "Escape")
    assert not send(live_page, key="Process", keyCode=229, code="KeyX")
    assert send(live_page, key="Process", keyCode=229, code="Slash")
    expect(live_page.locator("#q")).to_be_focused()
    assert not send(live_page, key="Process", keyCode=229, code="KeyC")  # now it is typing


@pytest.mark.parametrize("held", ["ctrlKey", "altKey", "metaKey", "isComposing"])
def test_keys_held_with_others_are_the_browsers(live_page, held):
    live_page.goto(ASKED)
    for key in "/?cat":
        assert not send(live_page, key=key, **{held: True})
    expect(live_page.locator("dialog[open]")).to_have_count(0)
    expect(live_page.locator("#answer")).to_be_focused()


def test_where_there_is_nothing_to_do_a_key_does_nothing(live_page):
    live_page.goto("/compare")
    press(live_page, "c", "a", "ArrowDown")
    expect(live_page.locator("dialog[open]")).to_have_count(0)
    live_page.locator(".compare-scroll").focus()
    press(live_page, "ArrowDown")
    expect(live_page.locator(".compare-scroll")).to_be_focused()  # it scrolls


@pytest.mark.parametrize(
    "path", ["/", "/search?q=养犬", "/duties/changji-miaoergou-cooperative-19", "/compare"]
)
def test_tab_leads_through_the_page_in_sight(live_page, path):
    live_page.goto(path)
    live_page.evaluate("document.activeElement.blur()")
    for _ in range(25):
        press(live_page, "Tab")
        assert is_focus_seen(live_page), live_page.evaluate("document.activeElement.outerHTML")


def test_the_first_tab_leads_to_the_words(live_page):
    live_page.goto("/departments")
    press(live_page, "Tab", "Enter", "Tab")
    assert live_page.evaluate("document.activeElement.closest('#main') !== null")
