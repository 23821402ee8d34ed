"""Exchanging single townships' lists in the live index, without building it anew.

An updated list is seen as a whole: nothing of it before the one refresh at the end, which each shard does in
one step. What it needs of the whole index (dictionaries, groups, numbers) comes from the cluster.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from indexer.analysis.line_cache import LineCache
from indexer.duty import Duty
from indexer.index.build import list_info
from indexer.index.checks import refuse_silent_loss
from indexer.index.generation import IndexStateError
from indexer.index.texts import content_of
from indexer.opensearch.bulk import write_all
from indexer.opensearch.cluster import SLOW, ClusterUnavailableError, plain_errors
from indexer.opensearch.companion import HEAD, Head, write_growing
from indexer.opensearch.document import document
from indexer.opensearch.growth import grown
from indexer.opensearch.indexes import live_index
from indexer.opensearch.lock import writing
from indexer.opensearch.mapping import EVERY
from indexer.opensearch.opened import open_index
from indexer.opensearch.placing import Elsewhere, place
from indexer.opensearch.refreshing import refresh
from indexer.opensearch.stored import given_back, restored, stored_duties
from indexer.opensearch.undo import forget, mend, put_down

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from opensearchpy import OpenSearch

    from indexer.index.generation import Manifest
    from indexer.list_info import ListInfo
    from indexer.opensearch.companion import Growing
    from indexer.opensearch.document import Placed
    from indexer.opensearch.lock import Lock
    from indexer.opensearch.names import Names
    from indexer.opensearch.opened import Opened
    from indexer.opensearch.stored import Stored
    from indexer.township_list import TownshipList
    from indexer.tuning import Tuning


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update did to a list: duties before and now, and how many of them are new, changed or gone."""

    list_id: str
    before: int
    duties: int
    added: int
    changed: int
    removed: int


@dataclass(frozen=True, slots=True)
class _Change:
    """An update worked out: `writes` by id, None removes; `replaced` are the sources that they replace."""

    writes: Mapping[str, Mapping[str, Any] | None]
    replaced: Mapping[str, Mapping[str, Any]]
    growing: Growing
    version: int

    @property
    def added(self) -> tuple[str, ...]:
        """Return the ids of the duties that weren't there before."""
        return tuple(name for name in self.writes if name not in self.replaced)


def update(
    client: OpenSearch,
    names: Names,
    read: Callable[[Tuning], Sequence[TownshipList]],
    *,
    allow_fewer: bool = False,
) -> list[Updated]:
    """Exchange lists of the live index for new ones, or add them; return what became of each.

    `read` gets the dictionaries that the index was built with, and returns the lists. They are seen all
    together; where anything fails the old ones stay.

    Raises IndexStateError where there is no live index, it is of another making than this program's, another
    writer is at work, a list is without a duty or has lost many of them and that isn't allowed, or a duty is
    refused; ClusterUnavailableError where the cluster is too busy or away.
    """
    live_index(client, names)  # before anything is written, as where the prefix is mistyped
    with writing(client, names, "update") as lock:
        index = live_index(client, names)
        mend(client, names, index)
        opened = open_index(client, names, index)
        lists = read(opened.tuning)
        infos = [list_info(one) for one in lists]
        _refuse(lists, infos, opened, allow_fewer=allow_fewer)
        stored = stored_duties(client, index, [one.id for one in lists])
        elsewhere = Elsewhere(client, index, [one.id for one in lists])
        placed = place(elsewhere, lists, stored, opened.tuning.phrases)
        change = _change(opened, elsewhere, infos, placed, stored, _next_version(client, opened))
        if change.writes or change.growing != opened.growing:
            lock.confirm()
            _make(client, names, opened, change, lock)
    return [_updated(one, stored) for one in lists]


def _refuse(
    lists: Sequence[TownshipList], infos: Sequence[ListInfo], opened: Opened, *, allow_fewer: bool
) -> None:
    ids = [duty.id for one in lists for duty in one.duties]
    doubled = [name for name, number in Counter(ids).items() if number > 1]
    if doubled:
        raise IndexStateError(f"two duties have the id {doubled[0]}; nothing was written")
    for one in lists:
        if not one.duties:
            raise IndexStateError(
                f"{one.id}: has no duty, nothing was written; to leave it out, publish an index without it"
            )
    if not allow_fewer:
        updated = {info.id for info in infos}
        refuse_silent_loss([info for info in opened.growing.lists if info.id in updated], infos)


def _change(
    opened: Opened,
    elsewhere: Elsewhere,
    infos: Sequence[ListInfo],
    placed: Sequence[Placed],
    stored: Mapping[str, Stored],
    version: int,
) -> _Change:
    lines = LineCache(opened.tuning.analyzer)
    new = {one.duty.id: document(one, lines) for one in placed}
    changed = {
        name: whole
        for name, whole in new.items()
        if name not in stored or given_back(whole) != stored[name].source
    }
    replaced = {name: one.source for name, one in stored.items() if name in changed or name not in new}
    terms = _terms(new.values())
    gone = _terms(restored(source, lines) for source in replaced.values()) - terms
    return _Change(
        writes={**changed, **{name: None for name in replaced if name not in new}},
        replaced=replaced,
        growing=grown(opened.growing, elsewhere, infos, placed, terms, gone),
        version=version,
    )


def _next_version(client: OpenSearch, opened: Opened) -> int:
    """Return a version of documents above all there are: every update and every undoing writes the head.

    Whoever wrote before had a lower one: what of theirs comes late is refused. The time keeps two writers
    apart that have both just begun.
    """
    with plain_errors(f"reading {opened.companion}"):
        of_head: int = client.get(index=opened.companion, id=HEAD, _source=False)["_version"]
    return max(of_head, time.time_ns() // 1_000_000) + 1


def _terms(documents: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(term for whole in documents for term in whole[EVERY].split())


def _make(client: OpenSearch, names: Names, opened: Opened, change: _Change, lock: Lock) -> None:
    """Make a change: the old documents put down, the new ones written, declared valid, and seen."""
    index, companion, head = opened.index, opened.companion, opened.head
    with plain_errors(f"preparing {index}"):
        # Whatever somebody set: a list is never seen half.
        held_back = {"index": {"refresh_interval": "-1"}}
        client.indices.put_settings(index=index, body=held_back, request_timeout=SLOW)
    try:
        undo = put_down(client, companion, head.revision, change.version, change.replaced, change.added)
        write_all(client, index, change.writes.items(), lambda done: lock.check(), change.version)
        lock.confirm()
        write_growing(client, companion, _next(head, change.growing), change.growing, change.version)
    except BaseException as error:  # Ctrl-C too
        is_complete = _mended(client, names, index, lock, error)
        if not (is_complete and isinstance(error, ClusterUnavailableError)):
            raise
        return  # only the answer to the last call was lost
    try:
        refresh(client, index)
        forget(client, companion, undo)
    except IndexStateError as error:
        raise ClusterUnavailableError(
            f"{error}. The update is written, but perhaps not seen everywhere; run the same command again"
        ) from error


def _mended(client: OpenSearch, names: Names, index: str, lock: Lock, error: BaseException) -> bool:
    """Bring the old lists back after an error; return whether the update was complete in spite of it."""
    try:
        lock.confirm()  # who has it now mends what there is to mend
        return mend(client, names, index)
    except IndexStateError as second:
        raise IndexStateError(
            f"{error}. The old list couldn't be brought back ({second}); nothing of the new one is seen as "
            "long as no node is restarted. Run the same command again, or duty-index opensearch publish"
        ) from error


def _next(head: Head, growing: Growing) -> Head:
    """Return the head of the next revision; its generation has another name, as it says something else."""
    revision = head.revision + 1
    manifest: Manifest = replace(
        head.manifest,
        generation=f"{head.manifest.generation.partition('@')[0]}@{revision}",
        duties=sum(info.duties for info in growing.lists),
        built_at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    return replace(head, manifest=manifest, revision=revision)


def _updated(one: TownshipList, stored: Mapping[str, Stored]) -> Updated:
    old = {
        name: content_of(Duty.from_record(dict(found.source["duty"])))
        for name, found in stored.items()
        if found.list_id == one.id
    }
    new = {duty.id: content_of(duty) for duty in one.duties}
    return Updated(
        list_id=one.id,
        before=len(old),
        duties=len(new),
        added=len(new.keys() - old.keys()),
        changed=sum(old[name] != content for name, content in new.items() if name in old),
        removed=len(old.keys() - new.keys()),
    )
