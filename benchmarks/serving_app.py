"""The servers that `benchmarks.serving` measures: ours with an empty route, and Flask with nothing else.

``python -m benchmarks.serving_app PORT`` serves an application that knows ``/empty`` alone,
``python -m benchmarks.serving_app PORT INDEX`` the project's own with that route added. Both run in the
project's own server; the settings are those of the environment.
"""

from __future__ import annotations

import sys
from pathlib import Path

from flask import Flask, Response, jsonify

from search_service.app import create_app
from search_service.core.search import Search
from search_service.server import Server
from search_service.settings import Settings

EMPTY = "/empty"


def main(port: int, index: Path | None) -> None:
    """Serve until told to stop."""
    if index is None:
        app = Flask(__name__)
        app.add_url_rule(EMPTY, view_func=empty)
        Server(app, "127.0.0.1", port, (lambda: None,)).run()
    else:
        core = Search.open(index)
        app = create_app(core, Settings.from_environment())
        app.add_url_rule(EMPTY, view_func=empty)
        Server(app, "127.0.0.1", port, (core.follow,)).run()


def empty() -> Response:
    """Answer with nothing, as JSON."""
    return jsonify({})


if __name__ == "__main__":
    port, *index = sys.argv[1:]
    main(int(port), Path(*index) if index else None)
