"""Publishing on a real cluster of three nodes.

1. A published index holds every duty with its copies; the alias names it; index, template and companion verify.
2. The next publish keeps one index for a rollback and removes older ones; a rollback swaps the two, twice is once
   not; `list` and `prune` tell live, previous, kept, in progress and left over apart, and touch nobody else's.
3. Whatever fails leaves the alias where it was and no index behind: a document that is refused in the middle (named
   in the message), Ctrl-C, a full disk, a lost lock, names that aren't found, lists that would be lost.
4. What the cluster is too busy for is sent again: real refusals (429), one by one and whole requests.
5. Publishers that are killed at any moment leave an index that answers; the next publish clears up.
6. One writer at a time: a second one is told at once who is at work; a dead one's lock ends, one taken over stops its
   former holder.
7. A switch whose answer is lost is known to be made; one that somebody else made meanwhile isn't made over.
8. More copies than there are nodes for are a warning.
9. The commands.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from opensearchpy.exceptions import ConnectionTimeout, TransportError

from indexer.cli import main
from indexer.index.generation import IndexStateError
from indexer.index.publishing import current_generation
from indexer.opensearch import bulk, health, lock, publishing, switching
from indexer.opensearch.address import Address
from indexer.opensearch.bulk import BlockedError, write_all
from indexer.opensearch.cluster import ClusterUnavailableError
from indexer.opensearch.indexes import Aliased, State, found, prune, remove_left_over
from indexer.opensearch.lock import holder, writing
from indexer.opensearch.publishing import default_replicas, default_shards, roll_back
from indexer.opensearch.verification import verify
from tests.generations import change_manifest
from tests.opensearch.cluster import Cluster
from tests.opensearch.publishing_fixtures import (
    DUTIES,
    KANERZI,
    MIAOERGOU,
    Site,
    built,
    connect_for_writing,
    generations,
    impatient,
    site,
    small,
    two_lists,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from click.testing import Result
    from opensearchpy import OpenSearch

    from indexer.township_list import TownshipList
    from indexer.tuning import Tuning

__all__ = ["generations", "impatient", "site", "small", "two_lists"]

KILLS = 10


# 1. What is published


def test_every_duty_of_the_real_lists_is_there(
    site: Site, index_folder: Path, lists: dict[str, TownshipList]
) -> None:
    told: list[int] = []
    generation = current_generation(index_folder)
    name = site.publish(generation, shards=3, replicas=1, progress=told.append)
    assert name == f"{site.address.prefix}-duties-{generation.name.lower()}"
    assert site.aliases() == Aliased(name, None)
    assert site.lists() == {one.id: len(one.duties) for one in lists.values()}
    assert told[-1] == 1243
    assert told == sorted(told)
    assert verify(site.client, site.names, name) == []
    assert site.client.cluster.health(index=name)["status"] == "green"
    settings = site.client.indices.get_settings(index=name)[name]["settings"]["index"]
    assert (settings["number_of_shards"], settings["number_of_replicas"]) == ("3", "1")
    assert site.named("犬")  # as its lists have 文明养犬
    assert holder(site.client, site.names) is None


def test_an_index_of_that_name_has_the_strict_mapping_whoever_makes_it(site: Site, two_lists: Path) -> None:
    site.publish(two_lists)
    other = site.names.duties("20200101T000000Z-000000")
    site.client.indices.create(index=other)
    with pytest.raises(Exception, match="strict_dynamic_mapping_exception"):
        site.client.index(index=other, body={"名称": "养犬"})


def test_as_many_shards_and_copies_as_befit() -> None:
    assert [default_shards(duties) for duties in (1, 1243, 2_000_000, 2_000_001, 9_000_000)] == [
        1,
        1,
        1,
        2,
        5,
    ]
    assert [default_replicas(nodes) for nodes in (1, 2, 3)] == [0, 1, 1]


# 2. Live, previous, left over


def test_one_index_is_kept_for_a_rollback(site: Site, generations: Iterator[Path]) -> None:
    first, second, third = (site.publish(next(generations)) for _ in range(3))
    assert site.aliases() == Aliased(third, second)
    assert site.indexes() == sorted(
        [second, third, site.names.companion(second), site.names.companion(third)]
    )
    assert first not in site.indexes()


def test_the_same_generation_again_is_another_index(site: Site, two_lists: Path) -> None:
    names = [site.publish(two_lists) for _ in range(3)]
    assert names == [names[0], f"{names[0]}-2", f"{names[0]}-3"]
    assert site.aliases() == Aliased(names[2], names[1])
    assert site.publish(two_lists) == names[0]  # which is free again


def test_a_rollback_done_again_undoes_it(site: Site, generations: Iterator[Path]) -> None:
    first, second = (site.publish(next(generations)) for _ in range(2))
    assert roll_back(site.client, site.names) == first
    assert site.aliases() == Aliased(first, second)
    assert roll_back(site.client, site.names) == second
    assert site.aliases() == Aliased(second, first)


def test_nothing_to_go_back_to(site: Site, two_lists: Path) -> None:
    with pytest.raises(IndexStateError, match="no index has been published under this name"):
        roll_back(site.client, site.names)
    assert not site.client.indices.exists(index=site.names.lock)
    name = site.publish(two_lists)
    with pytest.raises(IndexStateError, match="there is no earlier index to go back to"):
        roll_back(site.client, site.names)
    assert site.aliases() == Aliased(name, None)


@pytest.mark.parametrize("part", ["duties", "companion"])
def test_no_rollback_to_what_is_damaged(part: str, site: Site, generations: Iterator[Path]) -> None:
    first, second = (site.publish(next(generations)) for _ in range(2))
    if part == "duties":
        site.client.delete(index=first, id=f"{MIAOERGOU}-basic-1", refresh=True)
        message = "holds 59 duties instead of 60"
    else:
        site.client.delete(index=site.names.companion(first), id="part-0")
        message = "404"
    with pytest.raises(IndexStateError, match=message):
        roll_back(site.client, site.names)
    assert site.aliases() == Aliased(second, first)
    assert verify(site.client, site.names, first) != []


def test_states(site: Site, generations: Iterator[Path]) -> None:
    names = {}
    for state in (State.KEPT, State.PREVIOUS, State.LIVE):
        names[state] = site.publish(next(generations))
        if state is State.KEPT:
            site.client.indices.put_alias(index=names[state], name=f"{site.address.prefix}-of-july")
    names[State.LEFT_OVER] = site.names.duties("20200101T000000Z-000000")
    site.client.indices.create(index=names[State.LEFT_OVER])
    listed = found(site.client, site.names)
    assert {one.name: one.state for one in listed} == {name: state for state, name in names.items()}
    assert [one.duties for one in listed] == [DUTIES, DUTIES, DUTIES, 0]
    assert all(one.bytes > 100_000 and one.manifest for one in listed[:3])
    assert listed[3].manifest is None
    with writing(site.client, site.names, "publish something"):
        assert found(site.client, site.names)[3].state is State.IN_PROGRESS


def test_prune_removes_what_nobody_uses(site: Site, generations: Iterator[Path]) -> None:
    kept = [site.publish(next(generations)) for _ in range(2)]
    kept += [site.names.companion(name) for name in kept]
    mine = f"{site.address.prefix}-duties-mine"  # not a name that we give
    left_over = site.names.duties("20200101T000000Z-000000")
    alone = site.names.companion(site.names.duties("20200101T000000Z-000001"))
    for name in (mine, left_over, alone):
        site.client.indices.create(index=name)
    with (
        writing(site.client, site.names, "publish something"),
        pytest.raises(IndexStateError, match="writing"),
    ):
        prune(site.client, site.names)
    assert left_over in site.indexes()
    assert prune(site.client, site.names) == [left_over]
    assert site.indexes() == sorted([*kept, mine])
    assert prune(site.client, site.names) == []


def test_installations_share_a_cluster(site: Site, two_lists: Path, cluster: Cluster) -> None:
    other = Site(site.client, Address(tuple(cluster.urls), prefix=f"{site.address.prefix}-b"))
    names = [site.publish(two_lists), other.publish(two_lists)]
    assert prune(site.client, site.names) == prune(site.client, other.names) == []
    assert [site.aliases().live, other.aliases().live] == names
    site.client.indices.delete_index_template(name=other.names.template)


def test_a_damaged_index_is_not_kept_for_a_rollback(
    site: Site, generations: Iterator[Path], caplog: pytest.LogCaptureFixture
) -> None:
    good, damaged = (site.publish(next(generations)) for _ in range(2))
    site.client.delete(index=site.names.companion(damaged), id="head")
    with caplog.at_level(logging.WARNING, "indexer.opensearch"):
        third = site.publish(next(generations))
    assert site.aliases() == Aliased(third, good)
    assert "whether lists are missing isn't known" in caplog.text
    assert "not kept for a rollback" in caplog.text
    site.client.indices.delete(index=third)
    fourth = site.publish(next(generations))
    assert site.aliases() == Aliased(fourth, good)


# 3. What fails leaves everything as it was


@pytest.fixture
def unchanged(site: Site, generations: Iterator[Path]) -> Iterator[Path]:
    """Give a generation whose publishing will fail; look that nothing has changed then."""
    live = site.publish(next(generations))
    before = site.indexes()
    yield next(generations)
    assert site.aliases() == Aliased(live, None)
    assert site.indexes() == before
    assert site.count() == DUTIES
    assert holder(site.client, site.names) is None


@pytest.fixture
def altered(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str, dict[str, Any]], None]], None]:
    """Return what has a function change every document before it is written."""

    def alter(change: Callable[[str, dict[str, Any]], None]) -> None:
        original = publishing.documents

        def documents(*arguments: Any) -> Iterator[tuple[str, dict[str, Any]]]:
            for name, source in original(*arguments):
                copy = dict(source)
                change(name, copy)
                yield name, copy

        monkeypatch.setattr(publishing, "documents", documents)

    return alter


def test_a_refused_document_in_the_middle(
    site: Site, unchanged: Path, altered: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(name: str, source: dict[str, Any]) -> None:
        if name == f"{KANERZI}-basic-15":
            source["附注"] = "不在映射里"

    altered(change)
    monkeypatch.setattr(bulk, "CHUNK", 20_000)
    with pytest.raises(IndexStateError) as raised:
        site.publish(unchanged)
    assert f"1 documents were refused: {KANERZI}-basic-15: mapping set to strict" in str(raised.value)
    assert "[附注]" in str(raised.value)


def test_ctrl_c(site: Site, unchanged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(done: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(bulk, "CHUNK", 20_000)
    with pytest.raises(KeyboardInterrupt):
        site.publish(unchanged, progress=interrupt)


def test_a_full_disk(site: Site, unchanged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the cluster does to indexes on a disk that is full (flood stage)."""

    def block(done: int) -> None:
        site.client.indices.put_settings(
            index=f"{site.names.duties(unchanged.name)}", body={"index.blocks.read_only_allow_delete": True}
        )

    monkeypatch.setattr(bulk, "CHUNK", 20_000)
    with pytest.raises(BlockedError, match=r"disk usage exceeded flood-stage watermark.*make room"):
        site.publish(unchanged, progress=block)


def test_names_that_are_not_found(site: Site, unchanged: Path, altered: Callable[..., None]) -> None:
    def change(name: str, source: dict[str, Any]) -> None:
        source["every"] = source["words_name"] = "养犬"

    altered(change)
    with pytest.raises(IndexStateError, match=r"doesn't find \d+ of 52 duties by their own names \(changji"):
        site.publish(unchanged)


def test_duties_that_got_lost(site: Site, unchanged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = publishing.documents
    monkeypatch.setattr(publishing, "documents", lambda *arguments: list(original(*arguments))[1:])
    with pytest.raises(IndexStateError, match="holds 59 duties instead of 60"):
        site.publish(unchanged)


def test_a_companion_that_got_lost(site: Site, unchanged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(client: OpenSearch, index: str, *rest: Any) -> None:
        original(client, index, *rest)
        client.delete(index=index, id="part-0")

    original = publishing.write_companion
    monkeypatch.setattr(publishing, "write_companion", write)
    with pytest.raises(IndexStateError, match=r"companion.*404"):
        site.publish(unchanged)


def test_a_damaged_generation(site: Site, unchanged: Path) -> None:
    (unchanged / "vocabulary.json").write_text("{}")
    with pytest.raises(IndexStateError, match=r"damaged: vocabulary\.json"):
        site.publish(unchanged)


@pytest.mark.parametrize("value", ["schema", "analyzer"])
def test_a_generation_of_another_making(value: str, site: Site, unchanged: Path) -> None:
    change_manifest(unchanged, **{value: 5 if value == "schema" else "jieba 0.1"})
    with pytest.raises(IndexStateError, match=r"made with schema .*run: duty-index build"):
        site.publish(unchanged)


def test_lists_are_not_lost_silently(
    site: Site, two_lists: Path, small: dict[str, TownshipList], data: Path, tuning: Tuning, tmp_path: Path
) -> None:
    live = site.publish(two_lists)
    fewer = built([small[KANERZI]], data, tuning, tmp_path)
    with pytest.raises(IndexStateError, match=rf"{MIAOERGOU} had 30 duties, now none.*--allow-fewer"):
        site.publish(fewer)
    assert site.aliases() == Aliased(live, None)
    name = site.publish(fewer, allow_fewer=True)
    assert site.aliases() == Aliased(name, live)
    assert site.lists() == {KANERZI: 30}


# 4. A busy cluster


def chunked(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(bulk, "CHUNK", size)


@pytest.mark.usefixtures("impatient")
def test_real_refusals_are_sent_again(
    shared_cluster: Cluster,
    two_lists: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A node that writes one thing at a time and lets one wait: of a request to eight shards most is refused."""
    tight = {"thread_pool.write.size": 1, "thread_pool.write.queue_size": 1}
    folder = tmp_path_factory.mktemp("tight")
    monkeypatch.setattr(bulk, "TRIES", 40)
    chunked(monkeypatch, 100_000)
    with Cluster(shared_cluster.home, folder, nodes=1, settings=tight) as cluster:
        address = Address(tuple(cluster.urls), prefix="tight")
        with connect_for_writing(address) as client:
            site = Site(client, address)
            site.publish(two_lists, shards=8)
            assert site.count() == DUTIES
            pools = client.nodes.stats(metric="thread_pool")["nodes"].values()
            assert sum(node["thread_pool"]["write"]["rejected"] for node in pools) > 5


class Busy:
    """A client that answers 429 to the first requests to write, and is the real one otherwise."""

    def __init__(self, client: OpenSearch, refusals: int) -> None:
        self._client = client
        self.left = refusals

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def bulk(self, **arguments: Any) -> Any:
        self.left -= 1
        if self.left < 0:
            return self._client.bulk(**arguments)
        error = {
            "type": "rejected_execution_exception",
            "reason": "rejected execution of coordinating operation",
        }
        raise TransportError(429, error["type"], {"error": {"root_cause": [error], **error}, "status": 429})


@pytest.mark.usefixtures("impatient")
def test_whole_requests_that_are_refused_are_sent_again(site: Site, two_lists: Path) -> None:
    busy = Busy(site.client, 3)
    publishing.publish(busy, site.names, two_lists, replicas=0)  # type: ignore[arg-type]
    assert busy.left < 0
    assert site.count() == DUTIES


@pytest.mark.usefixtures("impatient")
def test_what_stays_too_busy_is_given_up(site: Site, unchanged: Path) -> None:
    with pytest.raises(
        ClusterUnavailableError, match=r"60 documents couldn't be written, tried 6 times: .*429"
    ):
        publishing.publish(Busy(site.client, 100), site.names, unchanged, replicas=0)  # type: ignore[arg-type]


def test_a_request_that_comes_late_changes_nothing(site: Site, two_lists: Path) -> None:
    name = site.publish(two_lists)
    duty = f"{MIAOERGOU}-basic-1"
    source = site.documents()[duty]
    del source["version"]
    write_all(site.client, name, [(duty, {**source, "group": 5})], version=1_000_000)
    with pytest.raises(IndexStateError, match="version conflict"):
        write_all(site.client, name, [(duty, {**source, "group": 4})], version=999_999)
    assert site.client.get(index=name, id=duty)["_source"]["group"] == 5


# 5. Killed publishers

DRIVER = """
import json, os, random, signal, sys, time
from pathlib import Path
from indexer.opensearch import bulk
from indexer.opensearch.address import Address
from indexer.opensearch.cluster import connect
from indexer.opensearch.indexes import aliased
from indexer.opensearch.publishing import publish
from indexer.index.publishing import current_generation

address = Address(tuple(json.loads(sys.argv[1])), sys.argv[2])
generation, kills = Path(sys.argv[3]), int(sys.argv[4])
bulk.CHUNK = 20_000

def client():
    return connect(address, 30, compress=False)

def published():
    with client() as one:
        return publish(one, address.names, generation, 1, 1)

published()
started = time.monotonic()
published()
whole = time.monotonic() - started
chance = random.Random(20250701)
outcomes = []
for number in range(kills):
    child = os.fork()
    if child == 0:
        published()
        os._exit(0)
    time.sleep(0.8 * whole * (number + chance.random()) / kills)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with client() as one:
        live = aliased(one, address.names).live
        duties = one.count(index=live)["count"]
        indexes = len(one.indices.get_alias(index=address.names.all_duties))
        one.delete(index=address.names.lock, id="writer", ignore=[404])  # which would end by itself
    outcomes.append([os.WIFSIGNALED(status), duties, indexes])
print(json.dumps({"outcomes": outcomes, "last": published()}))
"""


def test_killed_publishers(
    site: Site, two_lists: Path, data: Path, record_property: Callable[[str, object], None]
) -> None:
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            DRIVER,
            json.dumps(site.address.urls),
            site.address.prefix,
            two_lists,
            str(KILLS),
        ],
        env={**os.environ, "PYTHONPATH": str(data.parent)},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout)
    record_property("outcomes", result["outcomes"])
    assert len(result["outcomes"]) == KILLS
    assert sum(was_killed for was_killed, _, _ in result["outcomes"]) > KILLS / 2  # some were over before
    assert {duties for _, duties, _ in result["outcomes"]} == {DUTIES}
    assert max(indexes for _, _, indexes in result["outcomes"]) == 3  # some were killed half-way
    assert site.aliases().live == result["last"]
    assert len(site.indexes()) == 4
    assert verify(site.client, site.names, result["last"]) == []


# 6. One writer


def test_a_second_writer_is_told_who_is_at_work(site: Site, unchanged: Path) -> None:
    with (
        writing(site.client, site.names, "publish 20250701T080000Z-3fa9c1"),
        pytest.raises(IndexStateError) as raised,
    ):
        site.publish(unchanged)
    assert f"(process {os.getpid()}) has been writing here since 20" in str(raised.value)
    assert "UTC (publish 20250701T080000Z-3fa9c1), last heard of " in str(raised.value)


def test_of_publishers_at_once_one_wins(site: Site, two_lists: Path) -> None:
    publishers = 4
    start = threading.Barrier(publishers)

    def publish_one(_: int) -> str:
        with connect_for_writing(site.address) as client:
            start.wait()
            try:
                return publishing.publish(client, site.names, two_lists, replicas=0)
            except IndexStateError as error:
                return str(error)

    with ThreadPoolExecutor(publishers) as threads:
        said = list(threads.map(publish_one, range(publishers)))
    assert len([one for one in said if "has been writing here" in one]) == publishers - 1
    assert site.aliases().live in said
    assert len(site.indexes()) == 2


def test_a_dead_writers_lock_ends(site: Site, two_lists: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "EXPIRES", 3.0)
    monkeypatch.setattr(lock, "RENEWED", 60.0)  # it is as good as dead
    dead = lock.Lock(site.client, site.names, "publish something")
    with pytest.raises(IndexStateError, match="wait for it to end"):
        site.publish(two_lists)
    while holder(site.client, site.names):
        threading.Event().wait(0.2)
    monkeypatch.setattr(lock, "RENEWED", 0.1)
    with writing(site.client, site.names, "publish") as taken:
        with pytest.raises(IndexStateError, match="the lock was taken over by"):
            dead.confirm()
        dead.release()
        threading.Event().wait(5)
        taken.confirm()  # renewed meanwhile, and not released by its former holder
    assert holder(site.client, site.names) is None


def test_a_publisher_that_lost_the_lock_stops(
    site: Site, generations: Iterator[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    live = site.publish(next(generations))
    chunked(monkeypatch, 20_000)
    monkeypatch.setattr(lock, "RENEWED", 0.1)

    def take_over(done: int) -> None:
        source = site.client.get(index=site.names.lock, id="writer")["_source"]["lock"]
        site.client.index(
            index=site.names.lock, id="writer", body={"lock": {**source, "token": "x", "who": "别人"}}
        )
        threading.Event().wait(1)

    with pytest.raises(IndexStateError, match="the lock was taken over by 别人; nothing more is written"):
        site.publish(next(generations), progress=take_over)
    assert site.aliases() == Aliased(live, None)
    assert len(site.indexes()) == 2


# 7. The switch


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("made", [True, False])
def test_a_switch_whose_answer_is_lost(
    made: bool, site: Site, generations: Iterator[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    live = site.publish(next(generations))
    calls = []
    original = site.client.indices.update_aliases

    def lose(**arguments: Any) -> Any:
        calls.append(arguments)
        if made or len(calls) > 1:
            original(**arguments)
        if len(calls) == 1:
            raise ConnectionTimeout("TIMEOUT", "read timed out", TimeoutError())
        return {"acknowledged": True}

    monkeypatch.setattr(site.client.indices, "update_aliases", lose)
    name = site.publish(next(generations))
    assert site.aliases() == Aliased(name, live)
    assert len(calls) == 2


@pytest.mark.usefixtures("impatient")
def test_a_switch_that_nobody_knows_of_removes_nothing(
    site: Site, generations: Iterator[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    live = site.publish(next(generations))
    monkeypatch.setattr(switching, "PATIENCE", 1.0)

    def lose(**arguments: Any) -> Any:
        raise ConnectionTimeout("TIMEOUT", "read timed out", TimeoutError())

    with monkeypatch.context() as patched:
        patched.setattr(site.client.indices, "update_aliases", lose)
        with pytest.raises(ClusterUnavailableError, match="isn't known; see duty-index opensearch list"):
            site.publish(next(generations))
    assert site.aliases() == Aliased(live, None)
    assert len(site.indexes()) == 4  # the switch may be made yet
    assert len(remove_left_over(site.client, site.names)) == 1


def test_interrupted_while_switching_removes_nothing(
    site: Site, generations: Iterator[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    live = site.publish(next(generations))
    original = site.client.indices.update_aliases

    def interrupt(**arguments: Any) -> Any:
        original(**arguments)
        raise KeyboardInterrupt

    monkeypatch.setattr(site.client.indices, "update_aliases", interrupt)
    with pytest.raises(ClusterUnavailableError, match=r"interrupted; whether .* isn't known"):
        site.publish(next(generations))
    now = site.aliases()
    assert now.previous == live
    assert site.count() == DUTIES
    assert site.indexes() == sorted([live, str(now.live), *map(site.names.companion, (live, str(now.live)))])


def test_somebody_elses_switch_is_not_made_over(
    site: Site, generations: Iterator[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (site.publish(next(generations)) for _ in range(2))
    original = publishing.switch

    def switch(*arguments: Any) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(publishing, "writing", unlocked)
            patched.setattr(publishing, "switch", original)
            roll_back(site.client, site.names)
        original(*arguments)

    monkeypatch.setattr(publishing, "switch", switch)
    with pytest.raises(IndexStateError, match="aliases_not_found_exception"):
        site.publish(next(generations))
    assert site.aliases() == Aliased(first, second)
    assert len(site.indexes()) == 4


class unlocked:  # noqa: N801  # stands in for a function
    """A lock that nobody looks at."""

    def __init__(self, *_: Any) -> None:
        pass

    def __enter__(self) -> unlocked:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def confirm(self) -> None:
        pass


# 8. Copies


def test_more_copies_than_nodes(
    site: Site, two_lists: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_AT_ONCE", 1)
    with caplog.at_level(logging.WARNING, "indexer.opensearch"):
        name = site.publish(two_lists, replicas=3)
    assert f"{name}: not all shards have 3 copies yet" in caplog.text
    assert site.count() == DUTIES
    assert verify(site.client, site.names, name)[0] == "copies of shards are missing (yellow)"


# 9. The commands


def run(*arguments: object, code: int = 0, **environment: str) -> Result:
    result = CliRunner(env=environment).invoke(
        main, ["opensearch", *(str(argument) for argument in arguments)]
    )
    assert result.exit_code == code, result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_commands(site: Site, two_lists: Path) -> None:
    where = {
        "DUTY_SEARCH_OPENSEARCH_URL": ", ".join(site.address.urls),
        "DUTY_SEARCH_OPENSEARCH_PREFIX": site.address.prefix,
        "DUTY_SEARCH_INDEX": str(two_lists.parent.parent),
    }
    assert "no index has been published under this name" in run("list", code=1, **where).stderr
    assert "is live: 60 duties" in run("publish", **where).stderr
    run("publish", "--shards", 2, "--replicas", 0, "--generation", two_lists.name, **where)
    assert "no generation is named 'x'" in run("publish", "--generation", "x", code=1, **where).stderr
    listed = json.loads(run("list", "--format", "json", **where).stdout)
    assert [(one["state"], one["health"], one["duties"]) for one in listed] == [
        ("previous", "green", DUTIES),
        ("live", "green", DUTIES),
    ]
    assert {one["generation"] for one in listed} == {two_lists.name}
    table = run("list", **where).stdout
    assert all(word in table for word in ("previous", "live", "green", "60"))
    assert f"{listed[0]['index']} is live again" in run("rollback", **where).stderr
    assert run("verify", **where).stdout == "".join(f"{one['index']}: good\n" for one in listed)
    assert run("prune", **where).stderr == "nothing to remove\n"
    site.client.delete(index=listed[0]["index"], id=f"{MIAOERGOU}-basic-1", refresh=True)
    assert f"{MIAOERGOU} has 29 duties instead of 30" in run("verify", code=1, **where).stdout
