"""Requests that arrive when they arrive (an open loop), whether the server keeps up or not.

Callers don't wait for each other. A client that asks again only once it has its answer slows down with the
server and hides how long people would have waited; here each request has its time, drawn beforehand, and what
it waited counts from then on (Schroeder, Wierman, Harchol-Balter: "Open Versus Closed: A Cautionary Tale",
2006).
"""

from __future__ import annotations

import random
import time
from collections import Counter
from dataclasses import dataclass, field
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np
import pycurl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

CLIENTS = 400
"""Connections at most; a request that finds none free waits for one, and its wait counts."""

LEAST = 1.0
"""Requests a second; a server that doesn't hold even these holds nothing."""

_SECONDS_TO_ANSWER = 10
_OK = 200


@dataclass(slots=True)
class Arrivals:
    """What came of the requests of one rate: how many of each status (0: no answer), what each took."""

    rate: float
    statuses: Counter[int] = field(default_factory=Counter)
    answered: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)

    @property
    def total(self) -> int:
        """Return the number of requests."""
        return self.statuses.total()

    def percentile(self, percent: float) -> float:
        """Return the milliseconds within which so many percent of the answers came."""
        return float(np.percentile(self.answered, percent)) * 1000 if self.answered else float("inf")

    def held(self, milliseconds: float) -> bool:
        """Return whether every request was answered, 99 of 100 within the time."""
        return self.statuses[_OK] == self.total and self.percentile(99) < milliseconds


def arrive(addresses: Iterator[str], rate: float, seconds: float, seed: int = 7) -> Arrivals:
    """Send requests to the addresses in turn, `rate` a second on average, at random moments of `seconds`."""
    found = Arrivals(rate)
    due = _moments(rate, seconds, seed)
    multi = pycurl.CurlMulti()
    free = [_handle() for _ in range(CLIENTS)]
    sent: dict[pycurl.Curl, float] = {}
    started = time.perf_counter()
    waiting: list[float] = []
    moment = next(due, None)
    while moment is not None or waiting or sent:
        now = time.perf_counter() - started
        while moment is not None and moment <= now:
            waiting.append(moment)
            moment = next(due, None)
        while waiting and free:
            curl = free.pop()
            curl.setopt(pycurl.URL, next(addresses))
            sent[curl] = waiting.pop(0)
            multi.add_handle(curl)
        multi.perform()
        for curl in _finished(multi):
            _note(curl, time.perf_counter() - started - sent.pop(curl), found)
            multi.remove_handle(curl)
            free.append(curl)
        pause = 0.05 if moment is None else max(min(moment - (time.perf_counter() - started), 0.05), 0)
        multi.select(pause) if sent else time.sleep(pause)
    for curl in free:
        curl.close()
    multi.close()
    return found


def rate_held(
    addresses: Callable[[], Iterator[str]],
    milliseconds: float,
    seconds: float,
    first: float,
    within: float = 1.15,
) -> tuple[Arrivals, Arrivals]:
    """Return what came of the highest rate that held, and of a rate that didn't, at most `within` times it.

    The rate is doubled from the `first` on until it doesn't hold, or halved until it does; then the gap
    between the two is halved as long as it is wider.
    """

    def tried(rate: float) -> Arrivals:
        return _twice_at_most(addresses, rate, milliseconds, seconds)

    best = worst = tried(first)
    while not best.held(milliseconds) and best.rate > LEAST:
        best, worst = tried(best.rate / 2), best
    while worst.held(milliseconds):
        best, worst = worst, tried(worst.rate * 2)
    while worst.rate / best.rate > within:
        between = tried((best.rate * worst.rate) ** 0.5)
        if between.held(milliseconds):
            best = between
        else:
            worst = between
    return best, worst


def _twice_at_most(
    addresses: Callable[[], Iterator[str]], rate: float, milliseconds: float, seconds: float
) -> Arrivals:
    """Return what came of the rate; of the second time if the first failed: something else may have run."""
    came = arrive(addresses(), rate, seconds)
    return came if came.held(milliseconds) else arrive(addresses(), rate, seconds, seed=8)


def _moments(rate: float, seconds: float, seed: int) -> Iterator[float]:
    """Yield the moments of a Poisson process."""
    chance = random.Random(seed)
    moment = chance.expovariate(rate)
    while moment < seconds:
        yield moment
        moment += chance.expovariate(rate)


def _handle() -> pycurl.Curl:
    curl = pycurl.Curl()
    curl.setopt(pycurl.WRITEFUNCTION, len)  # the answer is read to its end, and forgotten
    curl.setopt(pycurl.TIMEOUT, _SECONDS_TO_ANSWER)
    curl.setopt(pycurl.NOSIGNAL, True)
    return curl


def _finished(multi: pycurl.CurlMulti) -> list[pycurl.Curl]:
    finished = []
    while True:
        left, good, bad = multi.info_read()
        finished += [*good, *(curl for curl, _, _ in bad)]
        if not left:
            return finished


def _note(curl: pycurl.Curl, seconds: float, found: Arrivals) -> None:
    status = int(curl.getinfo(pycurl.RESPONSE_CODE))
    found.statuses[status] += 1
    (found.answered if status == _OK else found.refused).append(seconds)


def endless(
    addresses: list[str], fresh: Callable[[int], str] | None = None, every: int = 50
) -> Iterator[str]:
    """Yield the addresses over and over; every so many times a `fresh` one."""
    for number, address in enumerate(cycle(addresses)):
        yield fresh(number) if fresh and number % every == every - 1 else address
