"""What one request, and one worker process, may take."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a worker process; times in seconds."""

    threads: int = 4
    """Requests answered at once; searching is short, so more would only wait for the processor."""

    waiting: int = 128
    """Requests that wait for a thread; more are answered with 503."""

    patience: float = 5
    """How long a request may have waited for its thread; one that waited longer is answered with 503."""

    refusing: int = 256
    """Requests that wait for that 503; the connections of more are closed."""

    connections: int = 1000
    """Open connections; more wait in the listening socket."""

    idle: float = 5
    """How long a connection is kept for another request."""

    reading: float = 10
    """How long a client may take to send a whole request; it waits in no thread meanwhile."""

    writing: float = 30
    """How long a client may take to accept one part of a response, some 8 to 64 kB."""

    answering: float = 60
    """How long the service may take to begin a response; a process that takes longer is replaced."""
