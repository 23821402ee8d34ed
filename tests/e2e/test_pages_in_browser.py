"""The pages in a real browser, without JavaScript.

1. An operator types a question, gets results with marked words, narrows them by clicking, and goes back.
2. Siblings of a chosen value stay and can be added; chips remove what was chosen, one or all.
3. The start page leads on: to a question with an answer, to a list, to a category.
4. A township is chosen once: the box shows it, every new search looks there, until it is given back.
5. Where townships differ the answer is a table of places; the text to dispatch by stands in a box to copy from.
6. A result leads to the duty's page with its step marked, that to the same duty elsewhere, and back.
7. Townships are compared by a form of plain controls.
8. On a phone the filters are a drawer.
9. What needs JavaScript is not shown.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE


def count_of(link):
    """Return the number beside a filter."""
    return int(re.search(r"\d+", link.locator(".count").inner_text())[0])


def test_an_operator_finds_narrows_and_goes_back(page):
    page.goto("/")
    assert page.locator("#q").evaluate("node => node === document.activeElement")
    page.fill("#q", "养犬")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/search"))
    assert page.locator(".result mark").first.inner_text() == "养犬"
    whole = page.locator("#total b").inner_text()
    here = page.locator(".tree a", has_text="庙尔沟乡")
    expected = count_of(here)
    here.click()
    expect(page.locator(".result")).to_have_count(expected)
    expect(page.locator(".result .badges")).to_contain_text(["庙尔沟乡"] * expected)
    expect(page.locator(".chips")).to_contain_text("庙尔沟乡")
    page.locator(".tree a", has_text="三台镇").click()
    expect(page.locator("#place")).to_contain_text("2 个地区")
    page.locator(".chips a", has_text="庙尔沟乡").click()
    expect(page.locator(".result .badges").first).to_contain_text("三台镇")
    expect(page.locator(".chips a")).to_have_count(1)
    page.go_back()
    page.get_by_role("link", name="全部清除").click()
    expect(page.locator(".chips")).to_have_count(0)
    expect(page.locator("#total b")).to_have_text(whole)


def test_a_search_in_the_box_keeps_the_filters(page):
    page.goto("/search?q=养犬&township=庙尔沟乡")
    page.fill("#q", "高龄津贴")
    page.click("button[type=submit]")
    expect(page.locator(".result").first).to_contain_text("津贴")
    expect(page.locator(".chips")).to_contain_text("庙尔沟乡")
    expect(page.locator(".result").first).to_contain_text("庙尔沟乡")


def test_the_start_page_leads_on(page):
    page.goto("/")
    page.locator(".examples a").first.click()
    expect(page.locator("#answer")).to_be_visible()
    page.goto("/")
    page.locator(".lists a", has_text="收回").click()
    expect(page.locator(".chips")).to_contain_text("收回")
    expect(page.locator(".result .badge").first).to_contain_text("收回")
    page.goto("/")
    page.locator(".cloud a", has_text="平安法治").click()
    expect(page.locator(".result .badges").first).to_contain_text("平安法治")


def test_a_township_is_chosen_once(page):
    page.goto("/")
    page.click("#place")
    expect(page).to_have_url(re.compile("/township"))
    page.get_by_role("button", name="庙尔沟乡").click()
    expect(page.locator("#place")).to_contain_text("庙尔沟乡")
    page.fill("#q", "狗咬人了找谁")
    page.keyboard.press("Enter")
    expect(page.locator("#answer .body")).to_have_text("昌吉市公安局")
    page.goto("/departments")
    expect(page.locator("#place")).to_contain_text("庙尔沟乡")
    page.click("#place")
    page.locator("#choices").get_by_role("button", name="全部乡镇").click()
    expect(page.locator("h1")).to_have_text("部门")
    expect(page.locator("#place")).to_contain_text("全部乡镇")


def test_an_answer_that_differs_by_place_is_a_table(page):
    page.goto("/search?q=河道")
    answer = page.locator("#answer")
    expect(answer.locator(".role")).to_have_text("各地不同")
    expect(answer.locator(".body")).to_have_count(0)
    rows = answer.locator("tbody tr")
    expect(rows.first).to_be_visible()
    assert len(set(rows.locator("td:nth-of-type(1)").all_inner_texts())) > 1
    row = rows.filter(has_text="庙尔沟乡")
    row.get_by_role("link", name="项").click()
    expect(page.locator(".source")).to_contain_text("庙尔沟乡")
    page.go_back()
    row.get_by_role("link", name="庙尔沟乡").click()
    expect(answer.locator(".body")).to_be_visible()
    expect(page.locator("#place")).to_contain_text("庙尔沟乡")


def test_the_note_stands_in_a_box_to_copy_from(page):
    page.goto("/search?q=狗咬人了找谁&township=庙尔沟乡")
    note = page.get_by_label("派单依据", exact=True)
    expect(note).to_be_hidden()
    page.get_by_text("派单依据全文").click()
    expect(note).to_be_visible()
    text = note.input_value()
    assert "昌吉市公安局" in text
    assert "庙尔沟乡配合履职事项清单" in text
    expect(note).not_to_be_editable()


def test_a_result_leads_to_its_page_and_on(page):
    page.goto("/search?q=狗咬人了找谁&township=庙尔沟乡")
    page.locator(".result h2 a").first.click()
    expect(page.locator("h1")).to_have_text("文明养犬管理工作")
    expect(page.locator(".sides .matched mark").first).to_contain_text("伤人治安案件")
    expect(page.locator(".source")).to_contain_text("依据：庙尔沟乡配合履职事项清单第19项")
    page.locator(".same a", has_text="三台镇").click()
    expect(page.locator(".badges").first).to_contain_text("吉木萨尔县")
    page.get_by_role("link", name="回到“狗咬人了找谁”的结果").click()
    expect(page.locator("#q")).to_have_value("狗咬人了找谁")


def test_townships_are_compared_by_a_form(page):
    page.goto("/compare")
    page.get_by_label("事项类别").select_option("平安法治")
    page.locator(".choices summary").click()
    page.get_by_label("甘沟乡").uncheck()
    page.get_by_label("只看清单或部门不同的").check()
    page.get_by_role("button", name="对照").click()
    expect(page.locator("h1")).to_have_text("各乡镇对照：平安法治")
    expect(page.locator(".compare thead th")).to_have_count(5)
    expect(page.locator(".compare thead")).not_to_contain_text("甘沟乡")
    rows = page.locator(".compare tbody tr")
    assert rows.count() > 0
    expect(page.locator(".compare tr.differs")).to_have_count(rows.count())
    rows.first.locator("td a").first.click()
    expect(page.locator(".source")).to_be_visible()


def test_pages_of_results(page):
    page.goto("/search?q=宣传教育")
    first = page.locator(".result h2").first.inner_text()
    page.locator(".pager a", has_text="下一页").click()
    expect(page.locator(".pager [aria-current=page]")).to_have_text("2")
    assert page.locator(".result").count() > 0
    page.locator(".pager a", has_text="上一页").click()
    expect(page.locator(".result h2").first).to_have_text(first)


def test_on_a_phone_the_filters_are_a_drawer(page):
    page.set_viewport_size(PHONE)
    page.goto("/search?q=养犬")
    option = page.locator(".facets .tree a", has_text="庙尔沟乡")
    expect(option).to_be_hidden()
    page.get_by_text("筛选", exact=True).click()
    expected = count_of(option)
    option.click()
    expect(page.locator(".result")).to_have_count(expected)
    expect(page.locator(".drawer-label")).to_have_text("筛选（1）")


@pytest.mark.parametrize(
    "path", ["/", "/search?q=狗咬人了找谁", "/duties/changji-miaoergou-cooperative-19", "/township"]
)
def test_what_needs_scripts_is_not_shown(page, path):
    page.goto(path)
    assert page.locator(".needs-js").count() > 0
    expect(page.locator(".needs-js:visible")).to_have_count(0)
