"""The parameters of the compare page and of its downloads."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from indexer.duty import ListType
from indexer.facets import FACETS
from search_service.api.schemas import QueryParameters, filter_field
from search_service.core.comparison import ComparisonRequest

_FACETS = {facet.name: facet for facet in FACETS}


class CompareParametersSchema(QueryParameters):
    """Query string of a comparison; loads a `ComparisonRequest`. What is empty counts as not given."""

    category = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "category, e.g. 平安法治; the one with the most duties by default"},
    )
    county = filter_field(_FACETS["county"])
    township = filter_field(_FACETS["township"])
    list_type = fields.String(
        load_default="",
        validate=validate.OneOf(["", *ListType.allowed()]),
        metadata={"description": _FACETS["list_type"].description},
    )
    differing = fields.Boolean(
        load_default=False, metadata={"description": "only the duties in which the townships differ"}
    )

    @post_load
    def to_request(self, data: dict[str, Any], **kwargs: Any) -> ComparisonRequest:
        """Return the loaded parameters as the core's request."""
        return ComparisonRequest(
            category=data["category"].strip() or None,
            counties=tuple(data.get("county", ())),
            townships=tuple(data.get("township", ())),
            list_type=ListType.parse(data["list_type"]) if data["list_type"] else None,
            only_differing=data["differing"],
        )
