"""Reading many documents: those that didn't change from the cache, many changed ones by processes."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING

from indexer.departments.register import DepartmentRegister

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from indexer.list_cache import ListCache
    from indexer.list_file import ListFile
    from indexer.township_list import TownshipList

PATIENCE = 1.0
"""Seconds for which documents are read here before processes are started: about what starting them takes.

A text is read in a tenth of a second and a PDF in several, so time says more than a number of documents.
"""

MOST_PROCESSES = 16
"""More would wait for the process that takes what they read."""


class ReadingError(RuntimeError):
    """A document that reading broke down at; the message names it. A bad document alone never does that."""


class LostProcessError(RuntimeError):
    """A process that read documents was killed; the message names the first document that is missing."""


def read_files(
    files: Sequence[ListFile],
    register: DepartmentRegister,
    cache: ListCache | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> list[TownshipList]:
    """Return the lists of `files`, in their order.

    With a `cache` only those are read that it has not as they are now, and kept in it. `progress` is called
    with the number of documents done.

    Raises ReadingError or LostProcessError where a document could not be read for no fault of its own.
    """
    lists: dict[ListFile, TownshipList] = {}
    for file, one in _kept(files, cache):
        lists[file] = one
        progress(len(lists))
    changed = [file for file in files if file not in lists]
    for file, one in _read(changed, register, cache):
        lists[file] = one
        progress(len(lists))
    return [lists[file] for file in files]


def _kept(files: Sequence[ListFile], cache: ListCache | None) -> Iterator[tuple[ListFile, TownshipList]]:
    """Yield the documents that need not be read."""
    if cache is None:
        return
    with _no_collecting():
        for file in files:
            if one := cache.find(file):
                yield file, one


def _read(
    files: Sequence[ListFile], register: DepartmentRegister, cache: ListCache | None
) -> Iterator[tuple[ListFile, TownshipList]]:
    """Yield the documents as they are read: the first ones here, then, if many are left, by processes."""
    end = time.monotonic() + PATIENCE
    for number, file in enumerate(files):
        processes = min(_processors(), MOST_PROCESSES, len(files) - number)
        if processes > 1 and time.monotonic() >= end:
            yield from _read_by_processes(files[number:], register, cache, processes)
            return
        yield file, _read_one(file, register, cache)


def _read_one(file: ListFile, register: DepartmentRegister, cache: ListCache | None) -> TownshipList:
    try:
        return cache.read(file, register) if cache else file.read(register)
    except Exception as error:
        # Not the error itself: not every class of error finds its way back from another process.
        raise ReadingError(f"{file.path}: {type(error).__name__}: {error}") from error


def _read_by_processes(
    files: Sequence[ListFile], register: DepartmentRegister, cache: ListCache | None, processes: int
) -> Iterator[tuple[ListFile, TownshipList]]:
    """Yield the documents in the order in which they are done."""
    # Spawned: a fork would copy whatever locks the threads of this process hold, the progress bar's first.
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), initializer=_end_with_parent)
    fresh = DepartmentRegister(register.bodies, register.not_bodies)  # without the tables of places read here
    tasks: dict[Future[TownshipList], ListFile] = {}
    try:
        with _interrupts_held_back():
            for file in files:
                tasks[pool.submit(_read_one, file, fresh, cache)] = file
        with _no_collecting():
            for task in as_completed(tasks):
                one = task.result()
                yield tasks.pop(task), one
    except BrokenProcessPool:
        lost = next((file for task, file in tasks.items() if task.done() and task.exception()), files[0])
        raise LostProcessError(
            f"{lost.path}, or one of the next: the process that read it was killed; is there memory left?"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Leave garbage lie: taking in lists makes none, and looking for it takes as long as taking them in."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


@contextmanager
def _interrupts_held_back() -> Iterator[None]:
    """Let processes that start meanwhile never hear Ctrl-C: this one hears it, and ends them in order."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_with_parent() -> None:
    """See to it that this process ends when the one that started it is killed: nobody else would end it."""
    parent = multiprocessing.parent_process()
    if parent is None:
        return

    def wait() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _processors() -> int:
    """Return how many processors this process may use; fewer than the machine has, in a container."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
