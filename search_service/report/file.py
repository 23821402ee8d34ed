"""The file that entries are appended to: by several processes, whole lines only, never beyond its size.

Own code because `logging.handlers.RotatingFileHandler` is for one process: of two, one writes into the file
that the other has put aside, and what a full disk leaves of a line stays.
"""

from __future__ import annotations

import errno
import fcntl
import os
import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

MODE: Final = 0o600
"""Nobody but the owner reads it: masked questions may still hold names."""

PATIENCE: Final = 1.0
"""Seconds that a line waits for the lines of others; one takes some microseconds."""
_LOOKS: Final = 0.002
"""Seconds between two tries to be the one who writes."""


class ReportFile:
    """A file of lines. When the next line would make it larger than `most_bytes` it becomes ``FILE.1``.

    The ``FILE.1`` of before is gone then: both together never take more than twice `most_bytes`.
    """

    def __init__(self, path: Path, most_bytes: int) -> None:
        self.path = path
        self._most_bytes = most_bytes

    def append(self, line: bytes) -> None:
        """Append a line, which has its end already, in one write; raise OSError where that fails.

        What is left of a line that found no room is taken away again.
        """
        until = time.monotonic() + PATIENCE
        while not self._tried(line, until):
            pass  # it was put aside or removed while we waited: there is another one

    def _tried(self, line: bytes, until: float) -> bool:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(self.path, flags, MODE)
        try:
            _lock(descriptor, until)
            if not self._is_in_place(descriptor):
                return False
            size = os.fstat(descriptor).st_size
            if size and size + len(line) > self._most_bytes:
                self.path.replace(put_aside(self.path))
                return False
            _write(descriptor, size, line)
        finally:
            os.close(descriptor)  # and with it the lock
        return True

    def _is_in_place(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self.path.stat())
        except FileNotFoundError:
            return False


def put_aside(path: Path) -> Path:
    """Return where the lines before those of a file are."""
    return path.with_name(f"{path.name}.1")


def _lock(descriptor: int, until: float) -> None:
    """Lock out other writers; raise TimeoutError where one of them doesn't let go."""
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise TimeoutError(errno.ETIMEDOUT, "another process holds the file") from None
            time.sleep(_LOOKS)
        else:
            return


def _write(descriptor: int, size: int, line: bytes) -> None:
    if size and os.pread(descriptor, 1, size - 1) != b"\n":
        line = b"\n" + line  # somebody died, or edited it: only that line is damaged
    written = os.write(descriptor, line)
    if written < len(line):
        os.ftruncate(descriptor, size)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
