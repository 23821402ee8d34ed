"""Which requests are for the interface that programs use."""

from __future__ import annotations

from flask import request

API = "/api/v1/"
"""How the paths of the interface begin."""

API_ANSWERS = "/api/v1/answers"
"""Questions, many at once, are posted to it."""

API_FEEDBACK = "/api/v1/feedback"
"""What was wrong with an answer is posted to it."""

METRICS = "/metrics"

ALIVE = "/healthz"
"""Says that the process lives, and asks nobody else."""

HEALTH = (ALIVE, "/readyz", METRICS)
"""What load balancers and monitoring ask; they are answered whatever comes of others."""


def is_for_api() -> bool:
    """Return whether the current request is for the interface."""
    return request.path.startswith(API)
