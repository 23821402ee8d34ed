"""One line of the log for each request: which route, and how it went; not who asked, nor what."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

from search_service.masking import masked

if TYPE_CHECKING:
    from collections.abc import Callable

    from search_service.http.finished import Finished

MOST_OF_QUESTION = 500
"""Characters of a question that are written."""

logger = logging.getLogger(__name__)


def access_log(*, with_questions: bool) -> Callable[[Finished], None]:
    """Return what writes a line for a finished request, with its question masked or without."""

    def write(finished: Finished) -> None:
        if not logger.isEnabledFor(logging.INFO):
            return
        question = masked(finished.question) if with_questions and finished.question else None
        logger.info(_message(finished, question), extra=_fields(finished, question))

    return write


def _message(finished: Finished, question: str | None) -> str:
    milliseconds = finished.seconds * 1000
    line = f"{finished.method} {finished.route} {finished.status} {milliseconds:.1f} ms {finished.bytes} B"
    # Quoted: no question ends a line of the log or begins another.
    return f"{line} {json.dumps(_cut(question), ensure_ascii=False)}" if question else line


def _fields(finished: Finished, question: str | None) -> dict[str, object]:
    fields = {
        "request_id": finished.request_id,
        "method": finished.method,
        "route": finished.route,
        "status": finished.status,
        "ms": round(finished.seconds * 1000, 1),
        "bytes": finished.bytes,
        "generation": finished.generation,
    }
    return {**fields, "question": _cut(question)} if question else fields


def _cut(question: str) -> str:
    return question[:MOST_OF_QUESTION]
