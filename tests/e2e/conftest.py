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
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

START_SECONDS = 30


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
    environment = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1"}
    process = subprocess.Popen(
        [command("duty-search"), "serve", "--index", str(index)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until_ready(url, process)
        yield Server(url, index, process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        assert process.stderr
        process.stderr.close()


def wait_until_ready(url: str, process: subprocess.Popen[str]) -> None:
    """Wait until the server answers; fail where it dies or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as response:
                if response.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail("the server was not ready in time")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start the machine's Chromium; $CHROMIUM names another one than those looked for."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome")
    found = [path for name in names if name and (path := shutil.which(name))]
    assert found, "no Chromium found; run: make browser"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found[0],
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, server: Server) -> Iterator[Page]:
    """Give a page without JavaScript at desktop width; leaving the host or a console error fails the test."""
    context = browser.new_context(
        base_url=server.url, java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    strangers: list[str] = []
    errors: list[str] = []
    page.on("request", lambda one: None if one.url.startswith(server.url) else strangers.append(one.url))
    page.on("console", lambda one: errors.append(one.text) if one.type == "error" else None)
    yield page
    context.close()
    assert strangers == []
    assert [text for text in errors if "status of 4" not in text] == []
