"""The metrics and the log of the real server, with two worker processes.

1. /metrics adds up what all processes counted, whichever is asked, and what one that died counted.
2. What a process measures of itself goes with it.
3. Every line of the log is a JSON object, gunicorn's too; none has the words of a question, or an address of a client.
4. The folder of the metrics is gone when the server has ended.
5. Requests that are no HTTP, and one that breaks, leave a line without what was sent.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

QUESTION = "张三13800138000被狗咬了"
WORDS = ("张三", "13800138000", "%E5%BC%A0", "狗", "127.0.0.1", "geheim")
UNLIMITED = {"DUTY_SEARCH_RATE_LIMIT": "off", "DUTY_SEARCH_PAGE_RATE_LIMIT": "off"}


class Served:
    """A running server with what it wrote."""

    def __init__(self, index, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.temporary = folder / "tmp"
        self.temporary.mkdir()
        self.log = folder / "log"
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("DUTY_SEARCH_")},
            **UNLIMITED,
            "DUTY_SEARCH_WORKERS": "2",
            "PORT": str(self.port),
            "TMPDIR": str(self.temporary),
        }
        command = [str(Path(sys.executable).parent / "duty-search"), "serve", "--index", str(index)]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(command, env=environment, stderr=log)
        wait_until(
            lambda: self.metric("duty_search_workers") == 2 and self.metric("duty_search_index_is_current")
        )

    def ask(self, path):
        url = f"http://127.0.0.1:{self.port}{urllib.parse.quote(path, safe='/?&=')}"
        try:
            with urllib.request.urlopen(url, timeout=30) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def metric(self, name, **labels):
        try:
            text = self.ask("/metrics")[1]
        except (urllib.error.URLError, ConnectionError):
            return None
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name == name and sample.labels == labels:
                    return sample.value
        return None

    def lines(self):
        return self.log.read_text(encoding="utf-8").splitlines()

    def workers(self):
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text(encoding="ascii").split()]


def wait_until(holds, seconds=90):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)


@pytest.fixture(scope="module")
def served(index_folder, tmp_path_factory):
    server = Served(index_folder, tmp_path_factory.mktemp("served"))
    yield server
    if server.process.poll() is None:
        server.process.terminate()
        server.process.wait(timeout=30)


def test_processes_add_up(served):
    for number in range(30):
        assert served.ask(f"/api/v1/search?q={QUESTION}{number % 3}")[0] == 200
    seen = {
        served.metric("duty_search_requests_total", method="GET", route="/api/v1/search", status="2xx")
        for _ in range(10)
    }
    assert seen == {30}
    found, nothing = (served.metric("duty_search_searches_total", result=one) for one in ("found", "nothing"))
    assert found + nothing == 30
    assert served.metric("duty_search_request_seconds_count", route="/api/v1/search") == 30
    assert served.metric("duty_search_index_duties") > 1000


def test_what_is_no_request_leaves_no_trace_of_what_was_sent(served):
    for sent in (
        b"GET /search?q=geheim HTTP/9.9\r\n\r\n",
        b"geheim\r\n\r\n",
        b"GET /?q=" + b"geheim" * 2000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\ngeheim geheim: b\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", served.port), timeout=10) as client:
            client.sendall(sent)
            assert client.recv(4096).startswith(b"HTTP/1.1 4")
    assert any("InvalidHTTPVersion" in line for line in served.lines())


def test_lines_are_json_and_name_no_question(served):
    for path in (
        f"/search?q={QUESTION}",
        f"/{QUESTION}",
        f"/duties/{QUESTION}",
        f"/search?q={QUESTION}&page=x",
    ):
        served.ask(path)
    lines = [json.loads(line) for line in served.lines()]
    assert len(lines) > 30
    assert all(line["time"] and line["level"] and line["logger"] and line["message"] for line in lines)
    routes = {line.get("route") for line in lines}
    assert {"/search", "/api/v1/search", "unknown", "/duties/<string:duty_id>", "/metrics"} <= routes
    about_requests = [
        line for line in lines if line["logger"] != "search_service.cli"
    ]  # one names the own address
    text = json.dumps(about_requests, ensure_ascii=False)
    assert [word for word in WORDS if word in text] == []


def test_a_dead_process_takes_its_own_measures_with_it(served):
    before = served.metric("duty_search_requests_total", method="GET", route="/api/v1/search", status="2xx")
    gone = served.workers()[0]
    os.kill(gone, signal.SIGKILL)
    wait_until(lambda: gone not in served.workers() and len(served.workers()) == 2)
    wait_until(lambda: served.metric("duty_search_workers") == 2)
    wait_until(lambda: served.metric("duty_search_index_is_current") == 1)
    assert (
        served.metric("duty_search_requests_total", method="GET", route="/api/v1/search", status="2xx")
        == before
    )
    [folder] = served.temporary.glob("duty-search-metrics-*")
    assert not list(folder.glob(f"gauge_*_{gone}.db"))
    assert list(folder.glob(f"counter_{gone}.db"))
    [line] = [json.loads(line) for line in served.lines() if "SIGKILL" in line]
    assert line["logger"] == "gunicorn.error"


def test_the_folder_is_removed_in_the_end(served):
    assert list(served.temporary.glob("duty-search-metrics-*"))
    served.process.terminate()
    assert served.process.wait(timeout=30) == 0
    assert list(served.temporary.iterdir()) == []
    assert all(json.loads(line) for line in served.lines())
