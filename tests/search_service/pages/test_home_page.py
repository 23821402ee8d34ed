"""The start page.

1. It asks one question, in one box that has the focus.
2. Each example leads to a search with an answer.
3. The three lists are explained and counted, the categories counted; each link finds as many duties as it says, and
   together they are all.
4. With a township remembered everything on the page means that township.
5. An old address with a search in it leads to the search with all it held; what others append to an address doesn't.
"""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from indexer.duty import ListType
from search_service.pages.home_page import EXAMPLES

KANERZI = "qitai-kanerzi"


@pytest.fixture
def at_kanerzi(app):
    """Return a client that remembers 坎尔孜乡."""
    client = app.test_client()
    client.set_cookie("township", KANERZI)
    return client


def number(tag):
    return int(re.search(r"\d+", tag.text)[0])


def found(read, link, via=None):
    """Return the number of duties behind a link."""
    joiner = "&" if "?" in link["href"] else "?"
    return number(read(link["href"] + joiner + "collapse=false", via=via).select_one("#total b"))


def test_it_asks_one_question(read):
    page = read("/")
    assert page.select_one("h1").text == "这件事，谁来管？"
    [box] = page.select("form[action='/search']")
    assert box.find_parent("main")
    assert box["method"] == "get"
    assert box.select_one("input[name=q]").has_attr("autofocus")
    assert not box.select("input[type=hidden]")
    assert page.select_one(f"label[for={box.select_one('input[name=q]')['id']}]")
    assert "全部乡镇" in page.select_one("#place").text


def test_examples_have_answers(read):
    links = read("/").select(".examples a")
    assert [link.text for link in links] == list(EXAMPLES)
    for link in links:
        page = read(link["href"])
        assert page.select_one("#q")["value"] == link.text
        card = page.select_one("section.answer")
        assert card.select(".body, .by-place tbody tr"), link.text
        assert "none" not in card["class"]


def test_the_three_lists(read, duties):
    items = read("/").select(".lists a")
    assert [item.b.text for item in items] == ["基本", "配合", "收回"]
    for item, list_type in zip(items, ListType, strict=True):
        count = sum(duty.list_type is list_type for duty in duties)
        assert item.small.text == list_type.meaning
        assert number(item.select_one(".count")) == count == found(read, item)
    assert sum(number(item.select_one(".count")) for item in items) == len(duties)


def test_categories(read, duties):
    items = read("/").select(".cloud a")
    counts = {item.next_element: number(item.select_one(".count")) for item in items}
    assert counts == {
        category: sum(duty.category == category for duty in duties)
        for category in {duty.category for duty in duties}
    }
    assert list(counts.values()) == sorted(counts.values(), reverse=True)
    for item in items[:3] + items[-3:]:
        assert found(read, item) == number(item.select_one(".count"))


def test_everything_can_be_browsed(read, duties):
    [link] = [link for link in read("/").select("main a") if "浏览全部" in link.text]
    assert link.text == f"浏览全部 {len(duties)} 项"
    assert link["href"] == "/search"
    assert found(read, link) == len(duties)


def test_with_a_township_remembered_all_is_about_it(read, at_kanerzi, lists):
    own = lists[KANERZI].duties
    page = read("/", via=at_kanerzi)
    assert "坎尔孜乡的三张清单" in [heading.text for heading in page.select("h2")]
    assert "坎尔孜乡" in page.select_one("#place").text
    hidden = [(field["name"], field["value"]) for field in page.select("#search-form input[type=hidden]")]
    assert hidden == [("township", "坎尔孜乡")]
    links = page.select(".examples a, .lists a, .cloud a, .ways p a")
    assert len(links) > 20
    for link in links:
        assert parse_qs(urlsplit(link["href"]).query)["township"] == ["坎尔孜乡"]
    assert [number(item.select_one(".count")) for item in page.select(".lists a")] == [
        sum(duty.list_type is list_type for duty in own) for list_type in ListType
    ]
    [everything] = page.select(".ways p a")
    assert everything.text == f"浏览全部 {len(own)} 项"
    for link in [everything, *page.select(".lists a"), *page.select(".cloud a")[:3]]:
        assert found(read, link, via=at_kanerzi) == number(link.select_one(".count") or link)


def test_without_one_nothing_is_narrowed(read):
    for link in read("/").select("main a[href^='/search']"):
        assert not {"township", "county", "prefecture"} & parse_qs(urlsplit(link["href"]).query).keys()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/?q=%E5%85%BB%E7%8A%AC", "/search?q=%E5%85%BB%E7%8A%AC"),
        (
            "/?q=a%26b&township=x&township=y&page=2&utm=1",
            "/search?q=a%26b&township=x&township=y&page=2&utm=1",
        ),
        ("/?list_type=basic", "/search?list_type=basic"),
    ],
)
def test_old_addresses_of_searches_lead_on(client, old, new):
    response = client.get(old)
    assert (response.status_code, response.location) == (302, new)


@pytest.mark.parametrize("path", ["/?utm_source=portal", "/?from=12345&isappinstalled=0", "/?"])
def test_what_others_append_leads_nowhere_else(read, path):
    assert read(path).select_one("h1").text == "这件事，谁来管？"
