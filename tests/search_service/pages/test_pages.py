"""The pages, as HTML: what holds for all of them, and how one leads to the next.

1. The search page shows results, highlights, facets with counts, and keeps its state in every link.
2. Choosing a facet value adds it, choosing it again removes it; the page starts over at 1. Every facet link finds as
   many duties as its count says, one by one and with what townships share joined.
3. Chosen values stand as removable chips; everything can be cleared at once.
4. Text from documents and questions is escaped.
5. A page for a duty shows every step, its bodies, where it is written and the same duty elsewhere.
6. Errors are Chinese pages with the right status, not JSON and not a traceback.
7. Nothing is loaded from another host, and no page has inline script, style or handlers: scripts are files of this
   host that run when the page stands.
8. No link of any kind of page is dead.
"""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from webargs.flaskparser import parser

from search_service.app import create_app
from search_service.core.request import SearchRequest, Sort
from search_service.core.search import Search
from search_service.pages.links import PAGE_DEFAULT, search_url, toggled
from search_service.pages.parameters import SearchPageParametersSchema

PAGES = [
    "/",
    "/search?q=养犬",
    "/search?q=狗咬人&township=庙尔沟乡",
    "/search?q=宣传&page=3&list_type=配合",
    "/search?q=护照到期换新",
    "/search?q=犇麤",
    "/duties/changji-miaoergou-cooperative-19?q=狗咬人",
    "/duties/urumqi-gangou-cooperative-47",
    "/departments",
    "/departments/公安局",
    "/compare?category=平安法治",
    "/township?back=/search",
    "/api/docs",
    "/x",
    "/search?page=0",
    "/departments/没有局",
]
"""One of each kind."""


def page(client, path):
    response = client.get(path)
    assert response.mimetype == "text/html"
    return response


def total(tree):
    return int(tree.select_one("#total b").text)


def options(tree):
    """Return the facets' links: (facet, address, number of duties, chosen)."""
    return [
        (
            link["data-key"].partition(":")[0],
            link["href"],
            int(re.search(r"\d+", link.select_one(".count").text)[0]),
            "selected" in link["class"],
        )
        for link in tree.select(".facets a.option")
    ]


def test_results_and_facets_are_shown(client):
    html = page(client, "/search?q=养犬&township=庙尔沟乡").text
    assert "文明<mark>养犬</mark>管理工作" in html
    assert "昌吉市公安局" in html
    assert re.search(r"找到 <b>2</b> 项", html)
    assert 'value="养犬"' in html
    assert "坎尔孜乡" in html  # siblings don't vanish after one choice
    assert '<input type="hidden" name="township" value="庙尔沟乡">' in html


def test_without_a_question_everything_is_browsed(read, client, search):
    joined = search.search(SearchRequest(collapse=True)).total
    assert re.search(rf"共 <b>{joined}</b> 项", page(client, "/search").text)
    assert re.search(r"共 <b>1243</b> 项", page(client, "/search?collapse=false").text)
    assert read("/search").select_one("#q").has_attr("autofocus")
    assert not read("/search?q=养犬").select_one("#q").has_attr("autofocus")


def test_links_hold_the_state():
    request = SearchRequest("养犬 &a", {"township": ("庙尔沟乡",)}, page=3, sort=Sort.LIST, collapse=False)
    url = search_url(request)
    assert url.startswith("/search?q=%E5%85%BB%E7%8A%AC+%26a&township=")
    assert url.endswith("&sort=list&collapse=false&page=3")
    assert search_url(PAGE_DEFAULT) == "/search"
    assert search_url(SearchRequest()) == "/search?collapse=false"  # a page joins what townships share


@pytest.mark.parametrize(
    "request_",
    [
        PAGE_DEFAULT,
        SearchRequest("狗&猫=?#%，“养 犬”", collapse=True),
        SearchRequest("", {"township": ("庙尔沟乡", "三台镇"), "list_type": ("basic",)}, collapse=True),
        SearchRequest("养犬", {"category": ("a,b",)}, page=7, per_page=50, sort=Sort.LIST),
    ],
)
def test_an_address_reads_back_as_the_same_search(app, request_):
    with app.test_request_context(search_url(request_)) as context:
        read_back = parser.parse(SearchPageParametersSchema(), context.request, location="query")
    expected = {name: set(",".join(values).split(",")) for name, values in request_.filters.items()}
    assert {name: set(values) for name, values in read_back.filters.items()} == expected
    for name in ("text", "page", "per_page", "sort", "collapse"):
        assert getattr(read_back, name) == getattr(request_, name)


def test_choosing_adds_and_choosing_again_removes():
    request = SearchRequest("养犬", page=4)
    once = toggled(request, "department", "公安局")
    assert once.filters == {"department": ("公安局",)}
    assert once.page == 1
    both = toggled(once, "department", "民政局")
    assert both.filters == {"department": ("公安局", "民政局")}
    assert toggled(both, "department", "公安局").filters == {"department": ("民政局",)}
    assert toggled(once, "department", "公安局").filters == {}


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=处罚&list_type=收回&collapse=false",
        "/search?q=宣传&township=三台镇&collapse=false",
        "/search?category=平安法治&county=奇台县&collapse=false",
    ],
)
def test_every_facet_link_works_and_finds_what_its_count_says(read, path):
    tree = read(path)
    found = options(tree)
    assert len(found) > 10
    chosen = {facet for facet, *_, is_chosen in found if is_chosen}
    assert chosen
    for facet, url, count, is_chosen in found:
        values = parse_qs(urlsplit(url).query)
        if is_chosen:  # leads back
            of_facet = sum(other for name, _, other, _ in found if name == facet)
            assert facet not in values
            assert total(read(url)) == of_facet
        elif facet in chosen:  # the other values are kept: one duty has but one of them
            assert total(read(url)) == total(tree) + count
        else:
            assert total(read(url)) == count


def test_joined_results_stand_for_as_many_duties_as_the_count_says(read):
    found = [one for one in options(read("/search?q=养犬")) if not one[-1]]
    assert len(found) > 10
    for _, url, count, _ in found:
        tree = read(url + "&per_page=100")
        results, joined = tree.select(".result"), tree.select(".shared li")
        assert len(results) == total(tree) <= count
        assert len(results) + len(joined) == count


def test_chips_remove_a_choice_and_clear_all(client, read):
    path = "/search?q=养犬&township=庙尔沟乡&department=昌吉市公安局"
    html = page(client, path).text
    assert 'aria-label="去掉条件：乡镇 庙尔沟乡"' in html
    assert 'aria-label="去掉条件：责任部门 公安局"' in html  # the full name became the value
    assert "全部清除" in html
    chips = {
        link.get("aria-label", link.text): parse_qs(urlsplit(link["href"]).query)
        for link in read(path).select(".chips a")
    }
    assert chips["去掉条件：乡镇 庙尔沟乡"] == {"q": ["养犬"], "department": ["公安局"]}
    assert chips["去掉条件：责任部门 公安局"] == {"q": ["养犬"], "township": ["庙尔沟乡"]}
    assert chips["全部清除"] == {"q": ["养犬"]}


def test_paging_links(client):
    html = page(client, "/search?q=宣传&page=2").text
    assert '<b aria-current="page">2</b>' in html
    assert "上一页" in html
    assert "下一页" in html


@pytest.mark.parametrize("path", ["/search", "/duties/changji-miaoergou-cooperative-19"])
def test_questions_are_escaped(client, path):
    response = client.get(path, query_string={"q": "<script>alert(1)</script>\"'养犬"})
    assert response.status_code == 200
    assert "<script>" not in response.text
    assert "&lt;script&gt;" in response.text
    tree = BeautifulSoup(response.text, "html.parser")
    assert tree.select_one("#q")["value"] == "<script>alert(1)</script>\"'养犬"


def test_nothing_found_helps_on(client):
    html = page(client, "/search?q=犇麤").text
    assert "没有找到" in html
    assert "浏览全部事项" in html


def test_a_corrected_question_says_how_it_was_read(client):
    html = page(client, "/search?q=第保怎么申请").text
    assert "按“<b>低保" in html
    assert "按“" not in page(client, "/search?q=低保怎么申请").text


def test_a_page_past_the_end_leads_back(client, read):
    html = page(client, "/search?q=养犬&page=99").text
    assert "没有这一页" in html
    assert "回到第一页" in html
    [link] = read("/search?q=养犬&page=99").select(".empty a")
    assert read(link["href"]).select(".result")


def test_a_correction_of_the_list_is_told(client):
    html = page(client, "/duties/mulei-dananggou-basic-98").text
    assert "事项类别经核对更正，清单原文为：投资促进" in html


def test_a_duty_page_shows_everything(client):
    html = page(client, "/duties/changji-miaoergou-cooperative-19").text
    assert "<h1>文明养犬管理工作</h1>" in html
    assert "市行政审批局负责犬只经营活动的登记注册" in html
    assert "组织村结合走访入户" in html
    assert "依据：庙尔沟乡配合履职事项清单第19项（2025年7月）" in html
    assert "changji-miaoergou.txt" in html
    assert "/duties/qitai-kanerzi-cooperative-19" in html


@pytest.mark.parametrize("duty_id", ["changji-miaoergou-basic-28", "changji-miaoergou-reclaimed-1"])
def test_duties_of_the_other_lists_have_pages_too(client, duty_id):
    assert page(client, f"/duties/{duty_id}").status_code == 200


@pytest.mark.parametrize(
    ("path", "code", "says"),
    [
        ("/nothing", 404, "没有这个页面"),
        ("/duties/nothing", 404, "没有编号为“nothing”的事项"),
        ("/search?page=0", 422, "页码"),
        ("/search?township=没有乡", 422, "清单里没有这个乡镇：没有乡"),
        ("/compare?category=没有类", 422, "清单里没有这个事项类别：没有类"),
        ("/departments/公安局?township=没有乡", 422, "清单里没有这个乡镇：没有乡"),
        ("/duties/changji-miaoergou-cooperative-19?q=狗&q=猫", 422, "要找的事：只能写一个"),
    ],
)
def test_errors_are_chinese_pages(client, path, code, says):
    response = page(client, path)
    assert response.status_code == code
    assert says in response.text
    assert "回到首页" in response.text


def test_parameters_that_others_append_do_no_harm(client):
    for path in ("/search?q=养犬&", "/?", "/compare?", "/departments/公安局?", "/township?"):
        assert page(client, path + "utm_source=portal").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["/", "/search?q=养犬", "/duties/changji-miaoergou-basic-28", "/departments", "/compare", "/township"],
)
def test_without_an_index_the_page_says_so(tmp_path, path):
    response = page(create_app(Search.open(tmp_path / "none")).test_client(), path)
    assert response.status_code == 503
    assert "稍后再试" in response.text
    assert str(tmp_path) not in response.text


@pytest.mark.parametrize("path", PAGES)
def test_pages_load_nothing_from_elsewhere(client, path):
    tree = BeautifulSoup(page(client, path).text, "html.parser")
    attributes = [(tag, name, value) for tag in tree.find_all(True) for name, value in tag.attrs.items()]
    addresses = [value for _, name, value in attributes if name in ("href", "src", "action", "formaction")]
    whole = [link["href"] for link in tree.select("link[rel=canonical]")]  # nothing is loaded from there
    assert len(addresses) > 10
    assert all(re.match(r"/(?![/\\])|#", address) for address in addresses if address not in whole)
    assert all(address.startswith("http://localhost/") for address in whole)
    assert not [name for _, name, _ in attributes if name == "style" or name.startswith("on")]
    assert not tree.find_all(["style", "base", "iframe", "object", "embed"])
    assert not tree.select("meta[http-equiv]")
    data, scripts = tree.select("script[type='application/ld+json']"), tree.select("script:not([type])")
    assert len(data) + len(scripts) == len(tree.find_all("script"))
    assert all(json.loads(one.string) for one in data)  # read by programs, run by nobody
    for script in scripts:
        assert script["src"].startswith("/static/js/")
        assert script.has_attr("defer")
        assert script.text == ""


def test_every_script_is_one_of_ours(client, read):
    scripts = [script["src"] for script in read("/").select("script[src]")]
    assert scripts
    for address in scripts:
        with client.get(address) as response:
            assert (response.status_code, response.mimetype) == (200, "text/javascript")


def test_no_link_is_dead(client):
    seen = {}
    for path in PAGES:
        tree = BeautifulSoup(page(client, path).text, "html.parser")
        links = {tag.get("href", "").partition("#")[0] for tag in tree.find_all(["a", "link"])} - {""}
        for address in links - seen.keys():
            with client.get(address, follow_redirects=True) as response:
                seen[address] = response.status_code
    assert len(seen) > 200
    assert {address: status for address, status in seen.items() if status != 200} == {}


def test_the_reference_page_names_every_endpoint(client):
    html = page(client, "/api/docs").text
    for path in ("/api/v1/search", "/api/v1/duties/{duty_id}", "/api/v1/places", "/readyz"):
        assert path in html
    assert "per_page" in html
