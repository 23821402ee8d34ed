"""Who may show what in a frame; all other pages can't be framed at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import current_app
from werkzeug.local import LocalProxy

from search_service.security_headers import CONTENT_SECURITY_POLICY, talisman

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask.blueprints import BlueprintSetupState

ANCESTORS_KEY = "EMBED_FRAME_ANCESTORS"
"""The setting of an application: sites whose pages may show the frame, in words of ``frame-ancestors``.

One text or a sequence of them; an empty one leaves only our own pages.
"""

EVERYBODY = "*"


def init_framing(state: BlueprintSetupState) -> None:
    """Give an application its default: the frame may stand in any page."""
    state.app.config.setdefault(ANCESTORS_KEY, EVERYBODY)


def _ancestors() -> str:
    allowed: str | Sequence[str] = current_app.config[ANCESTORS_KEY]
    sites = allowed if isinstance(allowed, str) else " ".join(allowed)
    # The builder's page shows the frame as well.
    return sites if sites == EVERYBODY else f"'self' {sites}".strip()


def is_framed_by_all() -> bool:
    """Return whether any site may show the current application's frame."""
    return _ancestors() == EVERYBODY


def framed_elsewhere(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let the response of a view stand in a frame of the allowed sites; goes below the route's decorator."""
    # The decorator is applied once, an application's setting is known in its requests.
    ancestors = cast("str", LocalProxy(_ancestors))
    policy = {**CONTENT_SECURITY_POLICY, "frame-ancestors": ancestors}
    return cast("Callable[..., Any]", talisman(frame_options=None, content_security_policy=policy)(view))


def showing_own_frame(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let the page of a view hold a frame of this site; goes below the route's decorator."""
    policy = {**CONTENT_SECURITY_POLICY, "frame-src": "'self'"}
    return cast("Callable[..., Any]", talisman(content_security_policy=policy)(view))
