"""A name for each request.

1. Every response has one: pages, files, interface, errors, also unexpected ones.
2. The caller's own is kept where it is sane; anything else, and no id, makes a fresh one each time. One that names
   somebody by the number of a phone or an identity card, or by a mail, stands in no line of the log either.
3. The lines of the log that a request causes name it; others name none.
"""

import logging
import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from search_service.app import create_app
from search_service.core.search import Search
from search_service.http.log_lines import RequestIdFilter, TextFormatter

HEADER = "X-Request-ID"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/search?q=养犬",
        "/nothing",
        "/static/style.css",
        "/healthz",
        "/api/v1/places",
        "/api/v1/search?page=0",
    ],
)
def test_every_response_has_an_id(client, path):
    found = {client.get(path, buffered=True).headers[HEADER] for _ in range(3)}
    assert len(found) == 3
    assert all(len(one) == 32 for one in found)


@pytest.mark.parametrize(
    "given",
    ["1", "4bf92f3577b34da6a3ce929d0e0e4736", "Root=1-67891233-abcdef012345678912345678", "a/b+c=@:._-"],
)
def test_a_sane_id_is_kept(client, given):
    assert client.get("/api/v1/places", headers={HEADER: given}).headers[HEADER] == given


@pytest.mark.parametrize(
    "given", ["", " ", "a b", "甲".encode().decode("latin-1"), "x" * 129, "<script>", "a;b", '"a"', "a\tb"]
)
def test_any_other_is_replaced(client, given):
    found = client.get("/api/v1/places", headers={HEADER: given}).headers[HEADER]
    assert found != given
    assert len(found) == 32


@pytest.mark.parametrize(
    "given",
    [
        "13800138000",
        "138-0013-8000",
        "tel:+86-13800138000",
        "zhangsan13800138000",
        "65010219900101123X",
        "650102199001011234",
        "case/65010219900101123X/1",
        "0994-2345678",
        "wang@example.com",
        "4bf92f3577b34da6a3ce929d0e0e4736-13800138000",
    ],
)
def test_one_that_names_somebody_is_replaced_and_not_logged(client, caplog, given):
    caplog.set_level(logging.INFO)
    found = client.get("/api/v1/places", headers={HEADER: given}).headers[HEADER]
    assert given not in found
    assert len(found) == 32
    assert any(getattr(record, "request_id", None) == found for record in caplog.records)
    assert not any(given in str(vars(record)) for record in caplog.records)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(made=st.uuids() | st.binary(min_size=8, max_size=64))
def test_what_chance_has_made_is_kept(client, made):
    # Eight bytes without a letter are one in two thousand, and then as good as a number.
    own = made.hex() if isinstance(made, bytes) else str(made)
    assume(re.search("[a-f]", own))
    assert client.get("/api/v1/places", headers={HEADER: own}).headers[HEADER] == own


@pytest.fixture
def lines():
    written = []

    class Handler(logging.Handler):
        def emit(self, record):
            written.append(self.format(record))

    handler = Handler()
    handler.setFormatter(TextFormatter())
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def test_an_unexpected_error_is_logged_with_its_id(search, lines, monkeypatch):
    monkeypatch.setattr(Search, "search", lambda *given: 1 / 0)
    response = (
        create_app(search)
        .test_client()
        .get("/api/v1/search?q=养犬", headers={HEADER: "工单1".encode().decode("latin-1")})
    )
    assert response.status_code == 500
    [line] = [line for line in lines if "Exception on" in line]
    assert f"[request {response.headers[HEADER]}]" in line.splitlines()[0]


def test_a_missing_index_is_logged_with_its_id(tmp_path, lines):
    client = create_app(Search.open(tmp_path)).test_client()
    assert client.get("/readyz", headers={HEADER: "wo-ist-er"}).status_code == 503
    assert any(line.endswith("[request wo-ist-er]") for line in lines)


def test_lines_outside_of_requests_name_none(lines):
    logging.getLogger("启动").warning("开始")
    assert lines[-1].endswith("WARNING 启动: 开始")
