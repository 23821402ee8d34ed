"""Writing many documents: in chunks, every refused one told, tried again later where the cluster is busy."""

from __future__ import annotations

import json
import random
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any

from indexer.index.generation import IndexStateError
from indexer.opensearch.cluster import (
    FIRST_PAUSE,
    MAKE_ROOM,
    TRIES,
    UNAVAILABLE,
    ClusterUnavailableError,
    plain_errors,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from concurrent.futures import Future

    from opensearchpy import OpenSearch

CHUNK = 5 * 2**20
"""Bytes of one request; larger ones gain nothing and may be refused."""
IN_FLIGHT = 3
"""Requests on their way at once: meanwhile the next one's documents are made."""
SECONDS = 60
"""How long the cluster may take for one."""
SHOWN = 3
"""Refused documents that the message names."""

_REASON = 300

Write = tuple[str, "Mapping[str, Any] | None"]
"""A document's id, and the document; None removes it."""


class BlockedError(ClusterUnavailableError):
    """An index that takes no writes until somebody lets it, as after its disk was full."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A document's lines in the request."""

    id: str
    text: bytes


@dataclass(slots=True)
class _Later:
    """What the cluster was too busy for, and what it said."""

    lines: list[_Line]
    reason: str


def write_all(
    client: OpenSearch,
    index: str,
    writes: Iterable[Write],
    progress: Callable[[int], None] = lambda done: None,
    version: int | None = None,
) -> None:
    """Write documents, or remove them, each by its id; `progress` is told how many are done.

    With a `version` no document is changed that has a higher one already: so a request that was thought lost
    and arrives late does no harm.

    Raises IndexStateError naming those that were refused for good, ClusterUnavailableError where the cluster
    stays too busy or away. What was written then stays written; nothing is on its way any more.
    """
    done = 0
    with _sending(client, index) as send:
        on_their_way: deque[Future[int]] = deque()
        for chunk in _chunks(writes, version):
            on_their_way.append(send(chunk))
            if len(on_their_way) > IN_FLIGHT:
                done += on_their_way.popleft().result()
                progress(done)
        for one in on_their_way:
            done += one.result()
            progress(done)


@contextmanager
def _sending(client: OpenSearch, index: str) -> Iterator[Callable[[list[_Line]], Future[int]]]:
    """Give a function that sends a chunk in the background; where the block fails, what waits is given up."""
    given_up = Event()
    with ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="bulk") as threads:
        try:
            yield lambda chunk: threads.submit(_write, client, index, chunk, given_up)
        except BaseException:
            given_up.set()
            threads.shutdown(wait=False, cancel_futures=True)
            raise


def _write(client: OpenSearch, index: str, chunk: list[_Line], given_up: Event) -> int:
    """Write a chunk, what the cluster is too busy for again and again; return how many lines it had."""
    later = _Later(chunk, "")
    pause = FIRST_PAUSE
    for tries_left in reversed(range(TRIES)):
        later = _send(client, index, later.lines)
        if not later.lines:
            return len(chunk)
        # Not all at the same moment: the others that were refused wait as well.
        if tries_left and given_up.wait(pause * random.uniform(0.5, 1.5)):  # noqa: S311
            break
        pause *= 2
    raise ClusterUnavailableError(
        f"{index}: {len(later.lines)} documents couldn't be written, tried {TRIES} times: {later.reason}"
    )


def _send(client: OpenSearch, index: str, lines: list[_Line]) -> _Later:
    """Send lines and return those to be sent again; raise IndexStateError for what is wrong."""
    try:
        with plain_errors(f"writing into {index}"):
            answer = client.bulk(
                body=b"".join(line.text for line in lines), index=index, params={"timeout": f"{SECONDS}s"},
                request_timeout=SECONDS,
            )  # fmt: skip
    except ClusterUnavailableError as error:
        return _Later(lines, str(error))
    if not answer["errors"]:
        return _Later([], "")
    results = [next(iter(item.values())) for item in answer["items"]]
    # A document that is to be removed and isn't there is a 404 without an error.
    failed = [(line, one) for line, one in zip(lines, results, strict=True) if "error" in one]
    blocked = [one for _, one in failed if one["error"]["type"] == "cluster_block_exception"]
    if blocked:
        raise BlockedError(f"{index}: takes no documents: {blocked[0]['error']['reason']} {MAKE_ROOM}")
    wrong = [one for _, one in failed if one["status"] not in UNAVAILABLE]
    if wrong:
        shown = "; ".join(f"{one['_id']}: {_reason(one['error'])}" for one in wrong[:SHOWN])
        raise IndexStateError(f"{index}: {len(wrong)} documents were refused: {shown}")
    reason = _reason(failed[0][1]["error"]) if failed else ""
    return _Later([line for line, _ in failed], reason)


def _reason(error: Mapping[str, Any]) -> str:
    causes = [error["reason"]]
    if cause := error.get("caused_by", {}).get("reason"):
        causes.append(cause)
    return ": ".join(causes)[:_REASON]


def _chunks(writes: Iterable[Write], version: int | None) -> Iterator[list[_Line]]:
    chunk: list[_Line] = []
    size = 0
    for name, source in writes:
        line = _line(name, source, version)
        if chunk and size + len(line.text) > CHUNK:
            yield chunk
            chunk, size = [], 0
        chunk.append(line)
        size += len(line.text)
    if chunk:
        yield chunk


def _line(name: str, source: Mapping[str, Any] | None, version: int | None) -> _Line:
    about: dict[str, Any] = {"_id": name}
    if version is not None:
        about |= {"version": version, "version_type": "external_gte"}
    action = json.dumps({"delete" if source is None else "index": about})
    text = action if source is None else f"{action}\n{json.dumps(source, ensure_ascii=False)}"
    # A cell may hold half a character (a broken surrogate pair out of a PDF).
    return _Line(name, f"{text}\n".encode("utf-8", "replace"))
