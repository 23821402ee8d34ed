"""Duties read from the cluster: a page's come with it, those of thousands of leaders when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from indexer.duty import Duty

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from search_service.engines.opensearch.calls import Calls

AT_ONCE = 500
"""Duties asked for in one call."""

FIELDS = ["duty", "entry", "group"]


@dataclass(frozen=True, slots=True)
class Stored:
    """What a document holds besides its words; `entry` is None where the phrase book has none for it."""

    duty: Duty
    entry: int | None
    group: int

    @classmethod
    def of(cls, source: Mapping[str, Any]) -> Stored:
        """Return what a document's source holds."""
        return cls(Duty.from_record(source["duty"]), source.get("entry"), source["group"])


class LaterRead:
    """Documents that are read all together when the first of them is wanted; others one by one."""

    def __init__(self, calls: Calls, index: str, likely: Iterable[str]) -> None:
        """Take the ids of those that will be wanted if any is."""
        self._calls = calls
        self._index = index
        self._likely = list(likely)
        self._read: dict[str, Stored] = {}
        self._lock = Lock()

    def __getitem__(self, duty_id: str) -> Stored:
        with self._lock:
            if duty_id not in self._read:
                wanted = dict.fromkeys([duty_id, *self._likely])
                self._likely = []
                self._fetch([one for one in wanted if one not in self._read])
            return self._read[duty_id]

    def _fetch(self, ids: list[str]) -> None:
        for start in range(0, len(ids), AT_ONCE):
            some = ids[start : start + AT_ONCE]
            for document in self._calls.sources(self._index, some, FIELDS):
                self._read[document["_id"]] = Stored.of(document["_source"])
