"""The generations in an index folder, and the atomic switch from one to another.

An index folder holds ``generations/<name>/`` (one complete index each) and ``current``, a file with the name
of the live one in its first line and that of the one live before in its second. A build writes a folder of
its own and becomes visible only when ``current`` is replaced, which the file system does in one step: a
reader sees the old names or the new ones, never half.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.index.checksums import damages, write_checksums
from indexer.index.generation import IndexStateError, Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator

_FOLDER = "generations"
_POINTER = "current"
_BUILDING = ".building-"
_STAGED = ".staged"
"""A file in generations that were built without being published: pruning after a publish spares them."""


class State(StrEnum):
    """What a generation is to its index folder."""

    LIVE = "live"
    PREVIOUS = "previous"
    STAGED = "staged"
    LEFT_OVER = "left over"


@dataclass(frozen=True, slots=True)
class Found:
    """A generation in an index folder; `manifest` is None where it can't be read."""

    name: str
    state: State
    manifest: Manifest | None
    bytes: int


def current_generation(index: Path) -> Path:
    """Return the folder of the live generation; raise IndexStateError where there is none."""
    name, _ = _names(index)
    if name is None:
        raise IndexStateError(f"{index}: no index has been published here; run: duty-index build")
    folder = index / _FOLDER / name
    if not name or not folder.is_dir():
        raise IndexStateError(f"{index}: the live generation {name!r} is missing; run: duty-index build")
    return folder


def previous_generation(index: Path) -> Path | None:
    """Return the folder of the generation that was live before the live one; None where there is none."""
    _, name = _names(index)
    folder = index / _FOLDER / (name or "")
    return folder if name and folder.is_dir() else None


def generation_folder(index: Path, name: str) -> Path:
    """Return the folder of a generation by its name; raise IndexStateError naming those there are."""
    folder = index / _FOLDER / _as_name(name)
    if not name or name.startswith(".") or not folder.is_dir():
        known = ", ".join(found.name for found in found_generations(index)) or "none"
        raise IndexStateError(f"{index}: no generation is named {name!r}; there are: {known}")
    return folder


def pointer_state(index: Path) -> tuple[int, int] | None:
    """Return what changes whenever another generation goes live; None where none was published."""
    try:
        state = (index / _POINTER).stat()
    except OSError:
        return None
    return state.st_ino, state.st_mtime_ns


def found_generations(index: Path) -> list[Found]:
    """Return the complete generations in an index folder, in the order of their names: oldest first."""
    live, previous = _names(index)
    states = {previous: State.PREVIOUS, live: State.LIVE}
    folders = sorted(folder for folder in (index / _FOLDER).glob("[!.]*") if folder.is_dir())
    return [
        Found(
            name=folder.name,
            state=states.get(folder.name, State.STAGED if (folder / _STAGED).exists() else State.LEFT_OVER),
            manifest=_manifest_or_none(folder),
            bytes=_size(folder),
        )
        for folder in folders
    ]


@contextmanager
def new_generation(index: Path, *, staged: bool = False) -> Iterator[Path]:
    """Give an empty folder for a new generation and publish it when the block ends without an error.

    Where it is `staged` it is complete then, but not live: see `publish`. One writer at a time: a second one
    gets IndexStateError at once. Whatever goes wrong, the folder is removed and the live index stays. After a
    publish the live generation, the one that was live before and staged ones are kept, all others removed.
    """
    with _writing(index):
        generations = index / _FOLDER
        generations.mkdir(exist_ok=True)
        _remove_leftovers(index)
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
        building = generations / f"{_BUILDING}{name}"
        building.mkdir()
        done = False
        try:
            yield building
            write_checksums(building)
            if staged:
                (building / _STAGED).touch()
            _sync(building)
            building.rename(generations / name)
            _sync_one(generations)
            if not staged:
                _switch(index, name)
            done = True
        finally:
            if not done and _names(index)[0] != name:
                shutil.rmtree(building, ignore_errors=True)
                shutil.rmtree(generations / name, ignore_errors=True)
                _fresh_pointer(index, name).unlink(missing_ok=True)
        if not staged:
            _remove_unused(index, {State.LEFT_OVER})


def generation_name(building: Path) -> str:
    """Return the name that a folder given by `new_generation` will have once it is complete."""
    return building.name.removeprefix(_BUILDING)


def publish(index: Path, name: str) -> None:
    """Make a generation in the folder live; raise IndexStateError where it is damaged or unknown."""
    with _writing(index):
        folder = generation_folder(index, name)
        refuse_damages(folder)
        if _names(index)[0] != name:
            _switch(index, name)
        (folder / _STAGED).unlink(missing_ok=True)


def roll_back(index: Path) -> str:
    """Make the generation live that was so before, and return its name; doing it again undoes it.

    Raises IndexStateError where there is none, or it is damaged.
    """
    previous = previous_generation(index)
    if previous is None:
        raise IndexStateError(f"{index}: there is no earlier generation to go back to")
    publish(index, previous.name)
    return previous.name


def prune(index: Path) -> list[str]:
    """Remove every generation but the live one and the one before, staged ones too; return their names."""
    with _writing(index):
        _remove_leftovers(index)
        return _remove_unused(index, {State.LEFT_OVER, State.STAGED})


def refuse_damages(folder: Path) -> None:
    """Raise IndexStateError naming all that is wrong with a generation's files."""
    found = damages(folder)
    if found:
        raise IndexStateError(f"{folder}: damaged: {'; '.join(found)}; run: duty-index build")


@contextmanager
def _writing(index: Path) -> Iterator[None]:
    """Hold the writer's lock; raise IndexStateError where another process has it or nothing can be written.

    The lock belongs to the process, so a writer that died holds nothing.
    """
    try:
        index.mkdir(parents=True, exist_ok=True)
        with (index / "lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise IndexStateError(f"{index}: another build is running; wait for it to end") from None
            yield
    except OSError as error:
        raise IndexStateError(f"{index}: can't be written: {error}") from error


def _names(index: Path) -> tuple[str | None, str | None]:
    """Return the names of the live generation and of the one before, None where nothing was published."""
    try:
        live, previous, *_ = [*(index / _POINTER).read_text(encoding="utf-8").split("\n"), "", ""]
    except (OSError, UnicodeDecodeError):
        return None, None
    return _as_name(live), _as_name(previous) or None


def _as_name(line: str) -> str:
    """Return a name that can't lead out of the folder."""
    return Path(line.strip()).name


def _manifest_or_none(folder: Path) -> Manifest | None:
    try:
        return Manifest.read(folder)
    except IndexStateError:
        return None


def _size(folder: Path) -> int:
    total = 0
    for file in folder.rglob("*"):
        with suppress(FileNotFoundError):  # somebody may be removing the generation
            total += file.stat().st_size if file.is_file() else 0
    return total


def _remove_leftovers(index: Path) -> None:
    """Remove what builds that were killed have left; the lock makes sure that none is running."""
    for folder in (index / _FOLDER).glob(f"{_BUILDING}*"):
        shutil.rmtree(folder, ignore_errors=True)
    for pointer in index.glob(_fresh_pointer(index, "*").name):
        pointer.unlink()


def _remove_unused(index: Path, states: set[State]) -> list[str]:
    """Remove the generations of some states; by state, as a clock set back must not decide which is old."""
    unused = [found.name for found in found_generations(index) if found.state in states]
    for name in unused:
        shutil.rmtree(index / _FOLDER / name, ignore_errors=True)
    return unused


def _sync(folder: Path) -> None:
    """Bring every file of a generation to the disk before its name is published."""
    for path in [*folder.rglob("*"), folder]:
        _sync_one(path)


def _sync_one(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _switch(index: Path, name: str) -> None:
    live, before = _names(index)
    if live and not damages(index / _FOLDER / live):
        before = live  # a damaged one is nothing to go back to: the last good one stays
    if before == name:
        before = None  # gone back to from a damaged one
    fresh = _fresh_pointer(index, name)
    with fresh.open("w", encoding="utf-8") as file:
        file.write(f"{name}\n{before or ''}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(index / _POINTER)
    _sync_one(index)


def _fresh_pointer(index: Path, name: str) -> Path:
    """Return the file that becomes ``current``."""
    return index / f".current-{name}"
