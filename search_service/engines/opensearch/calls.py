"""Questions to the cluster: none waits long, and none is asked while it is known not to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from indexer.index.generation import IndexStateError
from indexer.opensearch.cluster import ATTEMPT, UNAVAILABLE, ClusterUnavailableError, plain_errors
from indexer.opensearch.transport import UNHURRIED
from indexer.time_limit import is_hurried
from search_service.engines.opensearch.breaker import Breaker, OpenError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opensearchpy import OpenSearch

SHARD_SECONDS = 2
"""How long the shards may take to search; the client gives the node that asks them up a little later."""

FAILURES = 3
"""Calls in a row that fail before no more are made for a while."""

PAUSE = 2.0
"""Seconds for which none is made; then one tries whether the cluster answers again."""

MOST_HITS = 10_000
"""What OpenSearch returns to one search, by default."""

_WHOLE = {"allow_partial_search_results": "false", "search_type": "dfs_query_then_fetch"}
"""An answer without some shards would be a wrong answer; and words are as rare as in the whole index."""

_GONE = frozenset(
    f"{name}_exception"
    for name in ("connect_transport", "node_closed", "node_disconnected", "node_not_connected")
)
"""What is said of a node that went while it was asked; the next one who asks is sent to others."""

_AWAY = _GONE | {
    f"{name}_exception" for name in ("no_shard_available_action", "task_cancelled", "time_exceeded")
}
"""What is said of a part that another time will be there, whatever the status is that comes with it."""

_AS_SEARCHED = "false"
"""What is being written is read only once it can be searched too."""

_Answer = TypeVar("_Answer")


class NodeGoneError(ClusterUnavailableError):
    """A node went while it was asked; the rest of the cluster may well have the answer."""


class Calls:
    """Calls to one cluster; one instance for all threads, so that all know when it is away."""

    def __init__(self, client: OpenSearch) -> None:
        self.client = client
        self._breaker = Breaker(FAILURES, PAUSE, ATTEMPT, ClusterUnavailableError)

    def make(self, what: str, call: Callable[[], _Answer], *, is_quotable: bool = False) -> _Answer:
        """Return what a call returns; raise ClusterUnavailableError where the cluster can't answer now.

        A call that is not `is_quotable` holds what somebody asked: what it is refused for is not repeated.
        """
        try:
            with self._breaker.call(is_hurried=is_hurried()), plain_errors(what, is_quotable=is_quotable):
                try:
                    return call()
                except NodeGoneError:
                    return call()
        except OpenError:
            message = f"{what}: the cluster didn't answer just now; it is asked again in a while"
            raise ClusterUnavailableError(message) from None

    def search(self, index: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return the response to one search."""
        return self.searches(index, [body])[0]

    def searches(self, index: str, bodies: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the responses to several searches, asked at once."""
        what = f"searching {index}"
        seconds = SHARD_SECONDS if is_hurried() else UNHURRIED / 2
        lines: list[dict[str, Any]] = []
        for body in bodies:
            lines += [{"index": index, **_WHOLE}, {"timeout": f"{seconds:g}s", **body}]
        return self.make(what, lambda: _checked(self.client.msearch(body=lines)["responses"], what))

    def source(self, index: str, name: str, fields: Sequence[str]) -> dict[str, Any] | None:
        """Return some fields of a document, None where there is none of that id."""
        what = f"reading from {index}"
        included = ",".join(fields)
        answer = self.make(what, lambda: self._get(index, name, included))
        _refuse_error(answer, what)
        found: dict[str, Any] | None = answer.get("_source")
        return found

    def _get(self, index: str, name: str, included: str) -> Any:
        return self.client.get(
            index=index, id=name, _source_includes=included, ignore=[404], realtime=_AS_SEARCHED
        )

    def sources(self, index: str, names: Sequence[str], fields: Sequence[str]) -> list[dict[str, Any]]:
        """Return several documents, each with some of its fields; all of them must be there."""
        what = f"reading from {index}"
        body, included = {"ids": list(names)}, ",".join(fields)

        def read() -> list[dict[str, Any]]:
            documents: list[dict[str, Any]] = self.client.mget(
                index=index, body=body, _source_includes=included, realtime=_AS_SEARCHED
            )["docs"]
            for document in documents:
                _refuse_error(document, what)
                if not document.get("found"):
                    raise IndexStateError(f"{what}: a document is missing that was found just now")
            return documents

        return self.make(what, read)


def _checked(responses: list[dict[str, Any]], what: str) -> list[dict[str, Any]]:
    """Return the responses; raise ClusterUnavailableError or IndexStateError for a search that failed."""
    for response in responses:
        _refuse_error(response, what)
        if response["timed_out"] or response["_shards"]["failed"]:
            raise ClusterUnavailableError(f"{what}: not all shards answered in time")
    return responses


def _refuse_error(answer: dict[str, Any], what: str) -> None:
    """Raise ClusterUnavailableError or IndexStateError where one of several answers is an error."""
    if "error" not in answer:
        return
    error, status = answer["error"], answer.get("status", 0)
    cause = (error.get("root_cause") or [error])[0]
    if status in UNAVAILABLE or cause.get("type") in _AWAY:
        kind = NodeGoneError if cause.get("type") in _GONE else ClusterUnavailableError
        raise kind(f"{what}: {cause.get('type')}: {cause.get('reason')}")
    # What is wrong with a search may be told by quoting it, and so the question.
    raise IndexStateError(f"{what}: {cause.get('type')}")
