"""Disks that are full, that forget, or that can't be written.

1. A build that can't write a file, small or large, says so; the live index stays, and nothing is left behind.
2. Any file of a generation cut short, flipped in one bit, or gone is named by `damages`, and the generation is
   not opened.
3. Two builds at once: one is refused, or both succeed one after the other; the index is good.
4. A place that can't be written is named.
"""

from __future__ import annotations

import random
import resource
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from indexer.index.checksums import damages
from indexer.index.generation import IndexStateError
from indexer.index.publishing import current_generation, refuse_damages

if TYPE_CHECKING:
    from collections.abc import Callable

KILOBYTE = 1024


@pytest.fixture
def small(data: Path, tmp_path: Path) -> Path:
    """Return a data folder with one of the real lists."""
    folder = tmp_path / "data"
    shutil.copytree(data / "dictionaries", folder / "dictionaries")
    (folder / "lists").mkdir()
    shutil.copy(data / "lists" / "qitai-kanerzi.txt", folder / "lists")
    (folder / "lists" / "lists.toml").write_text(
        '[[list]]\nid = "qitai-kanerzi"\nfile = "qitai-kanerzi.txt"\n', encoding="utf-8"
    )
    (folder / "vectors.npz").symlink_to(data / "vectors.npz")
    return folder


def build(data: Path, index: Path, most_bytes: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run `duty-index build` in a process that may not make a file larger than `most_bytes`."""
    limit = (most_bytes, most_bytes)
    return subprocess.run(
        [Path(sys.executable).parent / "duty-index", "build", "--data", data, "--output", index],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, limit) if most_bytes else None,
    )


def test_a_full_disk(small: Path, tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    index = tmp_path / "index"
    assert build(small, index).returncode == 0
    live = current_generation(index)
    limits = [0.2, 4, 30, 100, 500, 1500]
    record_property("limits", len(limits))
    for limit in limits:
        failed = build(small, index, int(limit * KILOBYTE))
        assert failed.returncode == 1, failed.stderr
        assert "Traceback" not in failed.stderr
        assert "can't be written" in failed.stderr, failed.stderr
        assert "File too large" in failed.stderr
        assert current_generation(index) == live
        assert damages(live) == []
        assert [path.name for path in (index / "generations").iterdir()] == [live.name]
    assert build(small, index).returncode == 0
    assert current_generation(index) != live


def test_every_file_of_a_generation(
    index_folder: Path, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    generation = shutil.copytree(current_generation(index_folder), tmp_path / "generation")
    files = sorted(path for path in generation.rglob("*") if path.is_file())
    chance = random.Random(3)  # noqa: S311  # where a bit flips is no secret
    faults = 0
    for file in files:
        content = file.read_bytes()
        place = chance.randrange(len(content) or 1)
        flipped = bytearray(content)
        if content:
            flipped[place] ^= 1 << chance.randrange(8)
        faulty = {content[:place], content + b"\0", bytes(flipped), None} - {content}
        for damaged in sorted(faulty, key=repr):
            if damaged is None:
                file.unlink()
            else:
                file.write_bytes(damaged)
            with pytest.raises(IndexStateError) as caught:
                refuse_damages(generation)
            # A flipped bit of the checksums themselves looks like a fault of the file it stands for.
            assert file.name in str(caught.value) or file.name == "checksums.json"
            faults += 1
        file.write_bytes(content)
    record_property("faults", faults)
    assert len(files) > 50
    refuse_damages(generation)


def test_two_builds_at_once(small: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    command = [Path(sys.executable).parent / "duty-index", "build", "--data", small, "--output", index]
    builds = [subprocess.Popen(command, stderr=subprocess.PIPE, text=True) for _ in range(3)]
    ended = [(process.communicate(timeout=120)[1], process.returncode) for process in builds]
    for said, code in ended:
        assert "Traceback" not in said
        assert code == 0 or "another build is running; wait for it to end" in said
    assert 0 in [code for _, code in ended]
    assert damages(current_generation(index)) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody may write to")
def test_a_place_that_cannot_be_written(small: Path) -> None:
    index = Path("/proc/index")
    failed = build(small, index)
    assert failed.returncode == 1
    assert f"{index}: can't be written" in failed.stderr
    assert "Traceback" not in failed.stderr


def test_an_index_is_read_without_writing(index_folder: Path, tmp_path: Path) -> None:
    index = shutil.copytree(index_folder, tmp_path / "index")
    paths = [index, *index.rglob("*")]
    for path in reversed(paths):
        path.chmod(0o555 if path.is_dir() else 0o444)
    before = [(path, path.stat().st_mtime_ns) for path in paths]
    searched = subprocess.run(
        [Path(sys.executable).parent / "duty-search", "query", '"伤人治安案件"', "--index", index],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    # Who runs the tests may have the right to write all the same: nothing may have been written.
    assert [(path, path.stat().st_mtime_ns) for path in [index, *index.rglob("*")]] == before
    for path in paths:
        path.chmod(0o755)
    assert searched.returncode == 0, searched.stderr
    assert "养犬" in searched.stdout
