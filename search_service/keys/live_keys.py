"""The keys in use: those of the file, exchanged when somebody writes it anew."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from search_service.keys.key_file import KeyFileError, read_keys
from search_service.keys.portal_key import digest_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from search_service.keys.portal_key import PortalKey

logger = logging.getLogger(__name__)


class LiveKeys:
    """Finds keys by their tokens; one instance serves all threads of a process.

    Each request with a token looks whether the file was exchanged since: a look costs two microseconds, so a
    key counts, or no longer counts, from the next request on. A file that is damaged or gone meanwhile is
    reported once, and the keys read before stay in use: nobody is locked out by a slip of the operator's.
    """

    def __init__(self, path: Path | None) -> None:
        """Read the file, if there is to be one; raise KeyFileError where it is damaged."""
        self._path = path
        self._seen = self._state()
        self._by_digest = _by_digest(read_keys(path)) if path else {}

    def find(self, token: str) -> PortalKey | None:
        """Return the key of a token, None where there is none.

        It takes no longer for a token that is nearly right: what is compared are digests, and nobody can
        choose a token so that its digest resembles another one. The tokens themselves are never compared.
        """
        self._follow()
        return self._by_digest.get(digest_of(token))

    def _follow(self) -> None:
        state = self._state()
        if self._path is None or state == self._seen:
            return
        # Noted before it is read: what is written meanwhile is another state, and read by the next request.
        self._seen = state
        try:
            if state is None:
                raise KeyFileError(f"{self._path}: the file of API keys is gone")
            self._by_digest = _by_digest(read_keys(self._path))
        except KeyFileError as error:
            logger.error("the API keys read before stay in use: %s", error)

    def _state(self) -> tuple[int, ...] | None:
        """Return what changes with every new file."""
        try:
            status = self._path.stat() if self._path else None
        except OSError:
            return None
        return (status.st_mtime_ns, status.st_size, status.st_ino) if status else None


def _by_digest(keys: tuple[PortalKey, ...]) -> Mapping[str, PortalKey]:
    return {key.digest: key for key in keys}
