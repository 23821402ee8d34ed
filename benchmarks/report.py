"""The tables of a run: on the terminal, and in short for docs/performance.md."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.peers import PEERS
from benchmarks.query_log import KINDS, SERIES
from benchmarks.results import ALL_KINDS
from benchmarks.tables import markdown_of, new_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.console import Console
    from rich.table import Table

    from benchmarks.figures import Figures
    from benchmarks.results import Results

MEASURE = "tantivy"
"""The peer that the others are compared with."""

_MEGABYTE = 1_000_000
_HEADINGS = ("mean ms", "median", "p95", "p99", "× Tantivy")


def print_results(results: Results, console: Console) -> None:
    """Print everything."""
    console.print(_corpora(results))
    console.print(_builds(results))
    for corpus in results.corpora:
        console.print(_times(results, corpus.duties, (*KINDS, ALL_KINDS)))
    for skipped in results.skipped:
        name = PEERS[skipped.peer].name
        console.print(f"[yellow]{name} is left out at {skipped.duties:,} duties: {skipped.reason}[/]")


def markdown(results: Results) -> str:
    """Return the tables in Markdown, all kinds of questions together."""
    tables = [_corpora(results), _builds(results)]
    tables += [_times(results, corpus.duties, (ALL_KINDS,)) for corpus in results.corpora]
    skipped = [
        f"{PEERS[one.peer].name} is left out at {one.duties:,} duties: {one.reason}."
        for one in results.skipped
    ]
    measured = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    return "\n\n".join([*map(markdown_of, tables), *skipped, f"Measured with {measured}."])


def _corpora(results: Results) -> Table:
    table = new_table("corpora", "duties", "townships", "counties", "terms a duty", "distinct texts")
    for one in results.corpora:
        table.add_row(
            f"{one.duties:,}",
            f"{one.townships:,}",
            f"{one.counties:,}",
            f"{one.terms_per_duty:.0f}",
            f"{one.distinct_texts:.0%}",
        )
    return table


def _builds(results: Results) -> Table:
    table = new_table(
        "building, from terms already cut", "duties", "peer", "seconds", "index MB", "peak memory MB"
    )
    for built in results.builds:
        one = built.build
        table.add_row(
            f"{built.duties:,}",
            PEERS[built.peer].name,
            f"{one.seconds:.1f}",
            f"{one.size / _MEGABYTE:.1f}",
            f"{one.peak / _MEGABYTE:.0f}",
        )
    return table


def _times(results: Results, duties: int, kinds: tuple[str, ...]) -> Table:
    table = new_table(f"searching {duties:,} duties", "asked in", "kind", "peer", *_HEADINGS)
    for series in SERIES:
        for kind in kinds:
            for row in _rows(results, duties, series, kind):
                table.add_row(series, kind, *row)
        table.add_section()
    return table


def _rows(results: Results, duties: int, series: str, kind: str) -> Iterator[tuple[str, ...]]:
    measure = results.figures(duties, series, kind, MEASURE)
    for peer, one in PEERS.items():
        found = results.figures(duties, series, kind, peer)
        if found is not None:
            times = (f"{time:.2f}" for time in (found.mean, found.median, found.p95, found.p99))
            yield one.name, *times, _ratio(measure, found)


def _ratio(measure: Figures | None, found: Figures) -> str:
    """Return how many times as fast as the measure the median is; above 1 is faster."""
    return f"{measure.median / found.median:.2f}" if measure else ""
