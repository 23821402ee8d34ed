"""``python -m benchmarks.province``: the whole of our search over the corpora, from building to answering.

No peer does this work, so there is nothing to compare with but the smaller corpora: building the index,
opening it in a fresh process, then every question of the log searched and answered (by words: encoding a
question costs the same whatever the index). Nothing is asked twice, so no kept result helps.
"""

from __future__ import annotations

import random
import resource
import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from benchmarks.building import in_a_process, peak_of_process
from benchmarks.corpus import REWORDED_BY_TOWNSHIP, corpus, read_templates
from benchmarks.documentation import renew_part
from benchmarks.figures import Figures
from benchmarks.query_log import SERIES, read_log
from benchmarks.tables import markdown_of, new_console, new_table
from indexer.index.build import build_index, stamp_of
from indexer.paths import data_folder
from indexer.tuning import Tuning
from search_service.core.answers.answering import AnswerRequest, Answers
from search_service.core.live_index import LiveIndex
from search_service.core.request import ALL_PARTS, SearchRequest
from search_service.core.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.table import Table

SIZES = (1_002, 24_048, 263_526)
WARM_UP = 20
"""Questions that aren't counted: the first ones read the index into memory."""
BY_WORDS = ALL_PARTS.without("meaning")

_ROOT = Path(__file__).parents[1]
_MEGABYTE = 1024 * 1024
_MEMORY = Path("/proc/self/smaps_rollup")


@dataclass(frozen=True, slots=True)
class Built:
    """What building took; `peak` is that of the largest process in bytes."""

    seconds: float
    size: int
    peak: int


@dataclass(frozen=True, slots=True)
class Served:
    """What a fresh process takes: seconds to its first result, bytes that it shares with no other."""

    seconds: float
    own_memory: int
    searches: Mapping[str, Figures]
    """Series → milliseconds."""
    answers: Mapping[str, Figures]


def build(duties: int, folder: Path) -> Built:
    """Build the index of a corpus, without meaning, into a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    data = data_folder()
    tuning = Tuning.load(data / "dictionaries")
    lists = list(corpus(read_templates(data / "lists", tuning.departments), duties, REWORDED_BY_TOWNSHIP))
    started = time.perf_counter()
    build_index(lists, tuning, stamp_of(data / "lists", tuning), folder)
    seconds = time.perf_counter() - started
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    return Built(seconds, size, max(peak_of_process(), children))


def serve(folder: Path) -> Served:
    """Open an index as a server's process does, and ask it the log."""
    started = time.perf_counter()
    index = LiveIndex(folder)
    search, answers = Search(index), Answers(index)
    search.search(SearchRequest("养犬", parts=BY_WORDS))
    seconds = time.perf_counter() - started
    own_memory = _own_memory()
    return Served(
        seconds,
        own_memory,
        searches={
            series: _times(
                lambda text, places: search.search(SearchRequest(text, places, parts=BY_WORDS)), index, series
            )
            for series in SERIES
        },
        answers={
            series: _times(
                lambda text, places: answers.answer(AnswerRequest(text, places, BY_WORDS)), index, series
            )
            for series in SERIES
        },
    )


def _times(
    ask: Callable[[str, Mapping[str, tuple[str, ...]]], object], index: LiveIndex, series: str
) -> Figures:
    """Return what the questions of the log take, each in a place of its own where the series has places."""
    chance = random.Random(series)
    values = [] if series == "everywhere" else index.generation.engine.facet_values(series)
    times = []
    for number, one in enumerate(read_log()):
        places = {series: (chance.choice(values),)} if values else {}
        started = time.perf_counter_ns()
        ask(one.text, places)
        if number >= WARM_UP:
            times.append(time.perf_counter_ns() - started)
    return Figures.of(times)


def _own_memory() -> int:
    """Return the bytes that only this process holds; 0 where the system doesn't say."""
    if not _MEMORY.is_file():
        return 0
    lines = _MEMORY.read_text(encoding="ascii").splitlines()
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Private_"))


@click.command()
@click.option(
    "--size", "sizes", type=int, multiple=True, default=SIZES, help="Duties of a corpus; may be repeated."
)
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    default=_ROOT / "var" / "benchmarks",
    help="Folder for the indexes.  [default: var/benchmarks]",
)
@click.option(
    "--output",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder whose performance.md is renewed.",
)
def main(sizes: tuple[int, ...], work: Path, output: Path | None) -> None:
    """Measure building, opening, searching and answering over the corpora."""
    console = new_console()
    building = new_table(
        "building and opening", "duties", "seconds", "duties a second", "index MB", "peak MB",
        "seconds to the first result", "own memory MB",
    )  # fmt: skip
    asking = new_table("searching and answering", "duties", "asked in", *_COLUMNS)
    for duties in sizes:
        console.print(f"{duties:,} duties …")
        folder = work / f"{duties}" / "whole"
        folder.parent.mkdir(parents=True, exist_ok=True)
        built: Built = in_a_process(build, duties, folder)
        served: Served = in_a_process(serve, folder)
        building.add_row(
            f"{duties:,}",
            f"{built.seconds:.0f}",
            f"{duties / built.seconds:,.0f}",
            f"{built.size / _MEGABYTE:,.0f}",
            f"{built.peak / _MEGABYTE:,.0f}",
            f"{served.seconds:.1f}",
            f"{served.own_memory / _MEGABYTE:,.0f}",
        )
        _add(asking, duties, served)
    tables = [building, asking]
    for table in tables:
        console.print(table)
    if output is not None:
        renew_part(output / "performance.md", "province", "\n\n".join(map(markdown_of, tables)))


_COLUMNS = ("search ms", "median", "p95", "p99", "answer ms", "answer p95")


def _add(table: Table, duties: int, served: Served) -> None:
    for series in SERIES:
        search, answer = served.searches[series], served.answers[series]
        times = (search.mean, search.median, search.p95, search.p99, answer.mean, answer.p95)
        table.add_row(f"{duties:,}", series, *(f"{one:.1f}" for one in times))


if __name__ == "__main__":
    main()
