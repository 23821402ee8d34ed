"""Answers kept as they were sent.

1. Asked again, an answer is the same, byte by byte, without a search; HEAD has its headers.
2. Another question, another key's filters, another day's best bets and another index are other answers.
3. What is wrong is not kept; neither is an export, which is streamed.
4. Kept bytes are bounded: the answers used least go first, and a huge one doesn't push out the others.
"""

import pytest

from search_service.core.search import Search
from search_service.http.response_cache import ResponseCache

QUESTION = "/api/v1/search?q=养犬"


@pytest.fixture
def fresh(client_with):
    """Return a client of an application that has answered nothing yet."""
    return client_with()


@pytest.fixture
def searches(monkeypatch):
    """Count the searches that are made."""
    made = []
    search = Search.search

    def counted(self, request):
        made.append(request.text)
        return search(self, request)

    monkeypatch.setattr(Search, "search", counted)
    return made


def test_the_same_bytes_without_a_search(fresh, searches):
    first, again = fresh.get(QUESTION), fresh.get(QUESTION)
    assert again.data == first.data
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.mimetype == first.mimetype == "application/json"
    assert searches == ["养犬"]
    head = fresh.head(QUESTION)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(first.data))
    assert searches == ["养犬"]


def test_other_questions_are_other_answers(fresh, searches):
    fresh.get(QUESTION)
    for other in ("/api/v1/search?q=高龄津贴", f"{QUESTION}&page=2", f"{QUESTION}&township=三台镇"):
        fresh.get(other)
    assert len(searches) == 4


def test_each_key_has_its_own(client_with, key_file, new_key, searches):
    client = client_with(api_keys=key_file)
    held = new_key(township=("庙尔沟乡",))
    everywhere = client.get(QUESTION).json
    here = client.get(QUESTION, headers={"X-API-Key": held}).json
    assert {one["township"] for one in here["results"]} == {"庙尔沟乡"}
    assert client.get(QUESTION).json == everywhere
    assert client.get(QUESTION, headers={"X-API-Key": held}).json == here
    assert len(searches) == 2


def test_what_is_wrong_is_not_kept(fresh, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(Search, "search", lambda *given: 1 / 0)
        assert fresh.get(QUESTION).status_code == 500
    assert fresh.get(QUESTION).status_code == 200
    assert fresh.get("/api/v1/search?page=0").status_code == 422
    assert fresh.get("/api/v1/duties/没有").status_code == 404


def test_an_export_is_made_anew(client):
    first, again = (client.get("/api/v1/export.jsonl?township=三台镇") for _ in range(2))
    assert first.data == again.data
    assert first.mimetype == again.mimetype != "application/json"


def test_kept_bytes_are_bounded():
    kept = ResponseCache(80)
    for number in range(20):
        kept.keep(f"{number}", b"x" * 10)
        kept.get("0")
    kept.keep("huge", b"x" * 11)
    assert kept.get("huge") is None
    assert [number for number in range(20) if kept.get(f"{number}")] == [0, *range(13, 20)]
