"""Posted bodies: JSON that calls itself so, and that can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_smorest import Blueprint
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

if TYPE_CHECKING:
    from flask import Request


class _JsonParser(FlaskParser):
    """Refuses bodies that Python's JSON reader gives up on as it refuses those that aren't JSON."""

    def load_json(self, req: Request, schema: Any) -> Any:
        """Return the body's data."""
        if not req.is_json:
            raise UnsupportedMediaType("send JSON, with the header Content-Type: application/json")
        try:
            return super().load_json(req, schema)
        except (ValueError, RecursionError):  # a number of thousands of digits, brackets without end
            raise BadRequest("the body is JSON that can't be read: too deep, or too long a number") from None


class JsonBlueprint(Blueprint):  # type: ignore[misc]  # flask-smorest is untyped
    """A blueprint whose views may take a body of JSON."""

    ARGUMENTS_PARSER = _JsonParser()
