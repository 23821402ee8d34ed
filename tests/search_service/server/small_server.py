"""A server of our own kind over an application that is as slow as it is asked to be; run as a process."""

from __future__ import annotations

import gc
import sys
import time

from flask import Flask, Response, request

from search_service.app import MAX_BODY
from search_service.http.chunked_bodies import init_chunked_bodies
from search_service.http.overload import init_overload
from search_service.server import Server
from search_service.server.limits import Limits
from search_service.server.worker import Worker


class ImpatientWorker(Worker):
    """One whose limits a test can wait for."""

    limits = Limits(
        threads=2,
        waiting=2,
        patience=1,
        refusing=20,
        connections=100,
        idle=1,
        reading=1,
        writing=1,
        answering=3,
    )


def slow_app() -> Flask:
    """Return the application."""
    app = Flask("slow")
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    init_overload(app)
    init_chunked_bodies(app)

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    @app.get("/frozen")
    def frozen() -> str:
        return str(gc.get_freeze_count())

    @app.get("/wait")
    def wait() -> str:
        time.sleep(float(request.args["seconds"]))
        return "done"

    @app.get("/large")
    def large() -> Response:
        return Response(b"x" * 65536 for _ in range(1000))

    @app.post("/length")
    def length() -> str:
        return str(len(request.get_data()))

    return app


if __name__ == "__main__":
    Server(slow_app(), "127.0.0.1", int(sys.argv[1]), workers=1, worker=ImpatientWorker).run()
