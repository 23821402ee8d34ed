"""What a key is: a random text that the portal holds, and what we know of who holds it."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN_BYTES = 32
"""Random bytes of a token: nobody guesses one of 2^256."""

MOST_OF_NAME = 100
"""Characters of the name of a key's holder."""

_PREFIX = "duty_"
"""How a token begins, so that people and scanners for secrets know one where they see it."""


@dataclass(frozen=True, slots=True)
class PortalKey:
    """A portal's key as it is kept: never the token, only its digest.

    `limit` is its own rate limit, None where that of everybody counts. `filters` maps facets to the canonical
    values that its holder is held to.
    """

    id: str
    name: str
    digest: str
    created: str
    limit: str | None = None
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def is_name(text: str) -> bool:
    """Return whether a text can name the holder of a key: short, not blank, and nothing a terminal obeys."""
    return bool(text.strip()) and len(text) <= MOST_OF_NAME and text.isprintable()


def new_token() -> str:
    """Return a fresh token."""
    return _PREFIX + secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """Return what is kept of a token.

    One round of SHA-256, without salt: slow hashes with salts are there for passwords, which people choose
    and others guess. Nobody guesses 32 random bytes, however fast the hash, and it is taken at every request.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
