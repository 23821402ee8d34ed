"""Commands on a cluster that isn't there, or isn't one; what a real cluster does is tested in tests/opensearch.

1. Without what the extra installs, with a bad address or none: one line says what to do, exit code 2.
2. A cluster that can't be reached, that hangs, that is other software, too old a version, or a page of HTML: one line
   says so, soon and without a password, exit code 1.
3. The option --index comes before the environment.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.indexer.opensearch.stand_in import StandIn

COMMAND = [str(Path(sys.executable).parent / "duty-search")]
WITHOUT_THE_EXTRA = [
    sys.executable,
    "-c",
    "import sys; sys.modules['opensearchpy'] = None; from search_service.cli import main; main()",
]
ASKS = ["query", "养犬"]
COMMANDS = [["serve", "--port", "1"], ASKS, ["answer", "狗咬人了找谁"], ["mcp"]]
SECONDS = 30
"""For a command to start on a busy machine, find out and end."""


def run(call, command=COMMAND, **variables):
    """Return the exit code and what was said on standard error."""
    environment = {
        **os.environ,
        "DUTY_SEARCH_ENGINE": "opensearch",
        **{f"DUTY_SEARCH_OPENSEARCH_{name}": value for name, value in variables.items()},
    }
    ended = subprocess.run(
        [*command, *call],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.stdout == ""
    return ended.returncode, ended.stderr


def nobodys_url():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def test_without_the_extra():
    assert run(ASKS, WITHOUT_THE_EXTRA, URL="http://127.0.0.1:9200") == (
        2,
        "Error: DUTY_SEARCH_ENGINE=opensearch needs opensearchpy; run: pip install 'duty-search[opensearch]'\n",
    )


def test_without_an_address():
    assert run(ASKS) == (
        2,
        "Error: DUTY_SEARCH_OPENSEARCH_URL: is needed with DUTY_SEARCH_ENGINE=opensearch\n",
    )


@pytest.mark.parametrize("call", COMMANDS, ids=" ".join)
def test_nobody_there(call):
    where = nobodys_url()
    assert run(call, URL=f"http://sucher:geheim@{where}") == (
        1,
        f"Error: http://{where}: can't be reached (Connection refused)\n",
    )


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            {"version": {"number": "2.19.1", "distribution": "opensearch"}},
            "runs opensearch 2.19.1; needed is",
        ),
        (
            {"version": {"number": "8.15.0"}, "tagline": "You Know, for Search"},
            "runs another software 8.15.0; needed",
        ),
        ({"你好": "世界"}, "answers, but not as OpenSearch does"),
        ([], "answers, but not as OpenSearch does"),
        ("<html>你好</html>", "no answer as OpenSearch gives it"),
    ],
    ids=["too old", "another", "JSON", "a list", "HTML"],
)
def test_something_else_there(answer, told):
    with StandIn((200, answer)).running() as node:
        code, said = run(COMMANDS[0], URL=node.url.replace("//", "//sucher:geheim@"))
    assert said.startswith(f"Error: {node.url}: {told}")
    assert len(said.splitlines()) == 1
    assert code == 1


def test_who_may_not_look():
    with StandIn((401, "Unauthorized")).running() as node:
        code, said = run(COMMANDS[0], URL=node.url.replace("//", "//sucher:geheim@"))
    assert (code, said) == (1, f"Error: {node.url}: 401 Unauthorized\n")


def test_something_that_hangs():
    with StandIn().running() as node:
        node.seconds = 60
        started = time.monotonic()
        code, said = run(COMMANDS[0], URL=node.url)
        took = time.monotonic() - started
    assert (code, said) == (1, f"Error: {node.url}: no answer in time\n")
    assert took < 20


def test_an_index_named_comes_first(index_folder):
    ended = subprocess.run(
        [*COMMAND, *ASKS, "--index", index_folder],
        env={
            **os.environ,
            "DUTY_SEARCH_ENGINE": "opensearch",
            "DUTY_SEARCH_OPENSEARCH_URL": "http://127.0.0.1:1",
        },
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert "养犬" in ended.stdout
