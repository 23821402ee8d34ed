"""The connection to a cluster: time limits on every call, and errors that say what is wrong there."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from opensearchpy import OpenSearch
from opensearchpy.exceptions import ConnectionTimeout, OpenSearchException, TransportError

from indexer.index.generation import IndexStateError
from indexer.opensearch.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

OLDEST = (3, 2)
"""The first version whose queries over combined fields score as ours do."""

SECONDS = 5.0
"""How long one call may take."""

UNAVAILABLE = (429, 502, 503, 504)
"""What a cluster answers that will answer later: overloaded, without its master, or short of shards."""


class ClusterUnavailableError(IndexStateError):
    """A cluster that doesn't answer now, or not all of it; another time it will. The message says why."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the cluster is: one URL or several of the same cluster, and the prefix of our names there."""

    urls: tuple[str, ...]
    prefix: str = "duty-search"
    ca_file: str | None = None
    """Certificates by which the cluster's own is judged, where the system's don't do."""

    @property
    def names(self) -> Names:
        """Return our names on the cluster."""
        return Names(self.prefix)

    def shown(self) -> str:
        """Return the address without passwords."""
        return ", ".join(re.sub(r"//[^/@]*@", "//", url) for url in self.urls)


def connect(address: Address, seconds: float = SECONDS) -> OpenSearch:
    """Return a client of the cluster; nothing is asked of it yet.

    A node that doesn't answer is left out for a while and the next one asked.
    """
    is_encrypted = urlsplit(address.urls[0]).scheme == "https"
    certificates: dict[str, Any] = {"verify_certs": True, "ca_certs": address.ca_file} if is_encrypted else {}
    return OpenSearch(
        list(address.urls),
        timeout=seconds,
        max_retries=len(address.urls),  # each of them once
        retry_on_timeout=False,  # a slow cluster is not asked twice
        retry_on_status=(502, 503, 504),
        http_compress=True,
        pool_maxsize=16,
        **certificates,
    )


@contextmanager
def plain_errors(what: str) -> Iterator[None]:
    """Turn what the client raises into ClusterUnavailableError, or IndexStateError where waiting won't help.

    `what` begins the message: what was to be done, and where.
    """
    try:
        yield
    except ConnectionTimeout as error:
        raise ClusterUnavailableError(f"{what}: no answer in time") from error
    except TransportError as error:
        status = error.status_code
        if status == "N/A" or status in UNAVAILABLE or _is_blocked(error):
            raise ClusterUnavailableError(f"{what}: {_cause(error)}") from error
        raise IndexStateError(f"{what}: {_cause(error)}") from error
    except OpenSearchException as error:
        raise ClusterUnavailableError(f"{what}: {error}") from error


def refuse_other_software(client: OpenSearch, address: Address) -> None:
    """Raise IndexStateError where the cluster doesn't run OpenSearch of a version that will do."""
    with plain_errors(address.shown()):
        version: dict[str, Any] = client.info()["version"]
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
        return f"can't be reached ({type(error.info).__name__})"
    info = error.info
    reason = info.get("error", info) if isinstance(info, dict) else info
    if isinstance(reason, dict):
        root = (reason.get("root_cause") or [reason])[0]
        reason = f"{root.get('type')}: {root.get('reason')}"
    return f"{error.status_code} {str(reason)[:300]}"
