"""Which requests are kept as questions that nobody could answer.

1. Off, nothing is kept and there is no place to send feedback to.
2. Searches, answers, many answers at once and the search page are kept where they are of no use: each request once, the
   page's search and answer together as one. What is answered surely is not.
3. A question asked again counts again: also where it came from the cache, and where it was a 304.
4. What nobody asked doesn't count: suggestions, pages turned, HEAD, what a browser fetches ahead, what is refused,
   and the page that comes back after feedback.
5. Nothing of who asks is kept, and what is kept of the question is masked.
6. An answer is given all the same where the file can't be written.
7. It is kept after the response was sent, not before.
"""

import json
import logging

import pytest

from search_service.masking import PHONE

OUTSIDE = "护照到期了在哪换"
NOTHING = "犇麤"
SURE = "狗咬人了找谁"
SEARCH, ANSWER, ANSWERS = "/api/v1/search", "/api/v1/answer", "/api/v1/answers"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "report.jsonl"


@pytest.fixture
def client(client_with, path):
    return client_with(report=path)


@pytest.fixture
def kept(path):
    """Return a function that gives (kind, question) of what was kept, and forgets it."""

    def kept():
        if not path.exists():
            return []
        found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        path.unlink()
        return [(one["kind"], one["question"]) for one in found]

    return kept


def ask(client, path, **parameters):
    response = client.get(path, query_string=parameters, buffered=True)
    assert response.status_code == 200
    return response


def test_off_nothing_is_kept(client_with, tmp_path):
    client = client_with()
    ask(client, ANSWER, q=OUTSIDE)
    assert "答得不对" not in ask(client, "/search", q=SURE).text
    response = client.post("/api/v1/feedback", json={"q": SURE, "duty_id": "x", "verdict": "wrong"})
    assert response.status_code == 404
    assert "DUTY_SEARCH_REPORT" in response.get_json()["message"]
    assert client.post("/feedback", data={"q": SURE, "duty_id": "x"}).status_code == 404
    assert list(tmp_path.iterdir()) == []


def test_what_is_of_no_use_is_kept(client, kept):
    ask(client, SEARCH, q=NOTHING)
    assert kept() == [("zero_results", NOTHING)]
    ask(client, ANSWER, q=OUTSIDE)
    assert kept() == [("not_found", OUTSIDE)]
    ask(client, "/search", q=OUTSIDE)
    assert kept() == [("not_found", OUTSIDE)]
    ask(client, "/search", q=NOTHING)
    assert kept() == [("zero_results", NOTHING)]
    questions = [{"q": OUTSIDE}, {"q": SURE, "township": "庙尔沟乡"}, {"q": NOTHING}]
    assert client.post(ANSWERS, json=questions, buffered=True).status_code == 200
    assert kept() == [("not_found", OUTSIDE), ("not_found", NOTHING)]


def test_what_is_answered_surely_is_not(client, kept):
    for path in (SEARCH, ANSWER, "/search"):
        ask(client, path, q=SURE, township="庙尔沟乡")
    ask(client, SEARCH)
    ask(client, "/search")
    assert kept() == []


def test_what_is_asked_again_counts_again(client, kept):
    first = ask(client, ANSWER, q=OUTSIDE)
    assert ask(client, ANSWER, q=OUTSIDE).data == first.data
    again = {"If-None-Match": first.headers["ETag"]}
    response = client.get(ANSWER, query_string={"q": OUTSIDE}, headers=again, buffered=True)
    assert response.status_code == 304
    assert kept() == [("not_found", OUTSIDE)] * 3
    ask(client, ANSWER, q=SURE, township="庙尔沟乡")
    assert kept() == []


def test_what_nobody_asked_does_not_count(client, kept):
    ask(client, "/api/v1/suggestions", q=NOTHING)
    ask(client, "/suggest", q=NOTHING)
    ask(client, SEARCH, q=NOTHING, page=2)
    ask(client, "/search", q=NOTHING, page=2)
    ask(client, SEARCH, q="低保", department="公安局", category="平安法治", list_type="basic")
    ask(client, "/search", q=OUTSIDE, noted="changji-miaoergou-basic-1")
    assert client.head(ANSWER, query_string={"q": OUTSIDE}, buffered=True).status_code == 200
    ahead = {"Sec-Purpose": "prefetch;prerender"}
    client.get("/search", query_string={"q": OUTSIDE}, headers=ahead, buffered=True)
    refused = client.post(ANSWERS, json=[{"q": OUTSIDE}, {"q": OUTSIDE, "township": "没有乡"}], buffered=True)
    assert refused.status_code == 422
    assert kept() == []


def test_nothing_of_who_asks_is_kept(client, path):
    headers = {"X-Request-ID": "request-7", "User-Agent": "browser-8", "Cookie": "township=changji-miaoergou"}
    query = {"q": f"{OUTSIDE}，我叫张三，电话13800138000", "township": "庙尔沟"}
    client.get(ANSWER, query_string=query, headers=headers, buffered=True)
    [line] = path.read_text(encoding="utf-8").splitlines()
    kept = json.loads(line)
    assert set(kept) == {"day", "kind", "question", "townships", "generation"}
    assert kept["question"] == f"{OUTSIDE}，我叫张三，电话{PHONE}"
    for secret in ("127.0.0.1", "request-7", "browser-8", "138", ":0"):
        assert secret not in line


def test_an_answer_is_given_all_the_same(client_with, tmp_path, caplog):
    folder = tmp_path / "folder"
    folder.mkdir()
    client = client_with(report=folder / "report.jsonl")
    folder.rmdir()
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            assert ask(client, ANSWER, q=OUTSIDE).get_json()["status"] == "not_found"
    assert len(caplog.records) == 1
    assert "can't be kept" in caplog.text


def test_it_is_kept_after_the_response_was_sent(client, path):
    response = client.get(ANSWER, query_string={"q": OUTSIDE})
    assert response.get_json()["status"] == "not_found"
    assert not path.exists()
    response.close()
    assert path.exists()


def test_the_townships_of_a_key_are_kept_and_the_key_is_not(client_with, key_file, new_key, path):
    client = client_with(report=path, api_keys=key_file)
    token = new_key(township=("庙尔沟乡",))
    response = client.get(ANSWER, query_string={"q": OUTSIDE}, headers={"X-API-Key": token}, buffered=True)
    assert response.status_code == 200
    [line] = path.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["townships"] == ["庙尔沟乡"]
    assert token not in line
