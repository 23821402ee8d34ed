"""The pages, as HTML.

1. The search page shows results, highlights, facets with counts, and keeps its state in every link.
2. Choosing a facet value adds it, choosing it again removes it; the page starts over at 1.
3. Chosen values stand as removable chips; everything can be cleared at once.
4. Text from documents and questions is escaped.
5. A page for a duty shows every step, its bodies, where it is written and the same duty elsewhere.
6. Errors are Chinese pages with the right status, not JSON and not a traceback.
7. Nothing is loaded from another host, and no page has inline script or style.
"""

import re
from html.parser import HTMLParser

import pytest

from search_service.app import create_app
from search_service.core.request import SearchRequest, Sort
from search_service.core.search import Search
from search_service.pages.links import search_url, toggled


class Links(HTMLParser):
    """Collects the addresses of a page by tag."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self.found += [(tag, value) for name, value in attrs if name in ("href", "src", "action")]


def page(client, path):
    response = client.get(path)
    assert response.mimetype == "text/html"
    return response


def test_results_and_facets_are_shown(client):
    html = page(client, "/search?q=养犬&township=庙尔沟乡").text
    assert "文明<mark>养犬</mark>管理工作" in html
    assert "昌吉市公安局" in html
    assert re.search(r"找到 <b>2</b> 项", html)
    assert 'value="养犬"' in html
    assert "坎尔孜乡" in html  # siblings don't vanish after one choice
    assert '<input type="hidden" name="township" value="庙尔沟乡">' in html


def test_the_first_page_browses_everything(client):
    html = page(client, "/").text
    assert re.search(r"共 <b>1243</b> 项", html)
    assert "autofocus" in html


def test_links_hold_the_state():
    request = SearchRequest("养犬 &a", {"township": ("庙尔沟乡",)}, page=3, sort=Sort.LIST, collapse=True)
    url = search_url(request)
    assert url.startswith("/search?q=%E5%85%BB%E7%8A%AC+%26a&township=")
    assert url.endswith("&sort=list&collapse=true&page=3")
    assert search_url(SearchRequest()) == "/"


def test_choosing_adds_and_choosing_again_removes():
    request = SearchRequest("养犬", page=4)
    once = toggled(request, "department", "公安局")
    assert once.filters == {"department": ("公安局",)}
    assert once.page == 1
    both = toggled(once, "department", "民政局")
    assert both.filters == {"department": ("公安局", "民政局")}
    assert toggled(both, "department", "公安局").filters == {"department": ("民政局",)}
    assert toggled(once, "department", "公安局").filters == {}


def test_every_facet_link_works_and_finds_what_its_count_says(client):
    html = page(client, "/search?q=处罚&list_type=收回").text
    options = re.findall(
        r'<li><a href="(/search[^"]+)"\s+rel="nofollow">.*?class="count">(\d+)</span>', html, flags=re.DOTALL
    )
    assert len(options) > 10
    for url, count in options[5:12]:
        answer = client.get("/api/v1/search" + url.replace("&amp;", "&").removeprefix("/search")).get_json()
        selected = sum(
            value["count"] for values in answer["facets"].values() for value in values if value["selected"]
        )
        assert answer["total"] == int(count) or selected >= int(count)


def test_chips_remove_a_choice_and_clear_all(client):
    html = page(client, "/search?q=养犬&township=庙尔沟乡&department=昌吉市公安局").text
    assert 'aria-label="去掉条件：乡镇 庙尔沟乡"' in html
    assert 'aria-label="去掉条件：责任部门 公安局"' in html  # the full name became the value
    assert "全部清除" in html


def test_paging_links(client):
    html = page(client, "/search?q=宣传&page=2").text
    assert '<b aria-current="page">2</b>' in html
    assert "上一页" in html
    assert "下一页" in html


def test_questions_are_escaped(client):
    html = page(client, "/search?q=<script>alert(1)</script>\"'养犬").text
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_nothing_found_helps_on(client):
    html = page(client, "/search?q=犇麤").text
    assert "没有找到相符的事项" in html
    assert "浏览全部事项" in html


def test_a_corrected_question_says_how_it_was_read(client):
    html = page(client, "/search?q=第保怎么申请").text
    assert "按“<b>低保" in html
    assert "按“" not in page(client, "/search?q=低保怎么申请").text


def test_a_page_past_the_end_leads_back(client):
    html = page(client, "/search?q=养犬&page=99").text
    assert "没有这一页" in html
    assert "回到第一页" in html


def test_a_correction_of_the_list_is_told(client):
    html = page(client, "/duties/mulei-dananggou-basic-98").text
    assert "事项类别经核对更正，清单原文为：投资促进" in html


def test_a_duty_page_shows_everything(client):
    html = page(client, "/duties/changji-miaoergou-cooperative-19").text
    assert "<h1>文明养犬管理工作</h1>" in html
    assert "市行政审批局负责犬只经营活动的登记注册" in html
    assert "组织村结合走访入户" in html
    assert "依据：庙尔沟乡配合履职事项清单第 19 项（2025 年 7 月）" in html
    assert "changji-miaoergou.txt" in html
    assert "/duties/qitai-kanerzi-cooperative-19" in html


@pytest.mark.parametrize("duty_id", ["changji-miaoergou-basic-28", "changji-miaoergou-reclaimed-1"])
def test_duties_of_the_other_lists_have_pages_too(client, duty_id):
    assert page(client, f"/duties/{duty_id}").status_code == 200


@pytest.mark.parametrize(
    ("path", "code", "says"),
    [
        ("/nothing", 404, "没有这个页面"),
        ("/duties/nothing", 404, "没有这个页面"),
        ("/search?page=0", 422, "page"),
        ("/search?township=没有乡", 422, "township"),
    ],
)
def test_errors_are_chinese_pages(client, path, code, says):
    response = page(client, path)
    assert response.status_code == code
    assert says in response.text
    assert "回到首页" in response.text


def test_parameters_that_others_append_do_no_harm(client):
    assert page(client, "/search?q=养犬&utm_source=portal").status_code == 200


def test_without_an_index_the_page_says_so(tmp_path):
    response = page(create_app(Search.open(tmp_path / "none")).test_client(), "/search?q=养犬")
    assert response.status_code == 503
    assert "稍后再试" in response.text
    assert str(tmp_path) not in response.text


@pytest.mark.parametrize(
    "path", ["/", "/search?q=养犬", "/duties/changji-miaoergou-cooperative-19", "/api/docs", "/x"]
)
def test_pages_load_nothing_from_elsewhere(client, path):
    links = Links(page(client, path).text)
    assert all(url.startswith("/") or url.startswith("#") for _, url in links.found)
    assert not any(tag == "style" or "style" in attrs or "onclick" in attrs for tag, attrs in links.tags)
    assert not any(tag == "script" for tag, _ in links.tags)


def test_the_reference_page_names_every_endpoint(client):
    html = page(client, "/api/docs").text
    for path in ("/api/v1/search", "/api/v1/duties/{duty_id}", "/api/v1/places", "/readyz"):
        assert path in html
    assert "per_page" in html
