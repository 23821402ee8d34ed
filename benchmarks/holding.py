"""``python -m benchmarks.holding``: the rate that the server holds, twice that, and an hour of requests.

1. The highest rate at which 99 of 100 requests have their answer within 100 ms and none fails: of the empty
   route, and of a mixed log of searches, answers and pages, one in fifty of which nobody asked before.
2. Twice the rate that was held: how many are answered, how many refused, how quickly; and the same rate as
   before right after it.
3. An hour of a busy hotline, ten requests a second, as fast as the rate held: the workers' own memory on the
   way.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import click

from benchmarks.arrivals import Arrivals, arrive, endless, rate_held
from benchmarks.documentation import renew_part
from benchmarks.load import load
from benchmarks.query_log import read_log
from benchmarks.serving import running_server, search_addresses
from benchmarks.serving_app import EMPTY
from benchmarks.tables import markdown_of, new_console, new_table
from indexer.paths import index_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table

WITHIN = 100.0
"""Milliseconds in which 99 of 100 answers come."""

FIRST_RATE = 40.0
HOURLY = 36_000
"""Requests of an hour, ten a second."""

_PASSES = 3
_QUARTERS = 4


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    what: str
    arrivals: Arrivals
    ratio: float


@click.command()
@click.option("--index", type=click.Path(path_type=Path), help="Index folder.  [default: the published one]")
@click.option("--seconds", type=click.FloatRange(1), default=8.0, show_default=True, help="Of each rate.")
@click.option(
    "--soak", type=click.IntRange(0), default=HOURLY, show_default=True, help="Requests of the soak."
)
@click.option(
    "--output",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder whose performance.md is renewed.",
)
def main(index: Path | None, seconds: float, soak: int, output: Path | None) -> None:
    """Measure the rate of requests that the server holds, and what becomes of more."""
    index = index or index_folder()
    with running_server(index) as (origin, process):
        mixed = mixed_addresses(origin, index)
        load(mixed * _PASSES, 8)
        empty, _ = rate_held(lambda: endless([origin + EMPTY]), WITHIN, seconds, FIRST_RATE * 10)
        held, _ = rate_held(lambda: asked(origin, mixed), WITHIN, seconds, FIRST_RATE)
        twice = arrive(asked(origin, mixed), 2 * held.rate, 2 * seconds)
        after = arrive(asked(origin, mixed), held.rate, seconds)
        rows = [
            Row("empty route, held", empty, 1.0),
            *(
                Row(what, one, one.rate / empty.rate)
                for what, one in (
                    ("mixed log, held", held),
                    ("twice that", twice),
                    ("the same as before", after),
                )
            ),
        ]
        memory = _soaked(origin, mixed, soak, held.rate, process) if soak else []
    tables = [_table(rows), _memory_table(memory, soak)]
    for table in tables:
        new_console().print(table)
    if output is not None:
        renew_part(output / "performance.md", "holding", "\n\n".join(markdown_of(table) for table in tables))


def mixed_addresses(origin: str, index: Path) -> list[str]:
    """Return what a day brings: of four requests two searches, one answer, one page."""
    addresses = []
    for number, address in enumerate(search_addresses(origin, index)):
        path = ("/api/v1/search", "/search", "/api/v1/search", "/api/v1/answer")[number % 4]
        addresses.append(address.replace("/api/v1/search", path))
    return addresses


def asked(origin: str, addresses: list[str]) -> Iterator[str]:
    """Yield the addresses without end, one in fifty a question that nobody asked before."""
    words = [one.text for one in read_log() if one.kind == "colloquial"]
    run = time.perf_counter_ns()

    def fresh(number: int) -> str:
        text = f"{words[number % len(words)]} {run}{number}"
        return f"{origin}/api/v1/search?{urlencode({'q': text})}"

    return endless(addresses, fresh)


def _soaked(
    origin: str, addresses: list[str], requests: int, rate: float, process: int
) -> list[tuple[int, float, int]]:
    """Return, by quarters: requests so far, MB that the workers hold alone, requests that failed."""
    found = [(0, _own_megabytes(process), 0)]
    for quarter in range(1, _QUARTERS + 1):
        came = arrive(asked(origin, addresses), 0.8 * rate, requests / _QUARTERS / (0.8 * rate), seed=quarter)
        failed = came.total - came.statuses[200]
        found.append((found[-1][0] + came.total, _own_megabytes(process), found[-1][2] + failed))
    return found


def _own_megabytes(process: int) -> float:
    """Return the megabytes that no other process shares with the children of `process`, all together."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    kilobytes = 0
    for child in children:
        lines = Path(f"/proc/{child}/smaps_rollup").read_text(encoding="ascii").splitlines()
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
    return kilobytes / 1024


def _table(rows: list[Row]) -> Table:
    table = new_table(
        None, "target", "× empty", "asked", "answered", "503", "failed", "median ms", "p99", "503: p99 ms",
    )  # fmt: skip
    for row in rows:
        came = row.arrivals
        answered, refused = came.statuses[200], came.statuses[503]
        table.add_row(
            row.what,
            f"{row.ratio:.2f}",
            f"{came.total:,}",
            f"{answered:,}",
            f"{refused:,}",
            f"{came.total - answered - refused:,}",
            f"{came.percentile(50):.1f}",
            f"{came.percentile(99):.1f}",
            f"{Arrivals(0, answered=came.refused).percentile(99):.0f}" if refused else "",
        )
    return table


def _memory_table(memory: list[tuple[int, float, int]], requests: int) -> Table:
    table = new_table(None, "requests so far", "own memory of all workers MB", "failed")
    for so_far, megabytes, failed in memory if requests else ():
        table.add_row(f"{so_far:,}", f"{megabytes:,.0f}", f"{failed:,}")
    return table


if __name__ == "__main__":
    main()
