"""Where the cluster is: read from the environment, alike by the commands and by the web service."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from indexer.opensearch.names import Names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

URL = "DUTY_SEARCH_OPENSEARCH_URL"
PREFIX = "DUTY_SEARCH_OPENSEARCH_PREFIX"
CA_FILE = "DUTY_SEARCH_OPENSEARCH_CA"

DEFAULT_PREFIX = "duty-search"

_SEPARATORS = re.compile(r"[\s,]+")
_PREFIX = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}")
_OURS = re.compile(r"-(?:duties|companion|previous|lock)(?:-|$)")
"""What our names put after a prefix: a prefix with that in it could name another installation's indexes."""


class AddressError(ValueError):
    """An address that can't be one; the message says which part of it and what is allowed."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where the cluster is: one URL or several of the same cluster, and the prefix of our names there."""

    urls: tuple[str, ...]
    prefix: str = DEFAULT_PREFIX
    ca_file: str | None = None
    """Certificates by which the cluster's own is judged, where the system's don't do."""

    @property
    def names(self) -> Names:
        """Return our names on the cluster."""
        return Names(self.prefix)

    def shown(self) -> str:
        """Return the address without passwords."""
        return ", ".join(re.sub(r"//[^/]*@", "//", url) for url in self.urls)


def address_from_environment(
    environment: Mapping[str, str] = os.environ, urls: Sequence[str] = (), prefix: str | None = None
) -> Address | None:
    """Return the address that an environment gives, None where it gives none.

    `urls` and `prefix`, where somebody gave them, come before it. A variable that is empty counts as not set.
    Raises AddressError naming the bad variable, never its value: a URL may hold a password.
    """
    found = tuple(urls) or tuple(filter(None, _SEPARATORS.split(environment.get(URL, ""))))
    if not found:
        return None
    address = Address(
        urls=found,
        prefix=prefix or environment.get(PREFIX, "").strip() or DEFAULT_PREFIX,
        ca_file=environment.get(CA_FILE, "").strip() or None,
    )
    _refuse_bad(address)
    return address


def are_urls(urls: Sequence[str]) -> bool:
    """Return whether these can be the nodes of one cluster."""
    schemes = {urlsplit(url).scheme for url in urls if _has_host(url)}
    return len(schemes) == 1 and schemes <= {"http", "https"} and all(map(_has_host, urls))


def is_prefix(text: str) -> bool:
    """Return whether our names on a cluster can begin with this."""
    return bool(_PREFIX.fullmatch(text)) and not _OURS.search(text)


def _refuse_bad(address: Address) -> None:
    if not are_urls(address.urls):
        raise AddressError(
            f"{URL}: its value is not allowed; allowed: http://HOST:PORT or https://NAME:PASSWORD@HOST:PORT, "
            "several of one cluster separated by commas or blanks, all http or all https"
        )
    if not is_prefix(address.prefix):
        raise AddressError(
            f"{PREFIX}: {address.prefix!r} is not allowed; allowed: small letters, digits, - and _, 61 at "
            "most, without -duties, -companion, -previous and -lock"
        )
    if address.ca_file is not None and not Path(address.ca_file).is_file():
        raise AddressError(f"{CA_FILE}: {address.ca_file!r} is not allowed; allowed: a file that can be read")


def _has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname) and urlsplit(url).port != 0
    except ValueError:  # a port that is no number
        return False
