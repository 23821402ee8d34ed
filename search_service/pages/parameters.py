"""The pages' parameters, where they differ from the interface's."""

from __future__ import annotations

from marshmallow import fields, validate

from search_service.api.schemas import QueryParameters, SearchParametersSchema
from search_service.core.request import MAX_QUERY_LENGTH
from search_service.pages.links import PAGE_DEFAULT

MAX_ADDRESS = 8000
"""Characters of an address to go back to; a question in it takes up to 9 for each of its own."""

SearchPageParametersSchema = SearchParametersSchema.from_dict(
    {"collapse": fields.Boolean(load_default=PAGE_DEFAULT.collapse)}, name="SearchPageParameters"
)
"""A search's query string; a person sees what townships share as one result."""


class DutyPageParameters(QueryParameters):
    """`q` is the question that led to the duty: its step is marked."""

    q = fields.String(load_default="", validate=validate.Length(max=MAX_QUERY_LENGTH))


class TownshipPageParameters(QueryParameters):
    """`back` is the address of the page from which a township is chosen."""

    back = fields.String(load_default="/", validate=validate.Length(max=MAX_ADDRESS))


class ChosenTownship(QueryParameters):
    """The form's fields: `township` is the id of a list, empty to forget the one kept."""

    township = fields.String(required=True, validate=validate.Length(max=100))
    back = fields.String(load_default="/", validate=validate.Length(max=MAX_ADDRESS))
