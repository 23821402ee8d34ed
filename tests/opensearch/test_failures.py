"""What breaks, and what a real service says meanwhile: the right answer, or 503 with Retry-After; never a wrong one.

One service runs through all of it. Nobody starts it again: after each fault it must answer as before.

1. A node killed while people search, the elected one too: at most a few requests are refused, soon none.
2. A node killed while an index is published: it is published rightly, or the message says why not, and the one that was
   live is.
3. The cluster away: a refusal soon, at once when that is known; in the pages' form, the interface's and MCP's. The
   process lives, isn't ready, and serves what needs no cluster. When the cluster is back, so are the answers.
4. Nodes that hang, one or all: no request waits longer than the limit, and whether the process lives is told at once.
5. A shard lost: every search is refused, those too whose results lie elsewhere.
6. Another index behind the alias, of another mapping, without what belongs to it, or damaged: not used, the last good
   one is, and /readyz says why. A service that starts then says it in one line.
7. A full disk: searching goes on; publishing says what to do.
8. The log of all this has no question, no credentials and no traceback.

Software that isn't OpenSearch, or too old, is met in tests/search_service/test_index_source.py.
"""

from __future__ import annotations

import re
import subprocess
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from indexer.index.generation import IndexStateError
from indexer.index.publishing import current_generation
from indexer.opensearch import bulk
from indexer.opensearch.address import Address
from indexer.opensearch.cluster import ClusterUnavailableError, connect
from indexer.opensearch.publishing import publish
from search_service.core.index_cluster import IndexCluster
from search_service.core.search import Search
from search_service.mcp_server.server import create_server
from tests.e2e.conftest import command
from tests.opensearch.breaking import PUBLISH, WRONG, full_disks, live
from tests.opensearch.service import Asking, environment, found, serving, unheard, wait_until
from tests.search_service.mcp_server.conftest import ask, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from opensearchpy import OpenSearch

    from tests.opensearch.cluster import Cluster
    from tests.opensearch.service import Service

NAME, PASSWORD = "sucher", "GeHeim-4711"  # nobody checks them here, but they are sent
QUESTIONS = (
    "养犬", "高龄津贴发放", "狗咬人了找谁", "噪音扰民", "低保怎么申请", "残疾证", "老板拖欠工资", "私自屠宰牛羊",
    "占道经营", "违章建筑", "垃圾清运", "危房改造", "防汛抗旱", "森林防火", "食品安全", "道路交通安全",
    "宅基地审批", "医保缴费", "退役军人优待", "野外用火",
)  # fmt: skip
QUESTION = "谁管流浪犬"

FIRST_SECONDS = 7.0
"""Within which a request is answered while the cluster is away or hangs."""
KNOWN_SECONDS = 0.5
"""The same when that is known; on a busy machine."""
BACK_SECONDS = 35.0
"""Within which a service answers again when the cluster is back."""
WAITING_SECONDS = 5.0
"""That a request may wait for its turn before, where all threads wait for the cluster."""
GIVEN_UP_SECONDS = 120.0
"""Within which the others give up a node that hangs, and take it back, on a busy machine."""


@pytest.fixture(scope="module")
def address(shared_cluster: Cluster, index_folder: Path) -> Address:
    """Return the address of an index of our own: other tests publish elsewhere."""
    urls = tuple(url.replace("//", f"//{NAME}:{PASSWORD}@") for url in shared_cluster.urls)
    address = Address(urls, prefix="faults")
    publish(writing(address), address.names, current_generation(index_folder), shards=3, replicas=1)
    return address


def writing(address: Address) -> OpenSearch:
    return connect(address, 30, compress=False)


@pytest.fixture(scope="module")
def running(address: Address, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Run the service that goes through all of it; in the end look through its log."""
    with serving(address, tmp_path_factory.mktemp("service"), DUTY_SEARCH_LOG_FORMAT="json") as service:
        yield service
    said = service.said()
    assert len(said.splitlines()) > 100
    assert PASSWORD not in said
    assert not [text for text in QUESTIONS if text in said]
    assert not [line for line in said.splitlines() if '"level": "CRITICAL"' in line]


@pytest.fixture(scope="module")
def answers(running: Service) -> dict[str, tuple[int, str]]:
    """Return what is right: each question's number of results and the first one, before anything breaks."""
    return {text: found(running.search(text)) for text in QUESTIONS}


@pytest.fixture
def service(cluster: Cluster, running: Service, answers: Mapping[str, tuple[int, str]]) -> Service:
    """Return the service, and the cluster, with nothing broken."""
    cluster.wait_for("green", 3)
    wait_until(lambda: all(running.is_ready() for _ in range(10)), BACK_SECONDS)
    return running


@pytest.fixture
def told(
    request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> Callable[..., None]:
    """Return what puts down a measurement."""

    def tell(what: str, outcome: object) -> None:
        record_property(what, str(outcome))
        print(f"{request.node.name}: {what}: {outcome}")

    return tell


def elected(client: OpenSearch) -> int:
    """Return the number of the node that the others elected."""
    return int(client.cat.cluster_manager(format="json")[0]["node"].removeprefix("node-")) - 1


def assert_back(service: Service, answers: Mapping[str, tuple[int, str]]) -> float:
    """Wait until all answers are right again, every worker's; return the seconds that took."""
    texts = list(answers)

    def is_back() -> bool:
        asked = [(text, service.search(text)) for text in texts[:6] * 2]
        assert all(one.is_refusal or found(one) == answers[text] for text, one in asked)
        return all(one.status == 200 for _, one in asked)

    seconds = wait_until(is_back, BACK_SECONDS)
    assert service.is_ready()
    return round(seconds, 1)


# 1. A node killed during search.


@pytest.mark.parametrize("which", ["the elected one", "another"])
def test_a_node_killed_while_people_search(
    which: str,
    cluster: Cluster,
    service: Service,
    address: Address,
    answers: dict[str, tuple[int, str]],
    told: Callable[..., None],
) -> None:
    node = elected(writing(address))
    node = node if which == "the elected one" else (node + 1) % 3
    with Asking(service, answers, people=6) as asking:
        time.sleep(2)
        cluster.kill(node)
        killed = time.monotonic()
        cluster.wait_for("yellow", 2)
        time.sleep(8)
        cluster.restart(node)
        cluster.wait_for("green", 3)
        time.sleep(3)
    outcome = asking.outcome
    told("killed", outcome)
    assert not outcome.wrong, outcome.wrong[:3]
    assert outcome.right > 50
    assert outcome.refused < outcome.right
    assert outcome.last_refusal < killed + 20
    assert outcome.longest < FIRST_SECONDS + WAITING_SECONDS


# 2. A node killed during bulk.


@pytest.mark.parametrize("comes_back", [True, False])
def test_a_node_killed_while_an_index_is_published(
    comes_back: bool,
    cluster: Cluster,
    shared_cluster: Cluster,
    index_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    told: Callable[..., None],
) -> None:
    address = Address(tuple(shared_cluster.urls), prefix=f"bulk-{comes_back}".lower())
    client, generation = writing(address), current_generation(index_folder)
    before = publish(client, address.names, generation, shards=3, replicas=1)
    duties = client.count(index=address.names.live)["count"]
    node = elected(client)  # it has a part of the new index like every other
    killed: list[int] = []

    def kill(done: int) -> None:
        if not killed:
            killed.append(done)
            cluster.kill(node)
            if comes_back:
                cluster.restart(node)

    monkeypatch.setattr(bulk, "CHUNK", 300_000)
    monkeypatch.setattr(
        bulk, "SECONDS", 20 if comes_back else 5
    )  # the operator has more patience than a test
    started = time.monotonic()
    if comes_back:
        now = publish(client, address.names, generation, shards=3, replicas=1, progress=kill)
    else:
        with pytest.raises(ClusterUnavailableError) as caught:
            publish(client, address.names, generation, shards=3, replicas=1, progress=kill)
        told("refused", caught.value)
        assert re.search(
            "documents couldn't be written, tried 6 times: .*(primary shard is not active|no answer in time)",
            str(caught.value),
        )
        assert len(str(caught.value).splitlines()) == 1
        now = before
    told("took", f"{time.monotonic() - started:.0f} s")
    assert 0 < killed[0] < duties
    cluster.heal()
    assert live(client, address.names) == [now]
    assert client.count(index=address.names.live)["count"] == duties
    again = publish(client, address.names, generation, shards=3, replicas=1)
    assert live(client, address.names) == [again]
    assert client.count(index=address.names.live)["count"] == duties
    client.indices.delete(index=f"{address.prefix}-*")


# 3. The cluster away.


def test_the_cluster_away(
    cluster: Cluster,
    service: Service,
    address: Address,
    answers: dict[str, tuple[int, str]],
    told: Callable[..., None],
) -> None:
    assistant = create_server(Search.open(IndexCluster(address)))
    call = ("who_handles", {"question": "狗咬人了找谁", "township": "庙尔沟乡"})
    assert not ask(assistant, call)[0].is_error
    duty = answers["养犬"][1]
    for node in range(3):
        cluster.kill(node)
    paths = [
        f"{path}{unheard(QUESTION)}" for path in ("/api/v1/search?q=", "/api/v1/answer?q=", "/search?q=")
    ]
    paths += [
        f"/duties/{duty}",
        f"/api/v1/duties/{duty}",
        "/api/v1/export.csv",
        "/api/v1/export.jsonl",
        "/readyz",
    ]
    first = [service.ask(path) for path in paths]
    told("first", f"{max(one.seconds for one in first):.2f} s")
    assert all(one.is_refusal for one in first), [(one.status, one.body[:200]) for one in first]
    assert max(one.seconds for one in first) < FIRST_SECONDS
    for _ in range(20):  # every worker learns it
        assert service.search(QUESTION).is_refusal
    known = [service.ask(path) for path in paths]
    told("known", f"{max(one.seconds for one in known):.2f} s")
    assert all(one.is_refusal for one in known)
    assert max(one.seconds for one in known) < KNOWN_SECONDS
    page = service.ask(f"/search?q={unheard(QUESTION)}")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "清单索引暂时不可用" in page.body.decode()
    assert "10 秒以后可以再试" in page.body.decode()
    assert known[0].json["message"] == "the index can't be asked now; try again in a while"
    alive = [
        service.ask(path)
        for path in ("/healthz", "/static/tokens.css", "/api/v1/suggestions?q=养", "/metrics")
    ]
    assert [one.status for one in alive] == [200] * 4
    assert max(one.seconds for one in alive) < KNOWN_SECONDS
    result = ask(assistant, call)[0]
    assert result.is_error
    assert text_of(result).endswith(
        "the index can't be asked now, so nothing can be answered; try again in a minute"
    )
    for node in range(3):
        cluster.restart(node)
    cluster.wait_for("yellow", 3, 120)
    told("back after", f"{assert_back(service, answers)} s")
    assert not ask(assistant, call)[0].is_error


def test_a_service_that_finds_no_cluster(cluster: Cluster, address: Address) -> None:
    for node in range(3):
        cluster.kill(node)
    shown = ", ".join(cluster.urls)
    assert started(address) == (1, f"Error: {shown}: can't be reached (Connection refused)")


# 4. Nodes that hang.


@contextmanager
def watching(service: Service) -> Iterator[dict[str, list[float]]]:
    """Ask all the time whether the process lives; give the seconds that each request took, by its path."""
    seconds: dict[str, list[float]] = {"/healthz": [], "/static/tokens.css": []}
    over = threading.Event()

    def watch(path: str) -> None:
        while not over.wait(0.1):
            asked = service.ask(path)
            assert asked.status == 200
            seconds[path].append(asked.seconds)

    threads = [threading.Thread(target=watch, args=(path,)) for path in seconds]
    for thread in threads:
        thread.start()
    try:
        yield seconds
    finally:
        over.set()
        for thread in threads:
            thread.join()


@pytest.mark.parametrize("which", ["the elected one", "another"])
def test_a_node_that_hangs(
    which: str,
    cluster: Cluster,
    service: Service,
    address: Address,
    answers: dict[str, tuple[int, str]],
    told: Callable[..., None],
) -> None:
    node = elected(writing(address))
    node = node if which == "the elected one" else (node + 1) % 3
    with Asking(service, answers, people=8) as asking, watching(service) as seconds:
        time.sleep(2)
        cluster.pause(node)
        paused = time.monotonic()
        cluster.wait_for("yellow", 2, GIVEN_UP_SECONDS)
        given_up = time.monotonic()
        told("given up by the cluster after", f"{given_up - paused:.0f} s")
        time.sleep(12)
        cluster.resume(node)
        resumed = time.monotonic()
        cluster.wait_for("green", 3, GIVEN_UP_SECONDS)
        time.sleep(3)
    outcome = asking.outcome
    told("hanging", outcome)
    told("meanwhile", {path: f"{max(of):.2f} s" for path, of in seconds.items()})
    told("last refusal", f"{outcome.last_refusal - paused:.0f} s after it hung")
    assert not outcome.wrong, outcome.wrong[:3]
    assert outcome.longest < FIRST_SECONDS + WAITING_SECONDS
    assert max(seconds["/healthz"]) < 1.5
    assert outcome.last_refusal < min(given_up + 8, resumed)
    assert outcome.right > 50


def test_all_nodes_hang(
    cluster: Cluster, service: Service, answers: dict[str, tuple[int, str]], told: Callable[..., None]
) -> None:
    with Asking(service, answers, people=12) as asking, watching(service) as seconds:
        time.sleep(2)
        for node in range(3):
            cluster.pause(node)
        time.sleep(8)
        refused_so_far = asking.outcome.refused
        known = [service.search(QUESTION) for _ in range(20)]
        assert all(one.is_refusal for one in known)
        quick = sorted(one.seconds for one in known)
        told("known", f"half of them within {quick[10]:.2f} s, all within {quick[-1]:.2f} s")
        assert quick[10] < KNOWN_SECONDS
        assert not service.is_ready()
        time.sleep(8)
        for node in range(3):
            cluster.resume(node)
        back = assert_back(service, answers)
    outcome = asking.outcome
    told("hanging", outcome)
    told("meanwhile", {path: f"{max(of):.2f} s" for path, of in seconds.items()})
    told("back after", f"{back} s")
    assert not outcome.wrong, outcome.wrong[:3]
    assert outcome.refused > refused_so_far > 0
    assert outcome.longest < FIRST_SECONDS + WAITING_SECONDS
    assert max(seconds["/healthz"]) < 1.5
    assert max(seconds["/static/tokens.css"]) < FIRST_SECONDS


# 5. A shard lost.


def test_a_shard_lost(
    cluster: Cluster,
    shared_cluster: Cluster,
    index_folder: Path,
    answers: dict[str, tuple[int, str]],
    tmp_path: Path,
    told: Callable[..., None],
) -> None:
    address = Address(tuple(shared_cluster.urls), prefix="red")
    client = writing(address)
    publish(client, address.names, current_generation(index_folder), shards=3, replicas=0)
    with serving(address, tmp_path) as service:
        shards = client.cat.shards(index=address.names.live, format="json", h="node")
        node = int(shards[0]["node"].removeprefix("node-")) - 1
        with Asking(service, answers, people=4) as asking:
            time.sleep(2)
            cluster.kill(node)
            time.sleep(1)
            wait_until(lambda: not service.is_ready(), 20)
            asked = [service.search(QUESTION) for _ in range(30)]
            asked += [service.ask(f"/api/v1/answer?q={unheard(QUESTION)}") for _ in range(10)]
            asked += [service.search(text) for text in QUESTIONS]
            assert all(one.is_refusal for one in asked)
            told("longest refusal", f"{max(one.seconds for one in asked):.2f} s")
            assert max(one.seconds for one in asked) < FIRST_SECONDS
            assert not service.is_ready()
            cluster.restart(node)
            cluster.wait_for("green", 3)
            back = assert_back(service, answers)
        told("lost", asking.outcome)
        told("back after", f"{back} s")
        assert not asking.outcome.wrong, asking.outcome.wrong[:3]
        assert asking.outcome.refused
    client.indices.delete(index=f"{address.prefix}-*")


# 6. Something else behind the alias.


@pytest.mark.parametrize("what", WRONG)
def test_something_else_behind_the_alias(
    what: str, service: Service, address: Address, answers: dict[str, tuple[int, str]]
) -> None:
    client = writing(address)
    generation = service.ask("/readyz").json["generation"]
    with WRONG[what](client, address.names) as said:
        wait_until(lambda: all(service.ask("/readyz").json["problem"] for _ in range(10)), 20)
        for _ in range(10):
            ready = service.ask("/readyz")
            assert (ready.status, ready.json["generation"]) == (200, generation)
            assert re.fullmatch(said, ready.json["problem"]), ready.json["problem"]
        for text in QUESTIONS[:8]:
            assert found(service.search(text)) == answers[text]
        assert b"duty_search_index_is_current 0" in service.ask("/metrics").body
        code, told = started(address)
        assert re.fullmatch(rf"Error: {said}", told), told
        assert code == 1
    wait_until(lambda: not any(service.ask("/readyz").json["problem"] for _ in range(10)), BACK_SECONDS)
    assert_back(service, answers)


def test_no_index_published(shared_cluster: Cluster) -> None:
    address = Address(tuple(shared_cluster.urls), prefix="nobody")
    assert started(address) == (
        1,
        f"Error: {address.shown()}: no index has been published there as nobody; {PUBLISH}",
    )


def test_the_index_that_is_used_is_removed(
    cluster: Cluster,
    shared_cluster: Cluster,
    index_folder: Path,
    answers: dict[str, tuple[int, str]],
    tmp_path: Path,
) -> None:
    address = Address(tuple(shared_cluster.urls), prefix="gone")
    client = writing(address)
    publish(client, address.names, current_generation(index_folder), shards=1, replicas=1)
    duty = answers["养犬"][1]
    with serving(address, tmp_path) as service:
        client.indices.delete(index=f"{address.prefix}-*")
        asked = [service.ask(path) for path in (f"/duties/{duty}", f"/api/v1/duties/{duty}", "/readyz")]
        asked += [service.search(QUESTION) for _ in range(5)]
        assert all(one.is_refusal for one in asked), [(one.status, one.body[:200]) for one in asked]
        publish(client, address.names, current_generation(index_folder), shards=1, replicas=1)
        assert_back(service, answers)
    client.indices.delete(index=f"{address.prefix}-*")


def started(address: Address) -> tuple[int, str]:
    """Return the exit code and the last line of what a service says that can't start."""
    ended = subprocess.run(
        [command("duty-search"), "serve", "--port", "1"],
        env=environment(address),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stderr.splitlines()[-1]


# 7. A full disk.


def test_full_disks(
    cluster: Cluster,
    service: Service,
    address: Address,
    index_folder: Path,
    answers: dict[str, tuple[int, str]],
    told: Callable[..., None],
) -> None:
    client, generation = writing(address), current_generation(index_folder)
    before = live(client, address.names)
    with full_disks(client, address.names):
        with Asking(service, answers, people=4) as asking:
            time.sleep(3)
        told("searching", asking.outcome)
        assert not asking.outcome.wrong
        assert not asking.outcome.refused
        assert service.is_ready()
        with pytest.raises(IndexStateError, match="make room") as caught:
            publish(client, address.names, generation, shards=3, replicas=1)
        told("publishing", caught.value)
        assert live(client, address.names) == before
    again = publish(client, address.names, generation, shards=3, replicas=1)
    wait_until(lambda: all(not service.ask("/readyz").json["problem"] for _ in range(5)), 20)
    assert live(client, address.names) == [again]
    assert_back(service, answers)
