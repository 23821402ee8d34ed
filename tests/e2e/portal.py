"""A portal that takes the search in: pages of another origin, with a policy of their own."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_PAGE = """<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>某市人民政府</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head>
<body><main><h1>乡镇履职事项查询</h1>{body}</main></body></html>"""


@dataclass(frozen=True)
class Sent:
    """What one path of the portal gives."""

    content: bytes
    content_type: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Portal:
    """A site beside the service; `endpoint` is the service it takes the search from."""

    url: str
    endpoint: str
    paths: dict[str, Sent] = field(default_factory=dict)

    @property
    def policy(self) -> str:
        """Return the policy of a portal that lets in what docs/embedding.md says, and nothing else."""
        return (
            f"default-src 'none'; script-src {self.endpoint}; connect-src {self.endpoint}; style-src 'self'; "
            f"frame-src {self.endpoint}; img-src 'self'"
        )

    @property
    def script(self) -> str:
        """Return the line that loads the element."""
        return f'<script src="{self.endpoint}/embed/v1.js" defer></script>'

    def page(self, body: str, head: str | None = None, css: str = "", policy: str | None = None) -> str:
        """Put a page up that holds `body` and loads the element, and return its address."""
        headers = {"Content-Security-Policy": policy or self.policy}
        html = _PAGE.format(head=(self.script if head is None else head) + self._style(css), body=body)
        return self.put("/page", html.encode(), "text/html; charset=utf-8", **headers)

    def put(self, path: str, content: bytes, content_type: str, **headers: str) -> str:
        """Put anything up and return its address."""
        self.paths[path] = Sent(content, content_type, headers)
        return self.url + path

    def _style(self, css: str) -> str:
        self.put("/portal.css", css.encode(), "text/css; charset=utf-8")
        return '<link rel="stylesheet" href="/portal.css">' if css else ""


@contextmanager
def portal_for(endpoint: str) -> Iterator[Portal]:
    """Serve a portal on a port of its own for as long as the context lasts."""
    portal = Portal("", endpoint)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            sent = portal.paths.get(self.path.partition("?")[0])
            self.send_response(200 if sent else 204)  # nobody misses an icon
            if sent:
                self.send_header("Content-Type", sent.content_type)
                for name, value in {"Content-Security-Policy": portal.policy, **sent.headers}.items():
                    self.send_header(name, value)
            self.end_headers()
            if sent:
                self.wfile.write(sent.content)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    portal.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
