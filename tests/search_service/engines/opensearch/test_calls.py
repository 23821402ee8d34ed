"""Calls to the cluster, asked of a client that answers what it is told to.

1. A search that timed out, or that not all shards answered, or that the cluster had no time or no shards for, is
   ClusterUnavailableError: part of an answer is no answer.
2. What else is wrong with a search is IndexStateError, and the message repeats nothing that was asked.
3. A node that went while it was asked: the call is made once more.
4. Documents: one that isn't there is None; where the index is gone, a shard is, or one that must be there isn't,
   that is an error.
5. After FAILURES that are the cluster's the client isn't asked; errors that are ours don't count.
"""

from __future__ import annotations

from typing import Any

import pytest
from opensearchpy.exceptions import ConnectionError as NotConnectedError
from opensearchpy.exceptions import ConnectionTimeout, RequestError, TransportError

from indexer.index.generation import IndexStateError
from indexer.opensearch.cluster import ClusterUnavailableError
from search_service.engines.opensearch.calls import FAILURES, Calls

QUESTION = "狗咬人了找谁"
GOOD = {"timed_out": False, "_shards": {"failed": 0}, "status": 200, "hits": {"hits": []}}


class Client:
    """Answers, one after the other, what it was given; an exception is raised, the last one again and again."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked = 0

    def _answer(self) -> Any:
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    def msearch(self, body: list[dict[str, Any]]) -> Any:
        answer = self._answer()
        return {"responses": [answer] * (len(body) // 2)}

    def get(self, **_call: Any) -> Any:
        return self._answer()

    def mget(self, **_call: Any) -> Any:
        return {"docs": self._answer()}


def failed(status: int, kind: str, reason: str = "为什么") -> dict[str, Any]:
    """Return the answer to one of several searches that failed."""
    cause = {"type": kind, "reason": reason}
    return {"error": {"root_cause": [cause], "type": "search_phase_execution_exception"}, "status": status}


AWAY = [
    {**GOOD, "timed_out": True},
    {**GOOD, "_shards": {"failed": 1}},
    failed(503, "no_shard_available_action_exception"),
    failed(500, "time_exceeded_exception"),
    failed(500, "no_shard_available_action_exception"),
    failed(500, "node_disconnected_exception"),
    failed(429, "circuit_breaking_exception"),
    failed(504, "timeout_exception"),
    ConnectionTimeout("TIMEOUT", "no answer", None),
    NotConnectedError("N/A", "refused", ConnectionRefusedError(111, "Connection refused")),
    TransportError(503, "cluster_manager_not_discovered_exception", {}),
    TransportError(429, "rejected_execution_exception", {}),
    TransportError(502, "<html>Bad Gateway</html>", None),
]


@pytest.mark.parametrize("answer", AWAY, ids=repr)
def test_part_of_an_answer_is_none(answer):
    with pytest.raises(ClusterUnavailableError, match=r"^searching duties: "):
        Calls(Client(answer)).search("duties", {"query": {"match": {"every": QUESTION}}})


def test_one_of_several_searches_that_failed_is_enough():
    class Mixed(Client):
        def msearch(self, body):
            return {"responses": [GOOD, failed(503, "no_shard_available_action_exception")]}

    with pytest.raises(ClusterUnavailableError):
        Calls(Mixed(None)).searches("duties", [{}, {}])


@pytest.mark.parametrize(
    "answer",
    [
        failed(400, "query_shard_exception", f"can't parse [{QUESTION}]"),
        failed(400, "number_format_exception", f'For input string: "{QUESTION}"'),
        failed(500, "null_pointer_exception", QUESTION),
        RequestError(
            400,
            "parsing_exception",
            {"error": {"type": "parsing_exception", "reason": f"unknown [{QUESTION}]"}},
        ),
        RequestError(400, f"<html>{QUESTION}</html>", None),
    ],
    ids=repr,
)
def test_what_is_wrong_is_told_without_what_was_asked(answer):
    with pytest.raises(IndexStateError) as caught:
        Calls(Client(answer)).search("duties", {})
    assert not isinstance(caught.value, ClusterUnavailableError)
    assert QUESTION not in str(caught.value)
    assert str(caught.value).startswith("searching duties: ")


def test_a_call_is_made_once_more_where_a_node_went():
    client = Client(failed(500, "node_disconnected_exception"), GOOD)
    assert Calls(client).search("duties", {}) == GOOD
    assert client.asked == 2
    client = Client(failed(500, "node_disconnected_exception"))
    with pytest.raises(ClusterUnavailableError):
        Calls(client).search("duties", {})
    assert client.asked == 2


def test_documents():
    found = {"_id": "a", "found": True, "_source": {"duty": {}}}
    assert Calls(Client(found)).source("duties", "a", ["duty"]) == {"duty": {}}
    assert Calls(Client({"_id": "a", "found": False})).source("duties", "a", ["duty"]) is None
    gone = {"error": {"type": "index_not_found_exception", "reason": "no such index"}, "status": 404}
    with pytest.raises(IndexStateError, match="reading from duties: index_not_found_exception"):
        Calls(Client(gone)).source("duties", "a", ["duty"])
    assert Calls(Client([found])).sources("duties", ["a"], ["duty"]) == [found]
    with pytest.raises(IndexStateError, match="missing"):
        Calls(Client([found, {"_id": "b", "found": False}])).sources("duties", ["a", "b"], ["duty"])
    lost = {"_id": "b", "error": {"type": "no_shard_available_action_exception", "reason": "no shard"}}
    with pytest.raises(ClusterUnavailableError, match="no_shard_available_action_exception"):
        Calls(Client([found, lost])).sources("duties", ["a", "b"], ["duty"])


def test_what_does_not_answer_is_not_asked_for_a_while():
    client = Client({**GOOD, "timed_out": True})
    calls = Calls(client)
    for _ in range(FAILURES):
        with pytest.raises(ClusterUnavailableError, match="not all shards answered in time"):
            calls.search("duties", {})
    for _ in range(10):
        with pytest.raises(ClusterUnavailableError, match="asked again in a while"):
            calls.search("duties", {})
        with pytest.raises(ClusterUnavailableError, match="asked again in a while"):
            calls.source("duties", "a", ["duty"])
    assert client.asked == FAILURES


def test_errors_of_ours_do_not_count():
    client = Client(failed(400, "parsing_exception"))
    calls = Calls(client)
    for _ in range(3 * FAILURES):
        with pytest.raises(IndexStateError, match="parsing_exception"):
            calls.search("duties", {})
    assert client.asked == 3 * FAILURES
