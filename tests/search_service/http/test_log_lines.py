"""The lines of the log.

1. Each is one JSON object with its time in UTC, its level and where it comes from; or one line of text.
2. The format is what the setting says, else text on a terminal and JSON anywhere else.
3. The errors of a request are told by their types and places, not by what they say: it may quote the question.
4. Errors outside of requests, and those of the operating system, are told whole.
5. An unexpected error names the route, not the path.
"""

import io
import json
import logging
import sys
from datetime import UTC, datetime

import pytest

from search_service.app import create_app
from search_service.core.search import Search
from search_service.http import log_lines
from search_service.http.log_lines import (
    JsonLineFormatter,
    RequestIdFilter,
    TextFormatter,
    discreet_traceback,
    init_logging,
)

PRIVATE = "张三13800138000"


@pytest.fixture
def written():
    """Return a function that gives what a formatter makes of all that is logged while the test runs."""
    root, added = logging.getLogger(), []

    def start(formatter):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(formatter)
        handler.addFilter(RequestIdFilter())
        root.addHandler(handler)
        added.append(handler)
        return lambda: stream.getvalue().splitlines()

    yield start
    for handler in added:
        root.removeHandler(handler)


def test_a_line_is_a_json_object(written):
    lines = written(JsonLineFormatter())
    before = datetime.now(UTC)
    logging.getLogger("启动").warning("“%s”\n好了", "养犬", extra={"ms": 1.5})
    [line] = lines()
    found = json.loads(line)
    assert found.keys() == {"time", "level", "logger", "message", "ms"}
    assert (found["level"], found["logger"], found["message"]) == ("WARNING", "启动", "“养犬”\n好了")
    assert found["ms"] == 1.5
    assert "养犬" in line
    time = datetime.fromisoformat(found["time"])
    assert time.utcoffset().total_seconds() == 0
    assert abs((time - before).total_seconds()) < 5


def test_a_line_of_text(written):
    lines = written(TextFormatter())
    logging.getLogger("启动").warning("开始")
    [line] = lines()
    assert line.endswith("+00:00 WARNING 启动: 开始")


@pytest.mark.parametrize(
    ("given", "is_terminal", "expected"),
    [
        (None, True, TextFormatter),
        (None, False, JsonLineFormatter),
        ("text", False, TextFormatter),
        ("json", True, JsonLineFormatter),
    ],
)
def test_the_format_follows_the_setting_else_the_terminal(monkeypatch, given, is_terminal, expected):
    stream, root = io.StringIO(), logging.getLogger()
    stream.isatty = lambda: is_terminal
    with monkeypatch.context() as patch:  # as at the start of a process: nothing is set up yet
        patch.setattr(root, "handlers", [])
        patch.setattr(root, "level", root.level)
        patch.setattr(sys, "stderr", stream)
        init_logging(given)
        logging.captureWarnings(capture=False)
        logging.getLogger("启动").warning("开始")
        [handler] = root.handlers
    assert isinstance(handler.formatter, expected)
    assert "开始" in stream.getvalue()


def fail(*_given, **_named):
    try:
        {}[PRIVATE]
    except KeyError as error:
        raise ValueError(f"falsch: {PRIVATE}") from error


@pytest.mark.parametrize("formatter", [TextFormatter, JsonLineFormatter])
@pytest.mark.parametrize(
    "path", [f"/api/v1/search?q={PRIVATE}", f"/search?q={PRIVATE}", f"/departments/{PRIVATE}"]
)
def test_the_errors_of_a_request_do_not_quote_it(search, written, monkeypatch, formatter, path):
    monkeypatch.setattr(Search, "search", fail)
    monkeypatch.setattr(Search, "departments", fail)
    lines = written(formatter())
    assert create_app(search).test_client().get(path).status_code == 500
    text = "\n".join(lines())
    assert "builtins.KeyError" in text
    assert "builtins.ValueError" in text
    assert "in fail" in text
    assert "Exception on /" in text
    assert [secret for secret in ("张三", "13800138000", "%E5") if secret in text] == []


def test_a_failing_error_page_does_not_quote_it_either(search, written, monkeypatch):
    monkeypatch.setattr("search_service.errors.page.render_template", fail)
    lines = written(JsonLineFormatter())
    response = create_app(search).test_client().get(f"/{PRIVATE}?q={PRIVATE}")
    assert response.status_code == 404
    [error] = [line for line in map(json.loads, lines()) if line["level"] == "ERROR"]
    assert "builtins.ValueError" in error["exception"]
    assert error["request_id"] == response.headers["X-Request-ID"]
    assert "张三" not in json.dumps(error, ensure_ascii=False)


def test_other_errors_are_told_whole(written):
    lines = written(JsonLineFormatter())
    try:
        fail()
    except ValueError:
        logging.getLogger("构建").exception("坏了")
    [line] = map(json.loads, lines())
    assert f"ValueError: falsch: {PRIVATE}" in line["exception"]


def test_the_operating_system_is_quoted():
    error = OSError(28, "No space left on device", "/var/index")
    assert "No space left on device" in discreet_traceback(error)


def test_the_end_of_a_thread_is_logged(written, caplog):
    lines = written(JsonLineFormatter())

    class Ended:
        exc_value = ValueError("falsch")
        thread = None

    log_lines._log_end_of_thread(Ended)
    [line] = map(json.loads, lines())
    assert line["level"] == "CRITICAL"
    assert "ValueError: falsch" in line["exception"]
