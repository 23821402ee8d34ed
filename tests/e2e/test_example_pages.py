"""The pages of `examples/`, opened in a real browser on another origin than the service's.

1. The portal's page, under its own strict policy: a typed question, a button's question, what was opened is listed.
2. The theme at its worst changes nothing in the element, whose looks are those on a page without any style, and the frame has
   its height.
3. Without scripts both lead to the search page.
4. Neither is wider than a phone; axe finds nothing in the portal's page.
"""

from pathlib import Path
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, wait_until
from tests.e2e.portal_fixtures import Widget, portal

__all__ = ["portal"]

EXAMPLES = Path(__file__).parents[2] / "examples"
SERVICE = "http://127.0.0.1:8000"
TYPES = {".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript"}
NO_POLICY = {"Content-Security-Policy": "frame-ancestors 'self'"}
"""Of the examples one has a policy in its page, the other has none."""

LOOKS = """node => [...node.shadowRoot.querySelectorAll(".root *")].map((one) => {
    const style = getComputedStyle(one);
    return [one.tagName, one.className, ...["display", "position", "float", "color", "background-color", "font",
        "letter-spacing", "text-transform", "text-align", "text-indent", "white-space", "word-break", "padding", "margin", "border", "list-style"
        ].map((name) => style.getPropertyValue(name))].join(" | ");
})"""
"""What of an element's looks a page could change, node by node."""


@pytest.fixture
def example(portal):
    """Give a function that puts an example up beside the service of the test and returns its address."""

    def example(name):
        for file in (EXAMPLES / name).iterdir():
            text = file.read_text(encoding="utf-8").replace(SERVICE, portal.endpoint)
            portal.put(f"/{name}/{file.name}", text.encode(), TYPES[file.suffix], **NO_POLICY)
        return f"{portal.url}/{name}/index.html"

    return example


def test_the_portal_answers(live_page, example):
    live_page.goto(example("portal"))
    widget = Widget(live_page)
    widget.ask("狗咬人了找谁")
    expect(widget.part("body")).to_have_text("昌吉市公安局")
    live_page.get_by_role("button", name="工地拖欠工资").click()
    expect(widget.input).to_have_value("工地拖欠工资")
    expect(widget.part("body")).to_have_text("庙尔沟乡")
    expect(live_page.locator(".recent")).to_be_hidden()
    with live_page.expect_popup():
        widget.part("citation").get_by_role("link").click()
    expect(live_page.locator(".recent a")).to_have_text("工地拖欠工资")


def test_nobody_objects_to_the_portal(live_page, example):
    live_page.goto(example("portal"))
    widget = Widget(live_page)
    widget.ask("狗咬人了找谁")
    assert Axe().run(live_page).response["violations"] == []


def test_the_theme_does_not_reach_in(live_page, example, portal):
    address = example("wordpress")
    live_page.goto(address)
    widget = Widget(live_page)
    widget.ask("狗咬人了找谁")
    expect(widget.part("body")).to_have_text("吉木萨尔县公安局")
    themed = widget.element.evaluate(LOOKS)
    plain = portal.paths["/wordpress/index.html"].content.replace(b'href="theme.css"', b"")
    live_page.goto(portal.put("/wordpress/plain.html", plain, TYPES[".html"], **NO_POLICY))
    widget = Widget(live_page)
    widget.ask("狗咬人了找谁")
    expect(widget.part("body")).to_have_text("吉木萨尔县公安局")
    assert len(themed) > 50
    assert widget.element.evaluate(LOOKS) == themed


def test_the_frame_has_its_height(live_page, example):
    live_page.goto(example("wordpress"))
    frame = live_page.frame_locator("iframe")
    frame.get_by_role("combobox").fill("狗咬人了找谁")
    frame.get_by_role("combobox").press("Enter")
    expect(frame.locator("[part=body]")).to_have_text("吉木萨尔县公安局")
    wait_until(live_page, "document.querySelector('iframe').offsetHeight > 600")
    inner = frame.locator("html")
    assert inner.evaluate("node => node.scrollHeight <= innerHeight")


@pytest.mark.parametrize("name", ["portal", "wordpress"])
def test_without_scripts_there_is_a_link(page, example, name):
    page.goto(example(name))
    link = page.locator("duty-search a")
    expect(link).to_be_visible()
    link.click()
    assert unquote(page.url).split("?")[1] in {"county=昌吉市", "township=三台镇"}


@pytest.mark.parametrize("name", ["portal", "wordpress"])
def test_on_a_phone_nothing_is_wider(new_page, example, name):
    page = new_page(viewport=PHONE, is_mobile=True, has_touch=True)
    page.goto(example(name))
    widget = Widget(page)
    widget.ask("狗咬人了找谁")
    expect(widget.part("body")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
