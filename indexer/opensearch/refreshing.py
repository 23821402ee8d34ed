"""Making visible what was written: until then nobody finds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.opensearch.cluster import ClusterUnavailableError, patiently

if TYPE_CHECKING:
    from opensearchpy import OpenSearch

SECONDS = 300
"""How long it may take after millions of documents."""


def refresh(client: OpenSearch, index: str) -> None:
    """Make all that was written visible, on every shard and copy at nearly the same moment.

    Raises ClusterUnavailableError where a shard doesn't do it, tried again some times.
    """

    def refresh_all() -> None:
        failed = client.indices.refresh(index=index, request_timeout=SECONDS)["_shards"]["failed"]
        if failed:
            raise ClusterUnavailableError(f"refreshing {index}: {failed} of its shards didn't")

    patiently(f"refreshing {index}", refresh_all)
