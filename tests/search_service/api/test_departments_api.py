"""GET /api/v1/departments and /departments/{canonical}.

1. The list has exactly the keys of the contract; its numbers equal a straight count over the records.
2. Place filters narrow it, repeated or comma-separated, by short names as well.
3. One department comes by canonical, full and short name, with its duties by township and the steps that
   bind it; the numbers are those of the list.
4. Its filters narrow it; one that leaves nothing is an empty answer, not an error.
5. An unknown or doubtful name is a 404 of the one error shape that names the near ones.
6. An unknown parameter and a bad value are a 422 that names the parameter and what is allowed.
7. No name at all makes a 500: slashes, spaces, control characters, 500 characters, bytes that are no text.
"""

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.duty import ListType
from search_service.app import create_app
from search_service.core.search import Search

DEPARTMENTS = "/api/v1/departments"


def get(client, name=None, **parameters):
    path = DEPARTMENTS if name is None else f"{DEPARTMENTS}/{quote(name, safe='')}"
    return client.get(path, query_string=parameters)


def straight_numbers(duties, canonical):
    own = [duty for duty in duties if canonical in [one.canonical for one in duty.departments]]
    return {
        "cooperative": sum(duty.list_type is ListType.COOPERATIVE for duty in own),
        "reclaimed": sum(duty.list_type is ListType.RECLAIMED for duty in own),
        "townships": len({duty.list_id for duty in own}),
    }


def test_the_list_has_every_department_with_its_numbers(client, duties):
    answer = get(client).get_json()
    assert list(answer) == ["total", "departments"]
    assert answer["total"] == len(answer["departments"]) == 54
    for one in answer["departments"]:
        assert list(one) == ["canonical", "names", "cooperative", "reclaimed", "townships"]
        assert straight_numbers(duties, one["canonical"]).items() <= one.items()
    police = next(one for one in answer["departments"] if one["canonical"] == "公安局")
    assert police["names"] == [
        "昌吉市公安局",
        "奇台县公安局",
        "木垒县公安局",
        "吉木萨尔县公安局",
        "乌鲁木齐县公安局",
    ]
    assert (police["cooperative"], police["reclaimed"], police["townships"]) == (44, 1, 5)


@pytest.mark.parametrize(
    "query", ["county=奇台县&county=昌吉市", "county=奇台,昌吉市", "township=坎尔孜,庙尔沟乡"]
)
def test_places_narrow_the_list(client, duties, query):
    answer = client.get(f"{DEPARTMENTS}?{query}").get_json()
    there = [duty for duty in duties if duty.county in ("奇台县", "昌吉市")]
    assert answer["total"] == len({one.canonical for duty in there for one in duty.departments}) < 54
    for one in answer["departments"]:
        assert straight_numbers(there, one["canonical"]).items() <= one.items()


@pytest.mark.parametrize("name", ["公安局", "昌吉市公安局", "市公安局", "公安", "奇台 公安局"])
def test_one_department_comes_by_any_of_its_names(client, duties, name):
    answer = get(client, name).get_json()
    numbers = straight_numbers(duties, "公安局")
    assert answer["canonical"] == "公安局"
    assert numbers.items() <= answer.items()
    assert len(answer["by_township"]) == numbers["townships"]
    shown = [one["duty"]["id"] for part in answer["by_township"] for one in part["duties"]]
    assert shown == [duty.id for duty in duties if "公安局" in [one.canonical for one in duty.departments]]


def test_a_duty_comes_with_the_steps_that_bind_the_department(client):
    answer = get(client, "公安局", township="庙尔沟乡").get_json()
    assert list(answer) == ["canonical", "names", "cooperative", "reclaimed", "townships", "by_township"]
    (township,) = answer["by_township"]
    duties = township.pop("duties")
    assert township == {
        "list_id": "changji-miaoergou",
        "prefecture": "昌吉回族自治州",
        "county": "昌吉市",
        "township": "庙尔沟乡",
        "names": ["昌吉市公安局"],
        "cooperative": 10,
        "reclaimed": 0,
    }
    dogs = next(one for one in duties if one["duty"]["name"] == "文明养犬管理工作")
    departments = dogs["duty"].pop("departments")
    assert departments[0] == {"name": "昌吉市公安局", "canonical": "公安局"}
    assert dogs["duty"] == {
        "id": "changji-miaoergou-cooperative-19",
        "prefecture": "昌吉回族自治州",
        "county": "昌吉市",
        "township": "庙尔沟乡",
        "list_type": "cooperative",
        "list_type_label": "配合",
        "number": 19,
        "category": "平安法治",
        "name": "文明养犬管理工作",
        "url": "/duties/changji-miaoergou-cooperative-19",
    }
    (step,) = dogs["steps"]
    assert (step["number"], step["departments"]) == (1, ["公安局"])
    assert "伤人" in step["text"]


@pytest.mark.parametrize(
    ("query", "cooperative", "reclaimed"),
    [
        ("list_type=收回", 0, 1),
        ("list_type=cooperative&county=奇台", 10, 0),
        ("category=平安法治", 9, 0),
        ("prefecture=昌吉回族自治州", 39, 0),
        ("list_type=basic", 0, 0),
        ("county=奇台县&township=甘沟乡", 0, 0),
    ],
)
def test_filters_narrow_a_department(client, query, cooperative, reclaimed):
    answer = client.get(f"{DEPARTMENTS}/公安局?{query}").get_json()
    assert (answer["cooperative"], answer["reclaimed"]) == (cooperative, reclaimed)
    assert sum(len(part["duties"]) for part in answer["by_township"]) == cooperative + reclaimed


def test_the_place_tells_whose_short_name_it_is(client):
    assert get(client, "工信局").status_code == 404
    assert get(client, "工信局", county="奇台").get_json()["canonical"] == "商务科技和工业信息化局"


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("工信局", "near: 商务和工业信息化局、商务科技和工业信息化局"),
        ("民政", "near: 民政局"),
        ("市公安局/刑侦大队", "near: 公安局"),
        ("没有这个", "/api/v1/departments"),
        (" ", "/api/v1/departments"),
        ("\x00\x1b", "/api/v1/departments"),
        ("公" * 500, "/api/v1/departments"),
    ],
)
def test_an_unknown_name_is_a_404_that_names_the_near_ones(client, name, says):
    response = get(client, name)
    assert response.status_code == 404
    error = response.get_json()
    assert set(error) == {"code", "status", "message", "errors"}
    assert says in error["message"]
    assert len(error["message"]) < 500


@pytest.mark.parametrize(
    ("name", "parameters", "parameter", "says"),
    [
        (None, {"township": "没有乡"}, "township", "庙尔沟乡"),
        (None, {"category": "城乡建设"}, "category", "prefecture, county, township"),
        (None, {"q": "公安"}, "q", "prefecture, county, township"),
        (None, {"county": "县" * 101}, "county", "100"),
        ("公安局", {"township": "没有乡"}, "township", "庙尔沟乡"),
        ("公安局", {"category": "没有类"}, "category", "平安法治"),
        ("公安局", {"list_type": "全部"}, "list_type", "配合"),
        (
            "公安局",
            {"department": "民政局"},
            "department",
            "prefecture, county, township, list_type, category",
        ),
        ("公安局", {"page": "2"}, "page", "category"),
    ],
)
def test_a_bad_parameter_names_itself_and_what_is_allowed(client, name, parameters, parameter, says):
    response = get(client, name, **parameters)
    assert response.status_code == 422
    error = response.get_json()
    assert parameter in error["message"]
    assert says in json.dumps(error["errors"]["query"][parameter], ensure_ascii=False)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150, deadline=None)
@given(name=st.binary(max_size=40) | st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")))
def test_no_name_makes_a_server_error(client, name):
    response = client.get(f"{DEPARTMENTS}/{quote(name, safe='')}")
    assert response.status_code in (200, 308, 404)


@pytest.mark.parametrize(
    "path", ["/", "//", "/公安局/", "/a/../b", "/..", "/%2e%2e%2f", "/%ff%fe", "/公安局%00"]
)
def test_no_path_makes_a_server_error(client, path):
    assert client.get(DEPARTMENTS + path).status_code in (200, 308, 404)


@pytest.mark.parametrize("path", [DEPARTMENTS, f"{DEPARTMENTS}/公安局"])
def test_without_an_index_it_says_so(tmp_path, path):
    response = create_app(Search.open(tmp_path / "none")).test_client().get(path)
    assert response.status_code == 503
    assert str(tmp_path) not in response.text
