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


class IndexStateError(RuntimeError):
    """An index that can't be used as it stands; the message says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an index was made with. An index is current when its stamp equals the one of today's input."""

    schema: int
    analyzer: str
    dictionaries: str
    lists: str
    code: str


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
    name = _live_name(index)
    if name is None:
        raise IndexStateError(f"{index}: no index has been published here; run: duty-index build")
    folder = index / "generations" / name
    if not name or not folder.is_dir():
        raise IndexStateError(f"{index}: the live generation {name!r} is missing; run: duty-index build")
    return folder


def pointer_state(index: Path) -> tuple[int, int] | None:
    """Return what changes whenever another generation goes live; None where none was published."""
    try:
        state = (index / "current").stat()
    except OSError:
        return None
    return state.st_ino, state.st_mtime_ns


@contextmanager
def new_generation(index: Path) -> Iterator[Path]:
    """Give an empty folder for a new generation and publish it when the block ends without an error.

    One writer at a time: a second one gets IndexStateError at once. The lock belongs to the process, so a
    writer that died holds nothing. Whatever goes wrong, the folder is removed and the live index stays.
    After a publish the live generation and the one that was live before are kept, all others removed.
    """
    generations = index / "generations"
    try:
        generations.mkdir(parents=True, exist_ok=True)
        with _writer_lock(index):
            _remove_leftovers(index)
            previous = _live_name(index)
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
            building = generations / f".building-{name}"
            building.mkdir()
            try:
                yield building
                _sync(building)
                building.rename(generations / name)
                _switch(index, name)
            finally:
                if _live_name(index) != name:
                    shutil.rmtree(building, ignore_errors=True)
                    shutil.rmtree(generations / name, ignore_errors=True)
                    _pointer(index, name).unlink(missing_ok=True)
            _prune(index, {name, previous})
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


def _live_name(index: Path) -> str | None:
    """Return what ``current`` says, None where nothing was published."""
    try:
        return (index / "current").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None


def _remove_leftovers(index: Path) -> None:
    """Remove what builds that were killed have left; the lock makes sure that none is running."""
    for folder in (index / "generations").glob(".building-*"):
        shutil.rmtree(folder, ignore_errors=True)
    for pointer in index.glob(_pointer(index, "*").name):
        pointer.unlink()


def _sync(folder: Path) -> None:
    """Bring every file of a generation to the disk before its name is published."""
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _switch(index: Path, name: str) -> None:
    fresh = _pointer(index, name)
    with fresh.open("w", encoding="utf-8") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(index / "current")


def _pointer(index: Path, name: str) -> Path:
    """Return the file that becomes ``current``."""
    return index / f".current-{name}"


def _prune(index: Path, kept: set[str | None]) -> None:
    """Remove every generation but those `kept`, by name: a clock set back must not decide which is old."""
    for folder in (index / "generations").iterdir():
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
