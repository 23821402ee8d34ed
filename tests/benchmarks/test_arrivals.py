"""Requests that arrive at moments of their own.

1. As many as the rate says are sent, at the same moments each time, and all that is answered is counted.
2. A server that answers one at a time keeps later ones waiting, and their wait counts.
3. A server that isn't there fails every request; the rate held goes down to the least.
"""

from __future__ import annotations

import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import islice
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("pycurl", reason="the extra bench isn't installed")

from benchmarks.arrivals import LEAST, arrive, endless, rate_held

if TYPE_CHECKING:
    from collections.abc import Iterator

ANSWER_SECONDS = 0.05


class Slow(BaseHTTPRequestHandler):
    """Answers one request after the other, each after a while."""

    def do_GET(self) -> None:
        time.sleep(ANSWER_SECONDS)
        self.send_response(503 if self.path == "/busy" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def origin() -> Iterator[str]:
    """Return the origin of a server that answers twenty requests a second."""
    with HTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_what_arrives_is_answered(origin: str) -> None:
    first, again = (arrive(endless([origin]), 10, 2) for _ in range(2))
    assert first.total == again.total == first.statuses[200]
    assert 10 <= first.total <= 30
    assert first.percentile(0) >= 1000 * ANSWER_SECONDS
    assert first.held(10_000)
    assert not first.held(1000 * ANSWER_SECONDS)


def test_waiting_counts(origin: str) -> None:
    found = arrive(endless([origin]), 60, 1)
    # At three times what it can do, the last one waits twice as long as all took to arrive.
    assert found.percentile(99) > 1000
    assert found.statuses[200] == found.total


def test_refusals_are_told_apart(origin: str) -> None:
    found = arrive(endless([f"{origin}/busy"]), 10, 1)
    assert found.statuses == {503: found.total}
    assert len(found.refused) == found.total
    assert not found.held(10_000)


def test_a_server_that_is_not_there() -> None:
    held, failed = rate_held(lambda: endless(["http://127.0.0.1:1"]), 100, 0.5, first=4)
    assert held.rate <= LEAST
    assert held.statuses[200] == failed.statuses[200] == 0


def test_fresh_addresses() -> None:
    found = list(islice(endless(["a", "b"], lambda number: f"fresh {number}", every=4), 8))
    assert found == ["a", "b", "a", "fresh 3", "a", "b", "a", "fresh 7"]
