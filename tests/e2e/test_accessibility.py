"""axe-core finds nothing to object to, on any page, in any state, light and dark.

1. Every page, as it comes.
2. What opens with a key or a click: suggestions, the choice of a township, the list of keys, every list of an answer.
3. On a phone, with the filters open.
4. In the colours of a dark screen contrast holds as well.
"""

import json

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.addresses import PAGES
from tests.e2e.conftest import PHONE

axe = Axe()

WITH_LISTS = ("many results", "duty", "long duty")
"""Pages on which much can be opened."""

# A dark screen changes nothing but colours.
RULES = {"light": {}, "dark": {"runOnly": ["color-contrast", "link-in-text-block"]}}


def objections(page):
    """Return what axe finds in a page, light and dark: rule, place and reason."""
    found = []
    for scheme, rules in RULES.items():
        page.emulate_media(color_scheme=scheme)
        response = axe.run(page, options={"resultTypes": ["violations"], **rules}).response
        assert response["passes"]
        found += [
            f"{scheme}: {violation['id']} at {' '.join(map(str, node['target']))}: {node['failureSummary']}"
            for violation in response["violations"]
            for node in violation["nodes"]
        ]
    return found


@pytest.fixture
def quiet_page(new_page):
    """Give a page in which colours change at once."""
    return new_page(reduced_motion="reduce")


@pytest.mark.parametrize("name", [name for name in PAGES if name not in WITH_LISTS])
def test_a_page(quiet_page, name):
    quiet_page.goto(PAGES[name])
    assert objections(quiet_page) == []


@pytest.mark.parametrize("name", ["start", "answer by place", "duty", "comparison"])
def test_a_page_on_a_phone(new_page, name):
    page = new_page(reduced_motion="reduce", viewport=PHONE, is_mobile=True, has_touch=True)
    page.goto(PAGES[name])
    if page.locator("#drawer").count():
        page.locator(".drawer-label").click()
        expect(page.locator(".facets")).to_be_visible()
    assert objections(page) == []


def test_suggestions(quiet_page):
    quiet_page.goto("/")
    quiet_page.keyboard.type("养")
    expect(quiet_page.locator("#suggestions [role=option]").first).to_be_visible()
    quiet_page.keyboard.press("ArrowDown")
    assert objections(quiet_page) == []


def test_the_choice_of_a_township(quiet_page):
    quiet_page.goto(PAGES["answer"])
    quiet_page.keyboard.press("t")
    expect(quiet_page.locator("#township-dialog .list-filter")).to_be_focused()
    assert objections(quiet_page) == []


def test_the_list_of_keys(quiet_page):
    quiet_page.goto("/")
    quiet_page.locator("nav").get_by_role("button", name="快捷键").click()
    expect(quiet_page.locator("#shortcuts")).to_be_visible()
    assert objections(quiet_page) == []


@pytest.mark.parametrize("name", WITH_LISTS)
def test_every_list_open(quiet_page, name):
    quiet_page.goto(PAGES[name])
    quiet_page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
    assert objections(quiet_page) == []


def test_a_remembered_township(quiet_page):
    quiet_page.goto("/township?back=/search?q=养犬")
    quiet_page.get_by_role("button", name="庙尔沟乡").click()
    quiet_page.goto("/search?q=养犬")
    expect(quiet_page.locator(".note")).to_contain_text(["只看庙尔沟乡"])
    assert objections(quiet_page) == []
    quiet_page.goto("/")
    assert objections(quiet_page) == []


def test_a_test_that_can_fail(quiet_page):
    """A page with a picture nobody can hear of, in letters nobody can see, is objected to."""
    quiet_page.goto("/nothing")
    quiet_page.evaluate("document.querySelector('h1').style.color = 'rgb(200, 200, 200)'")
    quiet_page.evaluate("document.querySelector('.brand img').removeAttribute('alt')")
    found = json.dumps(objections(quiet_page))
    assert "image-alt" in found
    assert "color-contrast" in found
