"""The Flask application factory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from search_service.api import answer_views, health, views
from search_service.api.reference import reference_blueprint
from search_service.errors import ErrorAwareApi, register_error_handlers
from search_service.extension import init_core
from search_service.pages import views as pages

if TYPE_CHECKING:
    from search_service.core.search import Search

MAX_BODY = 1024 * 1024
"""Bytes of a request's body; nothing larger is asked of this service."""


def create_app(core: Search) -> Flask:
    """Return the web application over a search core."""
    app = Flask(
        __name__, template_folder="pages/templates", static_folder="pages/static", static_url_path="/static"
    )
    app.config.update(
        API_TITLE="乡镇履职事项检索 / duty search",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        MAX_CONTENT_LENGTH=MAX_BODY,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.json.sort_keys = False  # type: ignore[attr-defined]
    init_core(app.extensions, core)
    api = ErrorAwareApi(app)
    for blueprint in (views.blueprint, answer_views.blueprint, health.blueprint):
        api.register_blueprint(blueprint)
    app.register_blueprint(reference_blueprint(api))
    app.register_blueprint(pages.blueprint)
    register_error_handlers(app)
    return app
