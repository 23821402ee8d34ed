"""`duty-index opensearch …` without a cluster; with one: tests/opensearch.

1. Without the extra every command says what to install; all other commands work.
2. Without an address, or with a bad one: exit code 2, and what to set; no password is ever shown.
3. A cluster that doesn't answer is one line.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from indexer.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

URL = "DUTY_SEARCH_OPENSEARCH_URL"
COMMANDS = (["publish"], ["list"], ["rollback"], ["verify"], ["prune"], ["update", "changji-miaoergou"])
WITHOUT = "import sys; sys.modules['opensearchpy'] = None; from indexer.cli import main; main()"


def run(*arguments: object, code: int = 1, **environment: str) -> Result:
    where = {URL: "", "DUTY_SEARCH_OPENSEARCH_PREFIX": "", "DUTY_SEARCH_OPENSEARCH_CA": "", **environment}
    result = CliRunner(env=where).invoke(main, ["opensearch", *(str(one) for one in arguments)])
    assert result.exit_code == code, result.output
    assert isinstance(result.exception, SystemExit)
    return result


def run_without_the_extra(*arguments: str, index: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, URL: "http://127.0.0.1:9", "DUTY_SEARCH_INDEX": str(index)}
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_the_extra(command: list[str], index_folder: Path) -> None:
    ended = run_without_the_extra("opensearch", *command, index=index_folder)
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: the extra opensearch isn't installed (")
    assert ended.stderr.endswith("run: pip install 'duty-search[opensearch]'\n")


def test_other_commands_without_the_extra(index_folder: Path) -> None:
    for command in (["list"], ["verify"], ["opensearch", "--help"], ["opensearch", "publish", "--help"]):
        assert run_without_the_extra(*command, index=index_folder).returncode == 0


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_an_address(command: list[str], index_folder: Path) -> None:
    ended = run(*command, code=2, DUTY_SEARCH_INDEX=str(index_folder))
    assert f"no cluster is named: pass --url, or set {URL}" in ended.stderr


def test_a_bad_address() -> None:
    for ended in (
        run("list", "--url", "name:geheim@node", code=2),
        run("list", code=2, **{URL: "ftp://geheim@node"}),
    ):
        assert f"{URL}: its value is not allowed; allowed: http://HOST:PORT or https://" in ended.stderr
        assert "geheim" not in ended.output
    assert (
        "DUTY_SEARCH_OPENSEARCH_PREFIX: 'A' is"
        in run("list", "--url", "http://a", "--prefix", "A", code=2).stderr
    )


def test_wrong_calls() -> None:
    assert "Missing argument 'LIST_ID" in run("update", code=2).stderr
    assert "0 is not in the range 1<=x<=1024" in run("publish", "--shards", 0, code=2).stderr


def test_no_generation_to_publish(tmp_path: Path) -> None:
    ended = run("publish", "--url", "http://127.0.0.1:9", DUTY_SEARCH_INDEX=str(tmp_path))
    assert ended.stderr.endswith("no index has been published here; run: duty-index build\n")


def test_a_cluster_that_does_not_answer() -> None:
    ended = run("list", "--url", "http://name:geheim@127.0.0.1:9")
    assert "Error: http://127.0.0.1:9: can't be reached" in ended.stderr
    assert "geheim" not in ended.output
    assert "Traceback" not in ended.output
