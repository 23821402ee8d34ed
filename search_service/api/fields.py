"""Marshmallow fields of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError, fields

if TYPE_CHECKING:
    from collections.abc import Mapping


MOST_VALUES = 500
"""Values of one list parameter; an error for each of a million would be longer than the request."""


class ValueList(fields.List[Any]):
    """A list parameter: repeated, comma-separated, or both (``?township=甲乡,乙镇&township=丙乡``)."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[Any]:
        texts = value if isinstance(value, list) else [value]
        parts = [part.strip() for text in texts for part in str(text).split(",")]
        if len(parts) > MOST_VALUES:
            raise ValidationError(f"more than {MOST_VALUES} values")
        try:
            return super()._deserialize([part for part in parts if part], attr, data, **kwargs)
        except ValidationError as error:
            # Positions in a list that was typed as one text tell nobody anything; the messages do.
            messages = error.messages_dict.values()
            raise ValidationError([message for of_item in messages for message in of_item]) from None


class DutyUrl(fields.String):
    """The path of a duty's page, for an object that is a duty or has one."""

    _CHECK_ATTRIBUTE = False  # made from the whole object, not from an attribute of this name

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str:
        return f"/duties/{getattr(obj, 'duty', obj).id}"
