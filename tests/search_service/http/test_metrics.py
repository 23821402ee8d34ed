"""What `/metrics` says of requests, searches, answers, caches and the index.

1. Requests are counted by route, method and class of status, their times by route; what nobody knows has one name.
2. Searches count by whether anything was found, answers by what became of them; also those given from memory.
3. Looks into each cache count as hits and misses.
4. Refusals count by their reason, and not among the times.
5. The index in use is told: its duties, when it was built, whether it is the one published last; also that there is none.
6. It is always answered, never kept, and holds nothing of what was asked.
7. Measuring a request costs little beside answering it.
"""

import json
import re
import statistics
import time
from datetime import datetime

import pytest
from prometheus_client.parser import text_string_to_metric_families

from indexer.index.publishing import current_generation
from search_service.app import create_app
from search_service.core.search import Search
from search_service.http.finished import Finished
from search_service.http.metrics import SECONDS, Metrics
from search_service.http.overload import refuse_in_this_thread
from search_service.settings import Settings
from tests.generations import publish_copy

P = "duty_search_"
NOTHING = "犇麤骉"


@pytest.fixture
def fresh(search):
    """Return a client of an application that nobody has asked yet, with its own memory of results."""
    return create_app(Search(search.index), Settings(rate_limit=None, page_rate_limit=None)).test_client()


def samples(client):
    """Return sample → value, a sample being its name and its labels' values in the order of their names."""
    text = client.get("/metrics").text
    return {
        (sample.name.removeprefix(P), *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_requests_count_by_route(fresh):
    for path in ("/duties/changji-miaoergou-cooperative-19", "/duties/qitai-kanerzi-basic-1", "/duties/没有"):
        fresh.get(path)
    fresh.post("/api/v1/answers", json=[{"id": 1, "q": "狗咬人"}])
    found = samples(fresh)
    assert found["requests_total", "GET", "/duties/<string:duty_id>", "2xx"] == 2
    assert found["requests_total", "GET", "/duties/<string:duty_id>", "4xx"] == 1
    assert found["requests_total", "POST", "/api/v1/answers", "2xx"] == 1
    assert found["request_seconds_count", "/duties/<string:duty_id>"] == 3
    assert 0 < found["request_seconds_sum", "/duties/<string:duty_id>"] < 60


def test_what_nobody_knows_has_one_name(fresh):
    before = len(samples(fresh))
    for number in range(20):
        fresh.get(f"/nothing/{number}")
        fresh.open(f"/{number}", method=f"X{number}")
    found = samples(fresh)
    assert found["requests_total", "GET", "unknown", "4xx"] == 20
    assert found["requests_total", "other", "unknown", "4xx"] == 20
    assert len(found) < before + 2 * (len(SECONDS) + 5)


def test_searches_count_by_whether_anything_was_found(fresh):
    fresh.get("/api/v1/search?q=养犬")
    fresh.get("/api/v1/search?q=养犬&page=2&per_page=1")
    fresh.get("/api/v1/search")
    fresh.get(f"/api/v1/search?q={NOTHING}")
    fresh.get(f"/search?q={NOTHING}")
    found = samples(fresh)
    assert found["searches_total", "found"] == 1
    assert found["searches_total", "nothing"] == 2


def test_answers_count_by_what_became_of_them(fresh):
    fresh.get("/api/v1/answer?q=养犬扰民&township=庙尔沟乡")
    questions = [{"id": 1, "q": NOTHING}, {"id": 2, "q": "养犬扰民", "township": "庙尔沟乡"}]
    told = [one["status"] for one in fresh.post("/api/v1/answers", json=questions).json["answers"]]
    assert told == ["not_found", "answered"]
    found = samples(fresh)
    assert found["answers_total", "answered"] == 2
    assert found["answers_total", "not_found"] == 1
    assert found["answers_total", "ambiguous"] == 0


def test_what_is_answered_from_memory_counts_as_well(fresh):
    for _ in range(3):
        fresh.get(f"/api/v1/search?q={NOTHING}")
    found = samples(fresh)
    assert found["searches_total", "nothing"] == 3
    assert found["cache_lookups_total", "responses", "hit"] == 2
    assert found["cache_lookups_total", "responses", "miss"] == 1
    assert found["cache_lookups_total", "searches", "miss"] == 1


def test_looks_into_the_caches_of_results_count(fresh):
    for _ in range(3):
        fresh.get("/search?q=养犬")
    found = samples(fresh)
    assert found["cache_lookups_total", "searches", "hit"] == 2
    assert found["cache_lookups_total", "answers", "hit"] == 2
    assert found["cache_lookups_total", "answers", "miss"] == 1


def test_what_a_limit_refuses_is_told(search):
    client = create_app(search, Settings(rate_limit="1 per hour")).test_client()
    codes = [client.get("/api/v1/places").status_code for _ in range(3)]
    assert codes == [200, 429, 429]
    found = samples(client)
    assert found["refused_total", "rate_limit"] == 2
    assert found["refused_total", "overload"] == 0
    assert found["request_seconds_count", "/api/v1/places"] == 1


def test_what_overload_refuses_is_told(fresh, in_a_thread):
    def ask():
        refuse_in_this_thread()
        return fresh.get("/api/v1/places").status_code, fresh.get("/metrics").status_code

    assert in_a_thread(ask) == (503, 200)
    assert samples(fresh)["refused_total", "overload"] == 1


@pytest.fixture
def in_a_thread():
    """Return a function that calls another one in a thread of its own."""
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

    def call(function):
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(function).result()

    return call


def test_the_index_in_use_is_told(client, index_folder):
    manifest = json.loads((current_generation(index_folder) / "manifest.json").read_text(encoding="utf-8"))
    found = samples(client)
    assert found["index_duties",] == manifest["duties"]
    assert found["index_built_timestamp_seconds",] == datetime.fromisoformat(manifest["built_at"]).timestamp()
    assert found["index_is_current",] == 1
    assert found["workers",] == 1
    assert found["resident_memory_bytes",] > 20 * 2**20


def test_a_published_generation_that_is_not_used_is_told(own_index):
    client = create_app(Search.open(own_index)).test_client()
    assert samples(client)["index_is_current",] == 1
    publish_copy(own_index, damage=lambda folder: (folder / "vocabulary.json").write_text("{"))
    found = samples(client)
    assert found["index_is_current",] == 0
    assert found["index_duties",] > 1000


def test_that_there_is_no_index_is_told(tmp_path):
    client = create_app(Search.open(tmp_path)).test_client()
    assert client.get("/readyz").status_code == 503
    found = samples(client)
    assert (
        found["index_duties",] == found["index_is_current",] == found["index_built_timestamp_seconds",] == 0
    )
    assert found["requests_total", "GET", "/readyz", "5xx"] == 1


def test_it_is_always_answered_and_never_kept(search, key_file, new_key):
    new_key()
    client = create_app(
        search, Settings(rate_limit="1 per hour", page_rate_limit="1 per hour", api_keys=key_file)
    ).test_client()
    for headers in (
        {},
        {"Host": "a_b"},
        {"X-API-Key": "falsch"},
        {"Accept": "application/openmetrics-text; version=x"},
    ):
        response = client.get("/metrics", headers=headers)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "no-store"
        assert response.mimetype == "text/plain"
    assert client.head("/metrics").data == b""


def test_it_holds_nothing_of_what_was_asked(fresh):
    fresh.get("/search?q=张三13800138000", headers={"X-Request-ID": "meine-kennung"})
    fresh.get("/张三13800138000")
    fresh.get("/departments/张三13800138000")
    text = fresh.get("/metrics").text
    assert re.findall("张三|13800138000|%E5|meine-kennung", text) == []


def test_every_metric_says_what_it_is(client):
    for family in text_string_to_metric_families(client.get("/metrics").text):
        assert family.name.startswith(P)
        assert family.documentation.endswith(".")


def test_measuring_costs_little(fresh, search):
    """A request from memory, the quickest there is, takes several times as long as counting it."""
    fresh.get("/api/v1/search?q=养犬")
    answering = _median(lambda: fresh.get("/api/v1/search?q=养犬"))
    metrics = Metrics()
    finished = Finished("1", "GET", "/api/v1/search", 200, 0.01, 10_000, "x", None, (), None)
    assert _median(lambda: metrics.count(finished)) < answering / 5


def _median(call):
    taken = []
    for _ in range(200):
        started = time.perf_counter()
        call()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)
