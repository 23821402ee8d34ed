"""A real browser shows pages whose every text is a probe, and none of them runs.

1. Nothing runs, and the policy has nothing to stop: what it stops was markup already.
2. Scripts of the pages themselves (suggestions, sections exchanged without loading a page anew) make no markup of texts either.
"""

from __future__ import annotations

import os
import signal
import subprocess
from urllib.parse import quote

import pytest

from tests.e2e.conftest import (
    PATIENCE,
    UNLIMITED,
    command,
    free_port,
    wait_for_completions,
    wait_until_ready,
)
from tests.fuzz.conftest import probed_folder
from tests.fuzz.probes import MARK, PROBES

__all__ = ["probed_folder"]

TELL = f"window.ran = []; window.{MARK} = () => window.ran.push('ran');"


@pytest.fixture(scope="module")
def probed_server(probed_folder):
    port = free_port()
    environment = {
        **os.environ,
        "PORT": str(port),
        "HOST": "127.0.0.1",
        "DUTY_SEARCH_WORKERS": "1",
        **UNLIMITED,
    }
    process = subprocess.Popen(
        [command("duty-search"), "serve", "--index", str(probed_folder)],
        env=environment,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process)
        wait_for_completions(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


@pytest.fixture
def watched(browser, probed_server):  # the fixture imported above
    """Give a page of a browser that notes what runs, what the policy stops, and which dialogs open."""
    context = browser.new_context(base_url=probed_server)
    context.set_default_timeout(PATIENCE)
    context.add_init_script(TELL)
    wrong = []
    context.on(
        "console", lambda one: wrong.append(one.text) if "Content Security Policy" in one.text else None
    )
    context.on("weberror", lambda one: wrong.append(str(one.error)))
    page = context.new_page()
    page.on("dialog", lambda one: (wrong.append(one.message), one.dismiss()))
    yield page
    assert wrong == []
    context.close()


def nothing_ran(page):
    assert page.evaluate("window.ran") == []
    assert (
        page.evaluate(
            f"document.querySelectorAll('{MARK}, [onerror], [onload], [onmouseover], [onfocus]').length"
        )
        == 0
    )


@pytest.mark.parametrize("number", range(0, len(PROBES), 4))
def test_no_probe_runs(watched, number):
    text = quote(PROBES[number])
    duty = f"/duties/probe{number}-cooperative-1"
    for path in (
        duty,
        f"{duty}?q={text}",
        f"/search?q={text}",
        "/departments",
        "/compare",
        "/township",
        f"/?q={text}",
    ):
        watched.goto(path)
        assert MARK in watched.content() or path == "/compare"
        nothing_ran(watched)


def test_no_suggestion_runs(watched):
    watched.goto("/")
    box = watched.locator("input[name=q]").first
    for probe in PROBES[:8]:
        box.fill("")
        box.press_sequentially(probe[:12])
        watched.wait_for_timeout(150)
        nothing_ran(watched)
    box.fill(f"{PROBES[1]}")
    box.press("Enter")
    watched.wait_for_load_state()
    assert MARK in watched.content()
    nothing_ran(watched)


def test_a_probe_that_runs_is_noticed(browser, probed_server):
    page = browser.new_context(base_url=probed_server).new_page()
    page.add_init_script(TELL)
    page.route("**/alive", lambda route: route.fulfill(content_type="text/html", body=f"<p>{PROBES[1]}"))
    page.goto("/alive")
    page.wait_for_timeout(300)
    with pytest.raises(AssertionError):
        nothing_ran(page)
