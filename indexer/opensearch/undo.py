"""What an update replaces, kept on the cluster until the update is complete.

Nothing that an update writes is seen before the refresh at its end. Where it is killed half-way, its
documents lie there unseen until something refreshes the index: a restarted node will do. So the documents
that it is about to replace are put down first, in the companion, and whoever writes next brings them back.

An update is complete from the moment the companion's head has the next revision.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from opensearchpy.exceptions import NotFoundError

from indexer.analysis.line_cache import LineCache
from indexer.opensearch.bulk import write_all
from indexer.opensearch.cluster import SLOW, plain_errors
from indexer.opensearch.companion import read_head, write_head
from indexer.opensearch.opened import open_index
from indexer.opensearch.refreshing import refresh
from indexer.opensearch.stored import restored

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opensearchpy import OpenSearch

    from indexer.opensearch.bulk import Write
    from indexer.opensearch.names import Names

UNDO = "undo"
"""The document that says there is an update to be undone; it is written last and removed first."""

_AT_ONCE = 500
"""Duties in one document, a megabyte or two."""


@dataclass(frozen=True, slots=True)
class Undo:
    """An update that began: from which revision, with which version of documents, in how many parts.

    `added` are the ids of the duties that weren't there before.
    """

    revision: int
    version: int
    parts: int
    added: tuple[str, ...]


def put_down(
    client: OpenSearch,
    companion: str,
    revision: int,
    version: int,
    replaced: Mapping[str, Mapping[str, Any]],
    added: tuple[str, ...],
) -> Undo:
    """Put down the sources of the documents that an update replaces or removes, by their ids."""
    rows = list(replaced.items())
    parts = [rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE)]
    undo = Undo(revision, version, len(parts), added)
    documents = ((_part(number), {"undo": {"documents": part}}) for number, part in enumerate(parts))
    write_all(client, companion, documents)
    write_all(client, companion, [(UNDO, {"undo": asdict(undo)})])
    return undo


def pending(client: OpenSearch, companion: str) -> Undo | None:
    """Return the update that is under way, or was broken off; None where there is none."""
    with plain_errors(f"reading {companion}"):
        try:
            found = client.get(index=companion, id=UNDO)["_source"]["undo"]
        except NotFoundError:
            return None
    return Undo(**{**found, "added": tuple(found["added"])})


def forget(client: OpenSearch, companion: str, undo: Undo) -> None:
    """Remove what was put down."""
    write_all(client, companion, [(UNDO, None)])
    write_all(client, companion, ((_part(number), None) for number in range(undo.parts)))


def mend(client: OpenSearch, names: Names, index: str) -> bool:
    """Bring back the lists that an update left half new; return whether there was one, and it was complete.

    A complete one, of which only the end is missing, is brought to its end. The caller holds the lock.
    """
    companion = names.companion(index)
    undo = pending(client, companion)
    if undo is None:
        return False
    with plain_errors(f"reading {companion}"):
        head = read_head(client, companion)
    is_complete = head.revision > undo.revision
    if not is_complete:
        # Written again, that the new one is refused if it should still be on its way.
        write_head(client, companion, head, undo.version + 1)
        opened = open_index(client, names, index)
        lines = LineCache(opened.tuning.analyzer)
        write_all(client, index, _old_documents(client, companion, undo, lines), version=undo.version + 1)
    refresh(client, index)
    forget(client, companion, undo)
    return is_complete


def _old_documents(client: OpenSearch, companion: str, undo: Undo, lines: LineCache) -> Iterator[Write]:
    for number in range(undo.parts):
        with plain_errors(f"reading {companion}"):
            part = client.get(index=companion, id=_part(number), request_timeout=SLOW)["_source"]["undo"]
        yield from ((name, restored(source, lines)) for name, source in part["documents"])
    yield from ((name, None) for name in undo.added)


def _part(number: int) -> str:
    return f"{UNDO}-{number}"
