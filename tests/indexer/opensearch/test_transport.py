"""Calls over nodes that hang, are gone, are slow or fail: asked of stand-ins.

1. A call ends within its time, however many nodes hang; within what is left of the time of all calls together.
   What nobody waits for may take longer.
2. With a time for one attempt, another node is asked in the rest of the call's; without one, nobody is asked
   twice after a timeout.
3. A node that hangs, that nothing listens at, or that answers 503 is left out: the next calls don't ask it. It is
   asked again after a while, and after half an hour away no later than after 80 s.
4. Nothing is logged of a call but that a node doesn't answer, once: no path, no credentials, no traceback.
5. Credentials are sent.
6. What goes wrong is told in a line that says what: refused, hanging, a name that isn't known, a page of HTML, an
   error of the cluster with its reason, a block with the remedy.
"""

from __future__ import annotations

import base64
import socket
import time
from contextlib import ExitStack

import pytest

from indexer.index.generation import IndexStateError
from indexer.opensearch.address import Address
from indexer.opensearch.cluster import ClusterUnavailableError, connect, plain_errors, refuse_other_software
from indexer.opensearch.transport import LEFT_OUT
from indexer.time_limit import limited, seconds_left, unhurried
from tests.indexer.opensearch.stand_in import StandIn

SECONDS = 1.0
HANGS = 30.0
DUTY = "庙尔沟-19"
GOOD = (200, {"found": True, "_source": {}})


@pytest.fixture
def nodes():
    """Return three nodes that answer."""
    with ExitStack() as stack:
        yield [stack.enter_context(StandIn(GOOD).running()) for _ in range(3)]


def client_of(nodes, attempt=None, seconds=SECONDS):
    return connect(Address(tuple(node.url for node in nodes)), seconds, attempt=attempt)


def get(client, times=1):
    """Read documents as one who waits would; return the seconds that took."""
    started = time.monotonic()
    for _ in range(times):
        with plain_errors("reading"):
            client.get(index="duties", id=DUTY)
    return time.monotonic() - started


def fails_after(client, match="^reading: no answer in time$"):
    """Return after how many seconds reading fails."""
    started = time.monotonic()
    with pytest.raises(ClusterUnavailableError, match=match):
        get(client)
    return time.monotonic() - started


def nobodys_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize("attempt", [None, 0.4])
def test_a_call_ends_in_time(nodes, attempt):
    for node in nodes:
        node.seconds = HANGS
    client = client_of(nodes, attempt)
    for _ in range(3):
        assert 0.7 < fails_after(client) < SECONDS + 0.5


def test_several_calls_end_in_the_time_of_all(nodes):
    for node in nodes:
        node.seconds = 0.5
    client = client_of(nodes)
    started = time.monotonic()
    with limited(1.2), pytest.raises(ClusterUnavailableError):
        get(client, times=10)
    assert 1.0 < time.monotonic() - started < 1.7
    assert seconds_left() == float("inf")
    assert sum(len(node.asked) for node in nodes) <= 3


def test_an_inner_block_has_what_is_left_of_the_outer():
    with limited(5):
        with limited(60):
            assert seconds_left() < 5.1
        with limited(1):
            assert seconds_left() < 1.1
        assert seconds_left() > 4


def test_a_call_that_may_take_longer_does(nodes):
    for node in nodes:
        node.seconds = 1.5
    client = client_of(nodes)
    assert client.get(index="duties", id=DUTY, request_timeout=5)["found"]


def test_what_nobody_waits_for_may_take_longer(nodes):
    for node in nodes:
        node.seconds = 1.5
    client = client_of(nodes, attempt=0.4)
    with unhurried():
        assert get(client) > 1.4
    assert fails_after(client) < SECONDS + 0.5


def test_a_hanging_node_delays_one_call(nodes):
    nodes[0].seconds = HANGS
    client = client_of(nodes, attempt=0.4)
    assert get(client, times=3) < 0.4 + 0.4
    assert get(client, times=6) < 0.3
    assert len(nodes[0].asked) == 1


def test_who_writes_is_not_asked_twice_and_the_node_left_out(nodes):
    nodes[0].seconds = HANGS
    client = client_of(nodes)
    failed = 0
    for _ in range(6):
        try:
            get(client)
        except ClusterUnavailableError:
            failed += 1
    assert failed == 1
    assert len(nodes[0].asked) == 1
    assert sum(len(node.asked) for node in nodes) == 6


def test_a_node_that_is_gone_is_left_out(nodes):
    urls = (f"http://127.0.0.1:{nobodys_port()}", *(node.url for node in nodes))
    assert get(connect(Address(urls), SECONDS), times=8) < 0.5


def test_a_node_that_says_503_is_left_out(nodes):
    nodes[0].answer = (503, {"error": {"type": "cluster_manager_not_discovered_exception", "reason": "none"}})
    client = client_of(nodes)
    get(client, times=8)
    assert len(nodes[0].asked) == 1


def test_a_node_that_is_back_is_asked_again(nodes, monkeypatch):
    monkeypatch.setitem(LEFT_OUT, "dead_timeout", 0.3)
    nodes[0].answer = (503, {})
    client = client_of(nodes)
    get(client, times=4)
    nodes[0].answer = GOOD
    time.sleep(0.4)
    get(client, times=6)
    assert len(nodes[0].asked) > 1


def test_after_a_long_time_away_a_node_is_not_left_out_for_longer(nodes):
    for node in nodes:
        node.answer = (503, {})
    client = client_of(nodes)
    for _ in range(30):
        with pytest.raises(ClusterUnavailableError):
            get(client)
    until = [due for due, _ in client.transport.connection_pool.dead.queue]
    assert until
    assert max(until) - time.time() <= 80
    nodes[0].answer = nodes[1].answer = nodes[2].answer = GOOD
    get(client)


def test_the_log_says_once_that_a_node_does_not_answer(caplog):
    port = nobodys_port()
    gone = f"http://sucher:geheim@127.0.0.1:{port}"
    with StandIn((500, {"error": {"type": "x", "reason": "y"}})).running() as node:
        for urls in ((gone,), (node.url, gone)):
            client = connect(Address(urls), SECONDS)
            for _ in range(5):
                with pytest.raises(IndexStateError):
                    get(client)
    lines = [record.getMessage() for record in caplog.records]
    assert lines == [f"http://127.0.0.1:{port} doesn't answer; it is left out for a while"]
    assert "Traceback" not in caplog.text


def test_credentials_are_sent(nodes):
    port = nodes[0].url.rpartition(":")[2]
    connect(Address((f"http://sucher:ge%40heim@127.0.0.1:{port}",)), SECONDS).get(index="duties", id=DUTY)
    assert nodes[0].credentials == ["Basic " + base64.b64encode(b"sucher:ge@heim").decode()]


def test_what_goes_wrong_is_told():
    refused = f"http://127.0.0.1:{nobodys_port()}"
    fails_after(connect(Address((refused,))), r"^reading: can't be reached \(Connection refused\)$")
    fails_after(connect(Address(("http://nobody.invalid:9200",))), r"^reading: can't be reached \(.*\)$")


BLOCKED = "index [duties] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage watermark];"


@pytest.mark.parametrize(
    ("answer", "error", "told"),
    [
        ((200, "<html>你好</html>"), ClusterUnavailableError, "reading: no answer as OpenSearch gives it"),
        ((503, "<html>proxy</html>"), ClusterUnavailableError, "reading: 503 <html>proxy</html>"),
        ((401, "Unauthorized"), IndexStateError, "reading: 401 Unauthorized"),
        (
            (403, {"error": {"type": "security_exception", "reason": "no permissions"}}),
            IndexStateError,
            "reading: 403 security_exception: no permissions",
        ),
        (
            (429, {"error": {"type": "cluster_block_exception", "reason": BLOCKED}}),
            ClusterUnavailableError,
            f"reading: 429 cluster_block_exception: {BLOCKED} Where a disk is full, make room: ",
        ),
        (
            (503, {"error": {"type": "cluster_block_exception", "reason": "state not recovered"}}),
            ClusterUnavailableError,
            "reading: 503 cluster_block_exception: state not recovered",
        ),
    ],
    ids=["html", "proxy", "who", "may not", "full", "starting"],
)
def test_what_a_node_answers_is_told(answer, error, told):
    with StandIn(answer).running() as node, pytest.raises(error) as caught:
        get(client_of([node]))
    assert str(caught.value).startswith(told)
    assert isinstance(caught.value, ClusterUnavailableError) == (error is ClusterUnavailableError)
    assert ("make room" in str(caught.value)) == ("make room" in told)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            {"version": {"number": "2.19.1", "distribution": "opensearch"}},
            "runs opensearch 2.19.1; needed is",
        ),
        ({"version": {"number": "8.15.0"}}, "runs another software 8.15.0; needed is OpenSearch"),
        ({"version": {"number": "9", "distribution": "opensearch"}}, None),
        ({"version": {"number": "3.2.0-SNAPSHOT", "distribution": "opensearch"}}, None),
        ({"version": {"number": "3.1.9", "distribution": "opensearch"}}, "runs opensearch 3.1.9"),
        ({"version": "1"}, "answers, but not as OpenSearch does"),
        ({}, "answers, but not as OpenSearch does"),
        ([], "answers, but not as OpenSearch does"),
    ],
    ids=repr,
)
def test_other_software_is_refused(answer, told):
    with StandIn((200, answer)).running() as node:
        address = Address((node.url.replace("//", "//sucher:geheim@"),))
        client = connect(address)
        if told is None:
            refuse_other_software(client, address)
            return
        with pytest.raises(IndexStateError) as caught:
            refuse_other_software(client, address)
        assert str(caught.value).startswith(f"{node.url}: {told}")
