"""What gunicorn says, said in the log of the service.

1. It goes to the service's handlers, from warnings on.
2. Errors are told by their types and places; what they, and the request, say is left out.
3. A request that breaks the server itself gets a 500 in the form of all errors, and a line that quotes nothing.
"""

import http.client
import json
import logging
import socket

import pytest
from gunicorn.config import Config

from search_service.server.log import ServerLog
from search_service.server.worker import Worker


@pytest.fixture
def log():
    config = Config()
    config.set("errorlog", "-")
    config.set("loglevel", "warning")
    return ServerLog(config)


def test_it_goes_to_the_handlers_of_the_service(log, caplog):
    log.info("leise")
    log.warning("Worker (pid:%s) was sent %s!", 1, "SIGKILL")
    assert [(one.name, one.getMessage()) for one in caplog.records] == [
        ("gunicorn.error", "Worker (pid:1) was sent SIGKILL!")
    ]
    assert logging.getLogger("gunicorn.error").handlers == []


def fail():
    raise ValueError("geheim")


def test_an_error_is_told_without_what_it_says(log, caplog):
    try:
        fail()
    except ValueError:
        log.exception("Error handling request %s %s", "GET", "/search?q=geheim")
    [record] = caplog.records
    assert record.levelno == logging.ERROR
    assert record.getMessage().startswith("Error handling request … …\nTraceback")
    assert "in fail" in record.getMessage()
    assert "builtins.ValueError" in record.getMessage()
    assert "geheim" not in record.getMessage().replace('raise ValueError("geheim")', "")
    assert record.exc_info is None


def test_a_request_that_breaks_the_server_gets_an_answer(caplog):
    worker = Worker.__new__(Worker)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        worker.handle_error(None, ours, ("203.0.113.77", 1), ValueError("geheim"))
        ours.close()
        response = http.client.HTTPResponse(theirs)
        response.begin()
        body = json.loads(response.read())
    assert response.status == body["code"] == 500
    [record] = caplog.records
    assert record.request_id == response.headers["X-Request-ID"]
    assert "builtins.ValueError" in record.getMessage()
    assert not {"geheim", "203.0.113.77"} & set(record.getMessage().replace(":", " ").split())
