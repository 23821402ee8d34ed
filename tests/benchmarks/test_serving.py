"""Requests a second.

1. The load asks the addresses in turn, for a time or each once, over several connections, and tells what each request
   took; an answer that is none ends it.
2. Our application gets its empty route; the log's questions are asked with and without a township, and answered.
"""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pycurl", reason="the extra bench is not installed")

from benchmarks.load import FailedRequestError, load
from benchmarks.serving import AGAIN, EMPTY_OURS, _server, compared, measure, search_addresses
from benchmarks.serving_app import EMPTY

if TYPE_CHECKING:
    from collections.abc import Iterator


class Answering(BaseHTTPRequestHandler):
    """Answers everything but /no, and keeps the connection."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(404 if self.path == "/no" else 200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answering) as one:
        one.asked = []
        threading.Thread(target=one.serve_forever, daemon=True).start()
        yield one
        one.shutdown()


def test_load(server):
    origin = f"http://127.0.0.1:{server.server_port}"
    found = load([f"{origin}/a", f"{origin}/b"], connections=3, seconds=0.3)
    assert len(found.times) == len(server.asked) > 6
    assert abs(server.asked.count("/a") - server.asked.count("/b")) <= 1
    assert len(load([f"{origin}/{one}" for one in range(7)], connections=3).times) == 7
    assert found.per_second == len(found.times) / found.seconds
    with pytest.raises(FailedRequestError, match="404 from"):
        load([f"{origin}/no"], connections=2, seconds=5)


def test_no_server():
    with pytest.raises(FailedRequestError):
        load(["http://127.0.0.1:1/"], connections=1, seconds=1)


def test_our_server(index_folder, monkeypatch):
    monkeypatch.setattr("benchmarks.serving.ROUNDS", 1)
    with _server(index_folder) as origin:
        addresses = search_addresses(origin, index_folder)
        assert sum("township=" in address for address in addresses) == len(addresses) // 2
        served = compared(measure({EMPTY_OURS: [origin + EMPTY], AGAIN: addresses}, seconds=0.2))
    assert [one.connections for one in served] == [1, 1, 4, 4, 16, 16]
    assert all(one.figures.count for one in served)
    assert [one.ratio for one in served if one.target == EMPTY_OURS] == [1, 1, 1]
