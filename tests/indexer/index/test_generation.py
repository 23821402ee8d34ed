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
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from indexer.index import build, generation
from indexer.index.generation import (
    IndexStateError,
    Manifest,
    Stamp,
    current_generation,
    generation_name,
    new_generation,
)
from indexer.index.records import Records
from indexer.index.snapshot import Snapshot

if TYPE_CHECKING:
    from indexer.township_list import TownshipList
    from indexer.tuning import Tuning

STAMP = Stamp(schema=1, analyzer="jieba 0", dictionaries="d", lists="l", code="")


@pytest.fixture
def index(tmp_path: Path) -> Path:
    return tmp_path / "index"


def publish(index: Path, content: str) -> str:
    with new_generation(index) as folder:
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
    first = publish(index, "old")
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
    publish(index, "old")
    before = state(index)

    def failing() -> None:
        with new_generation(index) as folder:
            (folder / "half").mkdir()
            (folder / "half" / "content").write_text("new", encoding="utf-8")
            raise error("in the middle")

    with pytest.raises(error, match="in the middle"):
        failing()
    assert state(index) == before
    publish(index, "the lock is free")


@pytest.mark.parametrize("step", ["_sync", "_switch"])
def test_an_error_while_publishing(index: Path, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    publish(index, "old")
    before = state(index)
    whole = getattr(generation, step)

    def failing(*arguments: object) -> None:
        if step == "_sync":
            whole(*arguments)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(generation, step, failing)
    with pytest.raises(IndexStateError, match=r"can't be written: .*No space left on device"):
        publish(index, "new")
    assert state(index) == before


def test_an_error_at_the_very_switch(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(index, "old")
    before = state(index)

    def failing(self: Path, target: Path) -> None:
        raise OSError(5, "Input/output error", str(target))

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(IndexStateError, match="Input/output error"):
        publish(index, "new")
    monkeypatch.undo()
    assert state(index) == before


def test_the_first_build_fails(index: Path) -> None:
    with pytest.raises(ValueError, match="bad"), new_generation(index):
        raise ValueError("bad")
    assert list(state(index)) == ["generations"]
    with pytest.raises(IndexStateError, match="no index has been published here"):
        current_generation(index)


def test_leftovers_of_killed_builds_are_removed(index: Path) -> None:
    publish(index, "old")
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
    names = [publish(index, str(number)) for number in range(5)]
    kept = {path.name for path in (index / "generations").iterdir()}
    assert kept == set(names[-2:])
    assert current_generation(index).name == names[-1]


def test_a_clock_set_back_removes_no_live_generation(index: Path) -> None:
    publish(index, "a")
    future = index / "generations" / "99990101T000000Z-000000"
    current_generation(index).rename(future)
    (index / "current").write_text(future.name + "\n", encoding="utf-8")
    name = publish(index, "b")
    assert current_generation(index).name == name
    assert {path.name for path in (index / "generations").iterdir()} == {name, future.name}


def test_a_second_build_is_refused_at_once(index: Path) -> None:
    publish(index, "old")
    with new_generation(index) as folder:
        with pytest.raises(IndexStateError, match="another build is running; wait for it to end"):
            publish(index, "other")
        assert folder.is_dir()
        assert (current_generation(index) / "content").read_text(encoding="utf-8") == "old"
    assert current_generation(index).name == generation_name(folder)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(IndexStateError, match=re.escape(f"{tmp_path}/file/index: can't be written: ")):
        publish(tmp_path / "file" / "index", "new")


def test_no_index(index: Path) -> None:
    with pytest.raises(IndexStateError) as caught:
        current_generation(index)
    assert str(caught.value) == f"{index}: no index has been published here; run: duty-index build"


@pytest.mark.parametrize("pointer", ["20250101T000000Z-abcdef\n", "", "\n"])
def test_a_pointer_to_nothing(index: Path, pointer: str) -> None:
    publish(index, "old")
    (index / "current").write_text(pointer, encoding="utf-8")
    with pytest.raises(IndexStateError, match=r"the live generation '.*' is missing; run: duty-index build"):
        current_generation(index)
    publish(index, "new")
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
        build.build_index([lists["qitai-kanerzi"]], tuning, STAMP, index, progress=failing)
    assert state(index) == before


def test_an_index_that_fails_its_check_is_not_published(
    index: Path, lists: dict[str, TownshipList], tuning: Tuning, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(index, "old")
    before = state(index)
    check = build._check
    monkeypatch.setattr(build, "_check", lambda found, expected: check(found - 1, expected))
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
from indexer.index.build import build_index, stamp_of
from indexer.township_list import read_list
from indexer.tuning import Tuning

data, index = Path(sys.argv[1]), Path(sys.argv[2])
tuning = Tuning.load(data / "dictionaries")
entry = Catalogue.load(data / "lists").entries[0]
one = read_list(data / "lists" / entry.file, entry, tuning.departments)

def die(done):
    if done == 100:
        os.kill(os.getpid(), signal.SIGKILL)

build_index([one], tuning, stamp_of(data / "lists", tuning), index, progress=die)
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
    publish(index, "next")
    assert not list((index / "generations").glob(".building-*"))
