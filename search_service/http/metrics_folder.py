"""The folder through which the server's processes add up their metrics."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import values
from prometheus_client.multiprocess import mark_process_dead

if TYPE_CHECKING:
    from collections.abc import Iterator

_IN_MEMORY = Path("/dev/shm")  # noqa: S108  # mkdtemp makes a name of its own there
"""Preferred: where a disk is full, writing into a mapped file would end the process."""

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
"""Where prometheus-client looks; it is set here, not read from whoever starts the service."""


@contextmanager
def shared_metrics() -> Iterator[None]:
    """Have metrics that are made in this block shared with the processes that part from this one.

    They are kept in a temporary folder, in memory unless $TMPDIR names a place, and removed in the end.
    Raises OSError where none can be made.
    """
    owner = os.getpid()
    folder = tempfile.mkdtemp(prefix="duty-search-metrics-", dir=_place())
    before = values.ValueClass, os.environ.pop(_VARIABLE, None)
    os.environ[_VARIABLE] = folder
    values.ValueClass = values.MultiProcessValue()  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        if os.getpid() == owner:  # a worker's end comes by here as well
            values.ValueClass, given = before
            os.environ.pop(_VARIABLE)
            if given is not None:
                os.environ[_VARIABLE] = given
            shutil.rmtree(folder, ignore_errors=True)


def _place() -> Path | None:
    is_usable = "TMPDIR" not in os.environ and os.access(_IN_MEMORY, os.W_OK)
    return _IN_MEMORY if is_usable else None


def shared_folder() -> Path | None:
    """Return the folder of shared metrics; None where this process counts for itself."""
    return Path(os.environ[_VARIABLE]) if values.ValueClass is not values.MutexValue else None


def forget_process(pid: int) -> None:
    """Leave what a process that ended measured of itself out; what it counted still counts."""
    folder = shared_folder()
    if folder is not None:
        mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]
