"""The distinct texts of an index on the cluster, for what is made of all of them: completions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from search_service.engines.opensearch.calls import MOST_HITS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from search_service.engines.opensearch.calls import Calls
    from search_service.engines.opensearch.queries import Query


@dataclass(frozen=True)
class Texts:
    """Texts in the order of their first duties: `keys`, the first duty's number, and how many say each."""

    keys: NDArray[np.int64]
    first: NDArray[np.int64]
    copies: NDArray[np.int64]

    @classmethod
    def of(cls, calls: Calls, index: str) -> Texts:
        """Count the texts of an index."""
        rows = [
            (int(bucket["first"]["value"]), bucket["key"]["text"], bucket["doc_count"])
            for bucket in buckets(calls, index, {"match_all": {}}, {"first": {"min": {"field": "number"}}})
        ]
        first, keys, copies = np.array(sorted(rows), dtype=np.int64).reshape(-1, 3).T
        return cls(keys, first, copies)

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.keys)

    def mask(self, keys: Sequence[int]) -> NDArray[np.bool_]:
        """Return which texts are among `keys`."""
        return np.isin(self.keys, np.array(keys, dtype=np.int64))


def buckets(
    calls: Calls, index: str, query: Query, aggregations: dict[str, Any] | None = None
) -> Iterator[dict[str, Any]]:
    """Yield a bucket for each text that the query finds, however many there are."""
    after: dict[str, Any] = {}
    while True:
        composite = {"size": MOST_HITS, "sources": [{"text": {"terms": {"field": "text"}}}], **after}
        body = {
            "size": 0,
            "query": query,
            "aggs": {"texts": {"composite": composite, "aggs": aggregations or {}}},
        }
        found = calls.search(index, body)["aggregations"]["texts"]
        yield from found["buckets"]
        if "after_key" not in found:
            return
        after = {"after": found["after_key"]}
