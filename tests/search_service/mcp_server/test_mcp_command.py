"""The command ``duty-search mcp``.

1. Without the extra it is one line that says how to install it; every other command works.
2. Without an index the remedy is named, on standard error, with exit code 1.
3. A port in use is one clear line; options that don't fit together, or bad ones, are a wrong call.
"""

import socket
import subprocess
import sys

import pytest
from click.testing import CliRunner

from search_service.cli import main
from tests.search_service.mcp_server.conftest import PATIENCE

WITHOUT_THE_EXTRA = """
import sys
sys.modules.update(dict.fromkeys(["mcp", "mcp_types", "pydantic", "anyio", "starlette", "uvicorn"]))
from search_service.cli import main
main(sys.argv[1:])
"""


@pytest.fixture
def run(index_folder):
    """Return a function that runs the command over the shared index."""

    def run(*arguments, index=index_folder):
        return CliRunner().invoke(main, ["mcp", *arguments, "--index", str(index)])

    return run


def run_without_the_extra(*arguments):
    return subprocess.run(
        [sys.executable, "-c", WITHOUT_THE_EXTRA, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_without_the_extra_it_says_how_to_install_it(index_folder):
    ended = run_without_the_extra("mcp", "--index", str(index_folder))
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("Error: the extra mcp isn't installed (")
    assert line.endswith("pip install --constraint constraints.txt --editable '.[mcp]'")
    assert ended.stdout == ""


def test_other_commands_need_no_extra(index_folder):
    ended = run_without_the_extra("answer", "狗咬人", "--township", "庙尔沟乡", "--index", str(index_folder))
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith("昌吉市公安局")


@pytest.mark.parametrize("options", [[], ["--transport", "http"]])
def test_without_an_index_the_remedy_is_named(run, tmp_path, options):
    result = run(*options, index=tmp_path / "没有")
    assert result.exit_code == 1
    assert "duty-index build" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_a_port_in_use_is_one_clear_line(run):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("--transport", "http", "--port", str(port))
    assert result.exit_code == 1
    assert (
        result.stderr.splitlines()[-1] == f"Error: can't listen on 127.0.0.1:{port}: Address already in use"
    )
    assert result.stdout == ""


@pytest.mark.parametrize(
    "options",
    [
        ["--port", "8001"],
        ["--host", "127.0.0.1"],
        ["--allow-host", "duties.example", "--transport", "stdio"],
        ["--transport", "sse"],
        ["--transport", "http", "--port", "99999"],
    ],
)
def test_wrong_calls(run, options):
    result = run(*options)
    assert result.exit_code == 2
    assert "Traceback" not in result.stderr
