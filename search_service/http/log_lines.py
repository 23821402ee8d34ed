"""Lines of the log: JSON for programs, text for people. None of them quotes what a request asked.

python-json-logger rather than structlog: the libraries and gunicorn log by Python's logging, and a formatter
is all that it takes to give their lines the same form.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import has_request_context, request
from pythonjsonlogger.json import JsonFormatter

from search_service.http.finished import route
from search_service.http.request_ids import request_id

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Any

    from flask import Flask

    _ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

NAMES = {
    "asctime": "time",
    "levelname": "level",
    "name": "logger",
    "exc_info": "exception",
}
"""Attribute of a record → field of a JSON line."""

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s%(shown_id)s"

logger = logging.getLogger(__name__)


def init_logging(log_format: str | None) -> None:
    """Log to standard error in a format, ``json`` or ``text``; None chooses text where it is a terminal."""
    is_text = sys.stderr.isatty() if log_format is None else log_format == "text"
    handler = logging.StreamHandler()
    handler.setFormatter(TextFormatter() if is_text else JsonLineFormatter())
    handler.addFilter(RequestIdFilter())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.captureWarnings(capture=True)


def log_ends_of_threads() -> None:
    """Have the errors that end threads of this process logged as well."""
    threading.excepthook = _log_end_of_thread


def init_error_lines(app: Flask) -> None:
    """Have unexpected errors of `app` logged by their route: a path may hold what somebody typed."""

    def log_exception(exc_info: Any) -> None:
        app.logger.error("Exception on %s [%s]", route(), request.method, exc_info=exc_info)

    app.log_exception = log_exception  # type: ignore[method-assign]  # meant to be replaced, says Flask


def discreet_traceback(error: BaseException) -> str:
    """Return where an error and those it came from arose, and of which types they are.

    What they say is left out, for it may quote the question (``KeyError: '…'``), unless it comes from the
    operating system.
    """
    parts = ["Traceback (most recent call last):\n", *traceback.format_tb(error.__traceback__), _named(error)]
    origin = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if origin is None:
        return "".join(parts)
    return f"{discreet_traceback(origin)}\n\nwhich led to:\n\n{''.join(parts)}"


class RequestIdFilter(logging.Filter):
    """Adds `request_id` to the records of a request, and `shown_id`, the same as text at a line's end."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        if has_request_context() and not hasattr(record, "request_id"):
            record.request_id = request_id()
        name = getattr(record, "request_id", None)
        record.shown_id = f" [request {name}]" if name else ""
        return True


class _Discreet(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record, its traceback made here whoever made it before."""
        record.exc_text = None
        return super().format(record)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  # the base's
        """Return the time in UTC, to the millisecond."""
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802  # the base's
        """Return the traceback; without what the errors of a request say."""
        if has_request_context() and ei[1] is not None:
            return discreet_traceback(ei[1])
        return super().formatException(ei)


class TextFormatter(_Discreet):
    """A line to read on a terminal."""

    def __init__(self) -> None:
        super().__init__(_TEXT)


class JsonLineFormatter(_Discreet, JsonFormatter):
    """A JSON object in each line, with the fields that a record was given."""

    def __init__(self) -> None:
        JsonFormatter.__init__(
            self,
            ["asctime", "levelname", "name", "message"],
            rename_fields=NAMES,
            reserved_attrs=[*_RESERVED, "shown_id"],
            json_ensure_ascii=False,
        )


_RESERVED = tuple(vars(logging.makeLogRecord({})))


def _named(error: BaseException) -> str:
    kind = type(error)
    said = f": {error}" if isinstance(error, OSError) else ""
    return f"{kind.__module__}.{kind.__qualname__}{said}"


def _log_end_of_thread(ended: threading.ExceptHookArgs) -> None:
    error = ended.exc_value
    logger.critical(
        "a thread ended: %s", ended.thread.name if ended.thread else "unknown", exc_info=error or True
    )
