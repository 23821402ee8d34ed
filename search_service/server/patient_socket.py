"""A client's socket that is waited for, but not for ever."""

from __future__ import annotations

import errno
import socket
import time
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from search_service.server.limits import Limits


class PatientSocket(socket.socket):
    """Gives up a client that sends its request, or accepts the response, too slowly.

    gunicorn waits for its clients as long as they like, each in a thread of its own: a handful that send one
    byte a minute would hold the service. Made blocking, a socket of this kind begins to wait for a request.
    """

    _limits: Limits
    _read_until = 0.0

    @classmethod
    def of(cls, accepted: socket.socket, limits: Limits) -> Self:
        """Return the socket of an accepted connection in place of `accepted`, which is used up."""
        patient = cls(fileno=accepted.detach())
        patient._limits = limits
        return patient

    def setblocking(self, flag: bool) -> None:  # the signature is the base's
        """Begin to wait for the next request, or don't wait at all."""
        self._read_until = time.monotonic() + self._limits.reading
        self.settimeout(self._limits.writing if flag else 0)

    def recv(self, bufsize: int, flags: int = 0) -> bytes:
        """Return what the client sent; raise ConnectionResetError where its whole request takes too long."""
        timeout = self.gettimeout()
        if timeout == 0:
            return super().recv(bufsize, flags)
        left = self._read_until - time.monotonic()
        self.settimeout(max(min(left, timeout or left), 0.001))
        try:
            return super().recv(bufsize, flags)
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "the client sends too slowly") from error
        finally:
            self.settimeout(timeout)

    def sendall(self, data: Any, flags: int = 0) -> None:
        """Send all; raise BrokenPipeError where the client takes too long to accept it."""
        try:
            super().sendall(data, flags)
        except TimeoutError as error:
            raise BrokenPipeError(errno.EPIPE, "the client reads too slowly") from error

    def sendfile(self, file: Any, offset: int = 0, count: int | None = None) -> int:
        """Send a file; raise BrokenPipeError likewise."""
        try:
            return super().sendfile(file, offset, count)
        except TimeoutError as error:
            raise BrokenPipeError(errno.EPIPE, "the client reads too slowly") from error
