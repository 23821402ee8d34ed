"""Reading a report back: the entries of its two files, and the lines that are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from search_service.report.entry import MOST_BYTES, Entry, read_entry
from search_service.report.file import put_aside

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Damage:
    """A line that holds no entry, and why."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Lines:
    """What a report holds, the oldest first."""

    entries: tuple[Entry, ...]
    damages: tuple[Damage, ...]


def read_lines(path: Path) -> Lines:
    """Return what a report and the file put aside hold.

    Raises FileNotFoundError where there is neither, OSError where one can't be read.
    """
    files = [one for one in (put_aside(path), path) if one.exists()]
    if not files:
        raise FileNotFoundError(path)
    entries: list[Entry] = []
    damages: list[Damage] = []
    for file in files:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    if len(line) > MOST_BYTES:
                        raise ValueError("too long for an entry")
                    entries.append(read_entry(line))
                except ValueError as error:
                    damages.append(Damage(str(file), number, str(error)))
    return Lines(tuple(entries), tuple(damages))
