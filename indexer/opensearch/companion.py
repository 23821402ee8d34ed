"""What belongs to an index of duties and doesn't grow with their number, kept on the cluster beside it.

Whoever searches needs the dictionaries, the phrase book, the words, the lists and the values of the facets.
They lie in an index of their own, so that a service needs nothing but the cluster's address. A document named
``head`` says which parts belong together; it is written last, in one step.
"""

from __future__ import annotations

import base64
import io
import json
import tarfile
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.index.build import DICTIONARIES_FOLDER, PHRASES_FOLDER, VOCABULARY_FILE
from indexer.index.generation import Manifest, Stamp
from indexer.list_info import ListInfo
from indexer.opensearch.bulk import write_all
from indexer.opensearch.cluster import SLOW
from indexer.opensearch.mapping import COMPANION

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from opensearchpy import OpenSearch

HEAD = "head"
CHUNK = 2 * 2**20
"""Bytes of one part; a document of OpenSearch may have 100 MB."""


@dataclass(frozen=True, slots=True)
class Growing:
    """What a township's new list may add to: the lists, the facets' values, and the terms of all duties."""

    lists: tuple[ListInfo, ...]
    facets: Mapping[str, Mapping[str, Any]]
    """Facet → ``values`` in list order, and ``aliases``: other texts, each with its value."""
    terms: frozenset[str]

    def to_record(self) -> dict[str, Any]:
        """Return the same as plain JSON data."""
        return {
            "lists": [info.to_record() for info in self.lists],
            "facets": self.facets,
            "terms": sorted(self.terms),
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Growing:
        """Rebuild from `to_record`'s data."""
        lists = tuple(ListInfo.from_record(info) for info in record["lists"])
        return cls(lists, record["facets"], frozenset(record["terms"]))


@dataclass(frozen=True, slots=True)
class Head:
    """What the document ``head`` says: the manifest, how many parts, and which revision of what grows."""

    manifest: Manifest
    parts: int
    revision: int

    @classmethod
    def of(cls, source: Mapping[str, Any]) -> Head:
        """Return the head of a document's source."""
        head = source["head"]
        manifest = Manifest(**{**head["manifest"], "stamp": Stamp(**head["manifest"]["stamp"])})
        return cls(manifest, head["parts"], head["revision"])

    def source(self) -> dict[str, Any]:
        """Return the document's source."""
        return {"head": {"manifest": asdict(self.manifest), "parts": self.parts, "revision": self.revision}}


def write_companion(
    client: OpenSearch, index: str, generation: Path, manifest: Manifest, growing: Growing, replicas: int
) -> None:
    """Write the companion of a generation's folder into the new index `index`."""
    client.indices.create(
        index=index,
        body={
            "settings": {"index": {"number_of_shards": 1, "number_of_replicas": replicas}},
            "mappings": COMPANION,
        },
        request_timeout=SLOW,
    )
    packed = _packed(generation)
    chunks = [packed[start : start + CHUNK] for start in range(0, len(packed), CHUNK)]
    parts = (base64.b64encode(chunk).decode("ascii") for chunk in chunks)
    write_all(client, index, ((f"part-{number}", {"part": part}) for number, part in enumerate(parts)))
    write_growing(client, index, Head(manifest, len(chunks), 1), growing)


def write_growing(
    client: OpenSearch, index: str, head: Head, growing: Growing, version: int | None = None
) -> None:
    """Write a revision of what grows, then the head that makes it valid; the last but one is removed.

    `version` is the head's, as `write_all` has it.
    """
    write_all(client, index, [(_growing(head.revision), {"growing": growing.to_record()})])
    write_head(client, index, head, version)
    write_all(client, index, [(_growing(head.revision - 2), None)])


def write_head(client: OpenSearch, index: str, head: Head, version: int | None) -> None:
    """Write the head, which makes its revision valid."""
    write_all(client, index, [(HEAD, head.source())], version=version)


def read_head(client: OpenSearch, index: str) -> Head:
    """Return the head; a get reads what was written last, refreshed or not."""
    return Head.of(client.get(index=index, id=HEAD)["_source"])


def read_growing(client: OpenSearch, index: str, head: Head) -> Growing:
    """Return what grows, in the head's revision."""
    return Growing.from_record(client.get(index=index, id=_growing(head.revision))["_source"]["growing"])


def unpack_companion(client: OpenSearch, index: str, head: Head, folder: Path) -> None:
    """Write the files of a companion into an existing folder: dictionaries, phrase book, words."""
    parts = [client.get(index=index, id=f"part-{number}")["_source"]["part"] for number in range(head.parts)]
    packed = b"".join(base64.b64decode(part) for part in parts)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def _growing(revision: int) -> str:
    return f"growing-{revision}"


def _packed(generation: Path) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=6) as archive:
        for name in (DICTIONARIES_FOLDER, VOCABULARY_FILE):
            archive.add(generation / name, name)
        for file in sorted((generation / PHRASES_FOLDER).iterdir()):
            if file.name != "entries.npy":
                archive.add(file, f"{PHRASES_FOLDER}/{file.name}")
        # Which text has which entry stands in the duties' documents.
        empty = io.BytesIO()
        np.save(empty, np.empty(0, dtype=np.int32))
        member = tarfile.TarInfo(f"{PHRASES_FOLDER}/entries.npy")
        member.size = empty.tell()
        empty.seek(0)
        archive.addfile(member, empty)
    return packed.getvalue()


def growing_of(generation: Path) -> Growing:
    """Return what grows of a generation's folder; raise OSError, ValueError or KeyError where damaged."""
    snapshot = generation / "snapshot"
    facets = json.loads((snapshot / "facets.json").read_text(encoding="utf-8"))
    terms = json.loads((snapshot / "terms.json").read_text(encoding="utf-8"))
    lists = json.loads((generation / "records" / "lists.json").read_text(encoding="utf-8"))
    return Growing(tuple(ListInfo.from_record(info) for info in lists), facets, frozenset(terms))
