"""Picture every page at desktop and phone width into docs/images, from a server started for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PORT = 8765
URL = f"http://127.0.0.1:{PORT}"
WIDTHS = {"desktop": (1280, 860), "phone": (390, 844)}
PAGES = {
    "search": "/search?" + urllib.parse.urlencode({"q": "狗咬人了找谁", "township": "庙尔沟乡"}),
    "not-found": "/search?" + urllib.parse.urlencode({"q": "护照到期了在哪换"}),
    "filtered": "/search?" + urllib.parse.urlencode({"list_type": "reclaimed", "township": "庙尔沟乡"}),
    "duty": "/duties/changji-miaoergou-cooperative-19",
    "error": "/search?page=0",
    "reference": "/api/docs",
}


def main() -> None:
    """Start a server, picture the pages, stop it."""
    server = subprocess.Popen(
        [str(Path(sys.executable).parent / "duty-search"), "serve", "--port", str(PORT)]
    )
    try:
        wait()
        picture()
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait() -> None:
    """Wait up to 20 s for the server."""
    for _ in range(200):
        try:
            urllib.request.urlopen(f"{URL}/readyz", timeout=2).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
        else:
            return
    sys.exit("the server did not start")


def picture() -> None:
    """Write one PNG per page and width."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-background-networking"]
        )
        for name, (width, height) in WIDTHS.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            for title, path in PAGES.items():
                page.goto(URL + path)
                page.screenshot(path=ROOT / "docs" / "images" / f"{title}-{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
