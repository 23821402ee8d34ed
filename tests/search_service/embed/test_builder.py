"""The page on which a portal's editor sets the search up.

1. Its selects hold the places, categories and departments of the index; narrower places are those inside wider
   ones, other values those that are there under the other choices, with their counts.
2. The lines to copy are complete HTML: an element or a frame with the options chosen, a script with its digest,
   addresses in ASCII whatever the encoding of the page they are pasted into.
3. What is chosen stands in the form, in the lines and in what is shown of them.
4. Places that can't go together are taken out, and that is said; so is what an editor may not expect: choices that
   leave nothing, sites that the operator hasn't named.
5. Whatever is chosen, the address of the frame in the lines is one that the service takes.
6. Nothing on it is inline, and it may hold a frame of this site alone.
"""

import html
import re

import pytest
from bs4 import BeautifulSoup

from search_service.app import create_app
from search_service.embed.released import integrity
from search_service.settings import Settings
from tests.search_service.test_security_headers import Inline, policy


class Builder:
    """The builder's page, read."""

    def __init__(self, client, **query):
        self.response = client.get(
            "/embed/builder", query_string=query, base_url="https://duty.example.gov.cn"
        )
        assert self.response.status_code == 200
        self.tree = BeautifulSoup(self.response.text, "html.parser")
        self.snippet = self.tree.find(id="snippet").text
        self.pasted = BeautifulSoup(self.snippet, "html.parser")
        self.notes = [one.text for one in self.tree.select("#embed-notes p")]

    def values(self, name):
        return [one["value"] for one in self.tree.select(f"select[name={name}] option")]

    def selected(self, name):
        return [one["value"] for one in self.tree.select(f"select[name={name}] option[selected]")]


@pytest.fixture
def build(client):
    return lambda **query: Builder(client, **query)


def test_the_selects_hold_what_is_in_the_index(build, lists):
    page = build()
    places = [one.place for one in lists.values()]
    assert page.values("county") == ["", *dict.fromkeys(place.county for place in places)]
    assert set(page.values("township")) == {"", *(place.township for place in places)}
    assert page.tree.find("optgroup", label="昌吉市").option["value"] == "庙尔沟乡"
    assert page.values("list_type") == ["", "basic", "cooperative", "reclaimed"]
    assert "平安法治" in page.values("category")
    assert "公安局" in page.values("department")
    for name in ("prefecture", "county", "township", "list_type", "category", "department"):
        assert page.selected(name) == [""]


def test_narrower_places_lie_in_the_wider_ones(build):
    assert build(prefecture="乌鲁木齐市").values("county") == ["", "乌鲁木齐县"]
    assert build(prefecture="乌鲁木齐市").values("township") == ["", "甘沟乡"]
    assert build(county="昌吉市").values("township") == ["", "庙尔沟乡"]
    assert len(build(county="昌吉市").values("county")) == 6


def labels(page, name):
    return [one.text for one in page.tree.select(f"select[name={name}] option")]


def test_what_can_be_chosen_is_what_is_there_under_the_other_choices(build, client):
    whole, here = build(), build(county="昌吉市")
    assert labels(here, "list_type") == ["全部", "基本（107 项）", "配合（101 项）", "收回（34 项）"]
    assert labels(whole, "list_type") != labels(here, "list_type")
    assert set(here.values("department")) < set(whole.values("department"))
    basic = build(county="昌吉市", list_type="basic")
    assert basic.values("list_type") == here.values("list_type")  # neighbours of what is chosen stay
    found = client.get("/api/v1/search", query_string={"county": "昌吉市", "list_type": "basic"}).get_json()
    assert labels(basic, "category")[1:] == [
        f"{one['label']}（{one['count']} 项）" for one in found["facets"]["category"]
    ]


def test_choices_that_leave_nothing_are_said(build):
    page = build(county="昌吉市", list_type="basic", department="公安局", mode="search")
    assert page.notes == ["在所选的范围里没有事项，查什么都没有结果，请放宽一些。"]
    assert page.selected("department") == ["公安局"]
    assert build(county="昌吉市", list_type="cooperative", department="公安局", mode="search").notes == []


def test_sites_that_are_not_named_are_told_whom_to_ask(search):
    def notes(kind, **settings):
        client = create_app(search, Settings(**settings)).test_client()
        return Builder(client, kind=kind).notes

    some = ("https://www.example.gov.cn",)
    for origins in (some, ()):
        (note,) = notes("script", cors_origins=origins)
        assert "DUTY_SEARCH_CORS_ORIGINS" in note
        assert notes("iframe", cors_origins=origins) == []  # a frame reads from its own site
    for sites in (some, ()):
        (note,) = notes("iframe", embed_frame_ancestors=sites)
        assert "DUTY_SEARCH_EMBED_FRAME_ANCESTORS" in note
        assert notes("script", embed_frame_ancestors=sites) == []
    assert notes("script") == notes("iframe") == []


def test_the_lines_for_an_element(build):
    page = build(
        county="昌吉市", mode="search", theme="light", accent="#b3261e", per_page=3, placeholder='"<什么事>&'
    )
    element, script = page.pasted.find("duty-search"), page.pasted.find("script")
    assert element.attrs == {
        "county": "昌吉市",
        "mode": "search",
        "theme": "light",
        "accent": "#b3261e",
        "per-page": "3",
        "placeholder": '"<什么事>&',
    }
    assert element.a["href"] == "https://duty.example.gov.cn/search?county=%E6%98%8C%E5%90%89%E5%B8%82"
    assert script["src"] == "https://duty.example.gov.cn/embed/v1.js"
    assert script["integrity"] == integrity("v1.js")
    assert (script["crossorigin"], script["defer"]) == ("anonymous", "")
    assert page.tree.select_one("#embed-preview duty-search").attrs == element.attrs
    assert Inline(page.snippet).found == []


def test_the_lines_for_a_frame(build, client):
    page = build(kind="iframe", township="庙尔沟乡", theme="dark", placeholder="a&b")
    frame, script = page.pasted.find("iframe"), page.pasted.find("script")
    path = frame["src"].removeprefix("https://duty.example.gov.cn")
    assert path.isascii()
    assert path.startswith("/embed?township=")
    assert client.get(path).status_code == 200
    assert page.tree.select_one("#embed-preview iframe")["src"] == path
    assert frame["title"]
    assert (frame["width"], frame["referrerpolicy"], frame["loading"]) == ("100%", "strict-origin", "lazy")
    assert script["src"] == "https://duty.example.gov.cn/embed/v1-frame.js"
    assert script["integrity"] == integrity("v1-frame.js")
    assert Inline(page.snippet).found == []


def test_addresses_in_the_lines_are_ascii(build):
    """A page in GB 2312 would send Chinese in an address in GB 2312."""
    for kind in ("script", "iframe"):
        page = build(kind=kind, county="昌吉市", category="平安法治", placeholder="什么事")
        for address in re.findall(r'(?:src|href)="([^"]*)"', page.snippet):
            assert html.unescape(address).isascii()


def test_what_is_chosen_stands_in_the_form(build):
    page = build(
        kind="iframe",
        county="昌吉市",
        department="昌吉市公安局",
        theme="dark",
        mode="search",
        accent="#b3261e",
    )
    assert page.selected("county") == ["昌吉市"]
    assert page.selected("department") == ["公安局"]
    checked = {one["name"]: one["value"] for one in page.tree.select("[type=radio][checked]")}
    assert checked == {"kind": "iframe", "theme": "dark", "mode": "search"}
    assert page.tree.find("input", {"name": "accent"})["value"] == "#b3261e"


def test_several_values_stay_together(build):
    page = build(township="庙尔沟乡,三台镇")
    (chosen,) = page.selected("township")
    assert set(chosen.split(",")) == {"庙尔沟乡", "三台镇"}
    again = build(township=chosen)
    assert again.pasted.find("duty-search")["township"] == page.pasted.find("duty-search")["township"]


def test_places_that_cannot_go_together_are_taken_out(build):
    page = build(county="昌吉市", township="三台镇")
    assert page.notes == ["三台镇不在所选的地区里，已经去掉。"]
    assert page.pasted.find("duty-search").attrs == {"county": "昌吉市"}
    assert page.selected("township") == [""]
    assert build(county="昌吉市", township="庙尔沟乡").notes == []


def test_what_an_editor_may_not_expect_is_said(build):
    (note,) = build(category="平安法治").notes
    assert "只列事项" in note
    assert build(category="平安法治", mode="search").notes == []


def test_a_township_of_a_shared_name_needs_its_county(shared_names):
    (note,) = Builder(shared_names, township="城关镇").notes
    assert "有几个地方都有城关镇" in note
    assert Builder(shared_names, county="甲县", township="城关镇").notes == []
    page = Builder(shared_names, county="新区", township="河口镇")
    assert "有几个地方都有河口镇" in page.notes[0]
    assert Builder(shared_names, prefecture="甲州", county="新区", township="河口镇").notes == []


def test_the_host_is_told_what_its_policy_must_allow(build):
    assert "script-src https://duty.example.gov.cn; connect-src" in build().tree.find(id="embed-policy").text
    assert "frame-src https://duty.example.gov.cn" in build(kind="iframe").tree.find(id="embed-policy").text


@pytest.mark.parametrize("query", [{"kind": "x"}, {"origin": "https://a.example"}, {"county": "没有县"}])
def test_what_it_cannot_understand_is_a_page_in_chinese(client, query):
    response = client.get("/embed/builder", query_string=query)
    assert response.status_code == 422
    assert "查找的条件有误" in response.text


def test_it_holds_nothing_inline_and_frames_of_this_site_alone(build, client):
    for kind in ("script", "iframe"):
        page = build(kind=kind)
        assert Inline(page.response.text).found == []
        assert policy(page.response)["frame-src"] == "'self'"
    assert "frame-src" not in policy(client.get("/"))
