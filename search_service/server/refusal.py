"""Responses to what never becomes a request: no HTTP, or too long."""

from __future__ import annotations

import json
from http import HTTPStatus

from search_service.errors.texts import status_text
from search_service.http.request_ids import HEADER

_REASONS = {
    HTTPStatus.REQUEST_URI_TOO_LONG: "URI Too Long",
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: "Request Header Fields Too Large",
}


def refusal(status: HTTPStatus, request_id: str) -> bytes:
    """Return a whole HTTP response, its body in the one form of errors; the connection ends with it."""
    reason = _REASONS.get(status, status.phrase)
    text = status_text(status)
    body = json.dumps(
        {"code": int(status), "status": reason, "message": f"{text.heading}{text.advice}", "errors": {}},
        ensure_ascii=False,
    ).encode()
    head = (
        f"HTTP/1.1 {int(status)} {reason}\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        f"Content-Length: {len(body)}\r\n"
        "Cache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\n"
        f"{HEADER}: {request_id}\r\n"
        "Connection: close\r\n\r\n"
    )
    return head.encode("latin-1") + body
