"""The Flask application factory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from search_service.api import answer_views, department_views, export_views, feedback_views, health, views
from search_service.api.document import DOCUMENT_OPTIONS, CommonParts
from search_service.api.reference import reference_blueprint
from search_service.embed import views as embed
from search_service.errors import ErrorAwareApi, register_error_handlers
from search_service.extension import init_core
from search_service.http import init_http
from search_service.http.uses import init_uses
from search_service.pages import discovery, downloads, feedback
from search_service.pages import views as pages
from search_service.pages.assets import init_assets
from search_service.pages.caching import init_page_caching
from search_service.security_headers import init_security_headers
from search_service.settings import Settings

if TYPE_CHECKING:
    from search_service.core.search import Search

MAX_BODY = 1024 * 1024
"""Bytes of a request's body; nothing larger is asked of this service."""


DEFAULTS = Settings()


def create_app(core: Search, settings: Settings = DEFAULTS) -> Flask:
    """Return the web application over a search core; raise KeyFileError where the file of keys is damaged."""
    app = Flask(
        __name__, template_folder="pages/templates", static_folder="pages/static", static_url_path="/static"
    )
    app.config.update(
        API_TITLE="乡镇履职事项检索 / duty search",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS=DOCUMENT_OPTIONS,
        MAX_CONTENT_LENGTH=MAX_BODY,
        EMBED_FRAME_ANCESTORS=settings.embed_frame_ancestors,
    )
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.json.sort_keys = False  # type: ignore[attr-defined]
    init_core(app.extensions, core)
    init_http(app, settings)
    init_uses(app, settings)
    api = ErrorAwareApi(app, spec_kwargs={"extra_plugins": [CommonParts()]})
    for module in (views, answer_views, feedback_views, department_views, export_views, health):
        api.register_blueprint(module.blueprint)
    app.register_blueprint(reference_blueprint(api))
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(feedback.blueprint)
    app.register_blueprint(downloads.blueprint)
    app.register_blueprint(discovery.blueprint)
    app.register_blueprint(embed.blueprint)
    register_error_handlers(app)
    init_assets(app)
    init_page_caching(app)
    init_security_headers(app)
    return app
