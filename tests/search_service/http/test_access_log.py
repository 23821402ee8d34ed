"""The line that each request leaves in the log.

1. It has the request's id, method, route, status, time, bytes and generation; nothing of who asked, nor of what.
2. Its bytes are those of the body that was sent, also of one that is sent while it is made, and none of a HEAD.
3. Where questions are logged, they are masked, quoted and cut.
"""

import json
import logging

import pytest

from search_service.app import create_app
from search_service.http.access_log import MOST_OF_QUESTION
from search_service.settings import Settings

PRIVATE = "张三13800138000"


@pytest.fixture
def lines_of(search, caplog):
    """Return a function that asks for a path and gives the response and the record of its line."""
    caplog.set_level(logging.INFO, logger="search_service.http.access_log")

    def ask(path, method="GET", *, log_queries=False, **options):
        settings = Settings(rate_limit=None, page_rate_limit=None, log_queries=log_queries)
        caplog.clear()
        response = (
            create_app(search, settings).test_client().open(path, method=method, buffered=True, **options)
        )
        [record] = [one for one in caplog.records if one.name == "search_service.http.access_log"]
        return response, record

    return ask


def shown(record):
    return json.dumps(vars(record), ensure_ascii=False, default=str)


def test_a_line_tells_how_a_request_went(lines_of, search):
    response, record = lines_of("/api/v1/search?q=养犬")
    assert record.request_id == response.headers["X-Request-ID"]
    assert (record.method, record.route, record.status) == ("GET", "/api/v1/search", 200)
    assert record.bytes == len(response.data) > 1000
    assert 0 < record.ms < 60_000
    assert record.generation == search.manifest().generation
    assert record.getMessage() == f"GET /api/v1/search 200 {record.ms:.1f} ms {record.bytes} B"


@pytest.mark.parametrize(
    ("path", "code"),
    [
        (f"/search?q={PRIVATE}&township=没有乡", 422),
        (f"/api/v1/search?q={PRIVATE}", 200),
        (f"/api/v1/search?q={PRIVATE * 100}", 422),
        (f"/{PRIVATE}", 404),
        (f"/duties/{PRIVATE}?q={PRIVATE}", 404),
        (f"/api/v1/answer?q={PRIVATE}", 200),
        ("/search?q=%FF%FE", 422),
    ],
)
def test_a_line_tells_neither_who_asked_nor_what(lines_of, path, code):
    headers = {"Referer": f"http://localhost/search?q={PRIVATE}", "User-Agent": "张三的浏览器"}
    response, record = lines_of(path, headers=headers, environ_overrides={"REMOTE_ADDR": "203.0.113.77"})
    assert response.status_code == record.status == code
    assert [part for part in ("张三", "13800138000", "203.0.113.77", "%E5") if part in shown(record)] == []


def test_the_questions_of_a_post_are_not_told(lines_of):
    response, record = lines_of(
        "/api/v1/answers", "POST", json=[{"id": PRIVATE, "q": PRIVATE}], log_queries=True
    )
    assert response.status_code == 200
    assert "张三" not in shown(record)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/static/style.css",
        "/api/v1/export.jsonl?township=三台镇",
        "/api/v1/export.csv?township=三台镇",
        "/nothing",
    ],
)
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_bytes_are_those_that_were_sent(lines_of, path, encoding):
    response, record = lines_of(path, headers={"Accept-Encoding": encoding})
    assert record.bytes == len(response.data) > 0


def test_a_head_has_no_body(lines_of):
    assert lines_of("/api/v1/search?q=养犬", "HEAD")[1].bytes == 0
    assert lines_of("/api/v1/export.jsonl", "HEAD")[1].bytes == 0


def test_questions_are_masked_where_they_are_logged(lines_of):
    _, record = lines_of(f"/search?q=邻居{PRIVATE}的狗%0A咬人", log_queries=True)
    assert record.question == "邻居张三〔电话〕的狗\n咬人"
    assert record.getMessage().endswith(' B "邻居张三〔电话〕的狗\\n咬人"')


def test_long_questions_are_cut(lines_of):
    _, record = lines_of(f"/search?q={'狗' * 2000}", log_queries=True)
    assert record.question == "狗" * MOST_OF_QUESTION


def test_without_a_question_there_is_none(lines_of):
    _, record = lines_of("/api/v1/places", log_queries=True)
    assert not hasattr(record, "question")
