"""What slow, greedy and broken clients can do to the server: nothing that others notice.

1. Connections that say nothing, or half of a request, hold no thread: others are answered meanwhile.
2. A request that doesn't come in time, at once or byte by byte, loses its connection.
3. A client that doesn't take its response loses its connection.
4. One that keeps its end of a finished connection open delays nobody.
5. More requests than threads and places to wait are refused at once, with 503 and when to come back; whether
   the service lives is answered all the same.
6. What is no HTTP, or too long, gets an error in the one form of errors, with an id. A body that is too large is a 413,
   whether its length is told or it comes in chunks.
7. A request that is stuck costs its process, not the service.
8. No response says what software the server is.
9. Told to stop, the server answers what it is at, and takes nothing new.
10. What modules hold for good is kept out of the garbage collector's rounds, which hold up all requests.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from search_service.app import MAX_BODY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Connect = Callable[..., socket.socket]

ROOT = Path(__file__).parents[3]


@contextlib.contextmanager
def running() -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """Run the small server with one worker; give its port and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "tests.search_service.server.small_server", f"{free}"]
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            wait_for(free)
            yield free, process
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Run the small server for the tests of this module and give its port."""
    with running() as (port, _):
        yield port


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError):
            assert get(port, "/healthz")[0] == 200
            return
        time.sleep(0.05)
    raise AssertionError("the server doesn't answer")


def get(port: int, path: str) -> tuple[int, http.client.HTTPMessage, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


@pytest.fixture
def connected(port: int) -> Iterator[Connect]:
    """Return a function that connects and sends something."""
    with contextlib.ExitStack() as clients:

        def connect(sent: bytes = b"") -> socket.socket:
            client = clients.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
            client.sendall(sent)
            return client

        yield connect


def seconds_until_closed(client: socket.socket) -> float:
    started = time.monotonic()
    with contextlib.suppress(ConnectionResetError):
        assert client.recv(100) == b""
    return time.monotonic() - started


HALF = b"POST /length HTTP/1.1\r\nHost: a.example\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /wait?seconds=0 HTTP/1.1\r\nHost: ",
        HALF + b"Content-Length: 500\r\n\r\nhalf",
        HALF + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhalf",
    ],
    ids=["silent", "half a head", "half a body", "half the chunks"],
)
def test_waiting_connections_hold_no_thread(port: int, connected: Connect, sent: bytes) -> None:
    clients = [connected(sent) for _ in range(40)]
    started = time.monotonic()
    assert get(port, "/wait?seconds=0")[0] == 200
    assert time.monotonic() - started < 0.5
    assert all(seconds_until_closed(client) < 4 for client in clients)


def test_a_request_byte_by_byte(connected: Connect) -> None:
    client = connected()
    started = time.monotonic()
    with contextlib.suppress(ConnectionError):
        for byte in b"GET /healthz HTTP/1.1\r\nHost: a.example\r\n\r\n" * 10:
            client.sendall(bytes([byte]))
            time.sleep(0.1)
    assert time.monotonic() - started < 8


def test_a_body_that_does_not_come(port: int, connected: Connect) -> None:
    client = connected(b"POST /length HTTP/1.1\r\nHost: a.example\r\nContent-Length: 9\r\n\r\nhalf")
    assert seconds_until_closed(client) < 4
    assert get(port, "/healthz")[0] == 200


def test_requests_that_come_in_pieces(connected: Connect) -> None:
    client = connected()
    for number in range(3):  # the same connection, kept
        chunked = number == 1
        head = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: 9"
        body = b"4\r\nhalf\r\n5\r\nother\r\n0\r\n\r\n" if chunked else b"halfother"
        for piece in (HALF[:20], HALF[20:], head + b"\r\n\r", b"\n", body[:6], body[6:]):
            client.sendall(piece)
            time.sleep(0.02)
        response = http.client.HTTPResponse(client)
        response.begin()
        assert (response.status, response.read()) == (200, b"9")


def test_a_client_that_waits_for_the_go_ahead(connected: Connect) -> None:
    client = connected(HALF + b"Content-Length: 4\r\nExpect: 100-continue\r\n\r\n")
    assert client.recv(1000).startswith(b"HTTP/1.1 100 Continue\r\n\r\n")
    client.sendall(b"four")
    answered = b""
    while b"\r\n\r\n4" not in answered:
        answered += client.recv(1000)
    assert b"HTTP/1.1 200 OK" in answered


def test_large_bodies(connected: Connect) -> None:
    client = connected(HALF + b"Content-Length: 1000000\r\n\r\n" + b"x" * 1_000_000)
    assert client.recv(1000).startswith(b"HTTP/1.1 200 OK")
    client = connected(HALF + b"Content-Length: 5000000\r\n\r\n")
    assert client.recv(1000).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("size", "chunk", "status"),
    [
        (MAX_BODY, 65536, 200),
        (MAX_BODY + 1, 65536, 413),
        (MAX_BODY + 1, MAX_BODY + 1, 413),
        (3_000_000, 65536, 413),
    ],
)
def test_large_bodies_in_chunks(connected: Connect, size: int, chunk: int, status: int) -> None:
    body = b"x" * size
    parts = [body[at : at + chunk] for at in range(0, size, chunk)]
    client = connected()
    with contextlib.suppress(ConnectionError):  # it may be answered before all of it has come
        client.sendall(HALF + b"Transfer-Encoding: chunked\r\n\r\n")
        for part in parts:
            client.sendall(b"%x\r\n%b\r\n" % (len(part), part))
        client.sendall(b"0\r\n\r\n")
    response = http.client.HTTPResponse(client)
    response.begin()
    assert response.status == status
    assert status == 413 or response.read() == b"%d" % size


def test_what_modules_hold_is_not_looked_through_again(port: int) -> None:
    assert int(get(port, "/frozen")[2]) > 10_000


def test_a_response_that_is_not_taken(port: int, connected: Connect) -> None:
    clients = [connected(b"GET /large HTTP/1.1\r\nHost: a.example\r\n\r\n") for _ in range(2)]
    started = time.monotonic()
    assert get(port, "/healthz")[0] == 200
    assert time.monotonic() - started < 8
    time.sleep(2)  # longer than the server waits for a part to be taken
    for client in clients:
        received = 0
        with contextlib.suppress(ConnectionResetError):
            while part := client.recv(1 << 20):
                received += len(part)
        assert received < 65536 * 1000


def test_finished_connections_kept_open_delay_nobody(port: int, connected: Connect) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n"
    clients = [connected(request) for _ in range(8)]
    assert all(client.recv(1000).startswith(b"HTTP/1.1 200 ") for client in clients)
    started = time.monotonic()
    assert get(port, "/healthz")[0] == 200
    assert time.monotonic() - started < 0.5


def test_overload_is_refused_at_once(port: int) -> None:
    def ask(_number: int) -> tuple[int, float, str | None]:
        started = time.monotonic()
        status, headers, _ = get(port, "/wait?seconds=0.5")
        return status, time.monotonic() - started, headers["Retry-After"]

    with ThreadPoolExecutor(17) as clients:
        asked = clients.map(ask, range(16))
        time.sleep(0.1)
        assert get(port, "/healthz")[0] == 200
        answers = list(asked)
    answered = [one for one in answers if one[0] == 200]
    refused = [one for one in answers if one[0] == 503]
    assert len(answered) + len(refused) == 16
    assert 4 <= len(answered) <= 6
    assert max(seconds for _, seconds, _ in refused) < 0.5 < min(seconds for _, seconds, _ in answered)
    assert {retry for _, _, retry in refused} == {"2"}
    assert get(port, "/wait?seconds=0")[0] == 200


def test_whether_it_lives_is_answered_while_all_threads_wait(port: int) -> None:
    with ThreadPoolExecutor(2) as clients:
        waiting = [clients.submit(get, port, "/wait?seconds=1.5") for _ in range(2)]
        time.sleep(0.2)
        started = time.monotonic()
        for _ in range(5):
            assert get(port, "/healthz")[0] == 200
        assert time.monotonic() - started < 0.8
        assert not any(one.done() for one in waiting)
        assert [one.result()[0] for one in waiting] == [200, 200]


def test_a_request_that_waited_too_long_is_refused(port: int) -> None:
    def ask(_number: int) -> int:
        return get(port, "/wait?seconds=1.3")[0]

    with ThreadPoolExecutor(4) as clients:
        assert sorted(clients.map(ask, range(4))) == [200, 200, 503, 503]


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 is TLS\r\n\r\n", 400),
        (b"GET / HTTP/9.9\r\nHost: a.example\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a.example\r\nno header\r\n\r\n", 400),
        (b"GET /?q=" + b"%E7%8B%97" * 2000 + b" HTTP/1.1\r\nHost: a.example\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nHost: a.example\r\nCookie: " + b"a" * 9000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\nHost: a.example\r\n" + b"A: b\r\n" * 100 + b"\r\n", 431),
        (b"POST /length HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: magic\r\n\r\n", 501),
    ],
    ids=["tls", "version", "header", "long address", "long header", "many headers", "transfer"],
)
def test_what_is_no_request(connected: Connect, sent: bytes, code: int) -> None:
    with connected(sent) as client:
        response = http.client.HTTPResponse(client)
        response.begin()
        assert response.status == code
        assert response.headers["Content-Type"] == "application/json; charset=utf-8"
        assert len(response.headers["X-Request-ID"]) == 32
        assert response.headers["Connection"] == "close"
        body = json.loads(response.read())
    assert list(body) == ["code", "status", "message", "errors"]
    assert body["code"] == code
    assert body["message"].endswith("。")


def test_a_stuck_request_costs_its_process_only(port: int) -> None:
    with ThreadPoolExecutor(1) as client:
        stuck = client.submit(get, port, "/wait?seconds=6")
        deadline = time.monotonic() + 12
        answered = []
        while time.monotonic() < deadline and not stuck.done():
            started = time.monotonic()
            assert get(port, "/healthz")[0] == 200
            answered.append(time.monotonic() - started)
            time.sleep(0.1)
        # A response that is late but comes within the time to stop is still given.
        assert stuck.result()[0] == 200
    assert len(answered) > 20
    wait_for(port)


def test_no_response_names_the_software(port: int) -> None:
    assert get(port, "/healthz")[1]["Server"] == "duty-search"


def test_told_to_stop_it_answers_what_it_is_at() -> None:
    with running() as (port, process), ThreadPoolExecutor(2) as clients:
        asked = [clients.submit(get, port, "/wait?seconds=1.5") for _ in range(2)]
        time.sleep(0.5)
        process.terminate()
        assert [one.result()[0] for one in asked] == [200, 200]
        assert process.wait(timeout=15) == 0
        with pytest.raises(ConnectionRefusedError):
            get(port, "/healthz")
