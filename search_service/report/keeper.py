"""Keeping entries: as many as are worth it, and without ever being in the way of an answer."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Final

from cachetools import LRUCache

if TYPE_CHECKING:
    from collections.abc import Iterable

    from search_service.report.entry import Entry
    from search_service.report.file import ReportFile

logger = logging.getLogger(__name__)

MOST_A_DAY: Final = 20
"""Times that a process keeps the same entry in one day: a program that asks for ever must not fill it."""
COUNTED: Final = 10_000
"""Entries whose times are counted; those asked longest ago are forgotten."""
RETRY: Final = 30.0
"""Seconds after which it is tried again where writing failed."""


class Keeper:
    """Writes entries into a file; safe to share between threads."""

    def __init__(self, file: ReportFile, retry: float = RETRY) -> None:
        self._file = file
        self._retry = retry
        self._lock = threading.Lock()
        self._times: LRUCache[Entry, int] = LRUCache(COUNTED)
        self._is_failing = False
        self._retry_at = 0.0
        self._lost = 0

    def keep(self, entries: Iterable[Entry]) -> None:
        """Write entries down. Never raises: the log says once that it fails, and once that it works again."""
        for entry in entries:
            if self._is_worth_it(entry):
                self._write(entry)

    def _is_worth_it(self, entry: Entry) -> bool:
        with self._lock:
            times = self._times.get(entry, 0)
            self._times[entry] = times + 1
            if self._is_failing and time.monotonic() < self._retry_at:
                self._lost += 1
                return False
        return times < MOST_A_DAY

    def _write(self, entry: Entry) -> None:
        try:
            self._file.append(entry.line)
        except OSError as error:
            self._failed(error)
        else:
            self._succeeded()

    def _failed(self, error: OSError) -> None:
        with self._lock:
            is_news, self._is_failing = not self._is_failing, True
            self._retry_at = time.monotonic() + self._retry
            self._lost += 1
        if is_news:
            logger.error(
                "unanswered questions can't be kept in %s (%s): answers are given all the same, and it is "
                "tried again every %g s",
                self._file.path,
                error.strerror or error,
                self._retry,
            )

    def _succeeded(self) -> None:
        with self._lock:
            was_failing, self._is_failing = self._is_failing, False
            lost, self._lost = self._lost, 0
        if was_failing:
            logger.warning("unanswered questions are kept in %s again; %d were not", self._file.path, lost)
