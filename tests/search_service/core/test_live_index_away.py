"""Following a source that is away for a while, as a cluster is; the source is made up, the generations too.

1. While nobody can see which generation is published, the one in use is used and `problem` says so, as everybody may
   read it; the log says it once, whatever is said meanwhile, and once that it is over.
2. One that was refused before is still told, and tried again, after that.
3. Nothing that a look raises ends the following.
4. Threads that wait for an opening that fails fail with it: they don't try one after the other.
5. What couldn't be prepared because the source is away is prepared when it is back.
6. Whether the generation in use is current is known without asking.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from indexer.index.generation import IndexStateError, IndexUnavailableError
from search_service.core import live_index
from search_service.core.live_index import LiveIndex


class Cluster:
    """A source whose generations are names."""

    looks = 0.01

    def __init__(self):
        self.published = "一"
        self.away: Exception | None = None
        self.bad: set[str] = set()
        self.looked = 0
        self.opened: list[str] = []

    def pointer(self):
        self.looked += 1
        if self.away:
            raise self.away
        return self.published

    def live(self):
        return self.pointer()

    def previous(self):
        return None

    def open(self, name, before):
        self.opened.append(name)
        if self.away:
            raise self.away
        if name in self.bad:
            raise IndexStateError(f"10.0.0.1: {name} is damaged")
        return SimpleNamespace(name=name)

    def public(self, error):
        return str(error).replace("10.0.0.1: ", "")


@pytest.fixture
def cluster():
    return Cluster()


@pytest.fixture
def index(cluster):
    return LiveIndex(cluster)


def follow(index, prepare=lambda generation: None):
    threading.Thread(target=index.follow, args=(prepare,), daemon=True).start()


def wait_until(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_what_is_in_use_is_used_while_nobody_can_look(cluster, index, caplog):
    caplog.set_level("INFO")
    follow(index)
    wait_until(lambda: index.opened and not index.is_preparing)
    assert index.problem is None
    assert index.is_current
    cluster.away = IndexUnavailableError("10.0.0.1: no answer in time")
    wait_until(lambda: index.problem == "no answer in time")
    cluster.away = IndexUnavailableError("10.0.0.1: asked again in a while")
    wait_until(lambda: index.problem == "asked again in a while")
    assert index.generation.name == "一"
    assert not index.is_current
    cluster.away = None
    wait_until(lambda: index.problem is None)
    assert index.is_current
    said = [record.getMessage() for record in caplog.records if "seen" in record.getMessage()]
    assert said == [
        "it can't be seen which generation is published: 10.0.0.1: no answer in time",
        "it can be seen again which generation is published: 一",
    ]
    assert cluster.opened == ["一"]


def test_one_published_while_nobody_could_look_is_followed(cluster, index):
    follow(index)
    wait_until(lambda: index.opened and not index.is_preparing)
    cluster.away = IndexUnavailableError("away")
    wait_until(lambda: index.problem)
    cluster.published = "二"
    cluster.away = None
    wait_until(lambda: index.generation.name == "二")
    assert index.problem is None


def test_what_was_refused_is_still_told_afterwards(cluster, index, monkeypatch):
    monkeypatch.setattr(live_index, "RETRY", 0.2)
    follow(index)
    wait_until(lambda: index.opened and not index.is_preparing)
    cluster.bad = {"二"}
    cluster.published = "二"
    wait_until(lambda: index.problem == "二 is damaged")
    cluster.away = IndexUnavailableError("away")
    wait_until(lambda: index.problem == "away")
    cluster.away = None
    wait_until(lambda: index.problem == "二 is damaged")
    assert index.generation.name == "一"
    cluster.bad = set()
    wait_until(lambda: index.generation.name == "二")
    assert index.problem is None


def test_nothing_ends_the_following(cluster, index):
    follow(index)
    wait_until(lambda: index.opened and not index.is_preparing)
    cluster.away = KeyError("manifest")
    wait_until(lambda: index.problem == "it can't be seen which generation is published")
    cluster.published, cluster.away = "二", None
    wait_until(lambda: index.generation.name == "二")


def test_who_waits_for_an_opening_fails_with_it(cluster, index):
    begun, may_fail = threading.Event(), threading.Event()

    def open_slowly(name, before):
        cluster.opened.append(name)
        begun.set()
        assert may_fail.wait(10)
        raise IndexUnavailableError("no answer in time")

    cluster.open = open_slowly

    def ask(_number):
        with pytest.raises(IndexStateError):
            _ = index.generation

    with ThreadPoolExecutor(8) as pool:
        asking = [pool.submit(ask, number) for number in range(8)]
        assert begun.wait(10)
        time.sleep(0.2)
        may_fail.set()
        for one in asking:
            one.result()
    assert len(cluster.opened) == 1
    del cluster.open
    assert index.generation.name == "一"


def test_what_could_not_be_prepared_is_prepared_when_it_is_back(cluster, index):
    prepared = []

    def prepare(generation):
        prepared.append(generation.name)
        if cluster.away:
            raise cluster.away

    _ = index.generation
    cluster.away = IndexUnavailableError("away")
    follow(index, prepare)
    wait_until(lambda: index.problem == "away")
    assert index.is_preparing
    cluster.away = None
    wait_until(lambda: not index.is_preparing)
    assert set(prepared) == {"一"}
    wait_until(lambda: index.problem is None)


def test_one_that_could_not_be_prepared_is_tried_again(cluster, index, monkeypatch):
    monkeypatch.setattr(live_index, "RETRY", 0.1)
    refused = []

    def prepare(generation):
        if generation.name == "二" and len(refused) < 2:
            refused.append(generation.name)
            raise IndexUnavailableError("no answer in time")

    follow(index, prepare)
    wait_until(lambda: index.opened and not index.is_preparing)
    cluster.published = "二"
    wait_until(lambda: index.problem == "no answer in time")
    wait_until(lambda: index.generation.name == "二")
    assert index.problem is None


def test_whether_it_is_current_is_known_without_asking(cluster, index):
    cluster.looks = 60
    follow(index)
    wait_until(lambda: index.opened and not index.is_preparing)
    wait_until(lambda: cluster.looked >= 2)
    time.sleep(0.05)
    looked = cluster.looked
    assert all(index.is_current for _ in range(10))
    assert cluster.looked == looked
