"""Generations of the index on disk, and the atomic switch from one to the next.

An index folder holds ``generations/<name>/`` (one complete index each) and ``current``, a file with the
name of the live one. A build writes a folder of its own and becomes visible only when ``current`` is
replaced, which the file system does in one step: a reader sees the old name or the new one, never half.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEPT = 2
"""Generations kept after a publish: the live one and the one before it."""


class IndexStateError(RuntimeError):
    """An index that can't be used as it stands; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an index was made with. An index is current when its stamp equals the one of today's input."""

    schema: int
    analyzer: str
    dictionaries: str
    lists: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What stands beside an index: its name, stamp, number of duties and time of building (UTC)."""

    generation: str
    stamp: Stamp
    duties: int
    built_at: str

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a generation's manifest; raise IndexStateError where it is missing or damaged."""
        try:
            data = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            return cls(**{**data, "stamp": Stamp(**data["stamp"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise IndexStateError(
                f"{folder}: the manifest can't be read ({error}); run: duty-index build"
            ) from error

    def write(self, folder: Path) -> None:
        """Write the manifest into a generation's folder."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=2)
        (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def current_generation(index: Path) -> Path:
    """Return the folder of the live generation; raise IndexStateError where there is none."""
    try:
        name = (index / "current").read_text(encoding="utf-8").strip()
    except OSError:
        raise IndexStateError(f"{index}: no index has been published here; run: duty-index build") from None
    folder = index / "generations" / name
    if not name or not folder.is_dir():
        raise IndexStateError(f"{index}: the live generation {name!r} is missing; run: duty-index build")
    return folder


@contextmanager
def new_generation(index: Path) -> Iterator[Path]:
    """Give an empty folder for a new generation and publish it when the block ends without an error.

    One writer at a time: a second one gets IndexStateError at once. The lock belongs to the process, so a
    writer that died holds nothing. Whatever goes wrong, the folder is removed and the live index stays.
    """
    generations = index / "generations"
    try:
        generations.mkdir(parents=True, exist_ok=True)
        with _writer_lock(index):
            _remove_leftovers(generations)
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
            building = generations / f".building-{name}"
            building.mkdir()
            try:
                yield building
                _sync(building)
                final = generations / name
                building.rename(final)
                _switch(index, name)
            finally:
                shutil.rmtree(building, ignore_errors=True)
            _prune(index)
    except OSError as error:
        raise IndexStateError(f"{index}: can't be written: {error}") from error


def generation_name(building: Path) -> str:
    """Return the name that a folder given by `new_generation` will have once published."""
    return building.name.removeprefix(".building-")


@contextmanager
def _writer_lock(index: Path) -> Iterator[None]:
    with (index / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise IndexStateError(f"{index}: another build is running; wait for it to end") from None
        yield


def _remove_leftovers(generations: Path) -> None:
    """Remove what builds that were killed have left; the lock makes sure that none is running."""
    for folder in generations.glob(".building-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _sync(folder: Path) -> None:
    """Bring every file of a generation to the disk before its name is published."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _switch(index: Path, name: str) -> None:
    fresh = index / f".current-{name}"
    with fresh.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(index / "current")


def _prune(index: Path) -> None:
    """Remove all but the newest generations. Names begin with the time, so they sort by age."""
    live = current_generation(index)
    names = sorted(folder for folder in (index / "generations").iterdir() if folder.is_dir())
    for folder in names[:-KEPT]:
        if folder != live:
            shutil.rmtree(folder, ignore_errors=True)
