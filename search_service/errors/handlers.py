"""What becomes of an exception: which HTTP error it is, and in which form the caller reads it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from flask import current_app, request
from flask_smorest import Api
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException, ServiceUnavailable, UnprocessableEntity

from indexer.facets import UnknownFacetValueError
from indexer.index.generation import IndexStateError, IndexUnavailableError
from search_service.api.schemas import ErrorSchema
from search_service.core.fixed_filters import OutsideError
from search_service.core.suggestions import NotReadyError
from search_service.errors.page import error_page
from search_service.errors.texts import PARAMETERS
from search_service.errors.utf8 import REASON, NotUtf8Error, names_of_bad_text

if TYPE_CHECKING:
    from flask import Flask

logger = logging.getLogger(__name__)

RETRY_AFTER = 10
"""Seconds after which a client may ask again when no index is loaded."""

COMPLETIONS_AFTER = 1
"""Likewise when completions are still being made."""


class ErrorAwareApi(Api):  # type: ignore[misc]  # flask-smorest is untyped
    """flask-smorest's Api, with a message in every error and HTML for the pages' visitors."""

    ERROR_SCHEMA = ErrorSchema

    def handle_http_exception(self, error: HTTPException) -> Any:
        """Answer an HTTP error in the form the caller reads."""
        if not _wants_json():
            return error_page(error, _headers(error))
        payload, code, _ = super().handle_http_exception(error)
        payload.setdefault("message", _message(error, payload.get("errors")))
        payload.setdefault("errors", {})
        return payload, code, _headers(error)


def register_error_handlers(app: Flask) -> None:
    """Turn the core's exceptions into HTTP errors, and refuse questions that are no text."""
    app.before_request(_refuse_bad_text)
    app.register_error_handler(NotUtf8Error, _not_utf8)
    app.register_error_handler(UnknownFacetValueError, _unknown_facet_value)
    app.register_error_handler(OutsideError, _outside)
    app.register_error_handler(IndexStateError, _index_state)
    app.register_error_handler(NotReadyError, _not_ready)
    app.register_error_handler(ParseException, _no_http)


def _refuse_bad_text() -> None:
    """Raise NotUtf8Error for a parameter that is no text; the pages don't mind those they don't know."""
    if request.routing_exception is not None:
        return
    names = names_of_bad_text(request.query_string)
    if not _wants_json():
        names = [name for name in names if name in PARAMETERS]
    if names:
        raise NotUtf8Error(names)


def _not_utf8(error: NotUtf8Error) -> Any:
    return _refuse(error, {name: [REASON] for name in error.names})


def _unknown_facet_value(error: UnknownFacetValueError) -> Any:
    return _refuse(error, {error.facet: [error.reason]})


def _outside(error: OutsideError) -> Any:
    return _answer(Forbidden(str(error)), {})


def _no_http(error: ParseException) -> Any:
    # Found only when the body is read: chunks that are none.
    return _answer(BadRequest("the body is not sent as HTTP says"), {})


def _index_state(error: IndexStateError) -> Any:
    # The message names folders of this machine, or nodes: it is for the log, not for the network.
    if isinstance(error, IndexUnavailableError):
        logger.error("the index can't be asked now: %s", error)
        message = "the index can't be asked now; try again in a while"
    else:
        logger.error("no usable index: %s", error)
        message = "no usable index is loaded; the operator finds the reason in the log"
    return _answer(ServiceUnavailable(), {"message": message, "headers": {"Retry-After": str(RETRY_AFTER)}})


def _not_ready(_error: NotReadyError) -> Any:
    message = "this process has just started and makes its completions; searching works already"
    return _answer(
        ServiceUnavailable(), {"message": message, "headers": {"Retry-After": str(COMPLETIONS_AFTER)}}
    )


def _refuse(cause: ValueError, errors: dict[str, list[str]]) -> Any:
    refusal = UnprocessableEntity()
    refusal.exc = cause  # type: ignore[attr-defined]  # webargs' convention for what it is about
    return _answer(refusal, {"errors": {"query": errors}})


def _answer(error: HTTPException, data: dict[str, Any]) -> Any:
    """Answer with an HTTP error that carries details, the way flask-smorest's abort would."""
    error.data = data  # type: ignore[attr-defined]  # webargs' convention for details
    return current_app.handle_http_exception(error)


def _headers(error: HTTPException) -> dict[str, str]:
    """Return what belongs to the error itself (Allow, Retry-After) and what its details add."""
    own = {name: value for name, value in error.get_headers() if name != "Content-Type"}
    return {**own, **(getattr(error, "data", {}).get("headers") or {})}


def _wants_json() -> bool:
    return request.path.startswith("/api/v") or request.path in ("/healthz", "/readyz")


def _message(error: HTTPException, errors: Any) -> str:
    if not errors:
        return error.description or error.name
    names = sorted({str(name) for group in errors.values() if isinstance(group, dict) for name in group})
    return f"invalid parameters: {', '.join(names)}" if names else "invalid request"
