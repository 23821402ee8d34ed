"""``python -m benchmarks``: every peer over every corpus, checked for equal work, measured side by side."""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmarks.building import build, prepared_corpus
from benchmarks.chart import draw
from benchmarks.corpus import REWORDED_BY_TOWNSHIP
from benchmarks.documentation import renew_part
from benchmarks.equality import UnequalWorkError, check_equal
from benchmarks.measuring import ask, measure
from benchmarks.peers import PEERS
from benchmarks.query_log import SERIES, asked_in, read_log
from benchmarks.report import markdown, print_results
from benchmarks.results import ALL_KINDS, Built, CorpusFacts, Results, Skipped
from benchmarks.tables import new_console
from indexer.paths import data_folder
from indexer.tuning import Tuning

if TYPE_CHECKING:
    from rich.console import Console

    from benchmarks.documents import Documents
    from benchmarks.peers.peer import Opened
    from benchmarks.query_log import Asked

SIZES = (1_002, 24_048, 263_526)
"""A few townships, a prefecture, a province."""

CHECKED = 40
"""Questions of each series that are checked for equal work; their kinds are mixed."""

SLOWEST = 500.0
"""Milliseconds a question; a peer that takes longer on average is left out of a corpus."""

_ROOT = Path(__file__).parents[1]


class _Numbers(click.ParamType[tuple[int, ...]]):
    name = "N,N…"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        try:
            return tuple(sorted(int(one) for one in str(value).split(",")))
        except ValueError:
            self.fail(f"{value!r} are no numbers separated by commas", param, ctx)


class _Run:
    """One run over all corpora, smallest first."""

    def __init__(
        self, peers: tuple[str, ...], seconds: float, reworded: float, work: Path, console: Console
    ) -> None:
        self._peers, self._seconds, self._reworded = peers, seconds, reworded
        self._work, self._console = work, console
        self._tuning = Tuning.load(data_folder() / "dictionaries")
        self.results = Results(versions=_versions(peers))

    def measure(self, duties: int) -> None:
        """Measure one corpus and add what was found."""
        self._console.print(f"[bold]{duties:,} duties[/]: the corpus …")
        corpus = prepared_corpus(duties, self._reworded, self._work)
        logs = {
            series: asked_in(series, read_log(), corpus.facts, self._tuning.analyzer, self._tuning.stop_words)
            for series in SERIES
        }
        with ExitStack() as stack:
            opened: dict[str, Opened] = {}
            for peer in self._peers:
                if not self._would_be_too_slow(peer, duties):
                    opened[peer] = stack.enter_context(closing(self._built(peer, duties)))
            for peer, milliseconds in self._check(opened, logs, corpus).items():
                if milliseconds > SLOWEST:
                    self._skip(peer, duties, f"{milliseconds:.0f} ms a question")
                    del opened[peer]
            for series, log in logs.items() if opened else ():
                self._console.print(f"  asking in {series} …")
                self.results.add_times(duties, series, measure(opened, log, self._seconds))
        self.results.corpora.append(CorpusFacts.of(corpus.facts))

    def _built(self, peer: str, duties: int) -> Opened:
        self._console.print(f"  building {PEERS[peer].name} …")
        built, folder = build(peer, duties, self._work)
        self.results.builds.append(Built(duties, peer, built))
        return PEERS[peer].open(folder)

    def _check(
        self, opened: dict[str, Opened], logs: dict[str, list[Asked]], corpus: Documents
    ) -> dict[str, float]:
        """Check that all peers do equal work; return the milliseconds a question took each, warming up."""
        took = dict.fromkeys(opened, 0)
        for log in logs.values():
            for asked in log[:CHECKED]:
                answers = {}
                for peer, one in opened.items():
                    answers[peer], nanoseconds = ask(one, asked)
                    took[peer] += nanoseconds
                check_equal(asked, answers, PEERS, corpus)
        questions = sum(len(log[:CHECKED]) for log in logs.values())
        self._console.print(f"  {questions} questions checked: all do the same work")
        return {peer: nanoseconds / questions / 1e6 for peer, nanoseconds in took.items()}

    def _would_be_too_slow(self, peer: str, duties: int) -> bool:
        """Skip a peer that was left out before, or whose times, grown with the duties, are too long."""
        if not self.results.corpora:
            return False
        before = self.results.corpora[-1].duties
        found = self.results.figures(before, SERIES[0], ALL_KINDS, peer)
        if found is None:
            self._skip(peer, duties, "it was too slow before")
        elif (expected := found.mean * duties / before) > SLOWEST:
            self._skip(peer, duties, f"about {expected:,.0f} ms a question, as its times at {before:,} grow")
        else:
            return False
        return True

    def _skip(self, peer: str, duties: int, reason: str) -> None:
        self.results.skipped.append(Skipped(duties, peer, reason))
        self._console.print(f"  [yellow]{PEERS[peer].name} is left out: {reason}[/]")


@click.command()
@click.option("--sizes", type=_Numbers(), default=SIZES, help="Duties of each corpus.  [default: all three]")
@click.option(
    "--peer",
    "peers",
    type=click.Choice(list(PEERS)),
    multiple=True,
    default=tuple(PEERS),
    help="Only this peer; may be repeated.",
)
@click.option(
    "--seconds",
    type=click.FloatRange(0),
    default=30.0,
    show_default=True,
    help="Seconds to ask in each series of each corpus; the whole log is asked once at least.",
)
@click.option(
    "--reworded",
    type=click.FloatRange(0, 1),
    default=REWORDED_BY_TOWNSHIP,
    show_default=True,
    help="Share of its duties that a township words in its own way.",
)
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    default=_ROOT / "var" / "benchmarks",
    help="Folder for corpora and indexes.  [default: var/benchmarks]",
)
@click.option(
    "--output",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder whose performance.json, performance.md and images/performance.svg are renewed.",
)
def main(
    sizes: tuple[int, ...],
    peers: tuple[str, ...],
    seconds: float,
    reworded: float,
    work: Path,
    output: Path | None,
) -> None:
    """Measure our search beside others: the same duties, questions, analyzer and work."""
    console = new_console()
    run = _Run(peers, seconds, reworded, work, console)
    try:
        for duties in sizes:
            run.measure(duties)
    except UnequalWorkError as error:
        raise click.ClickException(f"not measured, {error}") from error
    print_results(run.results, console)
    if output is not None:
        run.results.save(output / "performance.json")
        draw(run.results, output / "images" / "performance.svg")
        renew_part(output / "performance.md", "results", markdown(run.results))


def _versions(peers: tuple[str, ...]) -> dict[str, str]:
    versions = {"tantivy": version("tantivy"), "fts5": sqlite3.sqlite_version, "whoosh": version("whoosh3")}
    named = {PEERS[peer].name: versions[peer] for peer in peers if peer in versions}
    return {**named, "NumPy": version("numpy")}


if __name__ == "__main__":
    main()
