"""An index on the cluster as a writer or a check opens it: its companion unpacked, its making looked at."""

from __future__ import annotations

import json
import tarfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from indexer.dictionaries import DictionaryError
from indexer.index import schema
from indexer.index.build import DICTIONARIES_FOLDER, PHRASES_FOLDER, VOCABULARY_FILE, analyzer_stamp
from indexer.index.generation import IndexStateError
from indexer.opensearch.checks import count
from indexer.opensearch.cluster import plain_errors
from indexer.opensearch.companion import read_growing, read_head, unpack_companion
from indexer.opensearch.mapping import refuse_other_mapping
from indexer.phrases.snapshot import PhraseSnapshot
from indexer.tuning import Tuning

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opensearchpy import OpenSearch

    from indexer.index.generation import Stamp
    from indexer.opensearch.companion import Growing, Head
    from indexer.opensearch.names import Names

_REMEDY = "run: duty-index opensearch publish"


@dataclass(frozen=True, slots=True)
class Opened:
    """An index of duties and its companion; `tuning` is what it was built with."""

    index: str
    companion: str
    head: Head
    growing: Growing
    tuning: Tuning


def open_index(client: OpenSearch, names: Names, index: str, before: Tuning | None = None) -> Opened:
    """Return an index opened; raise IndexStateError where it is damaged or of another making.

    `before` lends its analyzer where that cuts alike.
    """
    companion = names.companion(index)
    with plain_errors(f"reading {index}"):
        mapping = client.indices.get_mapping(index=index)[index]["mappings"]
    refuse_other_mapping(index, mapping)
    try:
        with plain_errors(f"reading {companion}"), TemporaryDirectory(prefix="duty-search-") as folder:
            head = read_head(client, companion)
            refuse_other_making(head.manifest.stamp, index, _REMEDY)
            growing = read_growing(client, companion, head)
            unpack_companion(client, companion, head, Path(folder))
            tuning = _tuning(Path(folder), before)
    except (OSError, EOFError, ValueError, TypeError, LookupError, tarfile.TarError, zlib.error) as error:
        raise IndexStateError(f"{companion}: damaged ({error!r}); {_REMEDY}") from error
    if tuning.digest != head.manifest.stamp.dictionaries:
        raise IndexStateError(
            f"{companion}: holds other dictionaries than its index was built with; {_REMEDY}"
        )
    return Opened(index, companion, head, growing, tuning)


def refuse_incomplete(client: OpenSearch, names: Names, index: str) -> None:
    """Raise IndexStateError where an index lacks duties or parts of its companion, whoever made it.

    Whether this program can use it isn't asked: after an upgrade that went wrong an older one may.
    """
    companion = names.companion(index)
    with _damages_told(companion), plain_errors(f"reading {companion}"):
        head = read_head(client, companion)
        read_growing(client, companion, head)
        with TemporaryDirectory(prefix="duty-search-") as folder:
            unpack_companion(client, companion, head, Path(folder))
    held = count(client, index)
    if held != head.manifest.duties:
        raise IndexStateError(f"{index}: holds {held} duties instead of {head.manifest.duties}; {_REMEDY}")


def refuse_other_making(stamp: Stamp, where: object, remedy: str) -> None:
    """Raise IndexStateError where another version of schema or analyzer made an index."""
    if (stamp.schema, stamp.analyzer) != (schema.VERSION, analyzer_stamp()):
        raise IndexStateError(
            f"{where}: made with schema {stamp.schema} and {stamp.analyzer}; this program has schema "
            f"{schema.VERSION} and {analyzer_stamp()}; {remedy}"
        )


@contextmanager
def _damages_told(companion: str) -> Iterator[None]:
    """Turn whatever damaged parts raise into IndexStateError."""
    try:
        yield
    except (OSError, EOFError, ValueError, TypeError, LookupError, tarfile.TarError, zlib.error) as error:
        raise IndexStateError(f"{companion}: damaged ({error!r}); {_REMEDY}") from error


def _tuning(unpacked: Path, before: Tuning | None) -> Tuning:
    """Return the dictionaries of an unpacked companion; what else it must have is opened once."""
    PhraseSnapshot.load(unpacked / PHRASES_FOLDER)
    json.loads((unpacked / VOCABULARY_FILE).read_text(encoding="utf-8"))
    try:
        return Tuning.load(unpacked / DICTIONARIES_FOLDER, before)
    except DictionaryError as error:
        raise ValueError(str(error)) from error
