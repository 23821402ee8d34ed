"""What goes in and out of the departments' endpoints, as marshmallow schemas."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from indexer.facets import FACETS, PLACE_FACETS
from search_service.api.response_schema import ResponseSchema
from search_service.api.schemas import (
    DepartmentSchema,
    DutySummarySchema,
    QueryParameters,
    StepSchema,
    filter_field,
)


class FilterParameters(QueryParameters):
    """A query string of filters alone; loads facet → texts, as the core takes them."""

    @post_load
    def to_filters(self, data: dict[str, Any], **kwargs: Any) -> dict[str, tuple[str, ...]]:
        """Return the filters that were given."""
        return {facet: tuple(texts) for facet, texts in data.items() if texts}


DepartmentsParametersSchema = FilterParameters.from_dict(
    {facet.name: filter_field(facet) for facet in FACETS if facet.name in PLACE_FACETS},
    name="DepartmentsParameters",
)
"""The query string of the list of departments: the places."""

DepartmentParametersSchema = FilterParameters.from_dict(
    {facet.name: filter_field(facet) for facet in FACETS if facet.name != "department"},
    name="DepartmentParameters",
)
"""The query string of one department: every facet but the department itself."""


class DepartmentSummarySchema(ResponseSchema):
    """A department in numbers."""

    canonical = fields.String(required=True, metadata={"examples": ["公安局"]})
    names = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "every full name the lists use, of any place",
            "examples": [["昌吉市公安局"]],
        },
    )
    cooperative = fields.Integer(required=True, metadata={"description": "duties it leads"})
    reclaimed = fields.Integer(required=True, metadata={"description": "duties it took back"})
    townships = fields.Integer(required=True, metadata={"description": "townships whose lists name it"})


class DepartmentsResponseSchema(ResponseSchema):
    """All departments, most duties first."""

    total = fields.Integer(required=True)
    departments = fields.List(fields.Nested(DepartmentSummarySchema), required=True)


class CategorisedDutySchema(DutySummarySchema):
    """A duty's identity, its category and all departments that it names."""

    category = fields.String(required=True, metadata={"examples": ["平安法治"]})
    departments = fields.List(fields.Nested(DepartmentSchema), required=True)


class DepartmentDutySchema(ResponseSchema):
    """A duty and what it binds the department to."""

    duty = fields.Nested(CategorisedDutySchema, required=True)
    steps = fields.List(
        fields.Nested(StepSchema),
        required=True,
        metadata={"description": "its steps that bind this department; empty where it names only others"},
    )


class TownshipDutiesSchema(ResponseSchema):
    """What a department does for one township."""

    list_id = fields.String(required=True, attribute="info.id")
    prefecture = fields.String(required=True, attribute="info.place.prefecture")
    county = fields.String(required=True, attribute="info.place.county")
    township = fields.String(required=True, attribute="info.place.township")
    names = fields.List(
        fields.String(), required=True, metadata={"description": "what the township's list calls it"}
    )
    cooperative = fields.Integer(required=True)
    reclaimed = fields.Integer(required=True)
    duties = fields.List(fields.Nested(DepartmentDutySchema), required=True)


class DepartmentResponseSchema(DepartmentSummarySchema):
    """A department with everything that it leads or took back; the numbers count what is shown."""

    by_township = fields.List(fields.Nested(TownshipDutiesSchema), required=True)
