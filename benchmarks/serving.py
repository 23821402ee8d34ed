"""``python -m benchmarks.serving``: requests a second of the interface's search, beside empty routes.

Under the same load, one after the other in rounds: an application that has an empty route and nothing else;
an empty route of our own application, with all that it does for every request; and ``/api/v1/search`` with
the questions of the log, which the server has heard before. For questions that it hears for the first time, a
new server is asked the log once.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import click

from benchmarks.documentation import renew_part
from benchmarks.figures import Figures
from benchmarks.load import Load, load
from benchmarks.query_log import read_log
from benchmarks.serving_app import EMPTY
from benchmarks.tables import markdown_of, new_console, new_table
from indexer.paths import index_folder
from search_service.core.search import WARM_UP_QUESTION, Search

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rich.table import Table

CONNECTIONS = (1, 4, 16)
ROUNDS = 3
BARE, EMPTY_OURS = "empty route of bare Flask", "empty route of ours"
AGAIN, FIRST_TIME = "search, asked before", "search, asked the first time"

_UNLIMITED = {"DUTY_SEARCH_RATE_LIMIT": "off", "DUTY_SEARCH_PAGE_RATE_LIMIT": "off"}
_SECONDS_TO_START = 60
_WARM_UP = 5.0
"""Seconds in which every worker opens the index and loads the model."""
_PASSES = 3
"""Times that the log is asked before, so that every worker has heard nearly all of it."""
_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Served:
    """What one target did under one load; `ratio` is to our own empty route under the same."""

    target: str
    connections: int
    per_second: float
    ratio: float
    figures: Figures


@click.command()
@click.option("--index", type=click.Path(path_type=Path), help="Index folder.  [default: the published one]")
@click.option("--seconds", type=click.FloatRange(1), default=5.0, show_default=True, help="Of each round.")
@click.option(
    "--output",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder whose performance-http.json and performance.md are renewed.",
)
def main(index: Path | None, seconds: float, output: Path | None) -> None:
    """Measure how many requests a second the search answers, beside a route that does nothing."""
    index = index or index_folder()
    with _server() as bare, _server(index) as ours:
        searches = search_addresses(ours, index)
        load(searches * _PASSES, max(CONNECTIONS))
        found = measure({BARE: [bare + EMPTY], EMPTY_OURS: [ours + EMPTY], AGAIN: searches}, seconds)
    for connections in CONNECTIONS:
        found[FIRST_TIME, connections] = _first_time(index, connections)
    served = compared(found)
    table = _table(served)
    new_console().print(table)
    if output is not None:
        lines = json.dumps([asdict(one) for one in served], indent=1)
        (output / "performance-http.json").write_text(f"{lines}\n", encoding="utf-8")
        renew_part(output / "performance.md", "requests", markdown_of(table))


def search_addresses(origin: str, index: Path) -> list[str]:
    """Return the addresses of the log's questions: every other one within a township, all in their order."""
    townships = [info.place.township for info in Search.open(index).lists()]
    asked = []
    for number, one in enumerate(read_log()):
        place = {"township": townships[number % len(townships)]} if number % 2 else {}
        asked.append(f"{origin}/api/v1/search?{urlencode({'q': one.text, **place})}")
    return asked


def measure(targets: Mapping[str, Sequence[str]], seconds: float) -> dict[tuple[str, int], Load]:
    """Put each load on each target, in rounds; return target and connections → what came of it."""
    found = {(target, connections): Load() for connections in CONNECTIONS for target in targets}
    for connections in CONNECTIONS:
        for _ in range(ROUNDS):
            for target, addresses in targets.items():
                found[target, connections].add(load(addresses, connections, seconds))
    return found


def compared(found: Mapping[tuple[str, int], Load]) -> list[Served]:
    """Return the figures, by connections, each beside our own empty route."""
    return [
        Served(
            target,
            connections,
            one.per_second,
            one.per_second / found[EMPTY_OURS, connections].per_second,
            Figures.of(one.times),
        )
        for (target, connections), one in sorted(found.items(), key=lambda item: item[0][1])
    ]


def _first_time(index: Path, connections: int) -> Load:
    with _server(index) as origin:
        load([f"{origin}/api/v1/search?{urlencode({'q': WARM_UP_QUESTION})}"], max(CONNECTIONS), _WARM_UP)
        return load(search_addresses(origin, index), connections)


@contextmanager
def _server(*index: Path) -> Iterator[str]:
    with running_server(*index) as (origin, _):
        yield origin


@contextmanager
def running_server(*index: Path) -> Iterator[tuple[str, int]]:
    """Run a server of `benchmarks.serving_app`; yield its origin once it answers, and its process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.serving_app", f"{port}", *map(str, index)]
    process = subprocess.Popen(command, cwd=_ROOT, env={**os.environ, **_UNLIMITED})
    origin = f"http://127.0.0.1:{port}"
    try:
        _wait_for(origin + EMPTY, process)
        yield origin, process.pid
    finally:
        process.terminate()
        process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    ends = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < ends and process.poll() is None:
        try:
            with urlopen(address):
                return
        except URLError:
            time.sleep(0.1)
    raise click.ClickException(f"no server at {address}")


def _table(served: Sequence[Served]) -> Table:
    table = new_table(None, "connections", "target", "requests a second", "× empty route", "median ms", "p99")
    for one in served:
        table.add_row(
            f"{one.connections}",
            one.target,
            f"{one.per_second:,.0f}",
            f"{one.ratio:.2f}",
            f"{one.figures.median:.2f}",
            f"{one.figures.p99:.2f}",
        )
    return table


if __name__ == "__main__":
    main()
