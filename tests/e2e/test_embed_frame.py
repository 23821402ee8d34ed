"""The search in a frame of a portal's page, and its height.

1. The frame holds the same search; links open beside the portal's page.
2. It is as high as what it shows, also while completions are open, before and after the script came.
3. Heights count from the frame's own window and origin alone; what is no height doesn't count.
4. The frame tells its height to the page around it alone: to the origin that its address names, or to the one
   that the browser names.
5. Only /embed may be framed.
6. Without scripts it is a form that opens the search page beside the portal's.
7. axe finds nothing; 320 pixels are enough.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import wait_until
from tests.e2e.portal_fixtures import Widget, portal

__all__ = ["portal"]

HEIGHTS = """() => {
    window.heights = [];
    addEventListener("message", (event) => event.data?.type === "duty-search:height" && window.heights.push([event.origin, event.data]));
}"""


def frame_page(portal, query="township=庙尔沟乡", attributes="", script="defer", policy=None):
    line = f'<script src="{portal.endpoint}/embed/v1-frame.js" {script}></script>' if script else ""
    frame = f'<iframe src="{portal.endpoint}/embed?{query}" title="谁来管" width="100%" height="460" {attributes}></iframe>'
    return portal.page(frame, head=line, policy=policy)


def inside(page):
    """Return the element in the page's frame."""
    frame = page.frames[1]
    wait_until(frame, "document.querySelector('duty-search')?.shadowRoot != null")
    return Widget(frame)


def height(page):
    return page.locator("iframe").first.bounding_box()["height"]


def content(page):
    return page.frames[1].evaluate("Math.ceil(document.body.getBoundingClientRect().height)")


def expect_fitting(page):
    expect(page.locator("iframe").first).to_have_css("height", f"{content(page)}px")


def test_it_answers_and_is_as_high_as_that(live_page, portal):
    live_page.goto(frame_page(portal))
    widget = inside(live_page)
    expect_fitting(live_page)
    low = height(live_page)
    assert low < 120
    widget.input.press_sequentially("高龄")
    expect(widget.options.first).to_be_visible()
    expect_fitting(live_page)
    assert height(live_page) > low + 100
    widget.ask("狗咬人了找谁")
    expect(widget.part("body")).to_have_text("昌吉市公安局")
    expect_fitting(live_page)
    assert height(live_page) > 300
    with live_page.expect_popup() as opened:
        widget.part("citation").get_by_role("link").click()
    assert "/duties/changji-miaoergou-cooperative-19" in opened.value.url
    assert live_page.frames[1].url.startswith(f"{portal.endpoint}/embed?")


def test_a_script_that_comes_late_asks_for_the_height(live_page, portal):
    live_page.goto(frame_page(portal, script=""))
    inside(live_page)
    assert height(live_page) == 464  # as its attribute says, with a border of 2 pixels
    live_page.evaluate(
        "(src) => { const made = document.createElement('script'); made.src = src; document.head.append(made) }",
        f"{portal.endpoint}/embed/v1-frame.js",
    )
    expect_fitting(live_page)
    live_page.evaluate(
        "(src) => { const made = document.createElement('iframe'); made.src = src; made.title = '另一个'; document.body.append(made) }",
        f"{portal.endpoint}/embed",
    )
    wait_until(live_page, "document.querySelectorAll('iframe')[1].style.height !== ''")


def test_heights_of_others_do_not_count(live_page, portal):
    portal.put(
        "/embed",
        b"<!doctype html><html lang=zh><title>x</title>",
        "text/html; charset=utf-8",
        **{"Content-Security-Policy": "default-src 'none'"},
    )
    live_page.goto(frame_page(portal, policy=portal.policy.replace("frame-src", "frame-src 'self'")))
    inside(live_page)
    expect_fitting(live_page)
    before = height(live_page)
    message = "{type: 'duty-search:height', height: 3000}"
    live_page.evaluate(f"postMessage({message}, '*')")  # the page itself: another origin, another window
    live_page.evaluate(
        """() => new Promise((resolve) => {
            const made = document.createElement("iframe");
            made.src = "/embed?rogue";
            made.onload = resolve;
            document.body.append(made);
        })"""
    )
    live_page.frames[2].evaluate(f"parent.postMessage({message}, '*')")
    for wrong in ("'3000'", "Infinity", "NaN", "null", "{}"):
        live_page.frames[1].evaluate(
            f"parent.postMessage({{type: 'duty-search:height', height: {wrong}}}, '*')"
        )
    for wrong in ("null", "'duty-search:height'", "{type: 'another', height: 3000}"):
        live_page.frames[1].evaluate(f"parent.postMessage({wrong}, '*')")
    live_page.wait_for_timeout(300)
    assert height(live_page) == before
    live_page.frames[1].evaluate("parent.postMessage({type: 'duty-search:height', height: 1e9}, '*')")
    expect(live_page.locator("iframe").first).to_have_css("height", "20000px")
    live_page.frames[1].evaluate("parent.postMessage({type: 'duty-search:height', height: -5}, '*')")
    expect(live_page.locator("iframe").first).to_have_css("height", "60px")


@pytest.mark.parametrize(
    ("query", "attributes", "is_told"),
    [
        ("", "", True),
        ("", 'referrerpolicy="no-referrer"', False),
        ("origin={portal}", 'referrerpolicy="no-referrer"', True),
        ("origin=https://www.example.gov.cn", "", False),
    ],
)
def test_the_height_is_told_to_the_page_around_alone(live_page, portal, faults, query, attributes, is_told):
    faults.expect(
        "Failed to execute 'postMessage'"
    )  # the browser says so where the page around is another one
    live_page.add_init_script(f"({HEIGHTS})()")
    live_page.goto(frame_page(portal, query.format(portal=portal.url), attributes, script=""))
    inside(live_page)
    if not is_told:
        live_page.wait_for_timeout(500)
        assert live_page.evaluate("window.heights") == []
        return
    wait_until(live_page, "window.heights.length > 0")
    told = live_page.evaluate("window.heights")
    assert told[-1] == [portal.endpoint, {"type": "duty-search:height", "height": content(live_page)}]


def test_only_the_page_around_may_ask_for_the_height(live_page, portal):
    live_page.add_init_script(f"({HEIGHTS})()")
    live_page.goto(frame_page(portal, script=""))
    inside(live_page)
    wait_until(live_page, "window.heights.length > 0")
    live_page.wait_for_timeout(300)
    count = live_page.evaluate("window.heights.length")
    live_page.frames[1].evaluate("postMessage({type: 'duty-search:measure'}, '*')")  # from itself
    live_page.wait_for_timeout(300)
    assert live_page.evaluate("window.heights.length") == count
    live_page.evaluate("frames[0].postMessage({type: 'duty-search:measure'}, '*')")
    wait_until(live_page, f"window.heights.length === {count + 1}")


def test_other_pages_may_not_be_framed(live_page, portal, faults):
    faults.expect("frame")
    faults.expect("ERR_BLOCKED_BY_RESPONSE")
    for path in ("/", "/search?q=养犬", "/embed/builder"):
        live_page.goto(
            portal.page(f'<iframe src="{portal.endpoint}{path}" title="谁来管"></iframe>', head="")
        )
        live_page.wait_for_timeout(300)
        assert live_page.frames[1].url.startswith("chrome-error:")


def test_without_scripts_it_is_a_form(page, portal):
    page.goto(frame_page(portal))
    frame = page.frame_locator("iframe")
    frame.get_by_label("什么事").fill("狗咬人了找谁")
    with page.expect_popup() as opened:
        frame.get_by_role("button", name="查找").click()
    found = opened.value
    found.wait_for_load_state()
    expect(found.locator("#answer .body")).to_have_text("昌吉市公安局")
    expect(found.locator("#place")).to_contain_text("庙尔沟乡")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(new_page, theme):
    page = new_page(viewport={"width": 320, "height": 640}, color_scheme=theme)
    page.goto(f"/embed?theme={theme}&accent=%23ff9900")
    widget = Widget(page)
    widget.ask("河道")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    found = Axe().run(page).response["violations"]
    # A frame has no heading of its own: the page around it has.
    assert [one["id"] for one in found if one["id"] != "page-has-heading-one"] == []


def test_the_form_can_be_read_without_scripts(page):
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto("/embed")
        colours = page.locator("form input[type=search]").evaluate(
            "node => [getComputedStyle(node).color, getComputedStyle(node.form).backgroundColor]"
        )
        assert len(set(colours)) == 2
        assert all(re.match("rgb", one) for one in colours)
