"""What an index on the cluster must pass: before it is switched to, and whenever somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.index.build import RECORDS_FOLDER, SNAPSHOT_FOLDER
from indexer.index.checks import BEST, FOUND, SAMPLED
from indexer.index.generation import IndexStateError
from indexer.index.records import Records
from indexer.index.texts import Texts
from indexer.opensearch.cluster import SLOW, patiently
from indexer.opensearch.mapping import field_weights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from opensearchpy import OpenSearch

    from indexer.analysis.line_cache import LineCache
    from indexer.opensearch.companion import Growing
    from indexer.ranking import Ranking

SHOWN = 30
"""Characters of a name in a message."""

_AT_ONCE = 20
"""Names asked for in one call."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A duty that is asked for by its name."""

    id: str
    name: str
    list_id: str


def sample_of(generation: Path) -> list[Sample]:
    """Return duties of a generation's folder, spread over all its texts."""
    records = Records(generation / RECORDS_FOLDER)
    first = Texts.load(generation / SNAPSHOT_FOLDER).first_documents
    spread = np.unique(np.linspace(0, len(first) - 1, SAMPLED, dtype=np.int64))
    return [
        Sample(duty.id, duty.name, duty.list_id)
        for duty in (records[number] for number in first[spread].tolist())
    ]


def count(client: OpenSearch, index: str) -> int:
    """Return how many duties an index holds; raise where not all of its shards answer."""
    answer = patiently(f"counting {index}", lambda: client.count(index=index, request_timeout=SLOW))
    if answer["_shards"]["failed"]:
        raise IndexStateError(f"{index}: {answer['_shards']['failed']} of its shards don't answer")
    return int(answer["count"])


def refuse_bad_ranking(
    client: OpenSearch, index: str, ranking: Ranking, lines: LineCache, samples: Sequence[Sample]
) -> None:
    """Raise IndexStateError where the names of a township's duties don't bring these duties."""
    missed: list[Sample] = []
    for start in range(0, len(samples), _AT_ONCE):
        some = samples[start : start + _AT_ONCE]
        queries = [_by_name(one, ranking, lines) for one in some]
        bodies = [
            body
            for query, one in zip(queries, some, strict=True)
            for body in (_best(query), _one_duty(query, one.id))
        ]
        answers = iter(_searched(client, index, bodies))
        missed += [
            one for one, best, own in zip(some, answers, answers, strict=True) if not _finds(best, own)
        ]
    if len(missed) > (1 - FOUND) * len(samples):
        names = ", ".join(f"{one.id} {one.name[:SHOWN]}" for one in missed[:3])
        raise IndexStateError(
            f"{index}: doesn't find {len(missed)} of {len(samples)} duties by their own names ({names})"
        )


def wrong_counts(client: OpenSearch, index: str, growing: Growing) -> list[str]:
    """Return what is wrong with the number of duties of each list, one text for each."""
    body = {
        "size": 0,
        "aggs": {"lists": {"terms": {"field": "list", "size": len(growing.lists) + 1}}},
        "track_total_hits": True,
    }
    answer = _searched(client, index, [body])[0]
    held = {one["key"]: one["doc_count"] for one in answer["aggregations"]["lists"]["buckets"]}
    expected = {info.id: info.duties for info in growing.lists}
    wrong = [
        f"{name} has {held.get(name, 0)} duties instead of {expected.get(name, 0)}"
        for name in [*expected, *(name for name in held if name not in expected)]
        if held.get(name, 0) != expected.get(name, 0)
    ]
    total = sum(expected.values())
    if not wrong and answer["hits"]["total"]["value"] != total:
        wrong.append(f"holds {answer['hits']['total']['value']} duties instead of {total}")
    return wrong


def _searched(client: OpenSearch, index: str, bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    header = {"search_type": "dfs_query_then_fetch", "allow_partial_search_results": "false"}
    lines = [line for body in bodies for line in (header, body)]
    answers: list[dict[str, Any]] = patiently(
        f"searching {index}", lambda: client.msearch(index=index, body=lines, request_timeout=SLOW)
    )["responses"]
    for answer in answers:
        if "error" in answer:
            cause = (answer["error"].get("root_cause") or [answer["error"]])[0]
            raise IndexStateError(f"searching {index}: {cause['type']}: {cause['reason']}")
    return answers


def _by_name(one: Sample, ranking: Ranking, lines: LineCache) -> dict[str, Any]:
    terms = dict.fromkeys(term for term, _ in lines.words(one.name))
    fields = field_weights(ranking)
    clauses = [{"combined_fields": {"query": term, "fields": fields}} for term in terms]
    # In its own township: elsewhere others have the same name, and as good a right to come first.
    here = [{"term": {"list": one.list_id}}]
    return {"bool": {"should": clauses, "minimum_should_match": 1, "filter": here}}


def _best(query: dict[str, Any]) -> dict[str, Any]:
    return {"query": query, "size": BEST, "_source": False}


def _one_duty(query: dict[str, Any], duty_id: str) -> dict[str, Any]:
    asked = {"bool": {"must": [query], "filter": [{"ids": {"values": [duty_id]}}]}}
    return {"query": asked, "size": 1, "_source": False}


def _finds(best: dict[str, Any], own: dict[str, Any]) -> bool:
    """Return whether a duty is among the best, or scores as much as the last of them."""
    best_hits, own_hits = best["hits"]["hits"], own["hits"]["hits"]
    if not own_hits:
        return False
    return len(best_hits) < BEST or float(own_hits[0]["_score"]) >= float(best_hits[-1]["_score"])
