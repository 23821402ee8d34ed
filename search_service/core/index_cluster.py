"""Generations on an OpenSearch cluster.

What doesn't grow with the number of duties (dictionaries, phrase book, words) comes from the cluster too,
when a generation is opened, so that a service needs nothing but the cluster's address.
"""

from __future__ import annotations

import os
import tarfile
import zlib
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

from opensearchpy.exceptions import NotFoundError

from indexer.index.build import DICTIONARIES_FOLDER, PHRASES_FOLDER, VOCABULARY_FILE
from indexer.index.generation import IndexStateError
from indexer.meaning import load_encoder
from indexer.opensearch.cluster import ATTEMPT, ClusterUnavailableError, connect, refuse_other_software
from indexer.opensearch.companion import read_growing, read_head, unpack_companion
from indexer.opensearch.mapping import refuse_other_mapping
from indexer.phrases.snapshot import PhraseSnapshot
from search_service.core.generation import Generation, load_tuning, refuse_other_making
from search_service.core.places import PlaceNames
from search_service.engines.opensearch.calls import Calls
from search_service.engines.opensearch.engine import OpenSearchEngine

if TYPE_CHECKING:
    from collections.abc import Callable

    from opensearchpy import OpenSearch

    from indexer.opensearch.cluster import Address

_REVISION = "@"
"""Between the name of an index and the revision of its lists, in the name of a generation."""

_UNREADABLE = "?"
"""In place of a revision that can't be read: opening such a generation tells why."""

_REMEDY = "run: duty-index opensearch publish"

_DAMAGES = (OSError, EOFError, ValueError, TypeError, LookupError, tarfile.TarError, zlib.error)
"""What comes of reading a companion that somebody changed."""

_Read = TypeVar("_Read")


class IndexCluster:
    """The generations that `duty-index opensearch publish` publishes on a cluster."""

    looks = 1.0

    def __init__(self, address: Address) -> None:
        self._address = address
        self._connected = 0
        """The process that is connected."""
        self._encoder = load_encoder()

    def pointer(self) -> str | None:
        """Return what changes whenever another generation, or a new list, goes live; None without any."""
        index = self._behind(self._address.names.live)
        return self._name(index) if index else None

    def live(self) -> str:
        """Return the name of the live generation; raise IndexStateError where there is none."""
        name = self.pointer()
        if name is None:
            self._refuse_other_software()
            raise IndexStateError(
                f"{self._address.shown()}: no index has been published there as {self._address.prefix}; "
                f"{_REMEDY}"
            )
        return name

    def previous(self) -> str | None:
        """Return the name of the generation that was live before; None where there is none."""
        index = self._behind(self._address.names.previous)
        return self._name(index) if index else None

    def open(self, name: str, before: Generation | None) -> Generation:
        """Open a generation; raise IndexStateError where it can't be used."""
        index = name.partition(_REVISION)[0]
        companion = self._address.names.companion(index)
        self._refuse_other_software()
        refuse_other_mapping(index, self._make(f"reading {index}", lambda: self._mapping(index)))
        try:
            return self._opened(index, companion, before)
        except _DAMAGES as error:
            raise IndexStateError(f"{companion}: damaged ({type(error).__name__}); {_REMEDY}") from error

    def public(self, error: IndexStateError) -> str:
        """Return an error's message without the cluster's address, and without what its nodes are called."""
        if isinstance(error, ClusterUnavailableError):
            return "the cluster doesn't answer, or not all of it; it is asked again and again"
        return str(error).replace(f"{self._address.shown()}: ", "")

    def _opened(self, index: str, companion: str, before: Generation | None) -> Generation:
        head = self._read(companion, lambda: read_head(self._client, companion))
        refuse_other_making(head.manifest.stamp, index, _REMEDY)
        growing = self._read(companion, lambda: read_growing(self._client, companion, head))
        with TemporaryDirectory(prefix="duty-search-") as unpacked:
            folder = Path(unpacked)
            self._read(companion, lambda: unpack_companion(self._client, companion, head, folder))
            tuning = load_tuning(
                folder / DICTIONARIES_FOLDER, head.manifest.stamp.dictionaries, before, _REMEDY
            )
            book = PhraseSnapshot.load(folder / PHRASES_FOLDER)
            vocabulary = (folder / VOCABULARY_FILE).read_text(encoding="utf-8")
        engine = OpenSearchEngine(self._searching, index, head.manifest, growing, book, tuning.ranking)
        encoder = self._encoder if engine.knows_meaning else None
        return Generation(engine, tuning, PlaceNames(engine.lists), encoder, vocabulary)

    def _name(self, index: str) -> str:
        companion = self._address.names.companion(index)
        try:
            head = self._read(companion, lambda: read_head(self._client, companion))
        except ClusterUnavailableError:
            raise
        except (IndexStateError, *_DAMAGES):
            return f"{index}{_REVISION}{_UNREADABLE}"
        return f"{index}{_REVISION}{head.revision}"

    def _behind(self, alias: str) -> str | None:
        """Return the index that an alias names, None where there is no such alias."""
        found = self._make(
            self._address.shown(), lambda: self._client.indices.get_alias(name=alias, ignore=[404])
        )
        if not isinstance(found, dict):
            raise IndexStateError(f"{self._address.shown()}: answers, but not as OpenSearch does")
        named = [name for name, value in found.items() if isinstance(value, dict) and "aliases" in value]
        if len(named) > 1:
            raise IndexStateError(f"{alias}: names {len(named)} indexes; leave it to one of them")
        return named[0] if named else None

    def _mapping(self, index: str) -> dict[str, Any]:
        mappings: dict[str, Any] = self._client.indices.get_mapping(index=index)[index]["mappings"]
        return mappings

    def _refuse_other_software(self) -> None:
        self._make(self._address.shown(), lambda: refuse_other_software(self._client, self._address))

    def _read(self, companion: str, read: Callable[[], _Read]) -> _Read:
        """Return what is read from a companion; raise IndexStateError where it isn't there."""

        def found() -> _Read:
            try:
                return read()
            except NotFoundError:
                raise IndexStateError(f"{companion}: missing, or a part of it; {_REMEDY}") from None

        return self._make(f"reading {companion}", found)

    def _make(self, what: str, call: Callable[[], _Read]) -> _Read:
        self._connect()
        return self._looking.make(what, call, is_quotable=True)

    @property
    def _client(self) -> OpenSearch:
        self._connect()
        return self._looking.client

    def _connect(self) -> None:
        """Connect this process: connections must not be shared with those that parted from it."""
        if self._connected == os.getpid():
            return
        client = connect(self._address, attempt=ATTEMPT)
        self._searching = Calls(client)
        # Counted apart: to look which index is live may work while no search does, or the other way round.
        self._looking = Calls(client)
        self._connected = os.getpid()
