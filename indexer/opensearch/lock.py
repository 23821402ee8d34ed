"""The writer's lock of one installation: a document on the cluster that its holder renews while it works.

A writer that died renews nothing, so its lock ends by itself. Times are the cluster's own: the clocks of two
machines that publish may differ.
"""

from __future__ import annotations

import getpass
import os
import secrets
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from opensearchpy.exceptions import ConflictError, NotFoundError, RequestError

from indexer.index.generation import IndexStateError
from indexer.opensearch.cluster import SLOW, patiently, plain_errors

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opensearchpy import OpenSearch

    from indexer.opensearch.names import Names

EXPIRES = 120.0
"""Seconds without renewal after which a lock is nobody's."""
RENEWED = 30.0
"""Seconds between two renewals."""

_DOCUMENT = "writer"
_SETTINGS = {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}}
_MAPPING = {"dynamic": "strict", "properties": {"lock": {"type": "object", "enabled": False}}}


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock, for what, and since when; `renewed` is in seconds of the cluster's clock."""

    token: str
    who: str
    work: str
    since: float
    renewed: float


@dataclass(frozen=True, slots=True)
class _Found:
    """A lock document, with what must be unchanged for it to be replaced."""

    holder: Holder
    version: dict[str, int]


class Lock:
    """A lock that this process holds, renewed by a thread of its own."""

    def __init__(self, client: OpenSearch, names: Names, work: str) -> None:
        """Take the lock; raise IndexStateError where somebody else has it."""
        self._client = client
        self._names = names
        self._lost: str | None = None
        self._renewed_at = time.monotonic()
        self._renewing = threading.Lock()
        self._released = threading.Event()
        with plain_errors(f"locking {names.live}"):
            _make_index(client, names)
            now = _cluster_time(client)
            self._holder = Holder(secrets.token_hex(8), _who(), work, now, now)
            self._version = self._taken(now)
        self._keeper = threading.Thread(target=self._keep, name="lock", daemon=True)
        self._keeper.start()

    def check(self) -> None:
        """Raise IndexStateError where the lock is known to be lost; asks nobody."""
        if time.monotonic() - self._renewed_at > EXPIRES:  # as after a process was stopped for a while
            self._lost = self._lost or "the lock has ended"
        if self._lost:
            raise IndexStateError(f"{self._names.live}: {self._lost}; nothing more is written")

    def confirm(self) -> None:
        """Renew the lock now; raise IndexStateError where it is lost or that can't be known."""
        self.check()
        patiently(f"renewing the lock of {self._names.live}", self._renew)
        self.check()

    def release(self) -> None:
        """Give the lock up; where that fails it ends by itself."""
        self._released.set()
        self._keeper.join()
        with suppress(IndexStateError), plain_errors("unlocking"):
            self._client.delete(index=self._names.lock, id=_DOCUMENT, params=self._version, ignore=[404, 409])

    def _taken(self, now: float) -> dict[str, int]:
        """Create the document, or replace that of a writer that is dead; return its version."""
        for _ in range(2):
            with suppress(ConflictError):
                return _write(self._client, self._names, self._holder, {"op_type": "create"})
            found = _read(self._client, self._names)
            if found is None:  # released meanwhile
                continue
            if found.holder.token == self._holder.token:  # ours: only the answer was lost
                return found.version
            if now - found.holder.renewed < EXPIRES:
                raise IndexStateError(_refusal(self._names, found.holder, now))
            with suppress(ConflictError):
                return _write(self._client, self._names, self._holder, found.version)
        raise IndexStateError(f"{self._names.live}: another writer was quicker; try again")

    def _keep(self) -> None:
        while not self._released.wait(RENEWED) and self._lost is None:
            with suppress(IndexStateError), plain_errors("renewing"):  # the next time, perhaps
                self._renew()
            if time.monotonic() - self._renewed_at > EXPIRES - RENEWED:
                self._lost = f"the lock couldn't be renewed for {EXPIRES - RENEWED:.0f} s"

    def _renew(self) -> None:
        with self._renewing:
            started = time.monotonic()
            holder = replace(self._holder, renewed=_cluster_time(self._client))
            try:
                self._version = _write(self._client, self._names, holder, self._version)
            except (ConflictError, NotFoundError):
                found = _read(self._client, self._names)
                if found is None or found.holder.token != holder.token:
                    self._lost = f"the lock was taken over by {found.holder.who if found else 'somebody'}"
                    return
                self._version = found.version
            self._renewed_at = started


@contextmanager
def writing(client: OpenSearch, names: Names, work: str) -> Iterator[Lock]:
    """Hold the writer's lock for the block; raise IndexStateError at once where another writer has it.

    `work` says in a word what for.
    """
    lock = Lock(client, names, work)
    try:
        yield lock
    finally:
        lock.release()


def holder(client: OpenSearch, names: Names) -> Holder | None:
    """Return who writes now; None where nobody does, or the one who did died some minutes ago."""
    with plain_errors(f"reading the lock of {names.live}"):
        found = _read(client, names)
        is_held = found is not None and _cluster_time(client) - found.holder.renewed < EXPIRES
    return found.holder if found and is_held else None


def _make_index(client: OpenSearch, names: Names) -> None:
    if client.indices.exists(index=names.lock):
        return
    try:
        body = {"settings": _SETTINGS, "mappings": _MAPPING}
        client.indices.create(index=names.lock, body=body, request_timeout=SLOW)
    except RequestError as error:
        if error.error != "resource_already_exists_exception":  # another writer was quicker
            raise


def _write(client: OpenSearch, names: Names, holder: Holder, condition: dict[str, Any]) -> dict[str, int]:
    body = {"lock": asdict(holder)}
    return _version(client.index(index=names.lock, id=_DOCUMENT, body=body, params=condition))


def _read(client: OpenSearch, names: Names) -> _Found | None:
    try:
        found = client.get(index=names.lock, id=_DOCUMENT)
    except NotFoundError:
        return None
    return _Found(Holder(**found["_source"]["lock"]), _version(found))


def _version(answer: dict[str, Any]) -> dict[str, int]:
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}


def _cluster_time(client: OpenSearch) -> float:
    return float(client.cat.health(format="json", h="epoch")[0]["epoch"])


def _who() -> str:
    try:
        name = f"{getpass.getuser()}@{socket.gethostname()}"
    except (OSError, KeyError):  # a user without a name, as in containers
        name = socket.gethostname()
    return f"{name} (process {os.getpid()})"


def _refusal(names: Names, holder: Holder, now: float) -> str:
    since = datetime.fromtimestamp(holder.since, UTC)
    return (
        f"{names.live}: {holder.who} has been writing here since {since:%Y-%m-%d %H:%M:%S} UTC "
        f"({holder.work}), last heard of {max(0.0, now - holder.renewed):.0f} s ago; wait for it to end. "
        f"The lock of a writer that died ends {EXPIRES:.0f} s after that"
    )
