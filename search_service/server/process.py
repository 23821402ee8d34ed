"""The server's processes: gunicorn's master with a worker for each processor."""

from __future__ import annotations

import gc
import os
import socket
import threading
from typing import TYPE_CHECKING, Any

import gunicorn.http.wsgi
from gunicorn.app.base import BaseApplication

from search_service.http.log_lines import log_ends_of_threads
from search_service.http.metrics_folder import forget_process
from search_service.server.log import ServerLog
from search_service.server.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask

MOST_BY_ITSELF = 4
"""Worker processes that are started without being told a number: each takes a few hundred MB."""

# What every response says of its server: nothing that tells an attacker which faults to try.
gunicorn.http.wsgi.SERVER = "duty-search"  # type: ignore[attr-defined,unused-ignore]  # not in its stubs


def check_address(host: str, port: int) -> None:
    """Raise OSError where the address can't be listened on, before any worker is started."""
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)


class Server(BaseApplication):  # type: ignore[misc,unused-ignore]  # its base is partly untyped
    """Serves one application on one address until it is told to stop (SIGTERM, Ctrl-C)."""

    def __init__(
        self,
        app: Flask,
        host: str,
        port: int,
        background: Sequence[Callable[[], None]] = (),
        workers: int | None = None,
        worker: type[Worker] = Worker,
    ) -> None:
        """Prepare to serve `app` by so many worker processes (None: one for each processor, 4 at most).

        Each of them runs each of `background` in a thread of its own.
        """
        self._app = app
        self._background = background
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        limits = worker.limits
        self._options: dict[str, Any] = {
            "bind": address,
            "workers": workers or min(MOST_BY_ITSELF, os.cpu_count() or 1),
            "worker_class": worker,
            "threads": limits.threads,
            "worker_connections": limits.connections,
            "keepalive": limits.idle,
            "timeout": 30,
            "graceful_timeout": 10,
            # Nobody steers a running server through a socket here, and its folder may not be writable.
            "control_socket_disable": True,
            # A question of 500 Chinese characters is 4,500 bytes once it is percent-encoded.
            "limit_request_line": 8190,
            "limit_request_fields": 64,
            "limit_request_field_size": 8190,
            "proc_name": "duty-search",
            "logger_class": ServerLog,
            "loglevel": "warning",
            "child_exit": _forget_worker,
        }
        # The process that watches over the others answers nothing: it has nothing to tell of itself.
        forget_process(os.getpid())
        super().__init__()

    def run(self) -> None:
        """Serve until told to stop."""
        gc.collect()
        # A quarter of a million objects that modules hold for good: no worker need look through them again,
        # or get copies of its own because it did.
        gc.freeze()
        super().run()

    def load_config(self) -> None:
        """Hand the options to gunicorn; no file or environment of its own is read."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application for a worker."""
        # Only now, not before the workers part: they must not share the positions of open index files.
        log_ends_of_threads()
        for work in self._background:
            threading.Thread(target=work, daemon=True).start()
        return self._app.wsgi_app


def _forget_worker(_server: Any, worker: Worker) -> None:
    forget_process(int(worker.pid))
