"""Which requests are for the interface that programs use."""

from __future__ import annotations

from flask import request

API = "/api/v1/"
"""How the paths of the interface begin."""

API_ANSWERS = "/api/v1/answers"
"""The one path that is posted to."""

HEALTH = ("/healthz", "/readyz")
"""What load balancers ask."""


def is_for_api() -> bool:
    """Return whether the current request is for the interface."""
    return request.path.startswith(API)
