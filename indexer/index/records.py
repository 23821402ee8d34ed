"""The duties of a generation, the rows they were read from, and what is known of their lists."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from indexer.documents.row import Row
from indexer.duty import Duty
from indexer.index.json_lines import JsonLines
from indexer.list_info import ListInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

KEPT = 4096
"""Duties kept in memory, those used last: making one from its record takes longer than finding it."""

_DUTIES = "duties"
_ORIGINALS = "originals"


class Records:
    """Random access to the duties by document number and by id; safe to share between threads.

    Rows lie in a file of their own: most readers of a duty don't want them.
    """

    def __init__(self, folder: Path) -> None:
        """Open the records in `folder`; raise OSError or ValueError where they are damaged."""
        self._duties = JsonLines(folder, _DUTIES)
        self._originals = JsonLines(folder, _ORIGINALS)
        self._kept = lru_cache(KEPT)(self._read)
        ids = json.loads((folder / "ids.json").read_text(encoding="utf-8"))
        self._number = {duty_id: number for number, duty_id in enumerate(ids)}
        self.lists = read_lists(folder)
        if not len(self._duties) == len(self._originals) == len(ids):
            raise ValueError(f"{folder}: duties, rows and ids don't fit each other")

    def __len__(self) -> int:
        return len(self._number)

    def __getitem__(self, number: int) -> Duty:
        return self._kept(number)

    def _read(self, number: int) -> Duty:
        return Duty.from_record(self._duties[number])

    def record(self, number: int) -> dict[str, Any]:
        """Return a duty as `Duty.to_record` has it: quicker than the duty, for who only passes it on."""
        record: dict[str, Any] = self._duties[number]
        return record

    def original_record(self, number: int) -> dict[str, Any]:
        """Return the row that a duty was made from as `Row.to_record` has it, likewise."""
        record: dict[str, Any] = self._originals[number]
        return record

    def original(self, number: int) -> Row:
        """Return the row that a duty was made from, as its document has it."""
        return Row.from_record(self._originals[number])

    def ids(self) -> Iterator[str]:
        """Yield the ids of all duties, in document order; no duty is read for it."""
        return iter(self._number)

    def number_of(self, duty_id: str) -> int | None:
        """Return the document number of a duty, or None where there is none of that id."""
        return self._number.get(duty_id)

    @staticmethod
    def write(
        folder: Path, duties: Sequence[Duty], originals: Iterable[Row], lists: Sequence[ListInfo]
    ) -> None:
        """Write the duties, in document order, each one's row and what is known of their lists.

        `folder` is made. The rows are in the order of the duties.
        """
        folder.mkdir()
        JsonLines.write(folder, _DUTIES, (duty.to_record() for duty in duties))
        JsonLines.write(folder, _ORIGINALS, (row.to_record() for row in originals))
        ids = json.dumps([duty.id for duty in duties])
        (folder / "ids.json").write_text(ids, encoding="utf-8")
        infos = json.dumps([info.to_record() for info in lists], ensure_ascii=False, indent=1)
        (folder / "lists.json").write_text(infos, encoding="utf-8")


def read_lists(folder: Path) -> tuple[ListInfo, ...]:
    """Return what is known of the lists; raise OSError, ValueError, TypeError or KeyError if damaged."""
    infos = json.loads((folder / "lists.json").read_text(encoding="utf-8"))
    return tuple(ListInfo.from_record(info) for info in infos)
