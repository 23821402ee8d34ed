"""The duties of a generation as JSON lines, each readable alone, and what is known of their lists."""

from __future__ import annotations

import json
import mmap
from typing import TYPE_CHECKING

import numpy as np

from indexer.duty import Duty
from indexer.list_info import ListInfo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Records:
    """Random access to the duties by document number and by id; safe to share between threads.

    The file is memory-mapped: worker processes share it, and a record costs memory only while it is read.
    """

    def __init__(self, folder: Path) -> None:
        """Open the records in `folder`; raise OSError or ValueError where they are damaged."""
        with (folder / "duties.jsonl").open("rb") as file:
            self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._offsets = np.load(folder / "offsets.npy", allow_pickle=False)
        ids = json.loads((folder / "ids.json").read_text(encoding="utf-8"))
        self._number = {duty_id: number for number, duty_id in enumerate(ids)}
        infos = json.loads((folder / "lists.json").read_text(encoding="utf-8"))
        self.lists = tuple(ListInfo.from_record(info) for info in infos)
        if len(self._offsets) != len(ids) + 1 or self._offsets[-1] != len(self._data):
            raise ValueError(f"{folder}: the records don't fit their table of offsets")

    def __len__(self) -> int:
        return len(self._number)

    def __getitem__(self, number: int) -> Duty:
        line = self._data[self._offsets[number] : self._offsets[number + 1]]
        return Duty.from_record(json.loads(line))

    def number_of(self, duty_id: str) -> int | None:
        """Return the document number of a duty, or None where there is none of that id."""
        return self._number.get(duty_id)

    @staticmethod
    def write(folder: Path, duties: Sequence[Duty], lists: Sequence[ListInfo]) -> None:
        """Write the duties, in document order, and what is known of their lists into a new folder."""
        folder.mkdir()
        offsets = [0]
        with (folder / "duties.jsonl").open("wb") as file:
            for duty in duties:
                line = json.dumps(duty.to_record(), ensure_ascii=False) + "\n"
                offsets.append(offsets[-1] + file.write(line.encode("utf-8")))
        np.save(folder / "offsets.npy", np.array(offsets, dtype=np.int64))
        ids = json.dumps([duty.id for duty in duties])
        (folder / "ids.json").write_text(ids, encoding="utf-8")
        infos = json.dumps([info.to_record() for info in lists], ensure_ascii=False, indent=1)
        (folder / "lists.json").write_text(infos, encoding="utf-8")
