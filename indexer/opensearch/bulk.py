"""Writing many documents: in chunks, every refused one told, tried again later where the cluster is busy."""

from __future__ import annotations

import json
import random
import time
from typing import TYPE_CHECKING, Any

from indexer.index.generation import IndexStateError
from indexer.opensearch.cluster import UNAVAILABLE, ClusterUnavailableError, plain_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from opensearchpy import OpenSearch

CHUNK = 5 * 2**20
"""Bytes of one request; larger ones gain nothing and may be refused."""
SECONDS = 60
"""How long the cluster may take for one."""
TRIES = 6
"""How often what it is too busy for is sent; the pauses between double, half a minute all together."""
FIRST_PAUSE = 1.0
SHOWN = 3
"""Refused documents that the message names."""

_OK = range(200, 300)
Line = tuple[str, bytes]
"""A document's id, and its two lines of the request."""


def write_all(
    client: OpenSearch,
    index: str,
    documents: Iterable[tuple[str, dict[str, Any]]],
    progress: Callable[[int], None] = lambda done: None,
) -> None:
    """Write documents, each with its id, into an index; `progress` is told how many are written.

    Raises IndexStateError naming those that were refused for good, ClusterUnavailableError where the cluster
    stays too busy or away.
    """
    done = 0
    for chunk in _chunks(documents):
        _write(client, index, chunk)
        done += len(chunk)
        progress(done)


def _write(client: OpenSearch, index: str, chunk: list[Line]) -> None:
    pause = FIRST_PAUSE
    for tries_left in reversed(range(TRIES)):
        try:
            later = _refused_for_now(client, index, chunk)
        except ClusterUnavailableError:
            if not tries_left:
                raise
            later = chunk
        if not later:
            return
        chunk = later
        if tries_left:
            time.sleep(pause * random.uniform(0.5, 1.5))
            pause *= 2
    raise ClusterUnavailableError(f"{index}: too busy to take {len(chunk)} documents; try again later")


def _refused_for_now(client: OpenSearch, index: str, chunk: list[Line]) -> list[Line]:
    """Send a chunk and return what the cluster is too busy for; raise IndexStateError for what is wrong."""
    with plain_errors(f"writing into {index}"):
        answer = client.bulk(
            body=b"".join(lines for _, lines in chunk), index=index, params={"timeout": f"{SECONDS}s"},
            request_timeout=SECONDS,
        )  # fmt: skip
    if not answer["errors"]:
        return []
    results = [next(iter(item.values())) for item in answer["items"]]
    wrong = [one for one in results if one["status"] not in _OK and one["status"] not in UNAVAILABLE]
    blocked = [one for one in wrong if one["error"]["type"] == "cluster_block_exception"]
    if blocked:
        raise ClusterUnavailableError(f"{index}: takes no documents: {blocked[0]['error']['reason']}")
    if wrong:
        shown = "; ".join(f"{one['_id']}: {one['error']['reason']}"[:300] for one in wrong[:SHOWN])
        raise IndexStateError(f"{index}: {len(wrong)} documents were refused: {shown}")
    return [line for line, one in zip(chunk, results, strict=True) if one["status"] in UNAVAILABLE]


def _chunks(documents: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[list[Line]]:
    chunk: list[Line] = []
    size = 0
    for name, source in documents:
        action = json.dumps({"index": {"_id": name}})
        lines = f"{action}\n{json.dumps(source, ensure_ascii=False)}\n".encode()
        if chunk and size + len(lines) > CHUNK:
            yield chunk
            chunk, size = [], 0
        chunk.append((name, lines))
        size += len(lines)
    if chunk:
        yield chunk
