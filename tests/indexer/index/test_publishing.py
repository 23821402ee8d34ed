"""Publishing an index.

1. A generation becomes visible in one step, when it is complete; readers see the old one until then.
2. An error anywhere before that step leaves `current` and the live generation untouched, removes
   everything half-built, and frees the lock.
3. What killed builds have left is removed by the next one.
4. After a publish the live generation and the one live before are kept, whatever their names say of time.
5. One writer at a time: a second one is refused at once, with a remedy; others may read meanwhile.
6. A folder that can't be written, a missing index, a pointer to nothing, a damaged manifest: each is an
   IndexStateError naming the place and the remedy.
7. A build killed with SIGKILL leaves the live index answering and the lock free.
8. A staged generation is complete but not live; publishing it makes it live, pruning removes it.
9. A rollback brings back the generation that was live before, another one undoes it.
10. A damaged generation isn't published, isn't gone back to, and isn't what the next build keeps.
11. Every kind of damage is named with its file.
12. A build is refused where lists of the live index are missing, or a fifth of their duties, unless allowed,
    and where duties aren't found by their names.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from indexer.index import build, publishing
from indexer.index.checksums import damages
from indexer.index.generation import IndexStateError, Manifest, Stamp
from indexer.index.postings import Postings
from indexer.index.publishing import (
    State,
    current_generation,
    found_generations,
    generation_name,
    new_generation,
)
from indexer.index.records import Records
from indexer.index.snapshot import Snapshot

if TYPE_CHECKING:
    from indexer.township_list import TownshipList
    from indexer.tuning import Tuning

FEWER = build.Publishing(allow_fewer=True)
STAMP = Stamp(schema=1, analyzer="jieba 0", dictionaries="d", lists="l", code="")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def publish_content(index: Path, content: str, *, staged: bool = False) -> str:
    with new_generation(index, staged=staged) as folder:
        (folder / "content").write_text(content, encoding="utf-8")
    return generation_name(folder)


def state(index: Path) -> dict[str, bytes | None]:
    """Return every path below the index folder with its content, the lock's left out."""
    return {
        str(path.relative_to(index)): path.read_bytes() if path.is_file() else None
        for path in sorted(index.rglob("*"))
        if path.name != "lock"
    }


def test_a_generation_becomes_visible_when_complete(index: Path) -> None:
    first = publish_content(index, "old")
    with new_generation(index) as folder:
        (folder / "content").write_text("new", encoding="utf-8")
        assert current_generation(index).name == first
        assert (current_generation(index) / "content").read_text(encoding="utf-8") == "old"
    live = current_generation(index)
    assert live.name == generation_name(folder) != first
    assert (live / "content").read_text(encoding="utf-8") == "new"
    assert not folder.exists()


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_an_error_while_building(index: Path, error: type[BaseException]) -> None:
    publish_content(index, "old")
    before = state(index)

    def failing() -> None:
        with new_generation(index) as folder:
            (folder / "half").mkdir()
            (folder / "half" / "content").write_text("new", encoding="utf-8")
            raise error("in the middle")

    with pytest.raises(error, match="in the middle"):
        failing()
    assert state(index) == before
    publish_content(index, "the lock is free")


@pytest.mark.parametrize("step", ["_sync", "_switch"])
def test_an_error_while_publishing(index: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    publish_content(index, "old")
    before = state(index)
    whole = getattr(publishing, step)

    def failing(*arguments: object) -> None:
        if step == "_sync":
            whole(*arguments)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publishing, step, failing)
    with pytest.raises(IndexStateError, match=r"can't be written: .*No space left on device"):
        publish_content(index, "new")
    assert state(index) == before


def test_an_error_at_the_very_switch(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish_content(index, "old")
    before = state(index)

    def failing(self: Path, target: Path) -> None:
        raise OSError(5, "Input/output error", str(target))

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(IndexStateError, match="Input/output error"):
        publish_content(index, "new")
    monkeypatch.undo()
    assert state(index) == before


def test_the_first_build_fails(index: Path) -> None:
    with pytest.raises(ValueError, match="bad"), new_generation(index):
        raise ValueError("bad")
    assert list(state(index)) == ["generations"]
    with pytest.raises(IndexStateError, match="no index has been published here"):
        current_generation(index)


def test_leftovers_of_killed_builds_are_removed(index: Path) -> None:
    publish_content(index, "old")
    leftover = index / "generations" / ".building-20250101T000000Z-abcdef"
    leftover.mkdir()
    (leftover / "content").write_text("half", encoding="utf-8")
    (index / ".current-20250101T000000Z-abcdef").write_text("20250101T", encoding="utf-8")
    unpublished = index / "generations" / "99990101T000000Z-abcdef"  # complete, but killed before the switch
    unpublished.mkdir()
    with new_generation(index):
        assert not leftover.exists()
    assert not unpublished.exists()
    assert [path.name for path in index.iterdir() if path.name.startswith(".")] == []


def test_the_live_and_the_last_generation_are_kept(index: Path) -> None:
    names = [publish_content(index, str(number)) for number in range(5)]
    kept = {path.name for path in (index / "generations").iterdir()}
    assert kept == set(names[-2:])
    assert current_generation(index).name == names[-1]


def test_a_clock_set_back_removes_no_live_generation(index: Path) -> None:
    publish_content(index, "a")
    future = index / "generations" / "99990101T000000Z-000000"
    current_generation(index).rename(future)
    (index / "current").write_text(future.name + "\n", encoding="utf-8")
    name = publish_content(index, "b")
    assert current_generation(index).name == name
    assert {path.name for path in (index / "generations").iterdir()} == {name, future.name}


def test_a_second_build_is_refused_at_once(index: Path) -> None:
    publish_content(index, "old")
    with new_generation(index) as folder:
        with pytest.raises(IndexStateError, match="another build is running; wait for it to end"):
            publish_content(index, "other")
        assert folder.is_dir()
        assert (current_generation(index) / "content").read_text(encoding="utf-8") == "old"
    assert current_generation(index).name == generation_name(folder)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(IndexStateError, match=re.escape(f"{tmp_path}/file/index: can't be written: ")):
        publish_content(tmp_path / "file" / "index", "new")


def test_no_index(index: Path) -> None:
    with pytest.raises(IndexStateError) as caught:
        current_generation(index)
    assert str(caught.value) == f"{index}: no index has been published here; run: duty-index build"


@pytest.mark.parametrize("pointer", ["20250101T000000Z-abcdef\n", "", "\n"])
def test_a_pointer_to_nothing(index: Path, pointer: str) -> None:
    publish_content(index, "old")
    (index / "current").write_text(pointer, encoding="utf-8")
    with pytest.raises(IndexStateError, match=r"the live generation '.*' is missing; run: duty-index build"):
        current_generation(index)
    publish_content(index, "new")
    assert current_generation(index).is_dir()


def test_the_manifest(tmp_path: Path) -> None:
    manifest = Manifest("20250101T000000Z-abcdef", STAMP, 1243, "2025-01-01T00:00:00+00:00")
    manifest.write(tmp_path)
    assert Manifest.read(tmp_path) == manifest


GOOD = {
    "generation": "g",
    "stamp": {"schema": 1, "analyzer": "a", "dictionaries": "d", "lists": "l", "code": "c"},
    "duties": 1,
    "built_at": "2025-01-01T00:00:00+00:00",
}


@pytest.mark.parametrize(
    "content",
    [
        None,
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b"null",
        json.dumps({**GOOD, "stamp": None}).encode(),
        json.dumps({**GOOD, "stamp": {"schema": 1}}).encode(),
        json.dumps({**GOOD, "more": 1}).encode(),
        json.dumps({key: value for key, value in GOOD.items() if key != "duties"}).encode(),
    ],
)
def test_a_damaged_manifest(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(IndexStateError) as caught:
        Manifest.read(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path}: the manifest can't be read (")
    assert str(caught.value).endswith("; run: duty-index build")


def test_a_failed_build_leaves_the_live_index(
    index_folder: Path, tmp_path: Path, lists: dict[str, TownshipList], tuning: Tuning
) -> None:
    index = shutil.copytree(index_folder, tmp_path / "index")
    before = state(index)

    def failing(done: int) -> None:
        if done == 20:
            raise RuntimeError("in the middle of indexing")

    with pytest.raises(RuntimeError, match="in the middle of indexing"):
        build.build_index(
            [lists["qitai-kanerzi"]], tuning, STAMP, index, publishing=FEWER, progress=build.Progress(failing)
        )
    assert state(index) == before


def test_an_index_that_fails_its_check_is_not_published(
    index: Path, lists: dict[str, TownshipList], tuning: Tuning, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_content(index, "old")
    before = state(index)
    check = build.refuse_wrong_number
    monkeypatch.setattr(build, "refuse_wrong_number", lambda found, expected: check(found - 1, expected))
    with pytest.raises(IndexStateError, match="holds 238 duties instead of 239; not published"):
        build.build_index([lists["qitai-kanerzi"]], tuning, STAMP, index)
    assert state(index) == before


def test_an_index_without_duties_is_not_published(index: Path, tuning: Tuning) -> None:
    with pytest.raises(IndexStateError, match="there is no duty to index, nothing was published"):
        build.build_index([], tuning, STAMP, index)
    assert not index.exists()


KILLED = """
import os, signal, sys
from pathlib import Path
from indexer.catalogue import Catalogue
from indexer.index.build import Progress, Publishing, build_index, stamp_of
from indexer.township_list import read_list
from indexer.tuning import Tuning

data, index = Path(sys.argv[1]), Path(sys.argv[2])
tuning = Tuning.load(data / "dictionaries")
entry = Catalogue.load(data / "lists").entries[0]
one = read_list(data / "lists" / entry.file, entry, tuning.departments)

def die(done):
    if done == 100:
        os.kill(os.getpid(), signal.SIGKILL)

build_index([one], tuning, stamp_of(data / "lists", tuning), index, None, Publishing(allow_fewer=True), Progress(die))
"""


def test_a_killed_build(data: Path, index_folder: Path, tmp_path: Path) -> None:
    index = shutil.copytree(index_folder, tmp_path / "index")
    live = current_generation(index)
    before = state(index)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(data), str(index)],
        cwd=data.parent,
        env={**os.environ, "PYTHONPATH": str(data.parent)},
        check=False,
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert any(path.name.startswith(".building-") for path in (index / "generations").iterdir())
    # The live index is what it was, and answers.
    after = state(index)
    assert {path: after[path] for path in before} == before
    assert current_generation(index) == live
    assert Manifest.read(live).duties == len(Records(live / build.RECORDS_FOLDER)) == 1243
    assert "养犬" in Snapshot.load(live / build.SNAPSHOT_FOLDER).postings.terms
    # The lock is free, and the next build clears up.
    publish_content(index, "next")
    assert not list((index / "generations").glob(".building-*"))


def test_a_staged_generation(index: Path) -> None:
    old = publish_content(index, "old")
    staged = publish_content(index, "staged", staged=True)
    assert current_generation(index).name == old
    assert states(index) == {old: State.LIVE, staged: State.STAGED}
    new = publish_content(index, "new")
    assert states(index) == {old: State.PREVIOUS, staged: State.STAGED, new: State.LIVE}
    publishing.publish(index, staged)
    assert current_generation(index).name == staged
    assert states(index) == {old: State.LEFT_OVER, staged: State.LIVE, new: State.PREVIOUS}
    publishing.publish(index, staged)
    assert states(index)[new] is State.PREVIOUS
    assert publishing.prune(index) == [old]


def test_prune(index: Path) -> None:
    old, live = publish_content(index, "old"), publish_content(index, "live")
    staged = publish_content(index, "staged", staged=True)
    assert publishing.prune(index) == [staged]
    assert states(index) == {old: State.PREVIOUS, live: State.LIVE}
    assert publishing.prune(index) == []


def test_a_rollback_and_back(index: Path) -> None:
    with pytest.raises(IndexStateError, match="no earlier generation"):
        publishing.roll_back(index)
    old = publish_content(index, "old")
    with pytest.raises(IndexStateError, match="no earlier generation"):
        publishing.roll_back(index)
    new = publish_content(index, "new")
    assert publishing.roll_back(index) == old
    assert states(index) == {old: State.LIVE, new: State.PREVIOUS}
    assert publishing.roll_back(index) == new
    assert (current_generation(index) / "content").read_text(encoding="utf-8") == "new"


def test_a_rollback_from_a_damaged_one_is_not_undone(index: Path) -> None:
    good, bad = publish_content(index, "good"), publish_content(index, "bad")
    (index / "generations" / bad / "content").unlink()
    assert publishing.roll_back(index) == good
    assert states(index) == {good: State.LIVE, bad: State.LEFT_OVER}
    with pytest.raises(IndexStateError, match="no earlier generation"):
        publishing.roll_back(index)


@pytest.mark.parametrize("name", ["20200101T000000Z-abcdef", "", "..", "../generations", "."])
def test_an_unknown_generation(index: Path, name: str) -> None:
    known = publish_content(index, "old")
    with pytest.raises(IndexStateError, match=f"no generation is named .*; there are: {known}"):
        publishing.publish(index, name)
    assert current_generation(index).name == known


def test_a_damaged_generation_is_nothing_to_go_to(index: Path) -> None:
    good, bad = publish_content(index, "good"), publish_content(index, "bad")
    (index / "generations" / bad / "content").write_text("BAD", encoding="utf-8")
    # The next build keeps the last good one, not the damaged one that was live.
    new = publish_content(index, "new")
    assert states(index) == {good: State.PREVIOUS, new: State.LIVE}
    (index / "generations" / good / "content").write_text("G", encoding="utf-8")
    before = state(index)
    message = rf"{good}: damaged: content has 1 bytes instead of 4; run: duty-index build"
    with pytest.raises(IndexStateError, match=message):
        publishing.roll_back(index)
    with pytest.raises(IndexStateError, match=message):
        publishing.publish(index, good)
    assert state(index) == before


def test_damages_are_named(index: Path) -> None:
    with new_generation(index) as folder:
        for name in ("same", "shorter", "flipped", "gone", "folder"):
            (folder / name).write_bytes(b"0123456789")
    live = current_generation(index)
    assert damages(live) == []
    (live / "shorter").write_bytes(b"012345678")
    (live / "flipped").write_bytes(b"0123456788")
    (live / "gone").unlink()
    (live / "folder").unlink()
    (live / "folder").mkdir()
    found = dict(one.split(" ", 1) for one in damages(live))
    assert list(found) == ["flipped", "folder", "gone", "shorter"]
    assert found["flipped"] == "is not as it was written"
    assert found["gone"] == "is missing"
    assert found["shorter"] == "has 9 bytes instead of 10"


@pytest.mark.parametrize("content", [None, b"", b"[]", b"{", b'{"a": 1}', b"null", b"\xff"])
def test_damaged_checksums(index: Path, content: bytes | None) -> None:
    publish_content(index, "old")
    file = current_generation(index) / "checksums.json"
    file.unlink() if content is None else file.write_bytes(content)
    assert len(damages(current_generation(index))) == 1
    assert damages(current_generation(index))[0].startswith("checksums.json can't be read (")


def test_missing_lists_are_not_lost_silently(
    index: Path, lists: dict[str, TownshipList], tuning: Tuning
) -> None:
    first = build.build_index([lists["qitai-kanerzi"], lists["jimsar-santai"]], tuning, STAMP, index)
    with pytest.raises(
        IndexStateError, match=r"jimsar-santai had 241 duties, now none; nothing was published.*--allow-fewer"
    ):
        build.build_index([lists["qitai-kanerzi"]], tuning, STAMP, index)
    short = replace(lists["jimsar-santai"], duties=lists["jimsar-santai"].duties[:150])
    with pytest.raises(IndexStateError, match="jimsar-santai had 241 duties, now 150"):
        build.build_index([lists["qitai-kanerzi"], short], tuning, STAMP, index)
    assert current_generation(index).name == first.generation
    fewer = build.build_index([lists["qitai-kanerzi"]], tuning, STAMP, index, publishing=FEWER)
    assert current_generation(index).name == fewer.generation


def test_an_index_that_finds_nothing_is_not_published(
    index: Path, lists: dict[str, TownshipList], tuning: Tuning, monkeypatch: pytest.MonkeyPatch
) -> None:
    def scores(self: Postings, terms: object, count: int) -> object:
        return np.zeros(count, dtype=np.float32)

    monkeypatch.setattr(Postings, "scores", scores)
    with pytest.raises(IndexStateError, match="doesn't find 100 of 100 duties by their own names"):
        build.build_index([lists["qitai-kanerzi"]], tuning, STAMP, index)
    with pytest.raises(IndexStateError, match="no index has been published"):
        current_generation(index)


def states(index: Path) -> dict[str, State]:
    return {found.name: found.state for found in found_generations(index)}
