"""Which parameters of a query string are no text; elsewhere everything that arrives counts as text."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

REASON = "not text in UTF-8"


class NotUtf8Error(ValueError):
    """Parameters, `names`, whose bytes are no text in UTF-8: another encoding, half a character, a NUL."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(f"{REASON}: {', '.join(names)}")
        self.names = names


def names_of_bad_text(query_string: bytes) -> list[str]:
    """Return the names of the parameters that are no text in UTF-8, by name or by value.

    Flask would pass them on: it keeps bytes that it can't decode as they were written, ``%FF`` as three
    letters, and half a character of UTF-16 that was put into UTF-8 as well.
    """
    pairs = [pair.partition(b"=") for pair in query_string.split(b"&")]
    names = [_readable(unquote_to_bytes(name)) for name, _, value in pairs if not _are_text(name, value)]
    return list(dict.fromkeys(names))


def _are_text(*encoded: bytes) -> bool:
    try:
        return all("\0" not in unquote_to_bytes(one).decode("utf-8") for one in encoded)
    except UnicodeDecodeError:
        return False


def _readable(name: bytes) -> str:
    return name.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
