"""Exchanging single townships' lists in the live index of a real cluster.

1. The same list again changes nothing: no document, no revision.
2. A revised list: the new wording is found, the old isn't, a removed duty is gone, a new one is there; what grows is what
   a whole new index would have; other lists' documents aren't touched. The catalogue's order stays.
3. A new list gets the next number; it joins the groups of duties that it says alike, or that the phrase book knows as
   the same; the rest are groups of their own.
4. Whoever searches meanwhile sees the old list or the new one, and other lists as ever.
5. An update that fails, in whatever way, leaves the old list: a refused document, a full disk, Ctrl-C, a lost lock, a
   lost answer. Where it can't bring it back it says so, and the next one does.
6. An update that is killed at any moment leaves the old list or the new one, once the next writer has been there.
7. Refused: no live index, another making, a list without duties, one that lost many, the same id twice.
8. The command.
"""

from __future__ import annotations

import json
import os
import pickle
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from opensearchpy.exceptions import ConnectionTimeout

from indexer.cli import main
from indexer.index.generation import IndexStateError
from indexer.opensearch import bulk
from indexer.opensearch import update as updating
from indexer.opensearch.cluster import ClusterUnavailableError
from indexer.opensearch.companion import read_growing, read_head
from indexer.opensearch.document import LIST_SIZE
from indexer.opensearch.lock import holder
from indexer.opensearch.refreshing import refresh
from indexer.opensearch.undo import pending
from indexer.opensearch.update import Updated, update
from indexer.opensearch.verification import verify
from tests.opensearch.publishing_fixtures import (
    DUTIES,
    KANERZI,
    LENGTH,
    MIAOERGOU,
    SANTAI,
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

    from indexer.duty import Duty
    from indexer.opensearch.companion import Growing, Head
    from indexer.township_list import TownshipList
    from indexer.tuning import Tuning

__all__ = ["generations", "impatient", "site", "small", "two_lists"]

KILLS = 10
WORD = "麒麟"
"""What no real duty says."""


@pytest.fixture
def published(site: Site, two_lists: Path) -> Site:
    """Return an installation with two small lists in one shard."""
    site.publish(two_lists)
    return site


@pytest.fixture
def revised(small: dict[str, TownshipList]) -> TownshipList:
    """Return the first list with a duty reworded, one removed, and one added that another list has."""
    old = small[MIAOERGOU]
    reworded = replace(old.duties[4], name=f"开展{WORD}养护工作", category=f"{WORD}事务")
    added = taken_over(small[KANERZI].duties[-1], old, number=900)
    duties = (*old.duties[:4], reworded, *old.duties[6:], added)
    return replace(
        old,
        duties=duties,
        originals={**old.originals, added.id: small[KANERZI].originals[added_from(small).id]},
    )


def added_from(small: dict[str, TownshipList]) -> Duty:
    return small[KANERZI].duties[-1]


def taken_over(duty: Duty, into: TownshipList, number: int) -> Duty:
    """Return a duty as another list would have it."""
    place = into.duties[0]
    return replace(
        duty, id=f"{into.id}-{duty.list_type}-{number}", list_id=into.id, number=number, prefecture=place.prefecture,
        county=place.county, township=place.township,
    )  # fmt: skip


def put(site: Site, *lists: TownshipList, **options: Any) -> list[Updated]:
    return update(site.client, site.names, lambda tuning: lists, **options)


def head_of(site: Site) -> Head:
    return read_head(site.client, site.names.companion(str(site.aliases().live)))


def what_grows(site: Site) -> Growing:
    return read_growing(site.client, site.names.companion(str(site.aliases().live)), head_of(site))


def is_good(site: Site) -> bool:
    live = str(site.aliases().live)
    refresh(site.client, live)
    return verify(site.client, site.names, live) == []


# 1. Nothing new


def test_the_same_list_changes_nothing(published: Site, small: dict[str, TownshipList]) -> None:
    before, head, grows = published.documents(), head_of(published), what_grows(published)
    assert put(published, small[MIAOERGOU], small[KANERZI]) == [
        Updated(one, LENGTH, LENGTH, 0, 0, 0) for one in (MIAOERGOU, KANERZI)
    ]
    assert published.documents() == before
    assert (head_of(published), what_grows(published)) == (head, grows)


# 2. A revised list


def test_a_revised_list(published: Site, revised: TownshipList) -> None:
    before = published.documents()
    assert put(published, revised) == [Updated(MIAOERGOU, LENGTH, LENGTH, 1, 1, 1)]
    assert published.named(WORD) == [revised.duties[4].id]
    gone = set(before) - set(published.documents())
    assert len(gone) == 1
    assert published.lists() == {MIAOERGOU: LENGTH, KANERZI: LENGTH}
    after = published.documents()
    assert [one for one in after if one.startswith(MIAOERGOU)] == [duty.id for duty in revised.duties]
    assert {name: one for name, one in after.items() if one["list"] == KANERZI} == {
        name: one for name, one in before.items() if one["list"] == KANERZI
    }
    assert is_good(published)
    head = head_of(published)
    assert (head.revision, head.manifest.duties) == (2, DUTIES)
    assert head.manifest.generation.endswith("@2")


def test_what_it_leaves_is_what_a_whole_index_has(
    published: Site,
    revised: TownshipList,
    small: dict[str, TownshipList],
    data: Path,
    tuning: Tuning,
    tmp_path: Path,
    generations: Iterator[Path],
) -> None:
    put(published, revised)
    updated, grows = published.documents(), what_grows(published)
    published.publish(built([revised, small[KANERZI]], data, tuning, tmp_path / "whole"))
    whole, of_whole = published.documents(), what_grows(published)
    assert list(updated) == list(whole)
    for name in whole:
        for one in (updated[name], whole[name]):
            del one["version"], one["group"]  # groups are numbered otherwise
    assert updated == whole
    assert grows.lists == of_whole.lists
    assert {name: facet["values"] for name, facet in grows.facets.items()} == {
        name: facet["values"] for name, facet in of_whole.facets.items()
    }
    for name, facet in grows.facets.items():  # what no duty has any more may still be another name of a value
        assert facet["aliases"].items() >= of_whole.facets[name]["aliases"].items()
    assert grows.terms == of_whole.terms


def test_back_and_forth(published: Site, revised: TownshipList, small: dict[str, TownshipList]) -> None:
    before, grows = published.documents(), what_grows(published)
    for _ in range(2):
        put(published, revised)
        put(published, small[MIAOERGOU])
    after = published.documents()
    for documents in (before, after):
        for one in documents.values():
            del one["version"]
    assert after == before
    assert what_grows(published) == grows
    assert head_of(published).revision == 5


def test_what_is_searched_and_never_given_back(published: Site, revised: TownshipList) -> None:
    put(published, revised)
    duty = revised.duties[4]
    for field, term in (
        ("words_name", WORD),
        ("words_category", WORD),
        ("every", WORD),
        ("name_pairs", f"#{WORD}"),
        ("exact", WORD),
        ("characters", WORD[0]),
    ):
        body = {"query": {"term": {field: term}}}
        hits = published.client.search(index=published.names.live, body=body)["hits"]["hits"]
        assert [hit["_id"] for hit in hits] == [duty.id], field


# 3. New lists, and groups


def test_a_new_list(published: Site, small: dict[str, TownshipList]) -> None:
    put(published, small[SANTAI])
    after = published.documents()
    assert published.lists() == {MIAOERGOU: LENGTH, KANERZI: LENGTH, SANTAI: LENGTH}
    assert [one["number"] for one in after.values() if one["list"] == SANTAI] == [
        2 * LIST_SIZE + at for at in range(LENGTH)
    ]
    assert [info.id for info in what_grows(published).lists] == [MIAOERGOU, KANERZI, SANTAI]
    assert what_grows(published).facets["township"]["values"][-1] == small[SANTAI].duties[0].township
    assert is_good(published)


def test_groups(published: Site, small: dict[str, TownshipList]) -> None:
    before = published.documents()
    same, known = small[KANERZI].duties[3], small[KANERZI].duties[8]
    entry = before[known.id]["entry"]
    santai = small[SANTAI]
    duties = (
        taken_over(same, santai, 901),  # word by word
        taken_over(same, santai, 902),  # again: no text stands twice in a list
        replace(taken_over(known, santai, 903), category="另一类"),  # the same by the phrase book
        replace(taken_over(known, santai, 904), category="第三类"),  # its group has one of this list already
        replace(taken_over(known, santai, 905), name=f"放牧{WORD}", category="第三类"),  # nobody knows it
    )
    rows = dict(zip((duty.id for duty in duties), santai.originals.values(), strict=False))
    put(published, replace(santai, duties=duties, originals=rows))
    after = [published.documents()[duty.id] for duty in duties]
    assert after[0]["text"] == before[same.id]["text"]
    assert after[1]["text"] != after[0]["text"]
    assert after[0]["group"] == before[same.id]["group"]
    assert after[2]["group"] == before[known.id]["group"]
    assert after[2]["entry"] == after[3]["entry"] == entry
    assert "entry" not in after[4]
    groups = [one["group"] for one in after]
    assert len(set(groups)) == len(groups)
    highest = max(one["group"] for one in before.values())
    assert sorted(groups)[-2:] == [highest + 1, highest + 2] or min(groups[3], groups[4]) > highest


def test_lists_that_are_new_together_share_groups(published: Site, small: dict[str, TownshipList]) -> None:
    santai = small[SANTAI]
    twin = replace(
        santai,
        id="jimsar-twin",
        duties=tuple(replace(duty, id=duty.id.replace(SANTAI, "jimsar-twin"), list_id="jimsar-twin") for duty in santai.duties),
        originals={name.replace(SANTAI, "jimsar-twin"): row for name, row in santai.originals.items()},
    )  # fmt: skip
    put(published, santai, twin)
    after = published.documents()
    for duty in santai.duties:
        other = after[duty.id.replace(SANTAI, "jimsar-twin")]
        assert (other["group"], other["text"]) == (after[duty.id]["group"], after[duty.id]["text"])
    assert is_good(published)


# 4. Searching meanwhile


class Watcher:
    """Asks without a pause what the lists hold, and keeps every different answer."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.answers: Counter[tuple[tuple[str, int], ...]] = Counter()
        self.errors: list[BaseException] = []

    def ask(self, over: threading.Event) -> None:
        words = {"query": {"match": {"words_name": WORD}}}
        per_list = {"size": 0, "aggs": {"lists": {"terms": {"field": "list"}}}}
        with connect_for_writing(self._site.address) as client:
            while not over.is_set():
                try:
                    body = {**words, **per_list, "query": {"match_all": {}}}
                    body["aggs"] = {**per_list["aggs"], "found": {"filter": words["query"]}}
                    found = client.search(index=self._site.names.live, body=body)["aggregations"]
                    answer = {one["key"]: one["doc_count"] for one in found["lists"]["buckets"]}
                    self.answers[(*sorted(answer.items()), (WORD, found["found"]["doc_count"]))] += 1
                except Exception as error:
                    self.errors.append(error)


@contextmanager
def watched(site: Site) -> Iterator[Watcher]:
    watcher, over = Watcher(site), threading.Event()
    thread = threading.Thread(target=watcher.ask, args=(over,))
    thread.start()
    try:
        yield watcher
    finally:
        over.set()
        thread.join()


def test_every_answer_is_old_or_new(
    site: Site, two_lists: Path, small: dict[str, TownshipList], record_property: Callable[[str, object], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Every duty of the list is reworded, and a third of them go; the documents are written in many requests."""
    site.publish(two_lists, replicas=1)
    old = small[MIAOERGOU]
    new = replace(old, duties=tuple(replace(duty, name=f"{WORD}{duty.name}") for duty in old.duties[:20]))
    monkeypatch.setattr(bulk, "CHUNK", 2_000)
    with watched(site) as watcher:
        for _ in range(5):
            put(site, new, allow_fewer=True)
            put(site, old)
    assert watcher.errors == []
    record_property("answers", sum(watcher.answers.values()))
    assert set(watcher.answers) == {
        ((MIAOERGOU, LENGTH), (KANERZI, LENGTH), (WORD, 0)),
        ((MIAOERGOU, 20), (KANERZI, LENGTH), (WORD, 20)),
    }


# 5. What fails leaves the old list


@pytest.fixture
def unchanged(published: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Give an installation whose update will fail; look that the old list is there, refreshed or not."""
    before, head, grows = published.documents(), head_of(published), what_grows(published)
    monkeypatch.setattr(bulk, "CHUNK", 2_000)
    yield published
    assert_unchanged(published, before)
    refresh(published.client, published.names.live)
    assert_unchanged(published, before)
    assert (head_of(published), what_grows(published)) == (head, grows)
    assert pending(published.client, published.names.companion(str(published.aliases().live))) is None
    assert holder(published.client, published.names) is None
    assert is_good(published)


def assert_unchanged(site: Site, before: dict[str, dict[str, Any]]) -> None:
    after = site.documents()
    assert {name: {**one, "version": 0} for name, one in after.items()} == {
        name: {**one, "version": 0} for name, one in before.items()
    }
    assert site.named(WORD) == []


def test_a_refused_document(unchanged: Site, revised: TownshipList, monkeypatch: pytest.MonkeyPatch) -> None:
    original = updating.document
    last = revised.duties[-1].id
    monkeypatch.setattr(
        updating,
        "document",
        lambda placed, lines: original(placed, lines) | ({"附注": "x"} if placed.duty.id == last else {}),
    )
    with pytest.raises(IndexStateError, match=f"1 documents were refused: {last}: mapping set to strict"):
        put(unchanged, revised)


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_interrupted_when_all_is_written(
    error: type[BaseException], unchanged: Site, revised: TownshipList, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: Any) -> None:
        raise error

    monkeypatch.setattr(updating, "write_growing", interrupt)
    with pytest.raises(error):
        put(unchanged, revised)


def test_a_disk_that_becomes_full(
    unchanged: Site,
    revised: TownshipList,
    small: dict[str, TownshipList],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While it is full the old list can't be brought back, which the message says; the next update does it."""
    live = str(unchanged.aliases().live)
    before = unchanged.documents()
    original = updating.write_all
    calls: list[object] = []

    def block(client: Any, index: str, writes: Any, *rest: Any) -> None:
        rows = list(writes)
        original(client, index, rows[:2], *rest)
        client.indices.put_settings(index=live, body={"index.blocks.read_only_allow_delete": True})
        calls.append(rows)
        original(client, index, rows[2:], *rest)

    with monkeypatch.context() as patched:
        patched.setattr(updating, "write_all", block)
        with pytest.raises(IndexStateError) as raised:
            put(unchanged, revised)
    assert calls
    assert "disk usage exceeded flood-stage watermark" in str(raised.value)
    assert "The old list couldn't be brought back" in str(raised.value)
    assert_unchanged(unchanged, before)  # nothing of it is seen
    problems = verify(unchanged.client, unchanged.names, live)
    assert "is blocked: read_only_allow_delete" in problems
    assert "an update was broken off, or is under way: run it again" in problems
    unchanged.client.indices.put_settings(index=live, body={"index.blocks.read_only_allow_delete": None})
    put(unchanged, small[KANERZI])


def test_a_disk_that_is_full(unchanged: Site, revised: TownshipList) -> None:
    live = str(unchanged.aliases().live)
    unchanged.client.indices.put_settings(index=live, body={"index.blocks.read_only_allow_delete": True})
    with pytest.raises(ClusterUnavailableError, match=r"preparing .*flood-stage watermark.*make room"):
        put(unchanged, revised)
    unchanged.client.indices.put_settings(index=live, body={"index.blocks.read_only_allow_delete": None})


def test_the_lock_is_lost(
    unchanged: Site,
    revised: TownshipList,
    small: dict[str, TownshipList],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever took it over mends; this one touches nothing more."""
    live = str(unchanged.aliases().live)
    original = updating.write_all

    def lose(client: Any, index: str, writes: Any, *rest: Any) -> None:
        original(client, index, list(writes)[:2], *rest)
        source = client.get(index=unchanged.names.lock, id="writer")["_source"]["lock"]
        taken = {"lock": {**source, "token": "x", "who": "别人"}}
        client.index(index=unchanged.names.lock, id="writer", body=taken)

    with monkeypatch.context() as patched:
        patched.setattr(updating, "write_all", lose)
        with pytest.raises(IndexStateError, match="the lock was taken over by 别人"):
            put(unchanged, revised)
    assert pending(unchanged.client, unchanged.names.companion(live)) is not None
    unchanged.client.delete(index=unchanged.names.lock, id="writer")
    put(unchanged, small[KANERZI])


def test_a_lost_answer_to_the_last_call(
    published: Site, revised: TownshipList, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head was written: so the update is complete, and is brought to its end."""
    original = updating.write_growing

    def lose(*arguments: Any) -> None:
        original(*arguments)
        raise ClusterUnavailableError("no answer in time")

    monkeypatch.setattr(updating, "write_growing", lose)
    assert put(published, revised)[0].added == 1
    assert published.named(WORD) == [revised.duties[4].id]
    assert is_good(published)


@pytest.mark.usefixtures("impatient")
def test_a_refresh_that_fails(
    published: Site, revised: TownshipList, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(**_: Any) -> Any:
        raise ConnectionTimeout("TIMEOUT", "read timed out", TimeoutError())

    with monkeypatch.context() as patched:
        patched.setattr(published.client.indices, "refresh", lose)
        with pytest.raises(
            ClusterUnavailableError, match="is written, but perhaps not seen everywhere; run the same"
        ):
            put(published, revised)
    assert published.named(WORD) == []
    assert put(published, revised) == [Updated(MIAOERGOU, LENGTH, LENGTH, 0, 0, 0)]
    assert published.named(WORD) == [revised.duties[4].id]
    assert is_good(published)


# 6. Killed updates

DRIVER = """
import json, os, pickle, random, signal, sys, time
from pathlib import Path
from indexer.opensearch import bulk
from indexer.opensearch.address import Address
from indexer.opensearch.cluster import connect
from indexer.opensearch.refreshing import refresh
from indexer.opensearch.undo import mend, pending
from indexer.opensearch.indexes import aliased
from indexer.opensearch.update import update

address = Address(tuple(json.loads(sys.argv[1])), sys.argv[2])
old, new = pickle.loads(Path(sys.argv[3]).read_bytes())
kills = int(sys.argv[4])
bulk.CHUNK = 1_000

def put(one):
    with connect(address, 30, compress=False) as client:
        update(client, address.names, lambda tuning: [one])

def state():
    with connect(address, 30, compress=False) as client:
        hits = client.search(index=address.names.live, body={"size": 1000, "sort": ["number"]})["hits"]["hits"]
        live = aliased(client, address.names).live
        is_pending = pending(client, address.names.companion(live)) is not None
        return [hit["_source"]["duty"]["name"] for hit in hits if hit["_source"]["list"] == old.id], is_pending

names = [[duty.name for duty in one.duties] for one in (old, new)]
put(new)
started = time.monotonic()
put(old)
whole = time.monotonic() - started
writing = whole / 4
chance = random.Random(20250701)
outcomes = []
for number in range(kills):
    child = os.fork()
    if child == 0:
        put(new)
        os._exit(0)
    if number % 2:
        time.sleep(whole * number / kills)
    else:  # it begins with much reading: from when there is something to be undone
        end = time.monotonic() + 10 * whole
        while not state()[1] and time.monotonic() < end:
            pass
        time.sleep(chance.random() * writing)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    seen, is_pending = state()
    with connect(address, 30, compress=False) as client:
        client.delete(index=address.names.lock, id="writer", ignore=[404])  # which would end by itself
        live = aliased(client, address.names).live
        mend(client, address.names, live)
        refresh(client, live)
    mended, is_pending_still = state()
    outcomes.append([
        os.WIFSIGNALED(status), names.index(seen) if seen in names else -1, is_pending,
        names.index(mended) if mended in names else -1, is_pending_still,
    ])
    put(old)
    assert state() == (names[0], False), state()
print(json.dumps(outcomes))
"""


def test_killed_updates(
    published: Site, small: dict[str, TownshipList], data: Path, tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:  # fmt: skip
    old = small[MIAOERGOU]
    new = replace(old, duties=tuple(replace(duty, name=f"{WORD}{duty.name}") for duty in old.duties[:-3]))
    (tmp_path / "lists").write_bytes(pickle.dumps((old, new)))
    ran = subprocess.run(
        [sys.executable, "-c", DRIVER, json.dumps(published.address.urls), published.address.prefix,
         str(tmp_path / "lists"), str(KILLS)],
        env={**os.environ, "PYTHONPATH": str(data.parent)}, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    outcomes = json.loads(ran.stdout)
    record_property("outcomes", outcomes)
    assert {seen for _, seen, *_ in outcomes} <= {0, 1}
    assert {mended for *_, mended, _ in outcomes} <= {0, 1}
    assert any(is_pending for _, _, is_pending, *_ in outcomes)  # some were killed half-way
    assert not any(is_pending for *_, is_pending in outcomes)
    assert published.named(WORD) == []
    assert is_good(published)


def test_writers_whose_clocks_differ(
    published: Site, revised: TownshipList, small: dict[str, TownshipList], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour ahead, and back: an update is never taken for one that comes late."""
    real = time.time_ns
    with monkeypatch.context() as patched:
        patched.setattr(updating.time, "time_ns", lambda: real() + 3600 * 10**9)
        put(published, revised)
    put(published, small[SANTAI])
    put(published, small[MIAOERGOU])
    assert published.named(WORD) == []
    assert head_of(published).revision == 4
    assert is_good(published)


def test_what_comes_late_is_refused(
    published: Site, revised: TownshipList, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request of an update that was undone arrives after all."""
    live = str(published.aliases().live)
    late: list[tuple[Any, ...]] = []
    original = updating.write_all

    def fail(client: Any, index: str, writes: Any, progress: Any, version: int) -> None:
        late.append((list(writes), version))
        raise ClusterUnavailableError("no answer in time")

    with monkeypatch.context() as patched:
        patched.setattr(updating, "write_all", fail)
        with pytest.raises(ClusterUnavailableError, match="no answer in time"):
            put(published, revised)
    writes, version = late[0]
    with pytest.raises(IndexStateError, match="version conflict"):
        original(published.client, live, writes, version=version)
    refresh(published.client, live)
    assert published.named(WORD) == []
    assert put(published, revised)[0].added == 1
    assert published.named(WORD) == [revised.duties[4].id]


# 7. Refused


def test_no_live_index(site: Site, revised: TownshipList) -> None:
    with pytest.raises(IndexStateError, match="no index has been published under this name"):
        put(site, revised)
    assert not site.client.indices.exists(index=site.names.lock)
    site.client.indices.create(index=site.names.lock)  # for the fixture, which removes what there is


def test_an_index_of_another_making(published: Site, revised: TownshipList) -> None:
    companion = published.names.companion(str(published.aliases().live))
    head = published.client.get(index=companion, id="head")["_source"]
    head["head"]["manifest"]["stamp"]["analyzer"] = "jieba 0.1"
    published.client.index(index=companion, id="head", body=head)
    with pytest.raises(
        IndexStateError, match=r"made with schema \d+ and jieba 0\.1.*duty-index opensearch publish"
    ):
        put(published, revised)
    assert published.named(WORD) == []


def test_lists_that_cannot_be(published: Site, revised: TownshipList, small: dict[str, TownshipList]) -> None:
    with pytest.raises(IndexStateError, match=f"{MIAOERGOU}: has no duty, nothing was written"):
        put(published, replace(revised, duties=()), allow_fewer=True)
    with pytest.raises(IndexStateError, match=f"two duties have the id {revised.duties[0].id}"):
        put(published, replace(revised, duties=(*revised.duties, revised.duties[0])))
    fewer = replace(revised, duties=revised.duties[:10])
    with pytest.raises(IndexStateError, match=f"{MIAOERGOU} had 30 duties, now 10.*--allow-fewer"):
        put(published, fewer)
    assert published.lists() == {MIAOERGOU: LENGTH, KANERZI: LENGTH}
    assert put(published, fewer, allow_fewer=True) == [Updated(MIAOERGOU, LENGTH, 10, 0, 1, 20)]
    assert published.lists() == {MIAOERGOU: 10, KANERZI: LENGTH}


# 8. The command


def test_command(site: Site, two_lists: Path, data: Path, tmp_path: Path) -> None:
    site.publish(two_lists)
    folder = shutil.copytree(data, tmp_path / "data")
    document = folder / "lists" / f"{KANERZI}.txt"
    where = {
        "DUTY_SEARCH_OPENSEARCH_URL": site.address.urls[0],
        "DUTY_SEARCH_OPENSEARCH_PREFIX": site.address.prefix,
        "DUTY_SEARCH_DATA": str(folder),
    }

    def run(*arguments: str, code: int = 0) -> str:
        ended = CliRunner(env=where).invoke(main, ["opensearch", "update", *arguments])
        assert ended.exit_code == code, ended.output
        return ended.stderr

    assert "unknown list 'x'; allowed: changji-miaoergou, " in run("x", code=2)
    whole = run(KANERZI, SANTAI)
    assert f"{KANERZI}: 239 duties (209 new, 0 changed, 0 gone)" in whole
    assert f"{SANTAI}: 241 duties (241 new, 0 changed, 0 gone)" in whole
    text = document.read_text(encoding="utf-8")
    document.write_text(text.replace("养犬", WORD), encoding="utf-8")
    changed = run(KANERZI)
    assert "0 new, " in changed
    assert "(0 new, 0 changed" not in changed
    assert all(one.startswith(KANERZI) for one in site.named(WORD))
    assert site.named(WORD)
    with (folder / "dictionaries" / "noise.txt").open("a", encoding="utf-8") as file:
        file.write("劳驾问一声\n")
    assert "differs from what the index was built with" in run(KANERZI)
    document.write_text("不是清单", encoding="utf-8")
    assert "errors in the documents, nothing was written" in run(KANERZI, code=1)
    assert holder(site.client, site.names) is None
