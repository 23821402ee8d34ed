"""Records of a generation as JSON lines, each readable alone by its number."""

from __future__ import annotations

import json
import mmap
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


class JsonLines:
    """Random access to the lines of ``<folder>/<name>.jsonl``; safe to share between threads.

    The file is memory-mapped: worker processes share it, and a line costs memory only while it is read. Where
    each begins stands in ``<name>.offsets.npy``.
    """

    def __init__(self, folder: Path, name: str) -> None:
        """Open the lines `name` in `folder`; raise OSError or ValueError where they are damaged."""
        file, offsets = _files(folder, name)
        with file.open("rb") as opened:
            self._data = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ)
        self._offsets = np.load(offsets, allow_pickle=False)
        if self._offsets.ndim != 1 or list(self._offsets[-1:]) != [len(self._data)]:
            raise ValueError(f"{file}: doesn't fit its table of offsets")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: int) -> Any:
        return json.loads(self._data[self._offsets[number] : self._offsets[number + 1]])

    @staticmethod
    def write(folder: Path, name: str, records: Iterable[Mapping[str, Any]]) -> None:
        """Write `records`, at least one, as the lines `name` of an existing folder."""
        file, table = _files(folder, name)
        offsets = [0]
        with file.open("wb") as opened:
            for record in records:
                line = json.dumps(record, ensure_ascii=False) + "\n"
                offsets.append(offsets[-1] + opened.write(line.encode("utf-8")))
        np.save(table, np.array(offsets, dtype=np.int64))


def _files(folder: Path, name: str) -> tuple[Path, Path]:
    return folder / f"{name}.jsonl", folder / f"{name}.offsets.npy"
