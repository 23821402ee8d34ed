"""Fixtures of the tests that take the search into a portal's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.portal import Portal, portal_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Locator, Page

    from tests.e2e.conftest import Faults, Server


@pytest.fixture
def portal(warm_server: Server, faults: Faults) -> Iterator[Portal]:
    """Give a portal; its pages may only do what theirs may: whatever else they do is a fault."""
    with portal_for(warm_server.url) as portal:
        faults.expect(f"left the host: {portal.url}")
        yield portal


class Widget:
    """One <duty-search> on a page: its parts by name."""

    def __init__(self, page: Page, number: int = 0) -> None:
        self.page = page
        self.element = page.locator("duty-search").nth(number)
        self.input = self.element.get_by_role("combobox")
        self.options = self.element.get_by_role("option")
        self.status = self.element.get_by_role("status")
        self.outcome = self.part("outcome")

    def part(self, name: str) -> Locator:
        """Return the parts of a name."""
        return self.element.locator(f"[part={name}]")

    def ask(self, text: str) -> None:
        """Type a question, press Enter and wait for what comes of it."""
        self.input.fill(text)
        self.input.press("Enter")
        self.settled()

    def settled(self) -> None:
        """Wait until nothing is being looked for."""
        expect(self.outcome).to_be_visible()
        expect(self.outcome).not_to_have_attribute("aria-busy", "true")
        expect(self.part("loading")).to_have_count(0)


@pytest.fixture
def open_widget(portal: Portal, live_page: Page) -> Callable[..., Widget]:
    """Give a function that opens a portal's page with one element of these attributes."""

    def open_widget(attributes: str = "", page: Page | None = None, **options: str) -> Widget:
        page = page or live_page
        page.goto(
            portal.page(
                f"<duty-search {attributes}><a href='{portal.endpoint}/search'>查找</a></duty-search>",
                **options,
            )
        )
        widget = Widget(page)
        expect(widget.input).to_be_visible()
        return widget

    return open_widget


EVENTS = """() => {
    window.told = [];
    for (const name of ["select", "results", "error"]) {
        document.addEventListener(`duty-search:${name}`, (event) => window.told.push([name, event.detail]));
    }
}"""
"""Notes the element's events as its page hears them."""


def told(page: Page) -> list[list[object]]:
    """Return the events noted so far."""
    events: list[list[object]] = page.evaluate("window.told")
    return events
