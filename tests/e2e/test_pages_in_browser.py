"""The pages in a real browser, without JavaScript.

1. An operator types a question, gets results with marked words, narrows them by clicking, and goes back.
2. Siblings of a chosen value stay and can be added; chips remove what was chosen.
3. A result leads to the duty's page, that to the same duty elsewhere.
4. On a phone nothing is wider than the screen and the filters open as a drawer.
5. No request leaves the host (checked by the `page` fixture for every test here).
"""

import pytest
from playwright.sync_api import expect

PHONE = {"width": 360, "height": 740}


def test_an_operator_finds_narrows_and_goes_back(page):
    page.goto("/")
    assert page.locator("#q").evaluate("node => node === document.activeElement")
    page.fill("#q", "养犬")
    page.keyboard.press("Enter")
    expect(page.locator(".result")).to_have_count(9)
    assert page.locator(".result mark").first.inner_text() == "养犬"
    page.locator(".facets a", has_text="庙尔沟乡").click()
    expect(page.locator(".result")).to_have_count(2)
    expect(page.locator(".chips")).to_contain_text("庙尔沟乡")
    page.locator(".facets a", has_text="三台镇").click()
    expect(page.locator(".result")).to_have_count(4)
    page.locator(".chips a", has_text="庙尔沟乡").click()
    expect(page.locator(".result")).to_contain_text(["三台镇", "三台镇"])
    page.go_back()
    expect(page.locator(".result")).to_have_count(4)


def test_a_search_in_the_box_keeps_the_filters(page):
    page.goto("/search?q=养犬&township=庙尔沟乡")
    page.fill("#q", "高龄津贴")
    page.click("button[type=submit]")
    expect(page.locator(".result").first).to_contain_text("津贴")
    expect(page.locator(".chips")).to_contain_text("庙尔沟乡")
    expect(page.locator(".result").first).to_contain_text("庙尔沟乡")


def test_a_result_leads_to_its_page_and_on(page):
    page.goto("/search?q=养犬&township=庙尔沟乡")
    page.click(".result h2 a")
    expect(page.locator("h1")).to_have_text("文明养犬管理工作")
    expect(page.locator(".source")).to_contain_text("依据：庙尔沟乡配合履职事项清单第 19 项")
    page.locator(".same a", has_text="三台镇").click()
    expect(page.locator(".badges").first).to_contain_text("吉木萨尔县")


def test_pages_of_results(page):
    page.goto("/search?q=宣传教育")
    first = page.locator(".result h2").first.inner_text()
    page.locator(".pager a", has_text="下一页").click()
    expect(page.locator(".pager [aria-current=page]")).to_have_text("2")
    assert page.locator(".result").count() > 0
    page.locator(".pager a", has_text="上一页").click()
    expect(page.locator(".result h2").first).to_have_text(first)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=养犬&township=庙尔沟乡",
        "/duties/urumqi-gangou-cooperative-85",
        "/api/docs",
        "/nothing",
    ],
)
def test_nothing_is_wider_than_a_phone(page, path):
    page.set_viewport_size(PHONE)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_a_phone_the_filters_are_a_drawer(page):
    page.set_viewport_size(PHONE)
    page.goto("/search?q=养犬")
    option = page.locator(".drawer a", has_text="庙尔沟乡")
    assert not option.is_visible()
    page.click(".drawer > summary")
    option.click()
    expect(page.locator(".result")).to_have_count(2)
