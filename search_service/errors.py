"""Errors as answers: JSON of one shape for the interface, a Chinese page for people, never a traceback."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from flask import current_app, render_template, request
from flask_smorest import Api
from werkzeug.exceptions import HTTPException, ServiceUnavailable, UnprocessableEntity

from indexer.facets import UnknownFacetValueError
from indexer.index.generation import IndexStateError

if TYPE_CHECKING:
    from flask import Flask

logger = logging.getLogger(__name__)

RETRY_AFTER = 10
"""Seconds after which a client may ask again when no index is loaded."""

_MESSAGES = {
    404: "没有这个页面。它可能已经改名，或者地址抄错了。",
    405: "这个地址不支持这种请求。",
    422: "网址里的参数有误。",
    503: "清单索引暂时不可用，请稍后再试。",
}
_FALLBACK_MESSAGE = "服务出了问题，请稍后再试。"


class ErrorAwareApi(Api):  # type: ignore[misc]  # flask-smorest is untyped
    """flask-smorest's Api, with a message in every error and HTML for the pages' visitors."""

    def handle_http_exception(self, error: HTTPException) -> Any:
        """Answer an HTTP error in the form the caller reads."""
        if not _wants_json():
            return error_page(error)
        payload, code, headers = super().handle_http_exception(error)
        payload.setdefault("message", _message(error, payload.get("errors")))
        payload.setdefault("errors", {})
        return payload, code, headers


def error_page(error: HTTPException) -> tuple[str, int, dict[str, str]]:
    """Return the Chinese error page."""
    code = error.code or 500
    details = getattr(error, "data", {})
    page = render_template(
        "error.html",
        code=code,
        message=_MESSAGES.get(code, _FALLBACK_MESSAGE),
        # webargs calls them messages, whoever aborts by hand calls them errors
        errors=details.get("errors") or details.get("messages"),
    )
    return page, code, details.get("headers", {})


def register_error_handlers(app: Flask) -> None:
    """Turn the core's exceptions into HTTP errors."""
    app.register_error_handler(UnknownFacetValueError, _unknown_facet_value)
    app.register_error_handler(IndexStateError, _index_state)


def _unknown_facet_value(error: UnknownFacetValueError) -> Any:
    return _answer(UnprocessableEntity(), {"errors": {"query": {error.facet: [error.reason]}}})


def _index_state(error: IndexStateError) -> Any:
    # The message names folders of this machine: it is for the log, not for the network.
    logger.error("no usable index: %s", error)
    message = "no usable index is loaded; the operator finds the reason in the log"
    return _answer(ServiceUnavailable(), {"message": message, "headers": {"Retry-After": str(RETRY_AFTER)}})


def _answer(error: HTTPException, data: dict[str, Any]) -> Any:
    """Answer with an HTTP error that carries details, the way flask-smorest's abort would."""
    error.data = data  # type: ignore[attr-defined]  # webargs' convention for details
    return current_app.handle_http_exception(error)


def _wants_json() -> bool:
    return request.path.startswith("/api/v") or request.path in ("/healthz", "/readyz")


def _message(error: HTTPException, errors: Any) -> str:
    if not errors:
        return error.description or error.name
    names = sorted({str(name) for group in errors.values() if isinstance(group, dict) for name in group})
    return f"invalid parameters: {', '.join(names)}" if names else "invalid request"
