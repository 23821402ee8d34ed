"""Checksums of a folder's files: a flipped bit is refused, not searched."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_FILE = "checksums.json"
_PART = 1 << 20


def write_checksums(folder: Path) -> None:
    """Write the checksums of all files in a folder, those in folders below too."""
    sums = {f"{file.relative_to(folder)}": _checksum(file) for file in _files(folder)}
    (folder / _FILE).write_text(json.dumps(sums, indent=1), encoding="utf-8")


def verify_checksums(folder: Path) -> None:
    """Raise ValueError naming the first file that isn't as it was written, OSError where one is missing.

    Reads all files once: a few tenths of a second for a province, after which they are in memory.
    """
    sums = json.loads((folder / _FILE).read_text(encoding="utf-8"))
    for name, expected in sums.items():
        if _checksum(folder / name) != expected:
            raise ValueError(f"{folder / name}: not as it was written")


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file() and file.name != _FILE)


def _checksum(file: Path) -> int:
    # CRC-32: against accidents of disks and copies, and faster than they read.
    checksum = 0
    with file.open("rb") as opened:
        while part := opened.read(_PART):
            checksum = zlib.crc32(part, checksum)
    return checksum
