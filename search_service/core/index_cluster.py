"""Generations on an OpenSearch cluster.

What doesn't grow with the number of duties (dictionaries, phrase book, words) comes from the cluster too,
when a generation is opened, so that a service needs nothing but the cluster's address.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from indexer.index.build import DICTIONARIES_FOLDER, PHRASES_FOLDER, VOCABULARY_FILE
from indexer.index.generation import IndexStateError
from indexer.meaning import load_encoder
from indexer.opensearch.cluster import connect, refuse_other_software
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


class IndexCluster:
    """The generations that `duty-index opensearch publish` publishes on a cluster."""

    looks = 1.0

    def __init__(self, address: Address) -> None:
        self._address = address
        self._connected = 0
        """The process that is connected."""
        self._encoder = load_encoder()

    @property
    def _calls(self) -> Calls:
        """Return the calls of this process: connections must not be shared with those parted from it."""
        if self._connected != os.getpid():
            self._kept = Calls(connect(self._address))
            self._connected = os.getpid()
        return self._kept

    @property
    def _client(self) -> OpenSearch:
        return self._calls.client

    def pointer(self) -> str | None:
        """Return what changes whenever another generation, or a new list, goes live; None without any."""
        index = self._behind(self._address.names.live)
        return self._name(index) if index else None

    def live(self) -> str:
        """Return the name of the live generation; raise IndexStateError where there is none."""
        name = self.pointer()
        if name is None:
            raise IndexStateError(
                f"{self._address.shown()}: no index has been published there as {self._address.prefix}; run: "
                "duty-index opensearch publish"
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
        refuse_other_software(self._client, self._address)
        refuse_other_mapping(index, self._make(f"reading {index}", lambda: self._mapping(index)))
        head = self._make(f"reading {companion}", lambda: read_head(self._client, companion))
        refuse_other_making(head.manifest.stamp, index)
        growing = self._make(f"reading {companion}", lambda: read_growing(self._client, companion, head))
        with TemporaryDirectory(prefix="duty-search-") as unpacked:
            folder = Path(unpacked)
            self._make(
                f"reading {companion}",
                lambda: unpack_companion(self._client, companion, head, folder),
            )
            tuning = load_tuning(folder / DICTIONARIES_FOLDER, head.manifest.stamp.dictionaries, before)
            book = PhraseSnapshot.load(folder / PHRASES_FOLDER)
            vocabulary = (folder / VOCABULARY_FILE).read_text(encoding="utf-8")
        engine = OpenSearchEngine(self._calls, index, head.manifest, growing, book, tuning.ranking)
        encoder = self._encoder if engine.knows_meaning else None
        return Generation(engine, tuning, PlaceNames(engine.lists), encoder, vocabulary)

    def public(self, problem: str) -> str:
        """Return a message without the cluster's address."""
        return problem.replace(f"{self._address.shown()}: ", "")

    def _name(self, index: str) -> str:
        companion = self._address.names.companion(index)
        head = self._make(f"reading {companion}", lambda: read_head(self._client, companion))
        return f"{index}{_REVISION}{head.revision}"

    def _behind(self, alias: str) -> str | None:
        """Return the index that an alias names, None where there is no such alias."""
        found = self._make(
            self._address.shown(), lambda: self._client.indices.get_alias(name=alias, ignore=[404])
        )
        return next(
            (name for name, value in found.items() if isinstance(value, dict) and "aliases" in value), None
        )

    def _mapping(self, index: str) -> dict[str, Any]:
        mappings: dict[str, Any] = self._client.indices.get_mapping(index=index)[index]["mappings"]
        return mappings

    def _make(self, what: str, call: Callable[[], Any]) -> Any:
        return self._calls.make(what, call)
