"""How the pages stand on screens and on paper.

1. No page is wider than a phone, a tablet, a desktop, or a screen whose letters are twice as large.
2. Nothing moves while a page loads, nor when the button that copies says so.
3. On a phone what is clicked is large enough for a finger, or stands in a line of text.
4. A duty fits on one sheet of paper, without the frame; results leave out the filters.
5. A comparison is printed whole, not only what was in sight; dark screens print black on white.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.addresses import DUTY, PAGES
from tests.e2e.conftest import PHONE, wait_until

SCREENS = {
    "phone": {"viewport": PHONE, "has_touch": True, "is_mobile": True, "device_scale_factor": 2},
    "desktop": {"viewport": {"width": 1440, "height": 900}},
}

# Widths in CSS pixels: a tablet, a desktop, and that desktop zoomed to 200 %.
WIDTHS = (768, 1440, 720)

# Every shift that follows no key or click, since the page began to load.
SHIFTS = """() => new Promise((resolve) => {
    const shifts = [];
    const observer = new PerformanceObserver((list) => shifts.push(...list.getEntries()));
    observer.observe({type: "layout-shift", buffered: true});
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => resolve(
        shifts.filter((one) => !one.hadRecentInput).map((one) =>
            [one.value, ...one.sources.map((source) => source.node?.outerHTML?.slice(0, 80) ?? "")])))));
})"""

TOO_WIDE = """() => [...document.querySelectorAll("body *")]
    .filter((node) => !node.closest(".scroll, .visually-hidden, .skip") && node.checkVisibility()
        && node.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
    .map((node) => node.outerHTML.slice(0, 100))"""

# A target below 24 x 24 CSS pixels that neither is part of a sentence nor hidden.
TOO_SMALL = """() => [...document.querySelectorAll("button, .option, .chips a, summary, .pager a, nav a, label[for=drawer]")]
    .filter((node) => node.checkVisibility() && !node.matches(".link") && !node.closest(".visually-hidden"))
    .filter((node) => { const area = node.getBoundingClientRect(); return area.height < 24 || area.width < 24; })
    .map((node) => node.outerHTML.slice(0, 100))"""


def sheets(document):
    """Return how many pages a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", document))


def expect_nothing_beside(page, width):
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    assert page.evaluate(TOO_WIDE) == [], page.url


def test_no_page_is_wider_than_a_phone(new_page):
    page = new_page(**SCREENS["phone"])
    for path in PAGES.values():
        page.goto(path)
        expect_nothing_beside(page, PHONE["width"])
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
        expect_nothing_beside(page, PHONE["width"])


def test_no_page_is_wider_than_other_screens(new_page):
    page = new_page(device_scale_factor=2)
    for path in PAGES.values():
        page.goto(path)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900 * width // 1440})
            expect_nothing_beside(page, width)


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_nothing_moves_while_a_page_loads(new_page, screen):
    for name in ("start", "answer", "answer by place", "duty", "comparison", "township"):
        page = new_page(**SCREENS[screen])  # one that has none of the files yet
        page.goto(PAGES[name])
        assert page.evaluate(SHIFTS) == [], name
        page.close()


def test_nothing_moves_when_the_button_says_what_it_did(live_page):
    live_page.context.grant_permissions(["clipboard-write"])
    live_page.goto(PAGES["answer"])
    button = live_page.locator("[data-copy]")
    before = button.bounding_box()
    button.click()
    expect(button).to_have_text("已复制 ✓")
    assert button.bounding_box() == before


def test_filters_and_buttons_suit_a_finger(new_page):
    page = new_page(**SCREENS["phone"])
    for name in ("answer by place", "many results", "filtered", "duty", "department", "township"):
        page.goto(PAGES[name])
        if page.locator("#drawer").count():
            page.get_by_text(re.compile("^筛选")).click()
        assert page.evaluate(TOO_SMALL) == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_duty_fits_on_one_sheet(new_page, scheme):
    page = new_page(color_scheme=scheme)
    page.goto(f"{DUTY}?q=狗咬人了找谁")
    assert sheets(page.pdf(format="A4")) == 1
    page.emulate_media(media="print", color_scheme=scheme)
    for hidden in ("header.site", "footer.site", ".same", "[data-print]", ".back"):
        expect(page.locator(hidden).first).to_be_hidden()
    for shown in ("h1", ".sides", ".source"):
        expect(page.locator(shown).first).to_be_visible()


def test_results_are_printed_without_the_filters(live_page):
    live_page.goto(PAGES["filtered"])
    live_page.emulate_media(media="print")
    for hidden in ("header.site", "footer.site", ".filters", ".chips", ".tools", ".pager"):
        expect(live_page.locator(hidden).first).to_be_hidden()
    expect(live_page.locator(".result").first).to_be_visible()
    live_page.goto(PAGES["answer"])
    for hidden in ("[data-copy]", "#note-details"):
        expect(live_page.locator(hidden)).to_be_hidden()
    expect(live_page.locator("#answer .body")).to_be_visible()


def test_a_comparison_is_printed_whole(live_page):
    live_page.goto("/compare")
    live_page.emulate_media(media="print")
    box = live_page.locator(".compare-scroll")
    assert box.evaluate("node => node.scrollHeight - node.clientHeight") <= 1
    assert sheets(live_page.pdf(format="A4")) > 1


@pytest.mark.parametrize("name", ["answer", "filtered", "duty", "comparison"])
def test_a_dark_screen_prints_black_on_white(new_page, name):
    page = new_page(color_scheme="dark")
    page.goto(PAGES[name])
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != "rgb(255, 255, 255)"
    page.emulate_media(media="print", color_scheme="dark")
    wait_until(page, "getComputedStyle(document.body).backgroundColor === 'rgb(255, 255, 255)'")
    pale = """() => [...document.querySelectorAll("main *")].filter((node) => node.checkVisibility()
        && getComputedStyle(node).color.match(/\\d+/g).some((part) => part > 0x60)).map((node) => node.outerHTML)"""
    assert page.evaluate(pale) == []
