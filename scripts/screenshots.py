"""Picture every page at desktop and phone width into a folder, from a server started for it."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
PORT = 8765
URL = f"http://127.0.0.1:{PORT}"
WIDTHS = {"desktop": (1280, 760), "phone": (390, 844)}
UNLIMITED = {"DUTY_SEARCH_RATE_LIMIT": "off", "DUTY_SEARCH_PAGE_RATE_LIMIT": "off"}


def address(path: str, **parameters: str) -> str:
    """Return the address of a page."""
    return f"{URL}{path}?{urllib.parse.urlencode(parameters)}" if parameters else URL + path


SEARCH = address("/search", q="狗咬人了找谁", township="庙尔沟乡")
PAGES = {
    "home": address("/"),
    "search": SEARCH,
    "by-place": address("/search", q="河道"),
    "not-found": address("/search", q="护照到期了在哪换"),
    "filtered": address("/search", list_type="reclaimed", township="庙尔沟乡"),
    "township": address("/township"),
    "duty": address("/duties/changji-miaoergou-cooperative-19", q="狗咬人了找谁"),
    "departments": address("/departments"),
    "department": address("/departments/" + urllib.parse.quote("公安局")),
    "compare": address("/compare", category="平安法治"),
    "error": address("/search", page="0"),
    "reference": address("/api/docs"),
}
DARK_PAGES = {"search-dark": SEARCH}


def main() -> None:
    """Start a server, picture the pages, stop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "docs" / "images")
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    server = subprocess.Popen(
        [str(Path(sys.executable).parent / "duty-search"), "serve", "--port", str(PORT)],
        env={**os.environ, **UNLIMITED},
    )
    try:
        wait()
        picture(folder)
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait() -> None:
    """Wait up to a minute for the server."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"{URL}/readyz", timeout=2).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    sys.exit("the server did not start")


def picture(folder: Path) -> None:
    """Write one PNG per page and width, of what is in sight when it opens."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        for width in WIDTHS:
            picture_pages(browser, PAGES, folder, width, "light")
            picture_pages(browser, DARK_PAGES, folder, width, "dark")
        browser.close()


def picture_pages(browser: Browser, pages: dict[str, str], folder: Path, width: str, scheme: str) -> None:
    """Write the pictures of some pages at one width."""
    columns, rows = WIDTHS[width]
    context = browser.new_context(
        viewport={"width": columns, "height": rows},
        color_scheme="dark" if scheme == "dark" else "light",
        is_mobile=width == "phone",
        has_touch=width == "phone",
        reduced_motion="reduce",
    )
    page = context.new_page()
    for title, url in pages.items():
        page.goto(url)
        page.screenshot(path=folder / f"{title}-{width}.png")
    context.close()


if __name__ == "__main__":
    main()
