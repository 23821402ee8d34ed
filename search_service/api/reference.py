"""The OpenAPI document as a page to read: plain HTML, no script, nothing from another host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template

if TYPE_CHECKING:
    from flask_smorest import Api


def reference_blueprint(api: Api) -> Blueprint:
    """Return the blueprint that serves /api/docs from the document of `api`."""
    blueprint = Blueprint("reference", __name__)

    @blueprint.get("/api/docs")
    def reference() -> str:
        return render_template("reference.html", document=api.spec.to_dict())

    return blueprint
