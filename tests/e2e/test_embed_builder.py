"""The page on which a portal's editor sets the search up.

1. Every choice shows at once in what is seen and in the lines to copy, and stands in the address.
2. The question asked in what is seen stays while options change.
3. The copied lines, pasted into a page of another site, show what was chosen: as an element and as a frame.
4. Without JavaScript the form gives the same lines.
5. axe finds nothing; 320 pixels are enough; the page's keys don't act while somebody types.
"""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.portal_fixtures import Widget, portal

__all__ = ["portal"]

BUILDER = "/embed/builder"


@pytest.fixture
def builder(live_page):
    live_page.goto(BUILDER)
    expect(live_page.get_by_role("button", name="生成代码")).to_be_hidden()
    live_page.evaluate("window.stayed = true")
    return live_page


def snippet(page):
    return page.get_by_label("要粘贴的代码")


def test_choices_show_at_once(builder):
    seen = Widget(builder)
    seen.ask("狗咬人了找谁")
    expect(seen.part("body")).to_have_text("当地公安局")
    builder.get_by_label("县市区").select_option("昌吉市")
    expect(seen.part("body")).to_have_text("昌吉市公安局")
    expect(snippet(builder)).to_have_value(re.compile('<duty-search county="昌吉市">'))
    expect(builder.get_by_label("乡镇", exact=True).locator("option")).to_have_count(2)
    builder.get_by_label("深色").check()
    expect(seen.outcome).to_have_css("background-color", "rgb(24, 31, 38)")
    builder.get_by_label("输入框里的提示").fill("您要办什么？")
    expect(seen.input).to_have_attribute("placeholder", "您要办什么？")
    builder.get_by_label("只列事项").check()
    expect(seen.part("answer")).to_have_count(0)
    builder.locator("[name=accent]").fill("#b3261e")
    expect(snippet(builder)).to_have_value(re.compile('accent="#b3261e"'))
    expect(seen.input).to_have_value("狗咬人了找谁")
    assert builder.evaluate("window.stayed")
    chosen = parse_qs(urlsplit(builder.url).query)
    assert chosen["county"] == ["昌吉市"]
    assert "township" not in chosen
    builder.reload()
    expect(builder.get_by_label("县市区")).to_have_value("昌吉市")
    expect(builder.get_by_label("深色")).to_be_checked()


def test_a_place_that_does_not_fit_is_taken_out(builder):
    builder.get_by_label("乡镇", exact=True).select_option("三台镇")
    expect(snippet(builder)).to_have_value(re.compile('township="三台镇"'))
    builder.get_by_label("县市区").select_option("昌吉市")
    expect(builder.locator("#embed-notes")).to_have_text("三台镇不在所选的地区里，已经去掉。")
    expect(builder.get_by_label("乡镇", exact=True)).to_have_value("")
    builder.get_by_label("乡镇", exact=True).select_option("庙尔沟乡")
    expect(builder.locator("#embed-notes")).to_have_text("")


def copied(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="复制代码").click()
    expect(page.get_by_role("button", name="已复制")).to_be_visible()
    return page.evaluate("navigator.clipboard.readText()")


def test_the_copied_element_works_elsewhere(builder, portal):
    builder.get_by_label("县市区").select_option("昌吉市")
    builder.get_by_label("深色").check()
    expect(snippet(builder)).to_have_value(re.compile("dark"))
    lines = copied(builder)
    assert lines == snippet(builder).input_value()
    builder.goto(portal.page(lines, head=""))
    widget = Widget(builder)
    widget.ask("狗咬人了找谁")
    expect(widget.part("body")).to_have_text("昌吉市公安局")
    expect(widget.outcome).to_have_css("background-color", "rgb(24, 31, 38)")


def test_the_copied_frame_works_elsewhere(builder, portal):
    builder.get_by_label("框架（iframe）").check()
    expect(builder.locator("#embed-preview iframe")).to_be_visible()
    builder.get_by_label("县市区").select_option("昌吉市")
    expect(snippet(builder)).to_have_value(re.compile("/embed\\?county="))
    expect(builder.locator("#embed-policy")).to_contain_text("frame-src")
    expect(builder.locator("#embed-preview iframe")).to_have_attribute("style", re.compile("height"))
    builder.goto(portal.page(copied(builder), head=""))
    frame = builder.locator("iframe")
    expect(frame).to_have_attribute("style", re.compile("height"))
    widget = Widget(builder.frames[1])
    widget.ask("狗咬人了找谁")
    expect(widget.part("body")).to_have_text("昌吉市公安局")


def test_without_scripts_the_form_gives_the_lines(page, portal):
    page.goto(BUILDER)
    page.get_by_label("县市区").select_option("昌吉市")
    page.get_by_label("浅色", exact=True).check()
    page.get_by_role("button", name="生成代码").click()
    lines = snippet(page).input_value()
    assert '<duty-search county="昌吉市" theme="light">' in lines
    page.goto(portal.page(lines, head=""))
    page.get_by_role("link", name="查一查这件事谁来管").click()
    expect(page.locator(".chips")).to_contain_text("昌吉市")


def test_typing_is_no_shortcut_of_the_page(builder):
    seen = Widget(builder)
    seen.input.press_sequentially("tca?/")
    expect(seen.input).to_have_value("tca?/")
    expect(builder.locator("dialog[open]")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_axe_finds_nothing_and_nothing_is_too_wide(new_page, scheme, width):
    page = new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    for query in ("?category=平安法治", "?kind=iframe"):
        page.goto(BUILDER + query)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page).response["violations"]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
