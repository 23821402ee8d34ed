"""Questions to the cluster: none waits long, and none is asked while it is known not to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pybreaker

from indexer.index.generation import IndexStateError
from indexer.opensearch.cluster import UNAVAILABLE, ClusterUnavailableError, plain_errors

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opensearchpy import OpenSearch

SECONDS = 4
"""How long the shards may take to search; the client itself gives up a little later."""

FAILURES = 3
"""Calls in a row that fail before no more are made for a while."""

PAUSE = 5.0
"""Seconds for which none is made; then one tries whether the cluster answers again."""

MOST_HITS = 10_000
"""What OpenSearch returns to one search, by default."""

_WHOLE = {"allow_partial_search_results": "false", "search_type": "dfs_query_then_fetch"}
"""An answer without some shards would be a wrong answer; and words are as rare as in the whole index."""


class Calls:
    """Calls to one cluster; one instance for all threads, so that all know when it is away."""

    def __init__(self, client: OpenSearch) -> None:
        self.client = client
        self._breaker = pybreaker.CircuitBreaker(
            fail_max=FAILURES, reset_timeout=PAUSE, exclude=[lambda error: not _is_away(error)]
        )

    def make(self, what: str, call: Callable[[], Any]) -> Any:
        """Return what a call returns; raise ClusterUnavailableError where the cluster can't answer now."""

        def called() -> Any:
            with plain_errors(what):
                return call()

        try:
            return self._breaker.call(called)
        except pybreaker.CircuitBreakerError:
            message = f"{what}: the cluster didn't answer just now; it is asked again in a while"
            raise ClusterUnavailableError(message) from None

    def search(self, index: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return the response to one search."""
        return self.searches(index, [body])[0]

    def searches(self, index: str, bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the responses to several searches, asked at once."""
        what = f"searching {index}"
        lines: list[dict[str, Any]] = []
        for body in bodies:
            lines += [{"index": index, **_WHOLE}, {"timeout": f"{SECONDS}s", **body}]
        responses: list[dict[str, Any]] = self.make(
            what, lambda: _checked(self.client.msearch(body=lines)["responses"], what)
        )
        return responses

    def source(self, index: str, name: str, fields: Sequence[str]) -> dict[str, Any] | None:
        """Return some fields of a document, None where there is none of that id."""
        answer = self.make(
            f"reading from {index}",
            lambda: self.client.get(index=index, id=name, _source_includes=",".join(fields), ignore=[404]),
        )
        found: dict[str, Any] | None = answer.get("_source")
        return found

    def sources(self, index: str, names: Sequence[str], fields: Sequence[str]) -> list[dict[str, Any]]:
        """Return several documents, each with some of its fields."""
        answer = self.make(
            f"reading from {index}",
            lambda: self.client.mget(
                index=index, body={"ids": list(names)}, _source_includes=",".join(fields)
            ),
        )
        documents: list[dict[str, Any]] = answer["docs"]
        return documents


def _checked(responses: list[dict[str, Any]], what: str) -> list[dict[str, Any]]:
    """Return the responses; raise ClusterUnavailableError or IndexStateError for a search that failed."""
    for response in responses:
        if "error" in response:
            error = response["error"]
            cause = (error.get("root_cause") or [error])[0]
            said = f"{what}: {cause.get('type')}: {cause.get('reason')}"
            raise (
                ClusterUnavailableError(said) if response["status"] in UNAVAILABLE else IndexStateError(said)
            )
        if response["timed_out"] or response["_shards"]["failed"]:
            raise ClusterUnavailableError(f"{what}: not all shards answered in time")
    return responses


def _is_away(error: BaseException) -> bool:
    return isinstance(error, ClusterUnavailableError)
