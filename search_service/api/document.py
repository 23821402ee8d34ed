"""The OpenAPI document: what all operations have in common, beside what the views declare."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from apispec import BasePlugin

from indexer.facets import FACETS
from search_service.api.schemas import ErrorSchema

if TYPE_CHECKING:
    from apispec import APISpec

DOCUMENT_OPTIONS: dict[str, Any] = {
    "info": {
        "description": "谁来管？乡镇履职事项清单的检索、问答和导出。"
        "Who handles it: search, answers and exports over the duty lists of China's townships.",
        "license": {"name": "MIT", "identifier": "MIT"},
    },
    "servers": [{"url": "/"}],
}
"""What stands in the document beside the operations."""

_API = "/api/v1/"
_ALWAYS_THERE = "/healthz"

_ERROR = {"application/json": {"schema": ErrorSchema}}
_SECONDS = {"Retry-After": {"description": "seconds to wait", "schema": {"type": "integer", "minimum": 1}}}
_ETAG = {"ETag": {"description": "goes into If-None-Match of the next request", "schema": {"type": "string"}}}

_NOT_MODIFIED, _UNKNOWN_KEY, _OUTSIDE, _WRONG, _TOO_MANY, _NOT_READY = (
    "NotModified",
    "UnknownKey",
    "OutsideOfKey",
    "WrongParameters",
    "TooManyRequests",
    "NotReady",
)
_SHARED_RESPONSES: dict[str, dict[str, Any]] = {
    _NOT_MODIFIED: {"description": "the answer is the one that If-None-Match names", "headers": _ETAG},
    _UNKNOWN_KEY: {"description": "the API key is unknown or was revoked", "content": _ERROR},
    _OUTSIDE: {"description": "the API key is held to other places or lists", "content": _ERROR},
    _WRONG: {
        "description": "a parameter is wrong: `errors` names each, and what is allowed",
        "content": _ERROR,
    },
    _TOO_MANY: {
        "description": "more requests than the limit allows",
        "headers": _SECONDS,
        "content": _ERROR,
    },
    _NOT_READY: {"description": "no usable index is loaded", "headers": _SECONDS, "content": _ERROR},
}

_KEY_SCHEMES = {
    "keyHeader": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "bearer": {"type": "http", "scheme": "bearer"},
}
_KEY_OR_NONE: list[dict[str, list[str]]] = [{}, {"keyHeader": []}, {"bearer": []}]


class CommonParts(BasePlugin):
    """Completes each operation: what any of them may be answered, examples where readers look for them."""

    def init_spec(self, spec: APISpec) -> None:
        """Declare the responses and the forms of keys that operations share."""
        super().init_spec(spec)
        for name, response in _SHARED_RESPONSES.items():
            spec.components.response(name, deepcopy(response))
        for name, scheme in _KEY_SCHEMES.items():
            spec.components.security_scheme(name, scheme)

    def operation_helper(
        self, path: str | None = None, operations: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        """Complete the operations of a path; what the views declare themselves stays as it is."""
        for method, operation in (operations or {}).items():
            for parameter in operation.get("parameters", ()):
                _lift_example(parameter)
            responses = _shared_responses(path or "", method, operation)
            responses |= {str(code): response for code, response in operation["responses"].items()}
            if "422" in responses:
                responses["422"] = _WRONG
            operation["responses"] = dict(sorted(responses.items()))
            if (path or "").startswith(_API):
                operation["security"] = _KEY_OR_NONE
                if method == "get":
                    responses["200"]["headers"] = _ETAG


def _shared_responses(path: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    """Return code → name of the response, for what may happen to an operation beside what its view does."""
    found = {} if path == _ALWAYS_THERE else {"503": _NOT_READY}
    if not path.startswith(_API):
        return found
    found |= {"401": _UNKNOWN_KEY, "429": _TOO_MANY}
    if _takes_filters(operation):
        found["403"] = _OUTSIDE
    if method == "get":
        found["304"] = _NOT_MODIFIED
    return found


def _takes_filters(operation: dict[str, Any]) -> bool:
    names = {parameter["name"] for parameter in operation.get("parameters", ())}
    return "requestBody" in operation or not names.isdisjoint(facet.name for facet in FACETS)


def _lift_example(parameter: dict[str, Any]) -> None:
    """Move the example from a parameter's schema to the parameter, where a list's is a whole list."""
    examples = parameter["schema"].pop("examples", None)
    if examples:
        parameter["example"] = examples[0]
