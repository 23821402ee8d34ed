"""The operator's own township: chosen once, kept in a cookie.

1. The cookie holds the id of a list, for a year, out of reach of scripts and of other sites; with TLS for TLS alone.
2. A choice leads back (303); every new search looks there, until another one is chosen or it is forgotten.
3. The choosing page offers every township under its county, says which one is kept, and changes nothing by itself.
4. An unknown township, and none at all, is a Chinese page with 422 and keeps what was kept; the cookie of a list that
   is gone counts for nothing, on any page. Other sites' pages can't choose for an operator.
5. One leads back to this site only, whatever the address says. A search is led back to in the township chosen, with
   its question and its other filters, on its first page; other pages as they were.
6. The state of a search is in its address: a remembered township changes none that is opened.
7. Townships of one name are told apart.
8. Without an index the pages say so, whoever is remembered.
9. No shared cache keeps a page, since it depends on the cookie.
"""

import html
import re
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from search_service.app import create_app
from search_service.core.request import MAX_QUERY_LENGTH
from search_service.core.search import Search
from search_service.pages.remembered_township import COOKIE, ONE_YEAR, place_filters

KANERZI, SANTAI = "qitai-kanerzi", "jimsar-santai"
PAGES = [
    "/",
    "/search?q=养犬",
    "/search",
    "/duties/changji-miaoergou-basic-28?q=低保",
    "/departments",
    "/departments/公安局",
    "/departments/没有局",
    "/compare",
    "/township",
    "/x",
    "/search?page=0",
    "/api/docs",
]


@pytest.fixture
def choose(client):
    """Return a function that chooses a township as the page's form does."""
    return lambda township, back="/", via=client, **options: via.post(
        "/township", data={"township": township, "back": back}, **options
    )


def attributes(response):
    """Return value and attributes of the cookie that a response sets."""
    [cookie] = response.headers.getlist("Set-Cookie")
    first, *others = cookie.split("; ")
    assert first.startswith(f"{COOKIE}=")
    return {
        "value": first.partition("=")[2],
        **{name: value or True for name, _, value in (one.partition("=") for one in others)},
    }


def looked_in(page):
    """Return the name of the place that a page's box shows, and its hidden fields."""
    fields = [(field["name"], field["value"]) for field in page.select("#search-form input[type=hidden]")]
    return page.select("#place span")[-1].text, fields


def test_the_cookie(choose):
    found = attributes(choose(KANERZI))
    expires = found.pop("Expires")
    assert expires.endswith("GMT")
    assert found == {
        "value": KANERZI,
        "Max-Age": str(ONE_YEAR),
        "HttpOnly": True,
        "SameSite": "Lax",
        "Path": "/",
    }


def test_what_came_by_tls_goes_by_tls_only(choose):
    assert attributes(choose(KANERZI, base_url="https://localhost"))["Secure"] is True


def test_it_is_chosen_changed_and_forgotten(read, choose):
    assert looked_in(read("/")) == ("全部乡镇", [])
    for list_id, name in ((KANERZI, "坎尔孜乡"), (SANTAI, "三台镇")):
        response = choose(list_id)
        assert (response.status_code, response.location) == (303, "/")
        for path in ("/", "/departments", "/township", "/duties/changji-miaoergou-basic-28", "/x"):
            page = read(path, status=404 if path == "/x" else 200)
            assert looked_in(page) == (name, [("township", name)])
    response = choose("")
    assert response.status_code == 303
    assert attributes(response)["Max-Age"] == "0"
    assert looked_in(read("/")) == ("全部乡镇", [])


def test_a_new_search_looks_there(client, read, choose):
    choose(KANERZI)
    _, fields = looked_in(read("/"))
    response = client.get("/search", query_string=[*fields, ("q", "养犬")])
    assert re.findall(r"<span>(\S+) · (\S+)</span><span>第", response.text)
    assert {township for _, township in re.findall(r"<span>(\S+) · (\S+)</span><span>第", response.text)} == {
        "坎尔孜乡"
    }


@pytest.mark.parametrize("path", ["/", "/departments/公安局", "/duties/changji-miaoergou-basic-28"])
def test_it_can_be_forgotten_from_every_page(client, read, choose, path):
    choose(KANERZI)
    page = read(path)
    button = page.select_one("#place-box button")
    form = page.select_one(f"form#{button['form']}")
    fields = {field["name"]: field["value"] for field in form.select("input")} | {
        button["name"]: button["value"]
    }
    assert "坎尔孜乡" in button["aria-label"]
    response = client.post(form["action"], data=fields)
    assert response.status_code == 303
    assert html.unescape(response.location) == quote(path)
    assert looked_in(read(path))[0] == "全部乡镇"


def test_only_what_is_remembered_is_forgotten(read, choose):
    assert not read("/search?q=养犬&township=坎尔孜乡").select("#place-box button")
    choose(KANERZI)
    assert read("/search?q=养犬&township=坎尔孜乡").select("#place-box button")
    for path in ("/search?q=养犬", "/search?q=养犬&township=三台镇", "/search?q=养犬&county=奇台县"):
        assert not read(path).select("#place-box button")


# ── The choosing page ─────────────────────────────────────────────────────────────────────────────


def test_every_township_is_offered_under_its_county(read, lists):
    page = read("/township")
    assert [heading.text for heading in page.select("#choices h2")] == [
        f"{one.place.prefecture} · {one.place.county}" for one in lists.values()
    ]
    buttons = page.select("#choices button[name=township]")
    assert [button["value"] for button in buttons] == ["", *lists]
    for button, one in zip(buttons[1:], lists.values(), strict=True):
        assert one.place.township in button.text
        assert f"{len(one.duties)} 项" in button.text
        heading = button.find_previous("h2")
        assert one.place.county in heading.text
    assert "kanerzixiang" in buttons[2]["data-keys"]
    assert "kezx" in buttons[2]["data-keys"]
    assert "坎尔孜乡" in buttons[2]["data-keys"]


def test_townships_of_one_county_stand_under_one_heading(read, shared_names):
    headings = read("/township", via=shared_names).select("#choices h2")
    assert [heading.text for heading in headings] == [
        "甲州 · 甲县",
        "甲州 · 乙县",
        "甲州 · 新区",
        "乙州 · 新区",
        "乙州 · 丙县",
    ]
    assert len(headings[-1].find_next("ul").select("button")) == 10


def test_it_says_which_one_is_kept(read, choose):
    assert [one.text for one in read("/township").select("#choices .selected")] == ["全部乡镇"]
    choose(KANERZI)
    page = read("/township")
    [kept] = page.select("#choices .selected")
    assert kept["value"] == KANERZI
    assert kept["aria-current"] == "true"
    assert "不再记住坎尔孜乡" in page.select_one("#choices button[value='']").text


def test_looking_changes_nothing(client, choose):
    choose(KANERZI)
    for path in (*PAGES, f"/township?township={SANTAI}"):
        assert "Set-Cookie" not in client.get(path).headers


def test_where_to_go_back_to_is_kept(read):
    for back in ("/search?q=养犬&page=2", '"><script>alert(1)</script>', "https://evil.example"):
        page = read(f"/township?back={quote(back)}")
        assert page.select_one("#choices input[name=back]")["value"] == back
        assert not page.select("main script")


def test_the_page_is_reached_from_the_box_and_leads_back(client, read, choose):
    page = read("/search?q=养犬&list_type=配合&page=1")
    choosing = read(page.select_one("#place")["href"])
    back = choosing.select_one("#choices input[name=back]")["value"]
    location = urlsplit(choose(KANERZI, back).location)
    assert location.path == "/search"
    assert parse_qs(location.query) == {"q": ["养犬"], "list_type": ["配合"], "township": ["坎尔孜乡"]}


def test_the_longest_question_leads_back_too(client, read, choose):
    question = "这" * MAX_QUERY_LENGTH
    page = read(f"/search?q={quote(question)}")
    choosing = read(page.select_one("#place")["href"])
    back = choosing.select_one("#choices input[name=back]")["value"]
    location = choose(KANERZI, back).location
    assert parse_qs(urlsplit(location).query) == {"q": [question], "township": ["坎尔孜乡"]}
    assert client.get(location).status_code == 200


# ── What doesn't exist ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "unknown", ["nothing", "坎尔孜乡", "QITAI-KANERZI", "<script>", "x" * 101, "\udcff", "a\r\nb"]
)
def test_an_unknown_township_is_refused(client, read, choose, unknown):
    choose(KANERZI)
    response = choose(unknown.encode("utf-8", "surrogateescape"))
    assert (response.status_code, response.mimetype) == (422, "text/html")
    assert "回到首页" in response.text
    assert "<script>" not in response.text
    assert "Set-Cookie" not in response.headers
    assert looked_in(read("/"))[0] == "坎尔孜乡"


def test_no_answer_is_refused(client, choose):
    choose(KANERZI)
    for response in (
        client.post("/township"),
        client.post("/township", data={"back": "/search"}),
        client.post("/township", json={"township": SANTAI}),
        client.post("/township", data={"township": [KANERZI, SANTAI]}),
    ):
        assert (response.status_code, response.mimetype) == (422, "text/html")
        assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 303),
        ({"Origin": "http://localhost"}, 303),
        ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, 303),
        ({"Sec-Fetch-Site": "none"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost"}, 403),
    ],
)
def test_other_sites_do_not_choose(choose, headers, status):
    response = choose(KANERZI, headers=headers)
    assert response.status_code == status
    assert ("Set-Cookie" in response.headers) == (status == 303)


@pytest.mark.parametrize(
    ("path", "gone"),
    [
        *((path, "changji-gone") for path in PAGES),
        *(("/", gone) for gone in ("坎尔孜乡", "..", '"', "a b", "x" * 3000, "%00", "township")),
    ],
)
def test_the_cookie_of_a_list_that_is_gone_is_ignored(app, path, gone):
    plain, other = app.test_client(), app.test_client()
    other.set_cookie(COOKIE, gone)
    expected, response = plain.get(path), other.get(path)
    assert (response.status_code, response.text) == (expected.status_code, expected.text)


# ── Where one is led back to ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "back",
    [
        "",
        "//evil.example",
        "///evil.example",
        "https://evil.example/search?q=a",
        "http:evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\n/evil.example",
        "/search\r\nSet-Cookie: a=b",
        "/\t/evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "search",
        " //evil.example",
        "//[",
        "http://[evil",
        "/\u2028/evil.example",
        "/\x00",
        "@evil.example",
        "/",
        "/?q=养犬",
    ],
)
def test_addresses_elsewhere_lead_to_the_start_page(choose, back):
    response = choose(KANERZI, back)
    assert (response.status_code, response.location) == (303, "/")
    assert attributes(response)["value"] == KANERZI


@pytest.mark.parametrize(
    "back", ["/search//evil.example", "/@evil.example", "/.//evil", "/[", "/%2F%2Fevil.example"]
)
def test_odd_paths_stay_on_this_site(choose, back):
    location = choose(KANERZI, back, base_url="http://localhost").headers["Location"]
    assert re.match(r"/[^/\\]", location)


def test_an_address_that_is_too_long_is_refused(choose):
    assert choose(KANERZI, "/search?q=" + "a" * 9000).status_code == 422


@pytest.mark.parametrize(
    ("back", "there"),
    [
        ("/search", {}),
        ("/search?q=养犬", {"q": ["养犬"]}),
        ("/search?q=%E5%85%BB%E7%8A%AC+a%26b%3Dc", {"q": ["养犬 a&b=c"]}),
        ("/search?q=养犬&page=3", {"q": ["养犬"]}),
        (
            "/search?prefecture=x&county=昌吉市&township=庙尔沟乡&township=三台镇&q=养犬&list_type=basic&sort=list",
            {"q": ["养犬"], "list_type": ["basic"], "sort": ["list"]},
        ),
        (
            "/search?department=公安局&department=民政局&collapse=false",
            {"department": ["公安局", "民政局"], "collapse": ["false"]},
        ),
    ],
)
def test_a_search_is_led_back_to_in_the_township_chosen(client, choose, back, there):
    location = urlsplit(choose(KANERZI, back).location)
    assert location.path == "/search"
    assert parse_qs(location.query) == {**there, "township": ["坎尔孜乡"]}
    assert client.get(location.geturl()).status_code == 200
    location = urlsplit(choose("", back).location)
    assert location.path == "/search"
    assert parse_qs(location.query) == there


@pytest.mark.parametrize(
    "back",
    [
        "/duties/changji-miaoergou-basic-28?q=低保",
        "/departments/公安局?county=奇台县&township=坎尔孜乡",
        "/compare?category=平安法治&township=三台镇&township=甘沟乡&page=2",
        "/departments",
    ],
)
def test_other_pages_are_led_back_to_as_they_were(choose, back):
    for township in (KANERZI, ""):
        location = urlsplit(choose(township, back).location)
        path, _, query = back.partition("?")
        assert location.path == quote(path)
        assert parse_qs(location.query) == parse_qs(query)


# ── What it changes ───────────────────────────────────────────────────────────────────────────────


def test_an_address_means_what_it_says(app, read, choose):
    choose(KANERZI)
    assert looked_in(read("/search?q=养犬&township=三台镇")) == ("三台镇", [("township", "三台镇")])
    plain = app.test_client()
    for path in ("/search?q=养犬", "/search?q=养犬&county=奇台县", "/departments/公安局", "/compare"):
        mine, theirs = read(path), read(path, via=plain)
        for selector in ("#total", ".facets", ".result", "tbody", ".duty"):
            assert [one.text for one in mine.select(selector)] == [
                one.text for one in theirs.select(selector)
            ]


def test_who_sees_everything_is_told_and_can_go_back(client, read, choose):
    assert not read("/search?q=养犬").select(".results form")
    choose(KANERZI)
    [form] = read("/search?q=养犬&list_type=配合").select(".results form")
    assert "正在看全部乡镇。只看坎尔孜乡" in form.text
    fields = {field["name"]: field["value"] for field in form.select("input")}
    location = client.post(form["action"], data=fields).location
    assert parse_qs(urlsplit(location).query) == {
        "q": ["养犬"],
        "list_type": ["配合"],
        "township": ["坎尔孜乡"],
    }
    assert not read(location).select(".results form")
    assert not read("/search?q=养犬&county=昌吉市").select(".results form")


def test_townships_of_one_name_are_told_apart(read, shared_names):
    for list_id, fields in (
        ("t0", {"county": "甲县", "township": "城关镇"}),
        ("t1", {"county": "乙县", "township": "城关镇"}),
        ("t2", {"prefecture": "甲州", "county": "新区", "township": "河口镇"}),
        ("t3", {"prefecture": "乙州", "county": "新区", "township": "河口镇"}),
        ("t4", {"township": "第一乡"}),
    ):
        response = shared_names.post("/township", data={"township": list_id, "back": "/search?q=养犬"})
        assert dict(looked_in(read("/", via=shared_names))[1]) == fields
        page = read(response.location, via=shared_names)
        assert page.select_one("#total b").text == "1"
        assert page.select_one(".result h2 a")["href"].startswith(f"/duties/{list_id}-")


def test_a_list_that_has_just_come_is_named_in_full(search):
    *known, new = search.lists()
    assert place_filters(new, known) == {
        "prefecture": ("乌鲁木齐市",),
        "county": ("乌鲁木齐县",),
        "township": ("甘沟乡",),
    }


@pytest.mark.parametrize("path", PAGES)
def test_without_an_index_the_pages_say_so_all_the_same(tmp_path, path):
    client = create_app(Search.open(tmp_path / "none")).test_client()
    client.set_cookie(COOKIE, KANERZI)
    response = client.get(path)
    needs_none = {"/x": 404, "/search?page=0": 422, "/api/docs": 200}
    assert (response.status_code, response.mimetype) == (needs_none.get(path, 503), "text/html")
    assert "全部乡镇" in response.text


def test_without_an_index_nothing_is_chosen(tmp_path, choose):
    client = create_app(Search.open(tmp_path / "none")).test_client()
    response = choose(KANERZI, "/search", via=client)
    assert response.status_code == 503
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("path", PAGES)
def test_no_shared_cache_keeps_a_page(client, choose, path):
    choose(KANERZI)
    assert client.get(path).headers["Cache-Control"].startswith("private")
