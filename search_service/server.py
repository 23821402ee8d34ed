"""The production server: gunicorn, a few worker processes with threads, limits for short requests."""

from __future__ import annotations

import os
import socket
import threading
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

THREADS = 4
"""Requests a worker answers at once; searching is short, so more would only wait for the processor."""

MAX_WORKERS = 4


def check_address(host: str, port: int) -> None:
    """Raise OSError where the address can't be listened on, before any worker is started."""
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)


class Server(BaseApplication):  # type: ignore[misc,unused-ignore]  # its base is partly untyped
    """Serves one application on one address until it is told to stop (SIGTERM, Ctrl-C)."""

    def __init__(self, app: Flask, host: str, port: int, warm_up: Callable[[], None]) -> None:
        """Prepare to serve `app`; every worker calls `warm_up` beside its first requests."""
        self._app = app
        self._warm_up = warm_up
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        self._options: dict[str, Any] = {
            "bind": address,
            "workers": min(MAX_WORKERS, os.cpu_count() or 1),
            "worker_class": "gthread",
            "threads": THREADS,
            "timeout": 30,
            "graceful_timeout": 10,
            "keepalive": 5,
            # Nobody steers a running server through a socket here, and its folder may not be writable.
            "control_socket_disable": True,
            # A question of 500 Chinese characters is 4,500 bytes once it is percent-encoded.
            "limit_request_line": 8190,
            "proc_name": "duty-search",
            "errorlog": "-",
            "loglevel": "warning",
        }
        super().__init__()

    def load_config(self) -> None:
        """Hand the options to gunicorn; no file or environment of its own is read."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Return the application for a worker."""
        # Only now, not before the workers part: they must not share the positions of open index files.
        threading.Thread(target=self._warm_up, daemon=True).start()
        return self._app.wsgi_app
