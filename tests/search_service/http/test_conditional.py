"""Answers that the caller has already.

1. Every answer of the interface has a weak validator and may be kept, if it is asked for each time.
2. Asked again with its validator, an answer is an empty 304 with the same headers, and the core isn't asked.
3. Another address, another key's filters, another index, another software and another day have another validator;
   the same question, however often, with or without compression and by HEAD, has the same one.
4. An index published while an answer is made leaves the answer without a validator; the next one has the new one.
5. Errors are never kept, health, readiness and posts have no validator; pages keep what they had.
6. `If-None-Match: *` is a 304 where there is something, and the error where there is nothing.
7. Answers to a key are private, and caches are told what else an answer depends on.
"""

import datetime

import pytest

from search_service.app import create_app
from search_service.core.answers.answering import Answers
from search_service.core.search import Search
from search_service.http import conditional
from search_service.settings import Settings
from tests.generations import publish_copy
from tests.search_service.http.conftest import NO_LIMITS

SEARCH = "/api/v1/search?q=养犬"
PATHS = [
    SEARCH,
    "/api/v1/search?q=高龄津贴&township=庙尔沟乡",
    "/api/v1/answer?q=狗咬人了找谁",
    "/api/v1/suggestions?q=高龄",
    "/api/v1/duties/changji-miaoergou-cooperative-19",
    "/api/v1/places",
    "/api/v1/departments",
    "/api/v1/departments/公安局",
    "/api/v1/export.csv?township=庙尔沟乡&list_type=收回",
]


def etag_of(response):
    assert response.status_code in {200, 304}
    return response.headers["ETag"]


@pytest.mark.parametrize("path", PATHS)
def test_an_answer_may_be_kept_if_it_is_asked_for_each_time(client, path):
    response = client.get(path)
    assert etag_of(response).startswith('W/"')
    assert response.headers["Cache-Control"] == "public, no-cache"
    assert {"X-API-Key", "Authorization", "Accept-Encoding"} <= set(
        response.vary.as_set(preserve_casing=True)
    )


@pytest.fixture
def no_core(monkeypatch):
    def give():
        for kind, names in {
            Search: ("search", "suggest", "duty", "lists", "departments", "export", "manifest"),
            Answers: ("answer",),
        }.items():
            for name in names:
                monkeypatch.setattr(kind, name, lambda *given: pytest.fail("the core was asked"))

    return give


@pytest.mark.parametrize("path", PATHS)
def test_what_the_caller_has_is_not_made_again(client, path, no_core):
    first = client.get(path, buffered=True)
    no_core()
    again = client.get(path, headers={"If-None-Match": etag_of(first)})
    assert (again.status_code, again.data) == (304, b"")
    for name in ("ETag", "Cache-Control", "Vary"):
        assert again.headers[name] == first.headers[name]
    assert "Content-Type" not in again.headers


def test_one_of_several_validators_is_enough(client):
    known = f'"alt", {etag_of(client.get(SEARCH))}, W/"älter"'.encode("latin-1").decode("latin-1")
    assert client.get(SEARCH, headers={"If-None-Match": known}).status_code == 304
    assert client.get(SEARCH, headers={"If-None-Match": 'W/"alt"'}).status_code == 200


def test_the_same_question_has_the_same_validator(client):
    first = etag_of(client.get(SEARCH))
    assert etag_of(client.get(SEARCH)) == first
    assert etag_of(client.head(SEARCH)) == first
    assert etag_of(client.get(SEARCH, headers={"Accept-Encoding": "gzip"})) == first
    again = client.get(SEARCH, headers={"Accept-Encoding": "gzip", "If-None-Match": first})
    assert again.status_code == 304


def test_another_address_has_another_validator(client):
    found = [etag_of(client.get(path)) for path in [*PATHS, f"{SEARCH}&page=2", "/api/v1/search?q=养猫"]]
    assert len(set(found)) == len(found)


def test_other_filters_of_keys_have_other_validators(keyed_client, new_key):
    tokens = [
        new_key("一"),
        new_key("二", township=("庙尔沟乡",)),
        new_key("三", county=("昌吉市",)),
    ]
    found = [etag_of(keyed_client.get(SEARCH, headers={"X-API-Key": token})) for token in tokens]
    assert len(set(found)) == 3
    stolen = keyed_client.get(SEARCH, headers={"X-API-Key": tokens[0], "If-None-Match": found[1]})
    assert stolen.status_code == 200


def test_answers_to_a_key_are_private(keyed_client, new_key):
    response = keyed_client.get(SEARCH, headers={"X-API-Key": new_key()})
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "X-API-Key" in response.headers["Vary"]


def test_other_software_has_another_validator(client, monkeypatch):
    before = etag_of(client.get(SEARCH))
    monkeypatch.setattr(conditional, "software_version", lambda: "neu")
    assert etag_of(client.get(SEARCH, headers={"If-None-Match": before})) != before


def test_best_bets_end_with_a_day(client, monkeypatch):
    before = etag_of(client.get(SEARCH))

    class Tomorrow(datetime.datetime):
        @classmethod
        def now(cls, tz=None):
            return super().now(tz) + datetime.timedelta(days=1)

    monkeypatch.setattr(conditional, "datetime", Tomorrow)
    assert etag_of(client.get(SEARCH)) != before


def own_client(index):
    return create_app(Search.open(index), Settings(**NO_LIMITS)).test_client()


def test_a_published_index_has_other_validators(own_index):
    client = own_client(own_index)
    before = etag_of(client.get(SEARCH))
    publish_copy(own_index)
    response = client.get(SEARCH, headers={"If-None-Match": before})
    assert response.status_code == 200
    assert etag_of(response) != before


@pytest.mark.parametrize("path", PATHS[:3])
def test_an_index_published_meanwhile_is_for_the_next_request(own_index, monkeypatch, path):
    before = etag_of(own_client(own_index).get(path))
    client = own_client(own_index)  # which has kept nothing yet

    def publish_first(answer):
        def publishing(self, request):
            publish_copy(own_index)
            return answer(self, request)

        return publishing

    with monkeypatch.context() as patch:
        patch.setattr(Search, "search", publish_first(Search.search))
        patch.setattr(Answers, "answer", publish_first(Answers.answer))
        response = client.get(path)
    assert response.status_code == 200
    assert etag_of(response) == before
    after = etag_of(client.get(path, headers={"If-None-Match": before}))
    assert after != before
    assert client.get(path, headers={"If-None-Match": after}).status_code == 304


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/search?page=0", 422),
        ("/api/v1/search?township=没有乡", 422),
        ("/api/v1/search?q=%ff", 422),
        ("/api/v1/duties/没有", 404),
        ("/api/v1/nothing", 404),
        ("/api/v1/answers", 405),
    ],
)
@pytest.mark.parametrize("known", [None, "*"])
def test_errors_are_never_kept(client, path, status, known):
    response = client.get(path, headers={"If-None-Match": known} if known else {})
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_without_an_index_nothing_is_kept(tmp_path):
    response = own_client(tmp_path / "无").get(SEARCH)
    assert (response.status_code, response.headers["Cache-Control"]) == (503, "no-store")


def test_a_star_is_whatever_there_is(client):
    response = client.get("/api/v1/places", headers={"If-None-Match": "*"})
    assert (response.status_code, response.data) == (304, b"")
    assert etag_of(response)


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_has_no_validator(client, path):
    response = client.get(path, headers={"If-None-Match": "*"})
    assert response.status_code == 200
    assert "ETag" not in response.headers


def test_posts_are_not_kept(client):
    response = client.post("/api/v1/answers", json=[{"q": "狗咬人"}])
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_pages_keep_what_they_had(client):
    response = client.get("/search?q=养犬")
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert "ETag" not in response.headers
    assert "X-API-Key" not in response.headers["Vary"]
