"""<duty-search> where the service is slow, refuses, fails or can't be reached.

1. Each failure is said in Chinese, with the time to wait where the service names one, and told to the page.
2. The button tries again and the focus is where one goes on; a link leads to the search page, under the same filters
   but for those that were refused.
3. Offline it says so and asks again by itself when the connection is back.
4. While it looks it says so; an old answer is dimmed, then gone; it gives up in the end.
5. Of two questions the last one counts, however late the first is answered.
6. A failure while turning pages keeps the page asked for.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.portal_fixtures import EVENTS, open_widget, portal, told

__all__ = ["open_widget", "portal"]

FINDING = re.compile(r"/api/v1/(answer|search)\?")
OPEN = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}


def failing(status, body="{}", **headers):
    """Return what answers a request like a service that fails."""
    sent = {**OPEN, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return lambda route: route.fulfill(
        status=status, body=body, content_type="application/json", headers=sent
    )


@pytest.fixture
def widget(open_widget, faults):
    for part in ("Failed to load", "429", "422", "500", "502", "503", "ERR_", "CORS", "服务不接受"):
        faults.expect(part)
    widget = open_widget('township="庙尔沟乡"')
    widget.page.evaluate(EVENTS)
    return widget


@pytest.mark.parametrize(
    ("answer", "said", "kind"),
    [
        (failing(429, Retry_After="30"), "查得太快了。请在 30 秒后再试。", "busy"),
        (failing(429, Retry_After="90"), "查得太快了。请在 2 分钟后再试。", "busy"),
        (failing(429, Retry_After="7200"), "查得太快了。请在 2 小时后再试。", "busy"),
        (failing(429), "查得太快了。请稍后再试。", "busy"),
        (failing(503, Retry_After="10"), "清单索引暂时不可用。请在 10 秒后再试。", "unavailable"),
        (
            failing(503, Retry_After="Wed, 21 Oct 2015 07:28:00 GMT"),
            "清单索引暂时不可用。请在 1 秒后再试。",
            "unavailable",
        ),
        (
            failing(503, "<h1>nginx</h1>", Retry_After="soon"),
            "清单索引暂时不可用。请稍后再试。",
            "unavailable",
        ),
        (
            failing(422, '{"errors": {"query": {"county": ["x"], "y": []}}}'),
            "查询的条件有误（县市区、y），请告诉网站管理员。",
            "rejected",
        ),
        (failing(422, "[]"), "查询的条件有误，请告诉网站管理员。", "rejected"),
        (failing(500), "查询服务出了问题。请稍后再试。", "server"),
        (failing(502, "<h1>Bad Gateway</h1>"), "查询服务出了问题。请稍后再试。", "server"),
        (failing(200, "<h1>登录</h1>"), "查询服务出了问题。请稍后再试。", "server"),
        (failing(200, "{}"), "查询服务出了问题。请稍后再试。", "server"),
        (lambda route: route.abort("connectionrefused"), "连不上查询服务。请稍后再试。", "network"),
    ],
)
def test_a_failure_is_said_in_words(widget, answer, said, kind):
    widget.page.route(FINDING, answer)
    widget.ask("狗咬人了找谁")
    alert = widget.element.get_by_role("alert")
    expect(alert.locator("p").first).to_have_text(said)
    ((name, detail),) = told(widget.page)
    assert (name, detail["kind"]) == ("error", kind)
    assert detail["status"] in (0, 200, 422, 429, 500, 502, 503)
    expect(alert.get_by_role("link")).to_have_attribute("href", re.compile(r"/search\?q=.*township="))


def test_the_link_leaves_out_what_was_refused(widget):
    widget.page.route(FINDING, failing(422, '{"errors": {"query": {"township": ["x"]}}}'))
    widget.element.evaluate("node => node.setAttribute('county', '昌吉市')")
    widget.ask("狗咬人了找谁")
    link = widget.element.get_by_role("alert").get_by_role("link")
    expect(link).to_have_attribute("href", re.compile(r"/search\?q=[^&]+&county=[^&]+$"))


def test_the_button_tries_again(widget):
    widget.page.route(FINDING, failing(503))
    widget.ask("狗咬人了找谁")
    retry = widget.element.get_by_role("button", name="再试一次")
    retry.click()
    expect(retry).to_be_focused()
    expect(widget.element.get_by_role("alert")).to_be_visible()
    widget.page.unroute_all()
    widget.page.keyboard.press("Enter")
    expect(widget.part("body")).to_have_text("昌吉市公安局")
    expect(widget.part("answer")).to_be_focused()
    expect(widget.element.get_by_role("alert")).to_have_count(0)
    assert [name for name, _ in told(widget.page)] == ["error", "error", "results"]


def test_one_failure_of_two_requests_is_told_once(widget):
    widget.page.route(re.compile(r"/api/v1/search\?"), failing(500))
    widget.ask("狗咬人了找谁")
    expect(widget.element.get_by_role("alert")).to_have_count(1)
    widget.page.wait_for_timeout(300)
    assert [name for name, _ in told(widget.page)] == ["error"]


def test_offline_it_waits_for_the_connection(widget):
    widget.page.context.set_offline(True)
    widget.ask("狗咬人了找谁")
    expect(widget.element.get_by_role("alert")).to_contain_text(
        "网络断开了，现在查不了。连上以后会自动再查。"
    )
    assert told(widget.page) == [["error", {"kind": "offline", "status": 0}]]
    widget.page.context.set_offline(False)
    expect(widget.part("body")).to_have_text("昌吉市公安局")


def test_while_it_looks_it_says_so(widget):
    held = []

    def hold(route):
        held.append(route)

    widget.page.route(FINDING, hold)
    widget.input.fill("狗咬人了找谁")
    widget.input.press("Enter")
    expect(widget.part("loading")).to_have_text("正在查找……")
    expect(widget.status).to_have_text("正在查找……")
    expect(widget.outcome).to_have_attribute("aria-busy", "true")
    for route in held:
        route.continue_()
    expect(widget.part("body")).to_have_text("昌吉市公安局")
    held.clear()
    widget.input.fill("高龄津贴")
    widget.input.press("Enter")
    expect(widget.outcome).to_have_attribute("aria-busy", "true")
    expect(widget.part("body")).to_have_count(0)  # an old answer must not be taken for the new one
    expect(widget.part("loading")).to_be_visible()


def test_it_gives_up_in_the_end(new_page, open_widget, faults):
    faults.expect("ERR_")
    page = new_page()
    page.clock.install()
    widget = open_widget(page=page)
    page.evaluate(EVENTS)
    page.route(FINDING, lambda route: None)
    widget.input.fill("狗咬人了找谁")
    with page.expect_request(FINDING):
        widget.input.press("Enter")
    page.clock.run_for(21_000)
    expect(widget.element.get_by_role("alert")).to_contain_text("等了很久没有回音。请稍后再试。")
    assert told(page) == [["error", {"kind": "timeout", "status": 0}]]


def test_of_two_questions_the_last_one_counts(widget):
    held = []

    def hold_the_first(route):
        held.append(route) if len(held) < 2 else route.continue_()

    widget.page.route(FINDING, hold_the_first)
    widget.input.fill("高龄津贴")
    widget.input.press("Enter")
    expect(widget.part("loading")).to_be_visible()
    widget.input.fill("狗咬人了找谁")
    widget.input.press("Enter")
    expect(widget.part("body")).to_have_text("昌吉市公安局")
    for route in held:
        failing(503)(route)
    widget.page.wait_for_timeout(300)
    expect(widget.part("body")).to_have_text("昌吉市公安局")
    assert [(name, detail["query"]) for name, detail in told(widget.page)] == [("results", "狗咬人了找谁")]


def test_a_failure_while_turning_pages_keeps_the_page(widget):
    widget.element.evaluate("node => node.setAttribute('per-page', '2')")
    widget.ask("宣传教育")
    widget.page.route(FINDING, failing(503))
    widget.element.get_by_role("button", name="下一页").click()
    expect(widget.element.get_by_role("alert")).to_be_visible()
    widget.page.unroute_all()
    widget.element.get_by_role("button", name="再试一次").click()
    expect(widget.part("pager")).to_contain_text("第 2 页")
