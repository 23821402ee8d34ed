"""What can stand in the way of a triage."""

from __future__ import annotations


class TriageError(ValueError):
    """A file that can't be read or written; the message names what is in the way and the remedy."""


class WrongOptionError(TriageError):
    """An option that doesn't fit the file or the index: which `option`, and in the message what would do."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option
