"""``python -m benchmarks.scaling --url …``: the same search on a cluster and embedded, side by side.

A corpus is built, published on the cluster, and asked: each question of both engines, one right after the
other, by words (encoding a question costs the same whatever the engine). Nothing is asked twice, so no kept
result helps. What the cluster's shards worked for a question, and what a duty takes there, are what sizing
for more duties goes by (docs/scaling.md).
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from benchmarks.building import in_a_process
from benchmarks.documentation import renew_part
from benchmarks.figures import Figures
from benchmarks.province import BY_WORDS, WARM_UP, build
from benchmarks.query_log import SERIES, read_log
from benchmarks.tables import markdown_of, new_console, new_table
from indexer.index.generation import IndexStateError
from indexer.index.publishing import current_generation
from indexer.opensearch.address import Address
from indexer.opensearch.cluster import connect
from indexer.opensearch.publishing import publish
from search_service.core.answers.answering import AnswerRequest, Answers
from search_service.core.index_cluster import IndexCluster
from search_service.core.live_index import LiveIndex
from search_service.core.request import SearchRequest
from search_service.core.search import Search

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from opensearchpy import OpenSearch
    from rich.table import Table

SIZES = (24_048, 263_526)
SHARDS = 3
REPLICAS = 1
PREFIX = "benchmark"

_ROOT = Path(__file__).parents[1]
_KILOBYTE, _MEGABYTE = 2**10, 2**20


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing took: seconds, and bytes on the cluster, copies aside."""

    seconds: float
    bytes: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What one kind of question takes, in milliseconds: embedded, on the cluster, and its shards' work."""

    embedded: Figures
    clustered: Figures
    of_shards: float


@click.command()
@click.option("--url", "urls", multiple=True, required=True, help="A node of the cluster; repeatable.")
@click.option(
    "--size", "sizes", type=int, multiple=True, default=SIZES, help="Duties of a corpus; may be repeated."
)
@click.option("--publish/--asking-only", "publishes", default=True, help="Or ask what was published before.")
@click.option("--keep", is_flag=True, help="Leave the index of the last corpus on the cluster.")
@click.option("--questions", type=click.IntRange(30), default=120, show_default=True, help="Of the log.")
@click.option(
    "--work",
    type=click.Path(file_okay=False, path_type=Path),
    default=_ROOT / "var" / "benchmarks",
    help="Folder for the indexes.  [default: var/benchmarks]",
)
@click.option(
    "--output",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder whose scaling.md is renewed.",
)
def main(  # click passes every option as an argument of its own
    urls: tuple[str, ...],
    sizes: tuple[int, ...],
    questions: int,
    work: Path,
    output: Path | None,
    *,
    publishes: bool,
    keep: bool,
) -> None:
    """Publish the corpora on a cluster, and ask it and the embedded engine."""
    console = new_console()
    publishing = new_table(
        "publishing", "duties", "duties a second", "bytes a duty", "MB", "with replicas MB"
    )
    asking = new_table(
        "asking", "duties", "asked in", "search: cluster ÷ embedded", "p95", "answer: cluster ÷ embedded",
        "p95", "ms of a shard per search", "per answer",
    )  # fmt: skip
    address = Address(urls, PREFIX)
    for duties in sizes:
        console.print(f"{duties:,} duties …")
        folder = work / f"{duties}" / "whole"
        _build_if_needed(duties, folder)
        client = connect(address, seconds=60, compress=False)
        if publishes:
            _note_published(publishing, duties, _publish(client, address, folder))
            console.print(publishing)
        for series in SERIES:
            searches, answers = _asked(client, address, folder, series, questions)
            _note_asked(asking, duties, series, searches, answers)
    if not keep:
        client.indices.delete(index=f"{PREFIX}-*")
    tables = [publishing, asking] if publishes else [asking]
    for table in tables:
        console.print(table)
    if output is not None:
        renew_part(output / "scaling.md", "measured", "\n\n".join(map(markdown_of, tables)))


def _build_if_needed(duties: int, folder: Path) -> None:
    try:
        LiveIndex(folder).generation  # noqa: B018  # opens it, and so says whether it can be used
    except IndexStateError:
        folder.parent.mkdir(parents=True, exist_ok=True)
        in_a_process(build, duties, folder)


def _publish(client: OpenSearch, address: Address, folder: Path) -> Published:
    started = time.perf_counter()
    index = publish(client, address.names, current_generation(folder), shards=SHARDS, replicas=REPLICAS)
    seconds = time.perf_counter() - started
    client.indices.forcemerge(index=index, max_num_segments=1, request_timeout=600)
    client.indices.refresh(index=index)  # only then are the segments gone that were merged
    client.indices.flush(index=index)
    stats = client.indices.stats(index=index, metric="store")["_all"]["primaries"]["store"]
    return Published(seconds, stats["size_in_bytes"])


def _asked(
    client: OpenSearch, address: Address, folder: Path, series: str, questions: int
) -> tuple[Asked, Asked]:
    """Return what searches and answers take, asked in a place of its own each where the series has places."""
    indexes = [LiveIndex(folder), LiveIndex(IndexCluster(address))]
    searching = [Search(index) for index in indexes]
    answering = [Answers(index) for index in indexes]
    values = [] if series == "everywhere" else indexes[0].generation.engine.facet_values(series)
    chance = random.Random(series)
    places = [{series: (chance.choice(values),)} if values else {} for _ in range(len(read_log()))]

    def times(ask: Callable[[int, str, Mapping[str, tuple[str, ...]]], Any]) -> Asked:
        return _times(client, address, ask, places, questions)

    return (
        times(lambda at, text, places: searching[at].search(SearchRequest(text, places, parts=BY_WORDS))),
        times(lambda at, text, places: answering[at].answer(AnswerRequest(text, places, BY_WORDS))),
    )


def _times(
    client: OpenSearch,
    address: Address,
    ask: Callable[[int, str, Mapping[str, tuple[str, ...]]], Any],
    places: Sequence[Mapping[str, tuple[str, ...]]],
    questions: int,
) -> Asked:
    """Ask so many questions of the log, each of the embedded engine (0) and of the cluster (1)."""
    log = read_log()
    asked = list(zip(log, places, strict=True))[:: max(1, len(log) // (questions + WARM_UP))]
    times: list[list[int]] = [[], []]
    before = 0
    for number, (one, place) in enumerate(asked):
        if number == WARM_UP:
            before = _work_of_shards(client, address)
        for at, of_engine in enumerate(times):
            started = time.perf_counter_ns()
            ask(at, one.text, place)
            if number >= WARM_UP:
                of_engine.append(time.perf_counter_ns() - started)
    work = _work_of_shards(client, address) - before
    return Asked(Figures.of(times[0]), Figures.of(times[1]), work / len(times[0]))


def _work_of_shards(client: OpenSearch, address: Address) -> int:
    """Return the milliseconds that all shards have worked for searches so far."""
    search = client.indices.stats(index=address.names.live, metric="search")["_all"]["total"]["search"]
    return int(search["query_time_in_millis"] + search["fetch_time_in_millis"])


def _note_published(table: Table, duties: int, published: Published) -> None:
    table.add_row(
        f"{duties:,}",
        f"{duties / published.seconds:,.0f}",
        f"{published.bytes / duties:,.0f}",
        f"{published.bytes / _MEGABYTE:,.0f}",
        f"{(1 + REPLICAS) * published.bytes / _MEGABYTE:,.0f}",
    )


def _note_asked(table: Table, duties: int, series: str, searches: Asked, answers: Asked) -> None:
    table.add_row(
        f"{duties:,}",
        series,
        *(
            f"{ratio:.1f}"
            for one in (searches, answers)
            for ratio in (one.clustered.mean / one.embedded.mean, one.clustered.p95 / one.embedded.p95)
        ),
        f"{searches.of_shards:.0f}",
        f"{answers.of_shards:.0f}",
    )


if __name__ == "__main__":
    main()
