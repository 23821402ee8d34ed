"""Health of the process and of its index, for load balancers and containers."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask_smorest import Blueprint

from search_service.api.schemas import HealthSchema, ReadySchema
from search_service.extension import search

blueprint = Blueprint("health", __name__, description="Is it alive, is it ready?")


@blueprint.get("/healthz")
@blueprint.response(200, HealthSchema)
@blueprint.doc(operationId="isAlive")
def healthz() -> dict[str, str]:
    """Say that the process is alive."""
    return {"status": "ok"}


@blueprint.get("/readyz")
@blueprint.response(200, ReadySchema)
@blueprint.doc(operationId="isReady")
def readyz() -> dict[str, Any]:
    """Say which index is in use, and why it isn't the one published last; 503 while none can be searched."""
    search().check()
    manifest = asdict(search().manifest())
    return {"status": "ready", **manifest, "problem": search().index.problem}
