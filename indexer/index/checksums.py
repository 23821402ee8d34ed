"""Sizes and checksums of a generation's files: a short file or a flipped bit is found before it is used."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FILE = "checksums.json"
_PART = 1 << 20


def write_checksums(folder: Path) -> None:
    """Write the sizes and checksums of all files in a folder, those in folders below too."""
    sums = {f"{file.relative_to(folder)}": [file.stat().st_size, _checksum(file)] for file in _files(folder)}
    (folder / _FILE).write_text(json.dumps(sums, indent=1), encoding="utf-8")


def damages(folder: Path) -> list[str]:
    """Return what is wrong with the files of a folder, each named; nothing where all is as it was written.

    Reads all files once: about a second for a province, after which they are in memory.
    """
    try:
        sums = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        return [f"{name} {wrong}" for name, wrong in _compared(folder, sums)]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        return [f"{_FILE} can't be read ({error})"]


def _compared(folder: Path, sums: dict[str, tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """Yield the names of files that differ from what was written, and how."""
    for name, (size, checksum) in sums.items():
        file = folder / name
        try:
            found = file.stat().st_size
            if found != size:
                yield name, f"has {found} bytes instead of {size}"
            elif _checksum(file) != checksum:
                yield name, "is not as it was written"
        except FileNotFoundError:
            yield name, "is missing"
        except OSError as error:
            yield name, f"can't be read ({error.strerror})"


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and file.name != _FILE)


def _checksum(file: Path) -> int:
    # CRC-32: against accidents of disks and copies, and faster than they read.
    checksum = 0
    with file.open("rb") as opened:
        while part := opened.read(_PART):
            checksum = zlib.crc32(part, checksum)
    return checksum
