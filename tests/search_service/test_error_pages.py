"""Errors as people and programs read them.

1. A refused parameter is named in Chinese with what is allowed; nothing of the validators' English is on the page.
2. A place, category or department without duties is said back, and near ones are offered as links that work.
3. What was right in an address stays in every link; what nobody knows, and the page number, does not.
4. Links lead to paths of this site, whatever was asked for; everything is escaped.
5. Text that is not UTF-8, half a character and NUL are refused, in pages and interface; in parameters that
   others append the pages don't mind them.
6. Every status has a sentence that helps, a search box and a way home; Retry-After and Allow are sent and said.
7. An unexpected exception is logged and shown to nobody, even where the error page itself breaks.
8. The interface's errors keep their shape and their English.
"""

import html
import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from marshmallow import RAISE, fields
from webargs.flaskparser import use_kwargs
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import (
    BadGateway,
    ImATeapot,
    RequestEntityTooLarge,
    RequestURITooLarge,
    TooManyRequests,
)

from search_service.api.schemas import QueryParameters
from search_service.app import create_app
from search_service.core.search import Search
from search_service.errors.conditions import Conditions
from search_service.errors.texts import PARAMETERS

API = "/api/v1/search"


def main_of(response):
    assert response.mimetype == "text/html"
    return re.search(r"<main.*</main>", response.text, flags=re.DOTALL)[0]


def refused(client, path):
    response = client.get(path)
    assert response.status_code == 422
    return main_of(response)


def words_of(page):
    return html.unescape(re.sub(r"<[^>]+>", "", page))


def links_of(page):
    found = re.findall(r'<a[^>]*href="([^"]*)"[^>]*>(.*?)</a>', page)
    return {html.unescape(label): html.unescape(url) for url, label in found}


def parameters_of(url):
    return parse_qs(urlsplit(url).query)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"q": "问" * 501}, "要找的事：最多 500 个字，这里有 501 个"),
        ({"page": "0"}, "页码：应当是 1 到 1000000 的整数"),
        ({"page": "一"}, "页码：应当是 1 到 1000000 的整数"),
        ({"per_page": "101"}, "每页条数：应当是 1 到 100 的整数"),
        ({"sort": "newest"}, "排序：没有“newest”这一种。可以是：最相关、清单顺序"),
        ({"collapse": "vielleicht"}, "合并各乡镇的同一事项：只能是 true（是）或 false（否）"),
        ({"list_type": "全部"}, "清单类型：没有“全部”这一种。可以是：基本、配合、收回"),
        ({"county": "县" * 101}, "县市区：最多 100 个字，这里有 101 个"),
        ({"q": ["养犬", "低保"]}, "要找的事：只能写一个"),
    ],
)
def test_a_refused_parameter_is_named_in_chinese(client, query, says):
    response = client.get("/search", query_string=MultiDict(query))
    assert response.status_code == 422
    page = main_of(response)
    assert says in words_of(page)
    allowed = {"q", "page", "per_page", "sort", "collapse", "list_type", "county", "newest", "vielleicht"}
    assert set(re.findall(r"[A-Za-z_]{3,}", words_of(page))) <= allowed | {"true", "false"}
    assert links_of(page)["去掉有误的条件再查"] == "/search"


def test_every_bad_parameter_is_named_at_once(client):
    words = words_of(refused(client, "/search?page=0&per_page=0&sort=x"))
    assert all(name in words for name in ("页码", "每页条数", "排序"))


def test_an_unknown_parameter_is_called_unknown(search):
    app = create_app(search)
    app.add_url_rule("/strict", view_func=_strict_view())
    page = refused(app.test_client(), "/strict?q=养犬&qq=1")
    assert "qq：没有这个参数" in words_of(page)
    assert parameters_of(links_of(page)["去掉有误的条件再查"]) == {"q": ["养犬"]}


def _strict_view():
    schema = QueryParameters.from_dict({"q": fields.String(required=True)})
    return use_kwargs(schema(), location="query", unknown=RAISE)(lambda q: q)


def test_a_missing_parameter_is_called_missing(search):
    app = create_app(search)
    app.add_url_rule("/strict", view_func=_strict_view())
    assert "要找的事：不能缺少" in words_of(refused(app.test_client(), "/strict"))


@pytest.mark.parametrize(
    ("name", "value", "says", "near"),
    [
        ("township", "庙尔乡", "清单里没有这个乡镇：庙尔乡", "庙尔沟乡"),
        ("county", "奇台镇", "清单里没有这个县市区：奇台镇", "奇台县"),
        ("category", "平安法制", "清单里没有这个事项类别：平安法制", "平安法治"),
        ("department", "公安句", "清单里没有这个责任部门：公安句", "公安局"),
    ],
)
def test_near_values_are_offered_and_lead_on(client, name, value, says, near):
    page = refused(client, f"/search?q=宣传&{name}={value}")
    assert says in words_of(page)
    links = links_of(page)
    assert parameters_of(links[near]) == {"q": ["宣传"], name: [near]}
    assert client.get(links[near]).status_code == 200
    assert len(links) <= 5 + 2


def test_where_there_are_few_all_are_offered(client):
    links = links_of(refused(client, "/search?township=没有乡"))
    assert {"庙尔沟乡", "三台镇"} < set(links)


def test_where_there_are_many_none_is_offered_that_is_not_like_it(client):
    assert set(links_of(refused(client, "/search?department=ABC"))) == {"去掉有误的条件再查", "回到首页"}


def test_a_choice_of_few_leads_on(client):
    links = links_of(refused(client, "/search?q=养犬&list_type=全部&list_type=所有&sort=list"))
    assert parameters_of(links["配合"]) == {"q": ["养犬"], "list_type": ["cooperative"], "sort": ["list"]}
    assert client.get(links["配合"]).status_code == 200


def test_what_was_right_stays(client):
    path = "/search?q=宣传&township=庙尔乡,三台镇&department=公安局&sort=list&page=3&utm_source=portal"
    page = refused(client, path)
    kept = {"q": ["宣传"], "department": ["公安局"], "sort": ["list"]}
    assert parameters_of(links_of(page)["去掉有误的条件再查"]) == {**kept, "township": ["三台镇"]}
    assert parameters_of(links_of(page)["庙尔沟乡"]) == {**kept, "township": ["庙尔沟乡,三台镇"]}
    assert all(client.get(url).status_code == 200 for url in links_of(page).values())


def test_the_search_box_keeps_question_and_filters(client):
    text = client.get("/search?q=宣传&township=三台镇&county=没有县").text
    assert 'value="宣传"' in text
    assert '<input type="hidden" name="township" value="三台镇">' in text
    assert "没有县" not in re.search(r"<form id=.search-form.*?</form>", text, flags=re.DOTALL)[0].replace(
        html.escape("/township?back="), ""
    )


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}"])
@pytest.mark.parametrize("name", ["q", "township", "sort", "page"])
def test_everything_is_escaped(client, name, value):
    query = {name: value, "list_type": "全部"}
    text = client.get("/search", query_string=query).text
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "49" not in main_of(client.get("/search", query_string=query))


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "/\\evil.example", "https://evil.example", "\\\\evil.example"]
)
def test_mended_addresses_are_paths_of_this_site(path):
    url = Conditions.of(path, MultiDict(), []).url
    assert re.match(r"/[^/\\]", url)
    assert urlsplit(url).netloc == ""


@pytest.mark.parametrize("bad", ["%FF", "%B9%AB%B0%B2", "%ED%A0%80", "%00", "a%00b", "%C3", "%F4%90%80%80"])
@pytest.mark.parametrize("name", ["q", "township"])
def test_what_is_no_text_is_refused(client, bad, name):
    page = refused(client, f"/search?{name}={bad}&sort=list")
    assert f"{PARAMETERS[name]}：不是 UTF-8 编码的文字" in words_of(page)
    assert links_of(page)["去掉有误的条件再查"] == "/search?sort=list"
    response = client.get(f"{API}?{name}={bad}")
    assert response.status_code == 422
    assert response.get_json() == {
        "code": 422,
        "status": "Unprocessable Entity",
        "message": f"invalid parameters: {name}",
        "errors": {"query": {name: ["not text in UTF-8"]}},
    }


@pytest.mark.parametrize(
    "query", ["q=%E5%85%BB%E7%8A%AC", "q=%F0%AA%9A%A5", "q=%25FF", "q=a+b", "q", "", "&&=", "q=%zz"]
)
def test_what_is_text_is_let_through(client, query):
    assert client.get(f"/search?{query}").status_code == 200
    if query != "&&=":
        assert client.get(f"{API}?{query}").status_code == 200


def test_bytes_that_are_not_percent_encoded_are_read_alike(client):
    good = {"QUERY_STRING": "q=养犬".encode().decode("latin-1")}
    bad = {"QUERY_STRING": "q=养犬".encode("gb18030").decode("latin-1")}
    assert client.get("/search", environ_overrides=good).status_code == 200
    assert client.get("/search", environ_overrides=bad).status_code == 422
    assert client.get(API, environ_overrides=bad).status_code == 422


def test_the_name_of_a_parameter_has_to_be_text_as_well(client):
    response = client.get(f"{API}?%FF=1")
    assert response.status_code == 422
    assert list(response.get_json()["errors"]["query"]) == ["\\xff"]


def test_bad_text_in_what_others_append_does_no_harm(client):
    assert client.get("/search?q=养犬&utm_source=%B9%AB").status_code == 200
    assert client.get("/static/icon.svg?x=%FF", buffered=True).status_code == 200


def test_an_address_that_leads_nowhere_stays_a_404(client):
    response = client.get("/nothing?q=%FF")
    assert response.status_code == 404
    assert "%FF" not in re.search(r'<input id="q"[^>]*>', response.text)[0]


def test_an_unknown_duty_is_said_back(client):
    response = client.get("/duties/changji-miaoergou-basic-9999")
    assert response.status_code == 404
    words = words_of(main_of(response))
    assert "没有编号为“changji-miaoergou-basic-9999”的事项" in words
    assert "查找" in words
    assert len(words_of(main_of(client.get(f"/duties/{'x' * 3000}")))) < 300


@pytest.fixture(scope="module")
def failing(search):
    """Return a client of an application with views that fail, each at the path of its status."""
    app = create_app(search)
    failures = {
        413: RequestEntityTooLarge(),
        414: RequestURITooLarge(),
        429: TooManyRequests(retry_after=7),
        418: ImATeapot(),
        500: RuntimeError("/secret/folder"),
        502: BadGateway(),
    }

    def fail(error):
        def view():
            raise error

        return view

    for code, error in failures.items():
        app.add_url_rule(f"/{code}", f"page-{code}", fail(error))
        app.add_url_rule(f"/api/v1/{code}", f"interface-{code}", fail(error))
    return app.test_client()


@pytest.mark.parametrize(
    ("method", "path", "code", "says"),
    [
        ("GET", "/nothing", 404, "没有这个页面"),
        ("POST", "/search", 405, "不支持这种请求"),
        ("GET", "/413", 413, "太大"),
        ("GET", "/414", 414, "最多 500 个字"),
        ("GET", "/429", 429, "7 秒以后可以再试"),
        ("GET", "/500", 500, "请稍后再试"),
        ("GET", "/418", 418, "看不懂"),
        ("GET", "/502", 502, "服务出了问题"),
    ],
)
def test_every_status_helps_on(failing, method, path, code, says):
    response = failing.open(path, method=method)
    assert response.status_code == code
    page = main_of(response)
    assert says in words_of(page)
    assert links_of(page)["回到首页"] == "/"
    assert '<input id="q"' in response.text
    assert not re.search("[A-Za-z]{3,}", words_of(page))


def test_a_search_box_keeps_the_question_over_an_error(failing):
    assert 'value="养犬"' in failing.get("/500?q=养犬").text


def test_headers_of_the_error_are_sent(failing):
    assert failing.get("/429").headers["Retry-After"] == "7"
    assert failing.get("/api/v1/429").headers["Retry-After"] == "7"
    assert "GET" in failing.post("/search").headers["Allow"]
    assert "GET" in failing.post(API).headers["Allow"]


@pytest.mark.parametrize("path", ["/", "/search?q=养犬", "/duties/x", "/township"])
def test_without_an_index_a_page_says_when_to_come_back(tmp_path, path):
    response = create_app(Search.open(tmp_path / "none")).test_client().get(path)
    assert response.status_code == 503
    assert response.headers["Retry-After"] == "10"
    assert "稍后再试" in words_of(main_of(response))
    assert "10 秒以后可以再试" in words_of(main_of(response))
    assert '<input id="q"' in response.text
    assert str(tmp_path) not in response.text


def test_an_unexpected_exception_is_logged_and_shown_to_nobody(failing, caplog):
    for path in ("/500", "/api/v1/500"):
        caplog.clear()
        response = failing.get(path)
        assert response.status_code == 500
        assert "/secret/folder" in caplog.text
        assert "Traceback" not in response.text
        assert "secret" not in response.text


def test_a_page_that_breaks_as_well_is_replaced(search, monkeypatch, caplog):
    app = create_app(search)
    monkeypatch.setattr(app.jinja_env, "get_or_select_template", lambda name: 1 / 0)
    response = app.test_client().get("/nothing")
    assert response.status_code == 404
    assert "没有这个页面" in response.text
    assert 'href="/"' in response.text
    assert "ZeroDivisionError" in caplog.text
    assert "ZeroDivisionError" not in response.text


@pytest.mark.parametrize("code", [413, 414, 429, 500])
def test_the_interface_answers_in_its_one_shape(failing, code):
    error = failing.get(f"/api/v1/{code}").get_json()
    assert set(error) == {"code", "status", "message", "errors"}
    assert error["code"] == code
    assert error["errors"] == {}
    assert error["message"].isascii()


def test_the_interface_keeps_its_english(client):
    error = client.get(f"{API}?township=没有乡&page=1").get_json()
    reason = error["errors"]["query"]["township"][0]
    assert reason.startswith("'没有乡' is not allowed; allowed: ")
    assert error["message"] == "invalid parameters: township"
    error = client.get(f"{API}?page=0&sort=x").get_json()
    assert error["message"] == "invalid parameters: page, sort"
    assert (
        json.dumps(error["errors"]["query"]["sort"]) == "[\"'x' is not allowed; allowed: relevance, list\"]"
    )
