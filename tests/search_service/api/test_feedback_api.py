"""POST /api/v1/feedback.

1. What is sent is kept: the question masked, its townships, the duty, what was answered, and who would be right.
2. Off it is a 404 that says so, whatever is sent.
3. What is wrong with it is named: no question, unknown duties, departments (with near ones), places, verdicts, keys;
   a parameter in the address; a body that is no JSON or doesn't call itself so. Nothing of it is kept.
4. A key's holder says something of their own area only.
5. Limits hold for it; other sites' pages may send it where they are named one by one.
6. It changes no answer, no list and no index.
"""

import json

import pytest

from search_service.app import create_app
from search_service.keys.key_file import add_key
from search_service.keys.portal_key import PortalKey, digest_of
from search_service.settings import Settings

FEEDBACK = "/api/v1/feedback"
DUTY = "changji-miaoergou-cooperative-19"
GOOD = {"q": "狗咬人了找谁，电话13800138000", "township": "庙尔沟乡", "duty_id": DUTY, "verdict": "wrong"}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "report.jsonl"


@pytest.fixture
def client_with(search, path):
    settings = {"report": path, "rate_limit": None, "page_rate_limit": None}
    return lambda **others: create_app(search, Settings(**{**settings, **others})).test_client()


@pytest.fixture
def client(client_with):
    return client_with()


def send(client, body, **options):
    return client.post(FEEDBACK, json=body, buffered=True, **options)


def lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_what_is_sent_is_kept(client, path, search):
    response = send(client, {**GOOD, "department": "农业农村局"})
    assert (response.status_code, response.get_json()) == (200, {"status": "noted"})
    assert response.headers["Cache-Control"] == "no-store"
    [kept] = lines(path)
    assert 0 <= kept.pop("confidence") <= 1
    assert kept.pop("day")
    assert kept == {
        "kind": "wrong_answer",
        "question": "狗咬人了找谁，电话〔电话〕",
        "townships": ["庙尔沟乡"],
        "duty_id": DUTY,
        "department": "公安局",
        "right": "农业农村局",
        "generation": search.manifest().generation,
    }


@pytest.mark.parametrize(
    "others", [{}, {"department": None}, {"county": None, "prefecture": []}, {"department": "乡镇"}]
)
def test_the_rest_may_be_left_out(client, path, others):
    assert send(client, {**GOOD, **others}).status_code == 200
    assert lines(path)[0].get("right") == others.get("department")


def test_off_it_is_not_there(client_with, path):
    client = client_with(report=None)
    for body in (GOOD, {}, []):
        response = send(client, body)
        assert response.status_code == 404
        assert "DUTY_SEARCH_REPORT" in response.get_json()["message"]
    assert not path.exists()


@pytest.mark.parametrize(
    ("change", "name", "says"),
    [
        ({"q": "　"}, "q", "must not be empty"),
        ({"q": "狗" * 501}, "q", "500"),
        ({"duty_id": "changji-miaoergou-cooperative-999"}, "duty_id", "no duty has this id"),
        ({"duty_id": ""}, "duty_id", "Length"),
        ({"duty_id": None}, "duty_id", "null"),
        ({"verdict": "right"}, "verdict", "wrong"),
        ({"department": "昌吉市公安局"}, "department", "near: 公安局"),
        ({"department": "犇"}, "department", "GET /api/v1/departments lists all"),
        ({"department": ""}, "department", "Length"),
        ({"who": "张三"}, "who", "unknown key; allowed: "),
    ],
)
def test_what_is_wrong_is_named(client, path, change, name, says):
    response = send(client, {**GOOD, **change})
    assert response.status_code == 422
    errors = response.get_json()["errors"]["json"]
    assert list(errors) == [name]
    assert says in errors[name][0]
    assert not path.exists()


@pytest.mark.parametrize("missing", ["q", "duty_id", "verdict"])
def test_what_is_missing_is_named(client, missing):
    response = send(client, {key: value for key, value in GOOD.items() if key != missing})
    assert response.status_code == 422
    assert list(response.get_json()["errors"]["json"]) == [missing]


def test_an_unknown_place_is_named(client, path):
    response = send(client, {**GOOD, "township": "没有乡"})
    assert response.status_code == 422
    assert "没有乡" in response.text
    assert not path.exists()


def test_what_is_no_json_is_refused(client, path):
    assert client.post(FEEDBACK, data=GOOD).status_code == 415
    assert client.post(FEEDBACK, data="{", content_type="application/json").status_code == 400
    assert send(client, [GOOD]).status_code == 422
    assert send(client, GOOD, query_string={"township": "庙尔沟乡"}).status_code == 422
    assert client.get(FEEDBACK).status_code == 405
    assert not path.exists()


def test_a_key_speaks_of_its_area(client_with, tmp_path, path):
    file = tmp_path / "keys.json"
    filters = {"township": ("三台镇",)}
    add_key(file, PortalKey("1", "三台镇网站", digest_of("duty_1"), "2026-01-01", None, filters))
    client = client_with(api_keys=file)
    assert send(client, GOOD, headers={"X-API-Key": "duty_1"}).status_code == 403
    assert not path.exists()
    body = {key: value for key, value in GOOD.items() if key != "township"}
    assert send(client, body, headers={"X-API-Key": "duty_1"}).status_code == 200
    assert lines(path)[0]["townships"] == ["三台镇"]


def test_limits_hold(client_with, path):
    client = client_with(rate_limit="2 per hour")
    assert [send(client, GOOD).status_code for _ in range(3)] == [200, 200, 429]
    assert len(lines(path)) == 2


@pytest.mark.parametrize(
    ("origins", "allowed"), [(("*",), None), (("https://a.example",), "https://a.example")]
)
def test_other_sites_send_it_where_they_are_named(client_with, origins, allowed):
    client = client_with(cors_origins=origins)
    before = client.options(
        FEEDBACK,
        headers={
            "Origin": "https://a.example",
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type",
        },
    )
    assert before.headers.get("Access-Control-Allow-Origin") == allowed


def test_it_changes_no_answer(client, index_folder):
    asked = {"q": "狗咬人了找谁", "township": "庙尔沟乡"}
    before = client.get("/api/v1/answer", query_string=asked).get_json()
    files = {one: one.stat().st_mtime_ns for one in index_folder.rglob("*") if one.is_file()}
    assert send(client, GOOD).status_code == 200
    assert client.get("/api/v1/answer", query_string=asked).get_json() == before
    assert {one: one.stat().st_mtime_ns for one in index_folder.rglob("*") if one.is_file()} == files
