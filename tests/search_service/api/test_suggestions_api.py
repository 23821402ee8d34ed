"""GET /api/v1/suggestions.

1. The answer has exactly the keys of the contract; `url` is the search page with the text and the filters.
2. Bad values and unknown parameters are a 422 that names them; no value makes a 500 (property test).
3. Townships may be repeated or comma-separated. Every filter of the search holds.
4. The page behind `url` shows results.
5. Without an index it is a 503; and a short one, that nobody keeps, while a new process makes its completions.
"""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.facets import FACETS
from search_service.app import create_app
from search_service.core.search import Search

SUGGESTIONS = "/api/v1/suggestions"


def get(client, **parameters):
    return client.get(SUGGESTIONS, query_string=parameters)


def test_the_answer_has_the_shape_of_the_contract(client):
    answer = get(client, q="wmyangquan", limit=1, township="庙尔沟乡").get_json()
    assert answer == {"query": "wmyangquan", "suggestions": []}
    answer = get(client, q="wenmingyangq", limit=1, township="庙尔沟乡").get_json()
    assert list(answer) == ["query", "suggestions"]
    (suggestion,) = answer["suggestions"]
    url = urlsplit(suggestion.pop("url"))
    assert suggestion == {"text": "文明养犬管理工作", "kind": "duty", "label": "事项"}
    assert url.path == "/search"
    assert parse_qs(url.query) == {"q": ["文明养犬管理工作"], "township": ["庙尔沟乡"]}


def test_defaults(client):
    assert get(client).get_json() == {"query": "", "suggestions": []}
    suggestions = get(client, q="农").get_json()["suggestions"]
    assert len(suggestions) == 8
    assert all("township" not in one["url"] for one in suggestions)


@pytest.mark.parametrize("query", ["township=庙尔沟乡&township=三台镇", "township=庙尔沟乡, 三台镇,"])
def test_townships_may_be_written_in_every_way(client, query):
    suggestions = client.get(f"{SUGGESTIONS}?q=庙尔沟乡&{query}").get_json()["suggestions"]
    assert suggestions[0]["label"] == "地区"
    assert parse_qs(urlsplit(suggestions[0]["url"]).query)["township"] == ["庙尔沟乡", "三台镇"]


def texts(client, **parameters):
    return {one["text"] for one in get(client, limit=20, **parameters).get_json()["suggestions"]}


@pytest.mark.parametrize(
    ("typed", "name", "inside", "outside"),
    [
        ("坎尔孜", "county", "奇台县", "昌吉市"),
        ("甘沟", "prefecture", "乌鲁木齐市", "昌吉回族自治州"),
        ("坎尔孜", "township", "坎尔孜乡", "三台镇"),
        ("文明养犬管理工作", "list_type", "配合", "基本"),
        ("文明养犬管理工作", "category", "平安法治", "民生服务"),
        ("文明养犬管理工作", "department", "公安局", "教育局"),
    ],
)
def test_every_filter_of_the_search_holds(client, typed, name, inside, outside):
    assert typed in "".join(texts(client, q=typed, **{name: inside}))
    assert texts(client, q=typed, **{name: outside}) < texts(client, q=typed)
    assert typed not in "".join(texts(client, q=typed, **{name: outside}))


def test_the_page_behind_it_keeps_to_every_filter(client):
    filters = {"county": ["昌吉市"], "list_type": ["配合"]}
    (suggestion,) = get(client, q="文明养犬管理工作", limit=1, **filters).get_json()["suggestions"]
    assert parse_qs(urlsplit(suggestion["url"]).query) == {"q": ["文明养犬管理工作"], **filters}


@pytest.mark.parametrize(
    ("parameters", "name", "says"),
    [
        ({"limit": "0"}, "limit", "1"),
        ({"limit": "21"}, "limit", "20"),
        ({"limit": "八"}, "limit", "integer"),
        ({"q": "问" * 101}, "q", "100"),
        ({"township": "没有乡"}, "township", "庙尔沟乡"),
        ({"q": "高龄", "township": "没有乡"}, "township", "庙尔沟乡"),
        ({"county": "没有县"}, "county", "昌吉市"),
        ({"list_type": "其他"}, "list_type", "cooperative"),
        ({"department": "没有局"}, "department", "公安局"),
        ({"query": "高龄"}, "query", "q, limit, prefecture, county, township"),
    ],
)
def test_a_bad_parameter_names_itself_and_what_is_allowed(client, parameters, name, says):
    response = get(client, **parameters)
    assert response.status_code == 422
    error = response.get_json()
    assert set(error) == {"code", "status", "message", "errors"}
    assert name in error["message"]
    assert says in json.dumps(error["errors"]["query"][name], ensure_ascii=False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(name=st.sampled_from(["q", "limit", *(facet.name for facet in FACETS)]), value=st.text(max_size=40))
def test_no_value_makes_a_server_error(client, name, value):
    response = client.get(SUGGESTIONS, query_string={name: value.encode("utf-8", "replace")})
    assert response.status_code in (200, 422)


@pytest.mark.parametrize("typed", ["高龄", "gonganju", "san tai"])
def test_the_page_behind_a_suggestion_shows_results(client, typed):
    for suggestion in get(client, q=typed, township="三台镇", limit=3).get_json()["suggestions"]:
        page = client.get(suggestion["url"])
        assert page.status_code == 200
        assert "/duties/jimsar-santai-" in page.text


def test_without_an_index_it_says_so(tmp_path):
    client = create_app(Search.open(tmp_path / "none")).test_client()
    assert get(client, q="高龄").status_code == 503


@pytest.mark.parametrize("path", [SUGGESTIONS, "/suggest"])
def test_while_they_are_made_it_says_so(index_folder, path):
    core = Search.open(index_folder)
    core.index.is_preparing = True
    client = create_app(core).test_client()
    early = client.get(path, query_string={"q": "高龄"})
    assert (early.status_code, early.headers["Retry-After"]) == (503, "1")
    assert {"no-store", "no-cache"} & {*early.headers["Cache-Control"].split(", ")}
    assert client.get("/api/v1/search", query_string={"q": "高龄"}).status_code == 200
    core.index.is_preparing = False
    late = client.get(path, query_string={"q": "高龄"})
    assert "高龄津贴" in late.get_data(as_text=True)
