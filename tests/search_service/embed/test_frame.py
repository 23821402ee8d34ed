"""The page for a frame in other sites' pages.

1. Its parameters become the attributes of the element; what is the default is left out.
2. Without JavaScript it is a plain form with the same filters that opens the search page beside the frame.
3. What it can't understand is a 422 in Chinese that names the parameter and offers what is meant.
4. No parameter gets out of its attribute.
5. It may be framed by all sites, or by those that the operator names; nothing else may be framed.
6. It sets no cookie and asks for none, holds no inline script or style, and is not for search engines.
"""

import pytest
from bs4 import BeautifulSoup

from search_service.app import create_app
from search_service.embed.framing import ANCESTORS_KEY
from tests.search_service.test_security_headers import Inline, policy

HOSTILE = "\"'><script>alert(1)</script>{{7*7}}&lt;"


def page(client, status=200, **query):
    response = client.get("/embed", query_string=query)
    assert (response.status_code, response.mimetype) == (status, "text/html")
    return BeautifulSoup(response.text, "html.parser")


def test_parameters_become_attributes(client):
    tree = page(
        client,
        county="昌吉市",
        list_type="配合",
        department="昌吉市公安局",
        mode="search",
        theme="dark",
        accent="#B3261E",
        per_page=3,
        placeholder="什么事？",
    )
    assert tree.html["data-theme"] == "dark"
    assert tree.find("duty-search").attrs == {
        "county": "昌吉市",
        "list-type": "cooperative",
        "department": "公安局",
        "mode": "search",
        "theme": "dark",
        "accent": "#B3261E",
        "per-page": "3",
        "placeholder": "什么事？",
    }


def test_defaults_need_no_attributes(client):
    for query in ({}, {"mode": "answer", "theme": "auto", "per_page": 5, "county": "", "accent": "#14527A"}):
        assert page(client, **query).find("duty-search").attrs == {}


def test_several_places_are_one_attribute(client):
    for query in ({"township": ["庙尔沟乡", "三台镇"]}, {"township": "庙尔沟乡,三台镇"}):
        found = page(client, **query).find("duty-search")["township"]
        assert set(found.split(",")) == {"庙尔沟乡", "三台镇"}


def test_without_scripts_it_is_a_form(client):
    form = page(client, county="昌吉市", list_type="basic").find("form")
    assert (form["action"], form["target"], form.get("method", "get")) == ("/search", "_blank", "get")
    assert [(one["name"], one["value"]) for one in form.select("[type=hidden]")] == [
        ("county", "昌吉市"),
        ("list_type", "basic"),
    ]
    field = form.find("input", {"name": "q"})
    assert form.find("label", {"for": field["id"]}).text == "什么事"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"mode": "both"}, "没有“both”这一种"),
        ({"theme": "blue"}, "没有“blue”这一种"),
        ({"per_page": 0}, "应当是 1 到 100 的整数"),
        ({"per_page": "x"}, "应当是 1 到 100 的整数"),
        ({"accent": "red"}, "不能这样写"),
        ({"accent": "#14527a;}"}, "不能这样写"),
        ({"placeholder": "长" * 61}, "最多 60 个字"),
        ({"township": "庙尔乡"}, "清单里没有这个乡镇：庙尔乡"),
        ({"list_type": "其他"}, "没有“其他”这一种"),
        ({"towship": "庙尔沟乡"}, "没有这个参数"),
        ({"mode": ["answer", "search"]}, "只能写一个"),
    ],
)
def test_what_is_wrong_is_said_in_chinese(client, query, said):
    tree = page(client, status=422, **query)
    assert said in tree.main.text
    assert tree.find("duty-search") is None


def test_a_near_name_is_offered(client):
    link = page(client, status=422, township="庙尔乡").select_one("li a")
    assert link.text == "庙尔沟乡"
    assert client.get(link["href"]).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["https://www.example.gov.cn", "http://127.0.0.1:8080", "https://政府.中国", "http://[::1]:80/", ""],
)
def test_the_page_around_may_be_named(client, origin):
    assert page(client, origin=origin).body["data-origin"] == origin


@pytest.mark.parametrize(
    "origin",
    [
        "javascript:alert(1)",
        "*",
        "null",
        "file:///etc/passwd",
        "//example.org",
        "https://user@example.org",
        "https://example.org/path",
        "https://example.org?x",
        "https://example.org\n.evil.example",
        "https://a b",
        "https://" + "a" * 300,
    ],
)
def test_only_a_site_is_a_page_around(client, origin):
    assert "origin" in page(client, status=422, origin=origin).main.text


@pytest.mark.parametrize("path", ["/embed", "/embed/builder"])
@pytest.mark.parametrize(
    "name", ["placeholder", "mode", "theme", "accent", "per_page", "county", "origin", "x"]
)
def test_nothing_gets_out_of_its_place(client, path, name):
    response = client.get(path, query_string={name: HOSTILE})
    assert response.status_code == (200 if name == "placeholder" else 422)
    tree = BeautifulSoup(response.text, "html.parser")
    assert Inline(response.text).found == []
    assert all("alert" not in one.text for one in tree.find_all("script"))
    assert "{{7*7}}" in response.text or "49" not in tree.main.text
    if name == "placeholder":
        assert tree.find("duty-search")["placeholder"] == HOSTILE


def test_all_sites_may_frame_it(client):
    for path, status in (("/embed", 200), ("/embed?mode=x", 422)):
        response = client.get(path)
        assert response.status_code == status
        assert "X-Frame-Options" not in response.headers
        rules = policy(response)
        assert rules.pop("frame-ancestors") == "*"
        assert rules == {
            one: rule for one, rule in policy(client.get("/")).items() if one != "frame-ancestors"
        }


@pytest.mark.parametrize(
    "path", ["/", "/search?q=养犬", "/embed/builder", "/embed.js", "/api/docs", "/embed/nothing", "/township"]
)
def test_nothing_else_may_be_framed(client, path):
    headers = client.get(path).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("allowed", "ancestors"),
    [
        ("*", "*"),
        ("https://www.example.gov.cn", "'self' https://www.example.gov.cn"),
        (("https://a.example", "https://*.b.example"), "'self' https://a.example https://*.b.example"),
        (("*",), "*"),
        ((), "'self'"),
    ],
)
def test_the_operator_names_who_may_frame_it(search, client, allowed, ancestors):
    app = create_app(search)
    app.config[ANCESTORS_KEY] = allowed
    assert policy(app.test_client().get("/embed"))["frame-ancestors"] == ancestors
    assert policy(client.get("/embed"))["frame-ancestors"] == "*"


def test_it_is_no_page_to_keep_track_of_anybody(client):
    client.set_cookie("township", "changji-miaoergou")
    response = client.get("/embed")
    assert "Set-Cookie" not in response.headers
    assert BeautifulSoup(response.text, "html.parser").find("duty-search").attrs == {}
    assert Inline(response.text).found == []
    assert '<meta name="robots" content="noindex">' in response.text
