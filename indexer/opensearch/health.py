"""Waiting for an index's shards, never without end."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from indexer.opensearch.cluster import SLOW, ClusterUnavailableError, patiently, plain_errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from opensearchpy import OpenSearch

PRIMARIES_WITHIN = 60.0
"""Seconds within which a new index must have found nodes for its shards."""
COPIES_WITHIN = 600.0
"""Seconds for which is waited until their copies are made; they are made on after that too."""
_AT_ONCE = 10
"""Seconds of one call."""

_GOOD = ("yellow", "green")


def data_nodes(client: OpenSearch) -> int:
    """Return how many nodes of the cluster hold data."""
    with plain_errors("asking for the cluster's nodes"):
        return int(client.cluster.health(request_timeout=SLOW)["number_of_data_nodes"])


def health_of(client: OpenSearch, index: str) -> str:
    """Return green, yellow (copies are missing) or red (shards are missing, or all of the index)."""
    with plain_errors(f"asking for the health of {index}"):
        health = client.cluster.health(
            index=index, params={"timeout": "1s"}, request_timeout=SLOW, ignore=[408]
        )
    return str(health["status"])


def wait_for_primaries(client: OpenSearch, index: str) -> None:
    """Return once all shards of an index can be written and searched.

    Raises ClusterUnavailableError where no node takes one of them.
    """
    until = time.monotonic() + PRIMARIES_WITHIN
    while time.monotonic() < until:
        if _waited(client, index, "yellow")["status"] in _GOOD:
            return
    raise ClusterUnavailableError(f"{index}: no node takes all of its shards: {_explained(client, index)}")


def copies_are_made(
    client: OpenSearch, index: str, copies: int, go_on: Callable[[], None] = lambda: None
) -> bool:
    """Wait until all copies of an index's shards are there; return whether they are.

    Where the cluster has too few nodes for them, don't wait. `go_on` is called from time to time and ends the
    waiting by raising.
    """
    until = time.monotonic() + COPIES_WITHIN
    while time.monotonic() < until:
        go_on()
        health = _waited(client, index, "green")
        if health["status"] == "green":
            return True
        if health["number_of_data_nodes"] <= copies:
            return False
    return False


def _waited(client: OpenSearch, index: str, status: str) -> dict[str, Any]:
    def health() -> dict[str, Any]:
        answer: dict[str, Any] = client.cluster.health(
            index=index, wait_for_status=status, params={"timeout": f"{_AT_ONCE}s"}, request_timeout=SLOW,
            ignore=[408],
        )  # fmt: skip
        return answer

    return patiently(f"waiting for {index}", health)


def _explained(client: OpenSearch, index: str) -> str:
    """Return what the cluster says of why it leaves a shard of an index without a node."""
    try:
        with plain_errors("asking why"):
            answer = client.cluster.allocation_explain(body={"index": index, "shard": 0, "primary": True})
    except ClusterUnavailableError as error:
        return str(error)
    return str(answer.get("allocate_explanation", "it doesn't say why"))
