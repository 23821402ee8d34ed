"""Publishing a generation on the cluster: a new index, filled and checked, then one switch of the aliases."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.analysis.line_cache import LineCache
from indexer.index.build import DICTIONARIES_FOLDER
from indexer.index.checks import refuse_silent_loss, refuse_wrong_number
from indexer.index.generation import IndexStateError, Manifest
from indexer.index.publishing import refuse_damages
from indexer.opensearch.bulk import write_all
from indexer.opensearch.checks import count, refuse_bad_ranking, sample_of
from indexer.opensearch.cluster import SLOW, patiently, plain_errors
from indexer.opensearch.companion import growing_of, read_growing, read_head, write_companion
from indexer.opensearch.generation_documents import documents
from indexer.opensearch.health import copies_are_made, wait_for_primaries
from indexer.opensearch.indexes import (
    PUBLISHING,
    Aliased,
    aliased,
    free_name,
    live_index,
    remove,
    remove_left_over,
)
from indexer.opensearch.lock import writing
from indexer.opensearch.mapping import mappings, settings, template
from indexer.opensearch.opened import open_index, refuse_incomplete, refuse_other_making
from indexer.opensearch.refreshing import refresh
from indexer.opensearch.switching import UncertainSwitchError, switch
from indexer.opensearch.undo import mend
from indexer.tuning import Tuning

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from opensearchpy import OpenSearch

    from indexer.list_info import ListInfo
    from indexer.opensearch.lock import Lock
    from indexer.opensearch.names import Names

logger = logging.getLogger(__name__)

DUTIES_OF_A_SHARD = 2_000_000
"""So many duties are about 7 GB, which a node searches in time and copies in minutes."""


def default_shards(duties: int) -> int:
    """Return into how many shards an index of so many duties had better be parted."""
    return max(1, -(-duties // DUTIES_OF_A_SHARD))


def default_replicas(nodes: int) -> int:
    """Return how many copies each shard had better have: with one a node may die."""
    return 1 if nodes > 1 else 0


def publish(
    client: OpenSearch,
    names: Names,
    generation: Path,
    shards: int = 1,
    replicas: int = 1,
    progress: Callable[[int], None] = lambda done: None,
    *,
    allow_fewer: bool = False,
) -> str:
    """Publish the generation in a folder, as `duty-index build` made it; return the name of its index.

    The index that was live is kept for a rollback, or the last good one where that is damaged; older ones are
    removed. Whatever goes wrong, the new index is removed and the live one stays.

    Raises IndexStateError where the generation is damaged or of another making, another writer is at work, a
    duty is refused, lists of the live index are missing and that isn't allowed, or the new index fails its
    checks; ClusterUnavailableError where the cluster is too busy or away.
    """
    manifest = Manifest.read(generation)
    refuse_other_making(manifest.stamp, generation, "run: duty-index build")
    refuse_damages(generation)
    with writing(client, names, f"{PUBLISHING} {manifest.generation}") as lock:
        remove_left_over(client, names)
        before = aliased(client, names)
        _mend(client, names, before)
        if not allow_fewer:
            refuse_silent_loss(_live_lists(client, names, before.live), growing_of(generation).lists)
        index = free_name(client, names, manifest.generation)
        new = _NewIndex(client, names, index, generation, Tuning.load(generation / DICTIONARIES_FOLDER))
        with _removed_on_failure(client, names, index):
            new.make(shards)
            new.fill(_told(progress, lock))
            new.copy(replicas, lock)
            new.check()
            after = Aliased(index, _last_good(client, names, before))
            lock.confirm()
            switch(client, names, before, after)
        _remove_old(client, names)
    return index


def roll_back(client: OpenSearch, names: Names) -> str:
    """Make the index live that was so before, and return its name; doing it again undoes it.

    Raises IndexStateError where there is none, or it can't be used.
    """
    live_index(client, names)  # before anything is written, as where the prefix is mistyped
    with writing(client, names, "rollback") as lock:
        before = aliased(client, names)
        if before.previous is None:
            raise IndexStateError(f"{names.live}: there is no earlier index to go back to")
        mend(client, names, before.previous)
        refuse_incomplete(client, names, before.previous)
        lock.confirm()
        switch(client, names, before, Aliased(before.previous, before.live))
    return before.previous


def _told(progress: Callable[[int], None], lock: Lock) -> Callable[[int], None]:
    """Return what tells `progress` how many are done, and ends the work where the lock was lost."""

    def told(done: int) -> None:
        lock.check()
        progress(done)

    return told


@dataclass(frozen=True, slots=True)
class _NewIndex:
    """An index on its way: made, filled, copied, checked; nobody searches it yet."""

    client: OpenSearch
    names: Names
    name: str
    generation: Path
    tuning: Tuning

    @property
    def companion(self) -> str:
        """Return the name of what belongs to it."""
        return self.names.companion(self.name)

    def make(self, shards: int) -> None:
        """Make it, empty, and wait until it can be written to."""
        names, ranking = self.names, self.tuning.ranking
        with plain_errors(f"making {self.name}"):
            self.client.indices.put_index_template(
                name=names.template, body=template(names), request_timeout=SLOW
            )
            # Copies are made when it is full: until then everything is analyzed once only.
            body = {"settings": settings(ranking, shards, 0), "mappings": mappings()}
            self.client.indices.create(index=self.name, body=body, request_timeout=SLOW)
        wait_for_primaries(self.client, self.name)

    def fill(self, progress: Callable[[int], None]) -> None:
        """Write all of the generation into it and its companion."""
        manifest = Manifest.read(self.generation)
        write_all(self.client, self.name, documents(self.generation, self.tuning), progress)
        refresh(self.client, self.name)
        with plain_errors(f"making {self.companion}"):
            write_companion(
                self.client, self.companion, self.generation, manifest, growing_of(self.generation), 0
            )
        refuse_wrong_number(count(self.client, self.name), manifest.duties)

    def copy(self, replicas: int, lock: Lock) -> None:
        """Have the cluster make copies of all shards, and wait for that as long as is sensible."""
        if not replicas:
            return
        indexes = (self.name, self.companion)
        body = {"index": {"number_of_replicas": replicas}}
        patiently(
            f"asking for copies of {self.name}",
            lambda: self.client.indices.put_settings(
                index=",".join(indexes), body=body, request_timeout=SLOW
            ),
        )
        for one in indexes:
            if not copies_are_made(self.client, one, replicas, lock.check):
                logger.warning(
                    "%s: not all shards have %d copies yet; they are made on where there are nodes",
                    one,
                    replicas,
                )

    def check(self) -> None:
        """Look at it as those who will search it do."""
        opened = patiently(
            f"checking {self.name}",
            lambda: open_index(self.client, self.names, self.name, self.tuning),
        )
        lines = LineCache(opened.tuning.analyzer)
        samples = sample_of(self.generation)
        refuse_bad_ranking(self.client, self.name, opened.tuning.ranking, lines, samples)


@contextmanager
def _removed_on_failure(client: OpenSearch, names: Names, index: str) -> Iterator[None]:
    """Remove a new index where the block fails in whatever way, Ctrl-C included; never one that is live."""
    try:
        yield
    except UncertainSwitchError:
        raise  # it may be live, or become so in a moment
    except BaseException:
        try:
            if aliased(client, names).live != index:
                remove(client, [index, names.companion(index)])
        except IndexStateError as error:
            logger.warning("%s: left over, the next publish removes it: %s", index, error)
        raise


def _remove_old(client: OpenSearch, names: Names) -> None:
    try:
        remove_left_over(client, names)
    except IndexStateError as error:
        logger.warning("%s: old indexes are left over, the next publish removes them: %s", names.live, error)


def _mend(client: OpenSearch, names: Names, before: Aliased) -> None:
    """Finish what a killed update left of the live index; without that this index is as good as before."""
    try:
        if before.live:
            mend(client, names, before.live)
    except IndexStateError as error:
        logger.warning("%s: a broken-off update couldn't be undone: %s", before.live, error)


def _last_good(client: OpenSearch, names: Names, before: Aliased) -> str | None:
    """Return what a rollback shall bring back: a damaged index is nothing to go back to."""
    if before.live is None:
        return before.previous
    try:
        refuse_incomplete(client, names, before.live)
    except IndexStateError as error:
        logger.warning("not kept for a rollback: %s", error)
        return before.previous
    return before.live


def _live_lists(client: OpenSearch, names: Names, live: str | None) -> tuple[ListInfo, ...]:
    """Return the lists of the live index, none where there is no good one."""
    if live is None:
        return ()
    companion = names.companion(live)
    try:
        with plain_errors(f"reading {companion}"):
            return read_growing(client, companion, read_head(client, companion)).lists
    except (IndexStateError, ValueError, TypeError, LookupError) as error:
        logger.warning("whether lists are missing isn't known, the live index can't be read: %s", error)
        return ()
