"""A load on a server: so many connections at once, each asking again as soon as it has its answer.

libcurl does the work (pycurl): beside a server on the same machine, a client written in Python would take the
processor that the server needs.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING

import click
import pycurl

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SECONDS_TO_ANSWER = 30
_OK = 200


@dataclass(slots=True)
class Load:
    """What came of it: the nanoseconds of each request, and the seconds that all of them took."""

    times: list[int] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        """Return the requests answered in a second."""
        return len(self.times) / self.seconds

    def add(self, other: Load) -> None:
        """Add what another run found."""
        self.times += other.times
        self.seconds += other.seconds


class FailedRequestError(click.ClickException):
    """An answer that is none; figures of a server that refuses would be worthless."""


def load(addresses: Sequence[str], connections: int, seconds: float | None = None) -> Load:
    """Ask the addresses in turn over so many `connections`, kept open, until the `seconds` are over.

    Without a time each is asked once. Raises FailedRequestError where an answer is not 200, or doesn't come.
    """
    found = Load()
    failures: list[str] = []
    turns = iter(addresses) if seconds is None else cycle(addresses)
    started = time.perf_counter()
    ends = math.inf if seconds is None else started + seconds
    threads = [
        threading.Thread(target=_ask, args=(turns, ends, found.times, failures)) for _ in range(connections)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds = time.perf_counter() - started
    if failures:
        raise FailedRequestError(failures[0])
    return found


def _ask(turns: Iterator[str], ends: float, times: list[int], failures: list[str]) -> None:
    curl = pycurl.Curl()
    curl.setopt(pycurl.WRITEFUNCTION, len)  # the answer is read to its end, and forgotten
    curl.setopt(pycurl.TIMEOUT, _SECONDS_TO_ANSWER)
    curl.setopt(pycurl.NOSIGNAL, True)
    try:
        while time.perf_counter() < ends and not failures and (address := next(turns, None)):
            curl.setopt(pycurl.URL, address)
            started = time.perf_counter_ns()
            curl.perform()
            times.append(time.perf_counter_ns() - started)
            if (status := curl.getinfo(pycurl.RESPONSE_CODE)) != _OK:
                failures.append(f"{status} from {address}")
    except pycurl.error as error:
        failures.append(str(error))
    finally:
        curl.close()
