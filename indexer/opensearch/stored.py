"""Duties as the cluster holds them: read list by list, and made into whole documents again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from indexer.documents.row import Row
from indexer.duty import Duty
from indexer.opensearch.cluster import SLOW, ClusterUnavailableError, plain_errors
from indexer.opensearch.document import Placed, document
from indexer.opensearch.mapping import SEARCHED_ONLY

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from opensearchpy import OpenSearch

    from indexer.analysis.line_cache import LineCache

_AT_ONCE = 500
"""Duties read in one call, a megabyte or two."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A document: what the cluster gives back of it."""

    source: Mapping[str, Any]

    @property
    def list_id(self) -> str:
        """Return the id of its list."""
        return str(self.source["list"])


def stored_duties(client: OpenSearch, index: str, lists: Collection[str]) -> dict[str, Stored]:
    """Return the documents of some lists by their ids, in the order of the lists."""
    found: dict[str, Stored] = {}
    body: dict[str, Any] = {
        "query": {"terms": {"list": list(lists)}},
        "sort": [{"number": "asc"}],
        "size": _AT_ONCE,
    }
    while True:
        with plain_errors(f"reading from {index}"):
            answer = client.search(
                index=index, body=body, allow_partial_search_results=False, request_timeout=SLOW
            )
        if answer["_shards"]["failed"]:
            raise ClusterUnavailableError(f"reading from {index}: not all shards answered")
        hits = answer["hits"]["hits"]
        found |= {hit["_id"]: Stored(hit["_source"]) for hit in hits}
        if len(hits) < _AT_ONCE:
            return found
        body = {**body, "search_after": hits[-1]["sort"]}


def restored(source: Mapping[str, Any], lines: LineCache) -> dict[str, Any]:
    """Return the whole document: what is searched and never given back is worked out again."""
    placed = Placed(
        duty=Duty.from_record(source["duty"]),
        row=Row.from_record(source["row"]),
        number=source["number"],
        again=0,  # only its text's number depends on that
        group=source["group"],
        entry=source.get("entry", -1),
    )
    return document(placed, lines) | {"text": source["text"]}


def given_back(whole: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the cluster will give back of a document."""
    kept = {name: value for name, value in whole.items() if name not in SEARCHED_ONLY}
    source: dict[str, Any] = json.loads(json.dumps(kept))
    return source
