"""The circuit breaker.

1. So many failures in a row, and no call is made for a while; one success between them, and none is counted.
2. After the pause one call tries, whoever else asks meanwhile; where it fails the next pause begins, where it
   succeeds all are made again.
3. An error that is an answer counts as one.
4. Calls don't wait for each other, and what hangs counts while it hangs: only so many threads wait at once.
5. A call that was on its way before, and comes back well, shows that calls may be made again.
"""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from search_service.engines.opensearch import breaker as module
from search_service.engines.opensearch.breaker import Breaker, OpenError

FAILURES, PAUSE, SLOW = 3, 2.0, 1.0


class AwayError(Exception):
    """What counts as a failure."""


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that stands still until it is told otherwise."""

    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    return clock


@pytest.fixture
def breaker(clock):
    return Breaker(FAILURES, PAUSE, SLOW, AwayError)


def fail(breaker, error=AwayError):
    with pytest.raises(error), breaker.call():
        raise error


def succeed(breaker):
    with breaker.call():
        pass


def open_it(breaker):
    for _ in range(FAILURES):
        fail(breaker)


def test_failures_in_a_row_open_it(breaker):
    open_it(breaker)
    for _ in range(5):
        with pytest.raises(OpenError), breaker.call():
            raise AssertionError("called")


def test_a_success_between_them_makes_them_none(breaker):
    for _ in range(5):
        fail(breaker)
        fail(breaker)
        succeed(breaker)
    succeed(breaker)


def test_an_error_that_is_an_answer_counts_as_one(breaker):
    fail(breaker)
    fail(breaker)
    fail(breaker, KeyError)
    fail(breaker)
    fail(breaker)
    succeed(breaker)


def test_after_the_pause_one_tries(breaker, clock):
    open_it(breaker)
    clock.now += PAUSE - 0.1
    with pytest.raises(OpenError), breaker.call():
        raise AssertionError("called")
    clock.now += 0.2
    with breaker.call(), pytest.raises(OpenError), breaker.call():
        raise AssertionError("called")
    succeed(breaker)
    fail(breaker)
    succeed(breaker)


def test_a_try_that_fails_begins_another_pause(breaker, clock):
    open_it(breaker)
    for _ in range(3):
        clock.now += PAUSE
        fail(breaker)
        with pytest.raises(OpenError), breaker.call():
            raise AssertionError("called")
    clock.now += PAUSE
    succeed(breaker)
    succeed(breaker)


def test_what_hangs_counts_while_it_hangs(breaker, clock):
    hanging = [breaker.call() for _ in range(FAILURES)]
    for call in hanging:
        call.__enter__()
    succeed(breaker)  # they are not slow yet
    clock.now += SLOW + 0.1
    with pytest.raises(OpenError), breaker.call():
        raise AssertionError("called")
    hanging[0].__exit__(None, None, None)
    succeed(breaker)


def test_one_that_was_on_its_way_shows_that_it_works(breaker):
    early = breaker.call()
    early.__enter__()
    open_it(breaker)
    early.__exit__(None, None, None)
    succeed(breaker)


def test_calls_do_not_wait_for_each_other():
    breaker = Breaker(FAILURES, PAUSE, 60, AwayError)
    all_there = threading.Barrier(8)

    def call(_number):
        with breaker.call():
            all_there.wait(10)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(8)))


def test_many_threads_and_nothing_is_left_over():
    breaker = Breaker(FAILURES, 0.005, 60, AwayError)
    made, refused = [], []

    def call(number):
        try:
            with breaker.call():
                made.append(number)
                if number % 10:
                    raise AwayError
        except AwayError:
            pass
        except OpenError:
            refused.append(number)
            time.sleep(0.001)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(3000)))
    assert len(made) + len(refused) == 3000
    assert made
    assert refused
    time.sleep(0.02)
    succeed(breaker)
    succeed(breaker)
