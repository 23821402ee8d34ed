"""The ways to a client: standard input and output, or HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import uvicorn
from mcp.server.transport_security import TransportSecuritySettings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mcp.server.mcpserver import MCPServer

HTTP_PATH = "/mcp"
MAX_BODY = 256 * 1024
"""Bytes of a request; a question of 500 characters takes 6,000 at most."""
GRACEFUL_SECONDS = 10
"""Time that requests get to end when the server is stopped."""

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_ANY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104  # recognised, not bound


def run_stdio(server: MCPServer[Any]) -> None:
    """Serve one client on standard input and output until it closes them."""
    server.run("stdio")


def run_http(server: MCPServer[Any], host: str, port: int, names: Iterable[str] = ()) -> None:
    """Serve any number of clients by streamable HTTP at /mcp until told to stop.

    `names` are those by which clients reach the host, beside its own and the loopback's.
    """
    app = server.streamable_http_app(
        streamable_http_path=HTTP_PATH,
        # Every answer is whole at once and depends on no earlier one: no streams, no sessions to lose.
        json_response=True,
        stateless_http=True,
        max_request_body_size=MAX_BODY,
        transport_security=security(host, names),
    )
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        ws="none",
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACEFUL_SECONDS,
    )
    uvicorn.Server(config).run()


def security(host: str, names: Iterable[str] = ()) -> TransportSecuritySettings:
    """Return which hosts and origins requests may name: a web page must not reach the server by rebinding."""
    bound = () if host in _ANY_ADDRESS else (_bracketed(host),)
    allowed = dict.fromkeys((*_LOOPBACK, *bound, *map(_bracketed, names)))
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[f"{name}{port}" for name in allowed for port in ("", ":*")],
        allowed_origins=[
            f"{scheme}://{name}{port}"
            for name in allowed
            for scheme in ("http", "https")
            for port in ("", ":*")
        ],
    )


def _bracketed(host: str) -> str:
    """Return a host as a URL has it: an IPv6 address in brackets."""
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
