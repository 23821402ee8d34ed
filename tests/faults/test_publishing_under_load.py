"""Two hundred publishes while people ask: no request fails, none gets a mixture, and the last one is followed.

Two generations are told apart by their duties' names: one has 新 in front of every name. So has every name of a
response, or none.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from indexer.index import json_lines
from indexer.index.publishing import current_generation, publish
from tests.e2e.conftest import UNLIMITED, command, free_port, wait_until_ready
from tests.generations import publish_copy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PUBLISHES = 200
WAITED_FOR = (49, 100, 149)
"""Publishes that the server is given time to follow: of both kinds."""
PATIENCE = 40
MOST_FAULTS = 10
ASKED = ("养犬", "高龄津贴", "噪音", '"伤人治安案件"', "")


@pytest.fixture
def served(index_folder: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Run a real server on an index of its own; give its address and the index."""
    index = shutil.copytree(index_folder, tmp_path / "index")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    log = tmp_path / "log"
    with log.open("w") as file:
        process = subprocess.Popen(
            [command("duty-search"), "serve", "--index", str(index), "--port", str(port)],
            env={**os.environ, **UNLIMITED, "DUTY_SEARCH_WORKERS": "2"},
            stderr=file,
        )
        wait_until_ready(url, process)
        yield url, index
        process.terminate()
        process.wait(timeout=20)
    said = log.read_text(encoding="utf-8")
    assert "Traceback" not in said, said[-5000:]


def rename_everything(generation: Path) -> None:
    """Put 新 in front of the name of every duty."""
    records = generation / "records"
    lines = [json.loads(line) for line in (records / "duties.jsonl").read_text(encoding="utf-8").splitlines()]
    json_lines.JsonLines.write(records, "duties", [{**line, "name": f"新{line['name']}"} for line in lines])


class Asking(threading.Thread):
    """Asks without a pause and keeps what went wrong."""

    def __init__(self, url: str, over: threading.Event) -> None:
        super().__init__()
        self._url, self._over = url, over
        self.answers: Counter[str] = Counter()
        self.faults: list[str] = []
        self.daemon = True

    def run(self) -> None:
        while not self._over.is_set() and len(self.faults) < MOST_FAULTS:
            for text in ASKED:
                self._ask(f"{self._url}/api/v1/search?per_page=20&q={quote(text)}")

    def _ask(self, url: str) -> None:
        try:
            with urllib.request.urlopen(url, timeout=30) as response:
                names = [one["name"] for one in json.load(response)["results"]]
        except (OSError, ValueError) as error:
            self.faults.append(f"{url}: {error!r}")
            return
        kinds = {"新" if name.startswith("新") else "旧" for name in names}
        if len(kinds) == 1:
            self.answers[kinds.pop()] += 1
        else:
            self.faults.append(f"{url}: {names}")


def publish_often(url: str, index: Path) -> str:
    """Publish generations with 新 and without in turn; return the name of the last one."""
    for number in range(PUBLISHES - 1):
        if number % 20 == 0:
            # A build of its own: the generation before the one that was live is removed, in use or not.
            other = current_generation(index).name
            now = publish_copy(index, rename_everything)
        else:
            other, now = now, other
            publish(index, now)
        if number in WAITED_FOR:
            wait_for(url, now)
        time.sleep(0.05)
    return publish_copy(index)


def wait_for(url: str, generation: str) -> float:
    """Wait until every worker has followed, as twenty answers in a row tell; return when the first came."""
    started = first = time.monotonic()
    in_a_row = 0
    while in_a_row < 20:
        asked = time.monotonic()
        assert asked - started < PATIENCE
        with urllib.request.urlopen(f"{url}/readyz", timeout=30) as response:
            in_a_row = in_a_row + 1 if json.load(response)["generation"] == generation else 0
        first = first if in_a_row > 1 else asked
    return first - started


def test_two_hundred_publishes_under_load(
    served: tuple[str, Path], record_property: Callable[[str, object], None]
) -> None:
    url, index = served
    over = threading.Event()
    asking = [Asking(url, over) for _ in range(4)]
    for thread in asking:
        thread.start()
    try:
        followed = wait_for(url, publish_often(url, index))
    finally:
        over.set()
        for thread in asking:
            thread.join()
    answers = sum((thread.answers for thread in asking), Counter[str]())
    faults = [fault for thread in asking for fault in thread.faults]
    record_property("requests", answers.total())
    record_property("followed", round(followed, 2))
    print(f"{PUBLISHES} publishes, {answers} answers, last followed after {followed:.2f} s")
    assert not faults, faults[:3]
    assert min(answers["新"], answers["旧"]) > 10
