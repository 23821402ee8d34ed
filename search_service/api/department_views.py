"""The departments' endpoints: all of them in numbers, and everything that one of them does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_smorest import Blueprint
from marshmallow import RAISE
from werkzeug.exceptions import NotFound

from search_service.api.department_schemas import (
    DepartmentParametersSchema,
    DepartmentResponseSchema,
    DepartmentsParametersSchema,
    DepartmentsResponseSchema,
)
from search_service.api.schemas import ErrorSchema
from search_service.extension import search
from search_service.http.key_scope import within_key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search_service.core.departments import Department

SHOWN_OF_NAME = 60
"""Characters of an unknown name that its refusal repeats."""

blueprint = Blueprint("departments", __name__, url_prefix="/api/v1", description="Who leads what")

_CANONICAL = {
    "in": "path",
    "name": "canonical",
    "description": "the canonical name (公安局), a full one (昌吉市公安局) or a short one (人社局)",
    "example": "公安局",
}


@blueprint.get("/departments")
@blueprint.arguments(DepartmentsParametersSchema, location="query", unknown=RAISE)
@blueprint.response(200, DepartmentsResponseSchema)
@blueprint.doc(operationId="listDepartments")
def list_departments(filters: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """Return every department with the number of its duties, most duties first."""
    found = search().departments().all(within_key(filters))
    return {"total": len(found), "departments": found}


@blueprint.get("/departments/<path:canonical>", parameters=[_CANONICAL])
@blueprint.arguments(DepartmentParametersSchema, location="query", unknown=RAISE)
@blueprint.response(200, DepartmentResponseSchema)
@blueprint.alt_response(404, schema=ErrorSchema, description="no department goes by this name, or several do")
@blueprint.doc(operationId="getDepartment")
def get_department(filters: Mapping[str, tuple[str, ...]], canonical: str) -> Department:
    """Return everything a department leads or took back, by township.

    It may be named by its canonical name (公安局), a full name (昌吉市公安局) or a short one (人社局). A full
    name means the department everywhere: filter by county to narrow it.
    """
    departments = search().departments()
    found = departments.find(canonical, within_key(filters))
    if found is None:
        near = "、".join(departments.near(canonical))
        hint = f"near: {near}" if near else "GET /api/v1/departments lists all"
        raise NotFound(f"no one department is called {canonical[:SHOWN_OF_NAME]!r}; {hint}")
    return found
