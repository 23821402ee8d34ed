"""What goes into the exports, as a marshmallow schema."""

from __future__ import annotations

from indexer.facets import FACETS, PLACE_FACETS
from search_service.api.department_schemas import FilterParameters
from search_service.api.schemas import filter_field

ExportParametersSchema = FilterParameters.from_dict(
    {facet.name: filter_field(facet) for facet in FACETS if facet.name in (*PLACE_FACETS, "list_type")},
    name="ExportParameters",
)
"""The query string of an export: places and lists."""
