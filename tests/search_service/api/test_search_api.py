"""GET /api/v1/search, /duties/{id}, /places.

1. The answer has exactly the keys of the contract, with the types it promises.
2. List parameters may be repeated, comma-separated, or both, in English or Chinese.
3. An unknown parameter and every bad value is a 422 of the one error shape that names it and what is
   allowed.
4. No parameter value at all makes a 500 (property test).
5. An unknown duty is a 404, a wrong method a 405, both as JSON.
6. Without an index every route but /healthz is a 503 with Retry-After, and says nothing of folders.
7. A complaint's pieces come as it was understood, each with its weight; those of one question add up to 1.
8. The generated OpenAPI document equals the committed copy and names every route and facet.
"""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.facets import FACETS
from search_service.app import create_app
from search_service.core.search import Search

SEARCH = "/api/v1/search"
NAMES = [facet.name for facet in FACETS]


def get(client, **parameters):
    return client.get(SEARCH, query_string=parameters)


def test_the_answer_has_the_shape_of_the_contract(client):
    answer = get(client, q="养犬", township="庙尔沟乡", per_page=5).get_json()
    assert list(answer) == ["query", "total", "page", "per_page", "pages", "took_ms", "results", "facets"]
    assert answer["query"] == {
        "text": "养犬",
        "terms": ["养犬"],
        "synonyms": [{"from": "养犬", "to": "养狗"}],
        "dropped": [],
        "corrected": None,
        "detected": {"county": None, "township": None, "department": None},
        "other_place": None,
        "pieces": [],
    }
    assert (answer["total"], answer["page"], answer["per_page"], answer["pages"]) == (2, 1, 5, 1)
    assert answer["took_ms"] > 0
    result = answer["results"][0]
    highlights, score = result.pop("highlights"), result.pop("score")
    assert score > 0
    assert highlights["name"] == "文明<mark>养犬</mark>管理工作"
    assert list(highlights) == ["name", "superior_steps", "township_steps"]
    departments = result.pop("departments")
    assert departments[0] == {"name": "昌吉市公安局", "canonical": "公安局"}
    assert result == {
        "id": "changji-miaoergou-cooperative-19",
        "prefecture": "昌吉回族自治州",
        "county": "昌吉市",
        "township": "庙尔沟乡",
        "list_type": "cooperative",
        "list_type_label": "配合",
        "number": 19,
        "category": "平安法治",
        "name": "文明养犬管理工作",
        "shared_with": [],
        "url": "/duties/changji-miaoergou-cooperative-19",
    }
    assert list(answer["facets"]) == NAMES
    assert answer["facets"]["township"][0] == {
        "value": "庙尔沟乡",
        "label": "庙尔沟乡",
        "count": 2,
        "selected": True,
    }
    assert answer["facets"]["list_type"] == [
        {"value": "basic", "label": "基本", "count": 1, "selected": False},
        {"value": "cooperative", "label": "配合", "count": 1, "selected": False},
    ]


def test_the_pieces_of_a_complaint_come_with_their_weights(client):
    query = get(client, q="你好，我住三楼，楼上装修天天砸墙，吵得老人睡不着，谢谢").get_json()["query"]
    pieces = query["pieces"]
    assert [list(piece) for piece in pieces] == [["text", "weight"]] * 3
    assert [piece["text"] for piece in pieces] == ["我住三楼", "楼上装修天天砸墙", "吵得老人睡不着"]
    assert sum(piece["weight"] for piece in pieces) == pytest.approx(1)
    assert max(pieces, key=lambda piece: piece["weight"])["text"] == "楼上装修天天砸墙"
    assert {"你好", "谢谢", "老人"} <= set(query["dropped"])  # small talk, and what no result has


@pytest.mark.parametrize(
    "query",
    [
        "township=庙尔沟乡&township=三台镇&list_type=基本",
        "township=庙尔沟乡,三台镇&list_type=basic",
        "township=庙尔沟乡, 三台镇,&list_type=BASIC,基本".replace("BASIC", "basic"),
    ],
)
def test_list_parameters_may_be_written_in_every_way(client, query):
    assert client.get(f"{SEARCH}?{query}").get_json()["total"] == 107 + 108


@pytest.mark.parametrize(
    ("parameters", "name", "says"),
    [
        ({"page": "0"}, "page", "1"),
        ({"page": "一"}, "page", "integer"),
        ({"per_page": "101"}, "per_page", "100"),
        ({"per_page": "-1"}, "per_page", "1"),
        ({"sort": "newest"}, "sort", "relevance, list"),
        ({"collapse": "vielleicht"}, "collapse", "boolean"),
        ({"list_type": "全部"}, "list_type", "配合"),
        ({"township": "没有乡"}, "township", "庙尔沟乡"),
        ({"department": "没有局"}, "department", "公安局"),
        ({"q": "问" * 501}, "q", "500"),
        ({"county": "县" * 101}, "county", "100"),
        ({"query": "养犬"}, "query", "q, page, per_page, sort, collapse, explain, prefecture"),
    ],
)
def test_a_bad_parameter_names_itself_and_what_is_allowed(client, parameters, name, says):
    response = get(client, **parameters)
    assert response.status_code == 422
    error = response.get_json()
    assert set(error) == {"code", "status", "message", "errors"}
    assert (error["code"], error["status"]) == (422, "Unprocessable Entity")
    assert name in error["message"]
    assert says in json.dumps(error["errors"]["query"][name], ensure_ascii=False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(
    name=st.sampled_from(["q", "page", "per_page", "sort", "collapse", *NAMES]), value=st.text(max_size=40)
)
def test_no_value_makes_a_server_error(client, name, value):
    response = client.get(SEARCH, query_string={name: value.encode("utf-8", "replace")})
    assert response.status_code in (200, 422)


def test_huge_pages_are_empty_and_not_an_error(client):
    answer = get(client, q="养犬", page=1_000_000, per_page=100).get_json()
    assert answer["results"] == []
    assert answer["total"] == 9


def test_collapse_names_the_other_townships(client):
    answer = get(client, q="文明养犬", collapse="true").get_json()
    shared = answer["results"][0]["shared_with"]
    assert {
        "id",
        "prefecture",
        "county",
        "township",
        "list_type",
        "list_type_label",
        "number",
        "name",
        "url",
    } == set(shared[0])


def test_a_duty_comes_whole_with_its_likes(client):
    answer = client.get("/api/v1/duties/changji-miaoergou-cooperative-19").get_json()
    duty = answer["duty"]
    assert duty["source"] == {"file": "changji-miaoergou.txt", "line": duty["source"]["line"], "original": {}}
    first = duty["superior_steps"][0]
    assert first["number"] == 1
    assert first["departments"] == ["公安局"]
    assert first["text"].startswith("市公安局负责收集养犬人员基本信息")
    assert "qitai-kanerzi-cooperative-19" in [other["id"] for other in answer["shared_with"]]


@pytest.mark.parametrize("duty_id", ["nothing", "changji-miaoergou-cooperative-0", "..", "庙尔沟"])
def test_an_unknown_duty_is_a_404(client, duty_id):
    response = client.get(f"/api/v1/duties/{duty_id}")
    assert response.status_code == 404
    assert set(response.get_json()) == {"code", "status", "message", "errors"}


def test_other_errors_are_json_too(client):
    assert client.post(SEARCH).status_code == 405
    assert client.post(SEARCH).get_json()["code"] == 405
    assert client.get("/api/v1/nothing").get_json()["code"] == 404


def test_places_tell_every_township_with_its_list(client):
    answer = client.get("/api/v1/places").get_json()
    assert answer["total"] == 5
    first = answer["places"][0]
    assert first == {
        "list_id": "changji-miaoergou",
        "province": "新疆维吾尔自治区",
        "prefecture": "昌吉回族自治州",
        "county": "昌吉市",
        "county_code": "652301",
        "township": "庙尔沟乡",
        "date": "2025-07",
        "duties": 242,
        "counts": {"basic": 107, "cooperative": 101, "reclaimed": 34},
    }
    assert sum(place["duties"] for place in answer["places"]) == 1243


def test_health_and_readiness(client, index_folder):
    assert client.get("/healthz").get_json() == {"status": "ok"}
    ready = client.get("/readyz").get_json()
    assert (ready["status"], ready["duties"]) == ("ready", 1243)
    assert ready["generation"] == (index_folder / "current").read_text().strip()
    assert ready["built_at"].endswith("+00:00")


@pytest.mark.parametrize("path", [SEARCH, "/api/v1/places", "/api/v1/duties/x", "/readyz"])
def test_without_an_index_it_says_so(tmp_path, path):
    client = create_app(Search.open(tmp_path / "none")).test_client()
    response = client.get(path)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    assert str(tmp_path) not in response.text
    assert client.get("/healthz").status_code == 200


def test_the_committed_openapi_document_is_current(client):
    committed = Path(__file__).parents[3] / "docs" / "openapi.json"
    generated = client.get("/api/openapi.json").get_json()
    assert generated == json.loads(committed.read_text(encoding="utf-8")), "run: make openapi"
    assert set(generated["paths"]) == {
        "/api/v1/answer",
        "/api/v1/answers",
        "/api/v1/search",
        "/api/v1/departments",
        "/api/v1/departments/{canonical}",
        "/api/v1/duties/{duty_id}",
        "/api/v1/export.csv",
        "/api/v1/export.jsonl",
        "/api/v1/export.xlsx",
        "/api/v1/feedback",
        "/api/v1/places",
        "/api/v1/suggestions",
        "/healthz",
        "/readyz",
    }
    parameters = [one["name"] for one in generated["paths"][SEARCH]["get"]["parameters"]]
    assert set(NAMES) < set(parameters)
