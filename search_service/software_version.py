"""Which software answers: a changed line of it may answer the same question otherwise."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_PACKAGES = ("indexer", "search_service")


@cache
def software_version() -> str:
    """Return a digest of our own code.

    Not the version number: it stays while a checkout changes, and a rebuilt container may have the old one.
    """
    digest = hashlib.sha256()
    top = Path(__file__).parents[1]
    for path in sorted(path for package in _PACKAGES for path in (top / package).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
