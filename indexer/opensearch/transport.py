"""opensearch-py's way to the nodes, with an end to every call and without what nobody should read in a log.

Left to itself it gives each node that it asks the whole time again, never leaves out a node that accepts
connections and says nothing, keeps one that came back out for half an hour, and logs the address of every
call that failed, which may hold what somebody typed, with a traceback.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from opensearchpy import Transport, Urllib3HttpConnection
from opensearchpy.exceptions import TransportError
from urllib3 import Timeout

from indexer.time_limit import is_hurried, limited, seconds_left

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Any

    from opensearchpy import Connection

logger = logging.getLogger(__name__)

LEFT_OUT = {"dead_timeout": 5.0, "timeout_cutoff": 4}
"""How a node that failed is left out: for 5 s at first, doubled while it goes on failing, 80 s at most."""

UNHURRIED = 60.0
"""How long a call may take that nobody waits for; one node half of that."""

_CONNECTING = 1.0
"""Seconds within which a machine that is there accepts a connection."""
_LEAST = 0.2
"""Seconds without which no node is asked any more."""

# What it says of nodes is said here, once and not at every try.
logging.getLogger("opensearch").setLevel(logging.ERROR)


class OutOfTimeError(TransportError):
    """No time is left to ask another node."""


class BoundedTransport(Transport):
    """Asks one node after the other within the time of the call, not each of them that long."""

    def perform_request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        timeout: float | None = None,
        ignore: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Make a call; its time is that of the call itself (request_timeout), else of the client."""
        seconds = timeout or (params or {}).get("request_timeout") or self.kwargs["timeout"]
        with limited(seconds if is_hurried() else max(seconds, UNHURRIED)):
            return super().perform_request(method, url, params, body, None, ignore, headers)

    def mark_dead(self, connection: Connection) -> None:
        """Leave a node out for a while, and say so the first time; the only one there is, is asked again."""
        failed_before = getattr(self.connection_pool, "dead_count", None)
        if failed_before is not None and connection not in failed_before:
            logger.warning("%s doesn't answer; it is left out for a while", connection.host)
        super().mark_dead(connection)


class BoundedNode(Urllib3HttpConnection):
    """Gives up in time, and logs nothing: whoever asked says what failed.

    `attempt` is how long one node may take of a call's time, where another is to be asked after it.
    """

    def __init__(self, *args: Any, attempt: float | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._attempt = attempt

    def perform_request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
        ignore: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """Ask this node, as long as there is time; how long that is the transport says."""
        left = seconds_left()
        if left < _LEAST:
            raise OutOfTimeError("TIMEOUT", "no time is left", None)
        attempt = self._attempt if is_hurried() else UNHURRIED / 2
        seconds = left if self._attempt is None or attempt is None else min(left, attempt)
        limits = Timeout(connect=min(_CONNECTING, seconds), read=seconds)
        return super().perform_request(method, url, params, body, limits, ignore, headers)  # type: ignore[arg-type]  # urllib3 takes both

    def log_request_fail(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing."""
