"""What every schema of a response shares."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema


class ResponseSchema(Schema):
    """Reads what it sends from plain attributes and keys.

    Marshmallow's own way copes with any object, and takes half of the time that writing a response costs.
    """

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """Return an object's attribute or key; a dot leads to one of the attribute before it."""
        for name in attr.split(".") if "." in attr else (attr,):
            obj = obj.get(name, default) if isinstance(obj, dict) else getattr(obj, name, default)
        return obj
