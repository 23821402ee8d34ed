"""“答得不对” in a real browser, over a real server whose workers keep it in one file.

1. With JavaScript it is sent in place: by mouse and by keyboard, once, thanks are announced (role=status), the focus
   goes on at the answer, the address stays, and the next question has its button again.
2. Without JavaScript it leads back to the answer, with thanks.
3. What can't be sent is said, and the button stays.
4. axe-core has nothing to object to, light and dark, before and after; nothing is wider than a phone, what is clicked
   is large enough for a finger, nothing moves when it is sent, and paper shows none of it.
5. What several workers keep stands in the file, whole.
"""

import json
import os
import signal
import subprocess
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import (
    DESKTOP,
    PATIENCE,
    PHONE,
    UNLIMITED,
    Faults,
    command,
    free_port,
    wait_until_ready,
)
from tests.e2e.test_accessibility import objections
from tests.e2e.test_layout import TOO_SMALL, expect_nothing_beside

ASKED = "/search?q=狗咬人了找谁&township=庙尔沟乡"
NAME = "答得不对"
THANKS = "已记下，谢谢"


@dataclass(frozen=True)
class Kept:
    """A server and the file that it keeps questions in."""

    url: str
    path: Path

    def questions(self, kind):
        """Return the questions of a kind that are kept by now."""
        if not self.path.exists():
            return []
        entries = map(json.loads, self.path.read_text(encoding="utf-8").splitlines())
        return [one["question"] for one in entries if one["kind"] == kind]

    @property
    def wrong(self):
        """Return the questions whose answers were called wrong."""
        return self.questions("wrong_answer")

    def wait_for(self, kind, number):
        """Return the questions of a kind once there are so many: they are kept after the response was sent."""
        deadline = time.monotonic() + PATIENCE / 1000
        while len(found := self.questions(kind)) < number:
            assert time.monotonic() < deadline, found
            time.sleep(0.02)
        return found


@pytest.fixture(scope="module")
def kept(index_folder, tmp_path_factory):
    folder = tmp_path_factory.mktemp("kept")
    port = free_port()
    settings = {"DUTY_SEARCH_REPORT": str(folder / "report.jsonl"), "DUTY_SEARCH_WORKERS": "2", **UNLIMITED}
    environment = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1", **settings}
    with (folder / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(
            [command("duty-search"), "serve", "--index", str(index_folder)], env=environment, stderr=log
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, process)
            yield Kept(url, folder / "report.jsonl")
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


@pytest.fixture
def open_page(browser, kept):
    """Give a function that opens a page of the server; none of them may do what no page may."""
    contexts, faults = [], Faults(kept.url)

    def open_page(**options):
        context = browser.new_context(**{"base_url": kept.url, "viewport": DESKTOP, **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        faults.watch(context)
        return context.new_page()

    yield open_page, faults
    for context in contexts:
        context.close()
    assert faults.found == []


@pytest.fixture
def page(open_page):
    return open_page[0](reduced_motion="reduce")


def button_of(page):
    return page.get_by_role("button", name=NAME)


def status_of(page):
    return page.locator("#answer").get_by_role("status")


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
def test_it_is_sent_in_place(page, kept, by):
    before = kept.wrong
    page.goto(ASKED)
    expect(status_of(page)).to_be_empty()
    address = page.url
    if by == "mouse":
        button_of(page).dblclick()
    else:
        button_of(page).focus()
        page.keyboard.press("Enter")
    expect(status_of(page)).to_have_text(THANKS)
    expect(button_of(page)).to_be_hidden()
    expect(page.locator("#answer")).to_be_focused()
    assert page.url == address
    assert kept.wait_for("wrong_answer", len(before) + 1) == [*before, "狗咬人了找谁"]
    page.locator("#q").fill("养犬扰民")
    page.keyboard.press("Enter")
    expect(page.locator("#answer input[name=q]")).to_have_value("养犬扰民")
    expect(button_of(page)).to_be_visible()
    expect(status_of(page)).to_be_empty()


def test_without_javascript_it_leads_back(open_page, kept):
    page = open_page[0](java_script_enabled=False)
    before = kept.wrong
    page.goto(f"{ASKED}&sort=list")
    button_of(page).click()
    expect(status_of(page)).to_have_text(THANKS)
    expect(button_of(page)).to_be_hidden()
    assert urllib.parse.parse_qs(urllib.parse.urlsplit(page.url).query)["sort"] == ["list"]
    assert page.url.endswith("#answer")
    assert kept.wait_for("wrong_answer", len(before) + 1) == [*before, "狗咬人了找谁"]


def test_what_can_not_be_sent_is_said(open_page, kept):
    page, faults = open_page[0](), open_page[1]
    before = kept.wrong
    page.goto(ASKED)
    faults.expect("/api/v1/feedback")
    for answer, text in (
        (lambda route: route.abort(), "连不上服务器"),
        (lambda route: route.fulfill(status=429, body="{}"), "没有记下"),
    ):
        page.route("**/api/v1/feedback", answer)
        button_of(page).click()
        expect(page.locator("#told")).to_contain_text(text)
        expect(button_of(page)).to_be_visible()
        page.unroute("**/api/v1/feedback")
    assert kept.wrong == before
    button_of(page).click()
    expect(status_of(page)).to_have_text(THANKS)


def test_axe_has_nothing_to_object_to(page):
    page.goto(ASKED)
    assert objections(page) == []
    button_of(page).click()
    expect(status_of(page)).to_have_text(THANKS)
    assert objections(page) == []


def test_it_suits_a_finger_and_moves_nothing(open_page):
    page = open_page[0](viewport=PHONE, is_mobile=True, has_touch=True, reduced_motion="reduce")
    for path in (ASKED, "/search?q=森林防火"):
        page.goto(path)
        expect(button_of(page)).to_be_visible()
        assert page.evaluate(TOO_SMALL) == []
        expect_nothing_beside(page, PHONE["width"])
    page.goto(ASKED)
    card = page.locator("#answer")
    before = card.bounding_box()
    button_of(page).tap()
    expect(status_of(page)).to_have_text(THANKS)
    assert card.bounding_box() == before


def test_paper_shows_none_of_it(page):
    page.goto(ASKED)
    page.emulate_media(media="print")
    expect(button_of(page)).to_be_hidden()
    expect(page.locator("#answer .body")).to_be_visible()


def test_what_several_workers_keep_is_whole(kept):
    questions = [f"护照到期了在哪换第{number}次" for number in range(60)]

    def ask(question):
        address = f"{kept.url}/api/v1/answer?q={urllib.parse.quote(question)}"
        with urlopen(address, timeout=60) as response:
            return json.load(response)["status"]

    with ThreadPoolExecutor(6) as visitors:
        assert set(visitors.map(ask, questions)) == {"not_found"}
    assert sorted(kept.wait_for("not_found", len(questions))) == sorted(questions)
