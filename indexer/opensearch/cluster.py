"""The connection to a cluster: time limits on every call, and errors that say what is wrong there."""

from __future__ import annotations

import random
import re
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionTimeout, OpenSearchException, TransportError

from indexer.index.generation import IndexStateError, IndexUnavailableError
from indexer.opensearch.address import Address
from indexer.opensearch.transport import LEFT_OUT, BoundedNode, BoundedTransport, OutOfTimeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

__all__ = [
    "ATTEMPT",
    "FIRST_PAUSE",
    "MAKE_ROOM",
    "OLDEST",
    "SECONDS",
    "SLOW",
    "TRIES",
    "UNAVAILABLE",
    "Address",
    "ClusterUnavailableError",
    "connect",
    "patiently",
    "plain_errors",
    "refuse_other_software",
]

OLDEST = (3, 2)
"""The first version whose queries over combined fields score as ours do."""

SECONDS = 5.0
"""How long one call may take, however many nodes are asked."""

ATTEMPT = 2.5
"""How long one node may take to answer somebody who waits; then another is asked."""

SLOW = 60
"""How long one may take that changes or refreshes a whole index."""

UNAVAILABLE = (429, 502, 503, 504)
"""What a cluster answers that will answer later: overloaded, without its master, or short of shards."""

MAKE_ROOM = "Where a disk is full, make room: the cluster then lifts the block by itself"

_WRITES_REFUSED = (403, 429)

TRIES = 6
"""How often a writer asks for what the cluster is too busy for."""

FIRST_PAUSE = 1.0
"""Seconds between the first two times; the pauses double, half a minute all together."""

_T = TypeVar("_T")


class ClusterUnavailableError(IndexUnavailableError):
    """A cluster that doesn't answer now, or not all of it; another time it will. The message says why."""


def connect(
    address: Address, seconds: float = SECONDS, *, attempt: float | None = None, compress: bool = True
) -> OpenSearch:
    """Return a client of the cluster; nothing is asked of it yet.

    A node that can't be reached is left out for a while and the next one asked. One that takes longer than
    `attempt` is treated likewise; who writes gives none, for the node may yet do what it was told. No call
    takes longer than `seconds`, or than it asks for itself. Whoever writes much had better not `compress` it:
    that takes longer than sending it.
    """
    is_encrypted = urlsplit(address.urls[0]).scheme == "https"
    certificates: dict[str, Any] = {"verify_certs": True, "ca_certs": address.ca_file} if is_encrypted else {}
    return OpenSearch(
        list(address.urls),
        transport_class=BoundedTransport,
        connection_class=BoundedNode,
        timeout=seconds,
        attempt=attempt,
        max_retries=len(address.urls),  # each of them once, and one more: a kept connection may have ended
        retry_on_timeout=True,  # as far as there is time
        retry_on_status=(502, 503, 504),
        **LEFT_OUT,
        http_compress=compress,
        pool_maxsize=16,
        **certificates,
    )


@contextmanager
def plain_errors(what: str, *, is_quotable: bool = True) -> Iterator[None]:
    """Turn what the client raises into ClusterUnavailableError, or IndexStateError where waiting won't help.

    `what` begins the message: what was to be done, and where. The reason why the cluster refuses a call may
    quote it; of one that is not `is_quotable` only the reason's kind is told.
    """
    try:
        yield
    except (ConnectionTimeout, OutOfTimeError) as error:
        raise ClusterUnavailableError(f"{what}: no answer in time") from error
    except TransportError as error:
        status = error.status_code
        if status == "N/A" or status in UNAVAILABLE or _is_blocked(error):
            raise ClusterUnavailableError(f"{what}: {_cause(error)}") from error
        told = _cause(error) if is_quotable else f"{status} {_kind(error)}"
        raise IndexStateError(f"{what}: {told}") from error
    except OpenSearchException as error:  # no JSON, as from something else at this address
        raise ClusterUnavailableError(
            f"{what}: no answer as OpenSearch gives it ({type(error).__name__})"
        ) from error


def patiently(what: str, call: Callable[[], _T]) -> _T:
    """Return what a call returns, made again a few times where the cluster is busy or away for a moment.

    For calls that may be made twice. Raises as `plain_errors` does.
    """
    pause = FIRST_PAUSE
    for _ in range(TRIES - 1):
        with suppress(ClusterUnavailableError), plain_errors(what):
            return call()
        # Not all at the same moment: others that were refused wait as well.
        time.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311
        pause *= 2
    with plain_errors(what):
        return call()


def refuse_other_software(client: OpenSearch, address: Address) -> None:
    """Raise IndexStateError where the cluster doesn't run OpenSearch of a version that will do."""
    with plain_errors(address.shown()):
        answer = client.info()
    version = answer.get("version") if isinstance(answer, dict) else None
    if not isinstance(version, dict):
        raise IndexStateError(f"{address.shown()}: answers, but not as OpenSearch does")
    number, distribution = version.get("number", "?"), version.get("distribution", "another software")
    found = tuple(int(part) for part in re.findall(r"\d+", number)[:2])
    if distribution != "opensearch" or found < OLDEST:
        raise IndexStateError(
            f"{address.shown()}: runs {distribution} {number}; needed is OpenSearch {OLDEST[0]}.{OLDEST[1]} "
            "or newer (for its query over combined fields)"
        )


def _is_blocked(error: TransportError) -> bool:
    """Return whether an index takes no writes for now, as a full disk makes it (403, flood stage)."""
    return "cluster_block_exception" in str(error.error)


def _cause(error: TransportError) -> str:
    """Return what the cluster says, in a line."""
    if error.status_code == "N/A":
        return f"can't be reached ({_origin(error.info)})"
    info = error.info
    reason = info.get("error", info) if isinstance(info, dict) else " ".join(str(error.error).split())
    if isinstance(reason, dict):
        root = (reason.get("root_cause") or [reason])[0]
        reason = f"{root.get('type')}: {root.get('reason')}"
    said = f"{error.status_code} {str(reason)[:300]}"
    return f"{said} {MAKE_ROOM}" if _is_blocked(error) and error.status_code in _WRITES_REFUSED else said


def _kind(error: TransportError) -> str:
    """Return which kind of error the cluster names; its text may be a page of some proxy."""
    return error.error if re.fullmatch(r"[a-z_]+", str(error.error)) else "refused"


def _origin(error: Any) -> str:
    """Return what the operating system said, or of which kind an error is."""
    while isinstance(error, BaseException) and (error.__cause__ or error.__context__):
        error = error.__cause__ or error.__context__
    return str(getattr(error, "strerror", None) or type(error).__name__)
