"""gunicorn's worker with threads, made safe against slow clients, too many of them, and stuck requests."""

from __future__ import annotations

import logging
import secrets
import selectors
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import partial
from http import HTTPStatus
from threading import get_ident
from typing import TYPE_CHECKING, Any, ClassVar, cast

from gunicorn.http.errors import (
    ExpectationFailed,
    ForbiddenProxyRequest,
    LimitRequestHeaders,
    LimitRequestLine,
    ParseException,
    UnsupportedTransferCoding,
)
from gunicorn.workers.gthread import TConn, ThreadWorker

from search_service.http.finished import ROUTE_KEY
from search_service.http.log_lines import discreet_traceback
from search_service.http.overload import refuse_in_this_thread, refusing
from search_service.http.paths import ALIVE
from search_service.server.limits import Limits
from search_service.server.patient_socket import PatientSocket
from search_service.server.refusal import refusal
from search_service.server.whole_request import is_whole, waits_for_go_ahead

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from gunicorn.http.parser import RequestParser

logger = logging.getLogger(__name__)

_PART = 65536
_IS_IT_ALIVE = f"GET {ALIVE} ".encode()
_GO_AHEAD = b"HTTP/1.1 100 Continue\r\n\r\n"

_STATUS: dict[type[BaseException], HTTPStatus] = {
    LimitRequestLine: HTTPStatus.REQUEST_URI_TOO_LONG,
    LimitRequestHeaders: HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    ExpectationFailed: HTTPStatus.EXPECTATION_FAILED,
    UnsupportedTransferCoding: HTTPStatus.NOT_IMPLEMENTED,
    ForbiddenProxyRequest: HTTPStatus.FORBIDDEN,
}


class _Connection(TConn):  # type: ignore[misc,unused-ignore]  # gunicorn is partly untyped
    """A connection that is closed beside the loop: waiting for the client's end of it takes up to 2 s."""

    closer: ThreadPoolExecutor
    taken_at: float
    """When its request was given to a thread, or to the queue in front of them."""
    received: bytes = b""
    """What has come of its next request."""

    def receive(self) -> bool:
        """Take what has come, without waiting; return whether it is all of a request, or all that comes."""
        try:
            part = self.sock.recv(_PART)
            self.received += part
            if part and waits_for_go_ahead(self.received):
                self.sock.send(_GO_AHEAD)
        except BlockingIOError:
            return False
        except OSError:
            return True  # the thread that reads on finds out, and closes it
        return not part or is_whole(self.received)

    def init(self) -> None:
        """Make the parser of a new connection, and give it what has come, as if it came now."""
        super().init()
        cast("RequestParser", self.parser).unreader.unread(self.received)
        self.received = b""

    def close(self, graceful: bool = False) -> None:  # the signature is the base's
        if graceful:
            self.closer.submit(super().close, graceful=True)
        else:
            super().close()


class Worker(ThreadWorker):  # type: ignore[misc,unused-ignore]
    """Answers a few requests at once; what waits, for whom and how long is bounded by `limits`."""

    limits: ClassVar[Limits] = Limits()

    def init_process(self) -> None:
        """Make the threads, then serve."""
        self._refusers = ThreadPoolExecutor(1, initializer=refuse_in_this_thread)
        self._closer = ThreadPoolExecutor(2)
        self._taken = 0
        """Requests that are answered or wait; counted by the loop alone."""
        self._began: dict[int, tuple[float, dict[str, Any]]] = {}
        """Thread → when the request that it answers began, and its environment."""
        super().init_process()

    def load_wsgi(self) -> None:
        """Load the application and watch how long it takes to answer."""
        super().load_wsgi()
        self.wsgi = self._timed(self.wsgi)

    def accept(self, listener: socket.socket) -> None:
        """Take a connection and wait in the loop, not in a thread, until the client says something."""
        try:
            accepted, client = listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # another worker was faster, or the client is gone
        self.nr_conns += 1
        sock = PatientSocket.of(accepted, self.limits)
        connection = _Connection(self.cfg, sock, client, listener.getsockname())
        connection.closer = self._closer
        connection.data_ready = True  # when a thread gets it
        self._gather(connection)

    def _gather(self, connection: TConn) -> None:
        """Wait in the loop, a limited time, until a whole request has come."""
        connection.sock.setblocking(False)
        connection.timeout = time.monotonic() + self.limits.reading
        self.pending_conns.append(connection)
        self.poller.register(
            connection.sock, selectors.EVENT_READ, partial(self.on_pending_socket_readable, connection)
        )

    def on_pending_socket_readable(self, conn: TConn, client: Any) -> None:
        """Take what has come of a request, and answer it once it is whole."""
        if cast("_Connection", conn).receive():
            super().on_pending_socket_readable(conn, client)

    def on_client_socket_readable(self, conn: TConn, client: Any) -> None:
        """Wait for the rest of the next request on a connection that was kept."""
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self._gather(conn)

    def enqueue_req(self, conn: TConn) -> None:
        """Give a request to a thread, or to the one that refuses, where too many wait."""
        busy = self._taken >= self.limits.threads
        if busy and cast("_Connection", conn).received.startswith(_IS_IT_ALIVE):
            # All threads may wait for something else; that is no reason to be taken for dead.
            pool = self._refusers
        elif self._taken < self.limits.threads + self.limits.waiting:
            pool = self.tpool
        elif self._taken < self.limits.threads + self.limits.waiting + self.limits.refusing:
            pool = self._refusers
        else:
            self.nr_conns -= 1
            conn.close()
            return
        self._taken += 1
        cast("_Connection", conn).taken_at = time.monotonic()
        pool.submit(self.handle, conn).add_done_callback(
            lambda done: self.method_queue.defer(self.finish_request, conn, done)
        )

    def handle(self, conn: TConn) -> Any:
        """Answer a connection's request, with 503 where it has waited too long: its caller may be gone."""
        waited = time.monotonic() - cast("_Connection", conn).taken_at
        with refusing() if waited > self.limits.patience else nullcontext():
            return super().handle(conn)

    def finish_request(self, conn: TConn, fs: Any) -> None:
        """Keep the connection, or close it."""
        self._taken -= 1
        super().finish_request(conn, fs)

    def notify(self) -> None:
        """Tell the master that this process lives, unless a request is stuck: then have it replaced."""
        super().notify()
        latest = time.monotonic() - self.limits.answering
        for began, environ in list(self._began.values()):
            if began < latest and self.alive:
                # By its route: a path may hold what somebody typed.
                logger.critical(
                    "%s takes more than %g s; this worker is replaced",
                    environ.get(ROUTE_KEY, "a request"),
                    self.limits.answering,
                )
                self.alive = False

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """Answer a request that is no HTTP, too long for it, or that broke the server, as all errors are.

        gunicorn's own way would write the client's address, or that of the page, into the log.
        """
        request_id = secrets.token_hex(16)
        extra = {"request_id": request_id}
        if isinstance(exc, ParseException):
            status = _STATUS.get(type(exc), HTTPStatus.BAD_REQUEST)
            logger.info("%d %s", status, type(exc).__name__, extra=extra)
        else:
            status = HTTPStatus.INTERNAL_SERVER_ERROR
            logger.error("a request broke the server:\n%s", discreet_traceback(exc), extra=extra)
        try:
            client.sendall(refusal(status, request_id))
        except OSError as error:
            logger.info("the client didn't wait for it: %s", error, extra=extra)

    def _timed(self, app: Callable[..., Any]) -> Callable[..., Any]:
        def timed(environ: dict[str, Any], start_response: Any) -> Any:
            # Until the response begins: how long its parts take is up to the client.
            self._began[get_ident()] = time.monotonic(), environ
            try:
                return app(environ, start_response)
            finally:
                del self._began[get_ident()]

        return timed
