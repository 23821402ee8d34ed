"""Clients of the MCP server: in the same process, and of real processes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from mcp import Client

from search_service.mcp_server.server import create_server
from tests.search_service.mcp_server.event_loop import run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mcp.server.mcpserver import MCPServer
    from mcp_types import CallToolResult

    from search_service import Search

PATIENCE = 60
"""Seconds that a process may take to start, or a client to get an answer, on a busy machine."""


def command() -> str:
    """Return the path of the installed command."""
    return str(Path(sys.executable).parent / "duty-search")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ask(target: Any, *calls: tuple[str, dict[str, Any]], mode: str = "auto") -> list[CallToolResult]:
    """Return the results of tool calls, made one after the other by the SDK's client."""

    async def session() -> list[CallToolResult]:
        async with Client(target, mode=mode, read_timeout_seconds=PATIENCE) as client:
            return [await client.call_tool(name, arguments) for name, arguments in calls]

    return run(session())


def text_of(result: CallToolResult) -> str:
    """Return the text of a result that has nothing else."""
    (content,) = result.content
    return content.text


@pytest.fixture(scope="session")
def mcp_server(search: Search) -> MCPServer[Any]:
    """Return the MCP server over the shared index."""
    return create_server(search)


@pytest.fixture(scope="session")
def call(mcp_server: MCPServer[Any]) -> Callable[..., Any]:
    """Return a function that calls a tool in this process and returns what it answers, as data."""

    def call(name: str, **arguments: Any) -> Any:
        (result,) = ask(mcp_server, (name, arguments))
        assert not result.is_error, text_of(result)
        assert json.loads(text_of(result)) == result.structured_content
        return result.structured_content

    return call


@pytest.fixture(scope="session")
def refused(mcp_server: MCPServer[Any]) -> Callable[..., str]:
    """Return a function that calls a tool in vain and returns what the client is told."""

    def refused(name: str, **arguments: Any) -> str:
        (result,) = ask(mcp_server, (name, arguments))
        assert result.is_error
        assert result.structured_content is None
        return text_of(result)

    return refused


@dataclass(frozen=True)
class Running:
    """A running ``duty-search mcp --transport http`` and the index folder it serves."""

    port: int
    index: Path
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        """Return the address that clients are configured with."""
        return f"http://127.0.0.1:{self.port}/mcp"


@contextmanager
def running(index: Path, log: Path, *options: str) -> Iterator[Running]:
    """Run the HTTP server on a free port and stop it in the end; its standard error goes to `log`."""
    port = free_port()
    arguments = ["mcp", "--transport", "http", "--port", str(port), "--index", str(index), *options]
    with log.open("w", encoding="utf-8") as errors:
        process = subprocess.Popen(
            [command(), *arguments], stdout=subprocess.DEVNULL, stderr=errors, text=True, env={**os.environ}
        )
        try:
            _wait_for(port, process)
            yield Running(port, index, process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE)


def _wait_for(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, f"the server ended with {process.returncode}"
        with closing(socket.socket()) as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail("the server was not ready in time")


@pytest.fixture(scope="session")
def http_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file with the standard error of `http_server`."""
    return tmp_path_factory.mktemp("mcp-log") / "stderr.txt"


@pytest.fixture(scope="session")
def http_server(
    index_folder: Path, http_log: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Running]:
    """Run the HTTP server over a copy of the index: a test publishes to it."""
    index = tmp_path_factory.mktemp("mcp-served") / "index"
    shutil.copytree(index_folder, index)
    with running(index, http_log) as server:
        yield server
