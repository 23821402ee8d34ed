"""When a request is whole.

1. Heads, bodies of a known length, and chunks are whole when their last byte has come, and not before.
2. What is too long, or sent in a way that nobody knows, is whole at once: it is refused, not waited for.
3. Only who says so waits for the go-ahead, and only before the body.
"""

from __future__ import annotations

import pytest

from search_service.server.whole_request import MOST_OF_BODY, MOST_OF_HEAD, is_whole, waits_for_go_ahead

HEAD = b"POST / HTTP/1.1\r\nHost: a.example\r\n"


@pytest.mark.parametrize(
    "whole",
    [
        b"GET /?q=%E5%85%BB HTTP/1.1\r\nHost: a.example\r\n\r\n",
        HEAD + b"Content-Length: 6\r\n\r\n" + "养犬".encode(),
        HEAD + b"content-length:0\r\n\r\n",
        HEAD + b"Transfer-Encoding: chunked\r\n\r\n6\r\n" + "养犬".encode() + b"\r\n0\r\n\r\n",
    ],
)
def test_whole_with_the_last_byte(whole: bytes) -> None:
    assert is_whole(whole)
    assert not any(is_whole(whole[:length]) for length in range(len(whole)))


def test_what_is_refused_is_not_waited_for() -> None:
    assert is_whole(b"x" * (MOST_OF_HEAD + 1))
    assert is_whole(HEAD + b"Content-Length: %d\r\n\r\n" % (MOST_OF_BODY + 1))
    assert is_whole(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"x" * (MOST_OF_BODY + 1))
    assert is_whole(HEAD + b"Transfer-Encoding: magic\r\n\r\n")


def test_the_go_ahead() -> None:
    asks = HEAD + b"Content-Length: 4\r\nExpect: 100-continue\r\n\r\n"
    assert waits_for_go_ahead(asks)
    assert not waits_for_go_ahead(asks + b"f")
    assert not waits_for_go_ahead(asks[:-1])
    assert not waits_for_go_ahead(HEAD + b"\r\n")
