"""A stand-in for a node of a cluster: it answers over HTTP what a test tells it to, or nothing at all.

What a real cluster answers is tested in tests/opensearch; this is for what none of its nodes does on request.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


class StandIn:
    """A server on a port of its own; `answer` is what it says to everything: a status, and JSON or a text."""

    def __init__(self, answer: tuple[int, Any] = (200, {})) -> None:
        self.answer = answer
        self.seconds = 0.0
        """How long it takes to answer."""
        self.asked: list[str] = []
        """The paths of the requests so far."""
        self.credentials: list[str | None] = []
        self._over = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @contextmanager
    def running(self) -> Iterator[StandIn]:
        thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        thread.start()
        try:
            yield self
        finally:
            self._over.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        stand_in = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                stand_in.asked.append(self.path)
                stand_in.credentials.append(self.headers.get("Authorization"))
                if stand_in._over.wait(stand_in.seconds):
                    self.close_connection = True
                    return
                status, said = stand_in.answer
                is_text = isinstance(said, str)
                body = (said if is_text else json.dumps(said)).encode()
                self.send_response(status)
                self.send_header(
                    "Content-Type", "text/html" if is_text else "application/json; charset=UTF-8"
                )
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any  # noqa: N815  # the base's names

            def log_message(self, format: str, *args: Any) -> None:  # the base's signature
                """Say nothing."""

        return Handler
