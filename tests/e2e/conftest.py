"""A real server over the shared index, and a real browser."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import ConsoleMessage, Request, Response

START_SECONDS = 60
UNLIMITED = {"DUTY_SEARCH_RATE_LIMIT": "off", "DUTY_SEARCH_PAGE_RATE_LIMIT": "off"}
"""Tests ask more than a person does."""

WARM_UP_SECONDS = 120
PATIENCE = 15_000
"""Milliseconds that a step in the browser may take, on a busy machine."""

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}


@dataclass(frozen=True)
class Server:
    """A running ``duty-search serve`` and the index folder it serves."""

    url: str
    index: Path
    process: subprocess.Popen[str]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(name: str) -> str:
    """Return the path of an installed command of the project."""
    return str(Path(sys.executable).parent / name)


@pytest.fixture(scope="session")
def server(index_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Start the server on a copy of the index (tests publish to it) and stop it in the end."""
    index = tmp_path_factory.mktemp("served") / "index"
    shutil.copytree(index_folder, index)
    port = free_port()
    environment = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1", **UNLIMITED}
    url = f"http://127.0.0.1:{port}"
    # A file, not a pipe: nobody reads it, and a full pipe would stop the server.
    with (index.parent / "log").open("w") as log:
        process = subprocess.Popen(
            [command("duty-search"), "serve", "--index", str(index)], env=environment, stderr=log, text=True
        )
        try:
            wait_until_ready(url, process)
            yield Server(url, index, process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=20)


def wait_until_ready(url: str, process: subprocess.Popen[str]) -> None:
    """Wait until the server answers; fail where it dies or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            with urlopen(f"{url}/readyz", timeout=5) as response:
                if response.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail("the server was not ready in time")


@pytest.fixture(scope="session")
def warm_server(server: Server) -> Server:
    """Give the server with completions ready in each of its workers: on a busy machine that takes a while."""
    wait_for_completions(server.url)
    return server


def wait_for_completions(url: str) -> None:
    """Wait until every worker has its completions, as twenty answers in a row tell."""
    deadline = time.monotonic() + WARM_UP_SECONDS
    in_a_row = 0
    while in_a_row < 20:
        try:
            urlopen(f"{url}/api/v1/suggestions?q=%E5%85%BB", timeout=PATIENCE / 1000).close()
            in_a_row += 1
        except urllib.error.HTTPError as refused:
            if refused.code != 503 or time.monotonic() > deadline:
                raise
            in_a_row = 0
            time.sleep(0.2)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the machine's Chromium; $CHROMIUM names another one than those looked for."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = [path for name in names if name and (path := shutil.which(name))]
    assert found, "no Chromium found; run: make browser"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found[0],
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


def wait_until(page: Page, expression: str) -> None:
    """Wait until an expression is true in a page, whose policy forbids Playwright's own way to wait for it."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"never came true: {expression}"
        page.wait_for_timeout(20)


@dataclass
class Faults:
    """What no page may do: leave the host, fail at a file, write an error or a warning on the console."""

    host: str
    found: list[str] = field(default_factory=list)
    _expected: list[str] = field(default_factory=list)

    def expect(self, part: str) -> None:
        """Let pass what contains `part`: the test brings it about."""
        self._expected.append(part)

    def watch(self, context: BrowserContext) -> None:
        """Note the faults of all pages of a context."""
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("requestfailed", self._request_failed)
        context.on("console", self._console)
        context.on("weberror", lambda one: self._note(str(one.error)))

    def _note(self, text: str) -> None:
        if not any(part in text for part in self._expected):
            self.found.append(text)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.host}/", "data:")):
            self._note(f"left the host: {request.url}")

    def _response(self, response: Response) -> None:
        # A page may be one that says what is wrong with its address; what belongs to a page may not.
        if response.status >= 500 or (
            response.status >= 400 and not response.request.is_navigation_request()
        ):
            self._note(f"{response.status}: {response.url}")

    def _request_failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # given up by the page itself
            self._note(f"{request.failure}: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # That a request failed is noted above, with its address.
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            self._note(f"console: {message.text}")


@pytest.fixture
def faults(server: Server) -> Iterator[Faults]:
    """Collect what the test's pages must not do; in the end there must be nothing."""
    faults = Faults(server.url)
    yield faults
    assert faults.found == []


@pytest.fixture
def new_page(browser: Browser, warm_server: Server, faults: Faults) -> Iterator[Callable[..., Page]]:
    """Give a function that opens a page with no history and no cookies; its options are Playwright's."""
    contexts: list[BrowserContext] = []

    def open_page(**options: object) -> Page:
        context = browser.new_context(**{"base_url": warm_server.url, "viewport": DESKTOP, **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        faults.watch(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """Give a page without JavaScript at desktop width."""
    return new_page(java_script_enabled=False)


@pytest.fixture
def live_page(new_page: Callable[..., Page]) -> Page:
    """Give a page with JavaScript at desktop width."""
    return new_page()
