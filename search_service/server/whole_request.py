"""Whether a whole request has come: only then is it worth a thread."""

from __future__ import annotations

import re

MOST_OF_HEAD = 600_000
"""Bytes; more than the parser takes, so it refuses at once what is longer."""

MOST_OF_BODY = 1_100_000
"""Bytes; more than the application takes."""

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
_CHUNKED = re.compile(rb"\r\ntransfer-encoding:[^\r\n]{0,100}chunked", re.IGNORECASE)
_EXPECTS = re.compile(rb"\r\nexpect:[ \t]*100-continue", re.IGNORECASE)
_LAST_CHUNK = b"0\r\n\r\n"


def is_whole(received: bytes) -> bool:
    """Return whether the parser needn't wait for more: all is there, or enough to refuse it."""
    end = received.find(_END)
    if end < 0:
        return len(received) > MOST_OF_HEAD
    head, body = received[: end + 2], len(received) - end - len(_END)
    length = _LENGTH.search(head)
    if length:
        wanted = int(length[1])
        return body >= wanted or wanted > MOST_OF_BODY
    if _CHUNKED.search(head):
        return received.endswith(_LAST_CHUNK) or body > MOST_OF_BODY
    return True


def waits_for_go_ahead(received: bytes) -> bool:
    """Return whether the client sends the body only once it was told to go on."""
    end = received.find(_END)
    return end >= 0 and end + len(_END) == len(received) and bool(_EXPECTS.search(received))
