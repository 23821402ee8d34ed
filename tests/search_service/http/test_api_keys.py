"""Portals ask with keys.

1. A key comes in X-API-Key or as a bearer token, in no address; other credentials, and none, are nobody's key.
2. An unknown, a revoked or a mutilated key is a 401 that names the remedy, also where no keys are set up; nothing
   of it is repeated. Pages and health ask for none.
3. Keys made and revoked while the service runs count from the next request on.
4. A damaged file of keys stops the start; one that is damaged later leaves the keys of before in use.
5. What isn't asked for is narrowed to what the key is for: search, answer, answers, suggestions, departments,
   exports.
6. A request within that passes, whatever it calls its places; one outside is a 403 that names what the key is for,
   in a batch with the number of the question.
7. Counts offer nothing that would be refused. An index without the key's places shows no others.
8. Without a key nothing changes.
"""

import csv
import io
import logging

import pytest

from search_service.app import create_app
from search_service.core.search import Search
from search_service.keys.key_file import KeyFileError, remove_key
from search_service.settings import Settings

SEARCH = "/api/v1/search"
ANSWERS = "/api/v1/answers"


def with_key(token):
    return {"headers": {"X-API-Key": token}}


@pytest.fixture
def ask(keyed_client, new_key):
    """Return a function that asks with a key of some filters."""

    def ask(path, expected=200, json=None, **filters):
        options = with_key(new_key(**filters))
        if json is None:
            response = keyed_client.get(path, **options)
        else:
            response = keyed_client.post(path, json=json, **options)
        assert response.status_code == expected, response.text
        return response.get_json()

    return ask


@pytest.mark.parametrize(
    "headers",
    [
        lambda token: {"X-API-Key": token},
        lambda token: {"Authorization": f"Bearer {token}"},
        lambda token: {"Authorization": f"bearer {token}"},
    ],
)
def test_a_key_comes_in_a_header(keyed_client, new_key, headers):
    token = new_key(township=("庙尔沟乡",))
    assert keyed_client.get(SEARCH, headers=headers(token)).get_json()["total"] == 242


def test_a_key_does_not_come_in_the_address(keyed_client, new_key):
    token = new_key()
    assert keyed_client.get(f"{SEARCH}?api_key={token}").status_code == 422
    assert keyed_client.get(f"{SEARCH}?X-API-Key={token}").status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"Authorization": ""},
        {"Authorization": "unsinn"},
        {"Authorization": "Bearer "},
        {"X-API-Key": ""},
    ],
)
def test_other_credentials_are_nobodys_key(keyed_client, headers):
    assert keyed_client.get(SEARCH, headers=headers).get_json()["total"] == 1243


def test_an_empty_header_does_not_hide_a_key(keyed_client, new_key):
    headers = {"X-API-Key": "", "Authorization": f"Bearer {new_key(township=('庙尔沟乡',))}"}
    assert keyed_client.get(SEARCH, headers=headers).get_json()["total"] == 242


def test_a_place_outside_of_the_key_is_an_other_place(ask):
    found = ask(f"{SEARCH}?q=奇台县狗咬人", county=("昌吉市",))
    assert found["query"]["other_place"] == "奇台县"


def test_the_own_header_counts_before_the_general_one(keyed_client, new_key):
    headers = {"X-API-Key": new_key(), "Authorization": "Bearer of-the-gateway"}
    assert keyed_client.get(SEARCH, headers=headers).status_code == 200


@pytest.mark.parametrize("is_set_up", [True, False])
@pytest.mark.parametrize(
    "token", ["duty_unknown", " ", "钥匙".encode().decode("latin-1"), "\xff\xfe", "x" * 5000]
)
def test_an_unknown_key_names_the_remedy(client_with, key_file, new_key, token, is_set_up):
    new_key()
    client = client_with(api_keys=key_file if is_set_up else None)
    response = client.get("/api/v1/places", **with_key(token))
    assert response.status_code == 401
    error = response.get_json()
    assert set(error) == {"code", "status", "message", "errors"}
    assert "ask the operator for one, or leave it out" in error["message"]
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert response.headers["Cache-Control"] == "no-store"
    assert not token.strip() or token not in response.text


@pytest.mark.parametrize("change", [lambda one: one[:-1], lambda one: one + "A", lambda one: one.swapcase()])
def test_nearly_right_is_wrong(keyed_client, new_key, change):
    token = new_key()
    assert keyed_client.get(SEARCH, **with_key(change(token))).status_code == 401
    assert keyed_client.get(SEARCH, **with_key(token)).status_code == 200


@pytest.mark.parametrize("path", ["/", "/search?q=养犬", "/healthz", "/readyz", "/api/openapi.json"])
def test_elsewhere_a_key_is_not_asked_for(keyed_client, path):
    assert keyed_client.get(path, **with_key("duty_unknown")).status_code == 200


def test_keys_made_and_revoked_count_at_once(keyed_client, new_key, key_file):
    first = new_key("一")
    assert keyed_client.get(SEARCH, **with_key(first)).status_code == 200
    second = new_key("二")
    assert keyed_client.get(SEARCH, **with_key(second)).status_code == 200
    remove_key(key_file, "一")
    assert keyed_client.get(SEARCH, **with_key(first)).status_code == 401
    assert keyed_client.get(SEARCH, **with_key(second)).status_code == 200


def test_a_damaged_file_stops_the_start(search, key_file):
    key_file.write_text("{", encoding="utf-8")
    with pytest.raises(KeyFileError, match="can't be read"):
        create_app(search, Settings(api_keys=key_file))


def test_a_file_damaged_later_leaves_the_keys_in_use(keyed_client, new_key, key_file, caplog):
    token = new_key()
    assert keyed_client.get(SEARCH, **with_key(token)).status_code == 200
    key_file.write_text("{", encoding="utf-8")
    with caplog.at_level(logging.ERROR):
        assert [keyed_client.get(SEARCH, **with_key(token)).status_code for _ in range(3)] == [200] * 3
    assert [record.message.split(":")[0] for record in caplog.records] == [
        "the API keys read before stay in use"
    ]


COUNTY = {"county": ("昌吉市",)}
TOWNSHIPS = {"township": ("庙尔沟乡", "三台镇")}


@pytest.mark.parametrize(
    ("filters", "total"),
    [
        (COUNTY, 242),
        (TOWNSHIPS, 242 + 245),
        ({"prefecture": ("昌吉回族自治州",)}, None),
        ({"list_type": ("reclaimed",)}, None),
        ({"township": ("庙尔沟乡",), "list_type": ("basic", "cooperative")}, 107 + 101),
        ({"category": ("平安法治",)}, None),
    ],
)
def test_a_search_is_narrowed(ask, client, filters, total):
    expected = client.get(SEARCH, query_string=filters).get_json()
    found = ask(SEARCH, **filters)
    assert found["total"] == expected["total"]
    assert 0 < found["total"] < 1243 or filters == {"prefecture": ("昌吉回族自治州",)}
    if total and filters is not TOWNSHIPS:
        assert found["total"] == total


@pytest.mark.parametrize(
    ("query", "township"),
    [
        ("q=养犬", {"庙尔沟乡", "三台镇"}),
        ("q=养犬&township=三台镇", {"三台镇"}),
        ("q=养犬&township=三台", {"三台镇"}),
        ("q=养犬&township=三台镇,庙尔沟", {"庙尔沟乡", "三台镇"}),
        ("q=养犬&county=昌吉市", {"庙尔沟乡"}),
        ("q=养犬&prefecture=昌吉回族自治州", {"庙尔沟乡", "三台镇"}),
        ("q=养犬&list_type=配合&department=公安局", {"庙尔沟乡", "三台镇"}),
    ],
)
def test_a_search_within_passes(ask, query, township):
    found = ask(f"{SEARCH}?{query}&per_page=100", **TOWNSHIPS)
    assert {one["township"] for one in found["results"]} == township


@pytest.mark.parametrize(
    ("filters", "query", "outside"),
    [
        (TOWNSHIPS, "township=坎尔孜乡", "township=坎尔孜乡"),
        (TOWNSHIPS, "township=庙尔沟乡,坎尔孜", "township=坎尔孜乡"),
        (TOWNSHIPS, "county=奇台县", "county=奇台县"),
        (COUNTY, "township=三台镇", "township=三台镇"),
        (COUNTY, "county=昌吉市&county=奇台县", "county=奇台县"),
        ({"list_type": ("basic",)}, "list_type=配合", "list_type=cooperative"),
        ({"category": ("平安法治",)}, "category=城乡建设", "category=城乡建设"),
    ],
)
@pytest.mark.parametrize("path", [SEARCH, "/api/v1/departments/公安局"])
def test_a_request_outside_is_refused_and_told_why(ask, filters, query, outside, path):
    error = ask(f"{path}?{query}", 403, **filters)
    assert set(error) == {"code", "status", "message", "errors"}
    assert error["message"].startswith(f"{outside} is outside of what this API key is for (")
    for facet, values in filters.items():
        assert f"{facet}={','.join(values)}" in error["message"]


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/answer?q=狗咬人&township=坎尔孜乡",
        "/api/v1/suggestions?q=养犬&township=坎尔孜乡",
        "/api/v1/departments?township=坎尔孜乡",
        "/api/v1/export.csv?county=奇台县",
    ],
)
def test_everything_that_is_narrowed_refuses(ask, path):
    assert "(county=昌吉市)" in ask(path, 403, **COUNTY)["message"]


def test_an_unknown_value_is_still_a_422(ask):
    error = ask(f"{SEARCH}?township=没有乡", 422, **COUNTY)
    assert "没有乡" in error["errors"]["query"]["township"][0]


def test_counts_offer_nothing_that_would_be_refused(ask, client):
    found = ask(f"{SEARCH}?q=养犬", **TOWNSHIPS)
    assert {one["value"] for one in found["facets"]["township"]} == {"庙尔沟乡", "三台镇"}
    assert all(one["selected"] for one in found["facets"]["township"])
    assert {one["value"] for one in found["facets"]["county"]} == {"昌吉市", "吉木萨尔县"}
    everybody = client.get(SEARCH, query_string={"q": "养犬", **TOWNSHIPS}).get_json()
    assert len(everybody["facets"]["township"]) > 2


def test_an_answer_is_narrowed(ask):
    answer = ask("/api/v1/answer?q=狗咬人了找谁", **COUNTY)["answer"]
    assert {one["township"] for one in answer["by_township"]} == {"庙尔沟乡"}
    within = ask("/api/v1/answer?q=狗咬人了找谁&township=三台镇", **TOWNSHIPS)["answer"]
    assert {one["township"] for one in within["by_township"]} == {"三台镇"}


def test_an_answer_is_narrowed_to_lists(ask):
    question = "/api/v1/answer?q=收养登记&township=三台镇"
    assert ask(question, list_type=("reclaimed",))["answer"]["responsible"][0]["canonical"] == "民政局"
    other = ask(question, list_type=("basic",))
    assert not other["answer"] or other["answer"]["duty"]["list_type"] == "basic"


def test_what_only_others_list_is_said_within_the_lists(ask):
    found = ask("/api/v1/answer?q=收养登记", township=("庙尔沟乡",), list_type=("reclaimed",))
    assert found["status"] == "not_found"
    assert found["elsewhere"]["duty"]["list_type"] == "reclaimed"


def test_each_of_many_answers_is_narrowed(ask):
    questions = [{"id": 1, "q": "狗咬人"}, {"id": 2, "q": "狗咬人", "township": "三台镇"}]
    first, second = ask(ANSWERS, json=questions, **TOWNSHIPS)["answers"]
    assert {one["township"] for one in first["answer"]["by_township"]} == {"庙尔沟乡", "三台镇"}
    assert {one["township"] for one in second["answer"]["by_township"]} == {"三台镇"}


def test_one_question_outside_refuses_all_and_is_named(ask):
    questions = [{"q": "狗咬人"}, {"q": "狗咬人", "township": "坎尔孜乡"}]
    message = ask(ANSWERS, 403, json=questions, **COUNTY)["message"]
    assert message.startswith("question 1: township=坎尔孜乡 is outside of")


def test_suggestions_are_narrowed_and_lead_to_what_they_count(ask, client):
    found = ask("/api/v1/suggestions?q=收养", township=("庙尔沟乡",))["suggestions"]
    everybody = client.get("/api/v1/suggestions?q=收养").get_json()["suggestions"]
    assert len(found) < len(everybody) or found != everybody
    for one in found:
        assert "township=" in one["url"]
        assert client.get(one["url"]).status_code == 200


def test_departments_are_narrowed(ask, client):
    expected = client.get("/api/v1/departments?county=昌吉市").get_json()
    assert ask("/api/v1/departments", **COUNTY) == expected
    reclaimed = ask("/api/v1/departments", list_type=("reclaimed",), **COUNTY)["departments"]
    assert {one["cooperative"] for one in reclaimed} == {0}
    assert sum(one["reclaimed"] for one in reclaimed) == sum(
        one["reclaimed"] for one in expected["departments"]
    )
    one = ask("/api/v1/departments/公安局", **COUNTY)
    assert [part["township"] for part in one["by_township"]] == ["庙尔沟乡"]


@pytest.mark.parametrize("filters", [COUNTY, {"category": ("平安法治",), **TOWNSHIPS}])
def test_exports_are_narrowed(keyed_client, new_key, client, filters):
    response = keyed_client.get("/api/v1/export.csv", **with_key(new_key(**filters)))
    rows = list(csv.DictReader(io.StringIO(response.text.removeprefix("\ufeff"))))
    assert len(rows) == client.get(SEARCH, query_string=filters).get_json()["total"]


def test_an_index_without_the_places_shows_no_others(ask):
    error = ask(SEARCH, 403, township=("撤并乡",))
    assert error["message"] == "the index in use is outside of what this API key is for (township=撤并乡)"
    assert ask(SEARCH, township=("撤并乡", "三台镇"))["total"] == ask(SEARCH, township=("三台镇",))["total"]


def test_single_duties_and_places_are_open_to_every_key(ask):
    assert ask("/api/v1/duties/qitai-kanerzi-cooperative-19", **COUNTY)["duty"]["county"] == "奇台县"
    assert ask("/api/v1/places", **COUNTY)["total"] == 5


def test_a_missing_index_is_still_a_503(tmp_path, new_key, key_file):
    client = create_app(Search.open(tmp_path / "无"), Settings(api_keys=key_file)).test_client()
    assert client.get(SEARCH, **with_key(new_key(**COUNTY))).status_code == 503
