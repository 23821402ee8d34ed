"""What HTTP asks of every response, whichever view makes it: for portals, caches, proxies and operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from search_service.http.access_log import access_log
from search_service.http.api_keys import identify_by, refuse_unknown_keys
from search_service.http.chunked_bodies import init_chunked_bodies
from search_service.http.compression import init_compression
from search_service.http.conditional import init_conditional_requests
from search_service.http.cors import init_cors
from search_service.http.finished import init_finished
from search_service.http.hosts import refuse_bad_hosts
from search_service.http.log_lines import init_error_lines
from search_service.http.metrics_endpoint import init_metrics
from search_service.http.one_generation import init_one_generation
from search_service.http.overload import init_overload
from search_service.http.rate_limits import init_rate_limits
from search_service.http.request_ids import init_request_ids
from search_service.keys.live_keys import LiveKeys

if TYPE_CHECKING:
    from flask import Flask

    from search_service.settings import Settings

__all__ = ["init_http"]


def init_http(app: Flask, settings: Settings) -> None:
    """Put everything around the views of `app`, the outermost first.

    What is named first here sees a request before the others and a response after them. Raises KeyFileError
    where the file of keys is damaged.
    """
    if settings.proxies:
        trusted = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=trusted)  # type: ignore[method-assign]  # the way Flask documents
    init_finished(app, init_metrics(app), access_log(with_questions=settings.log_queries))
    init_error_lines(app)
    init_request_ids(app)
    init_overload(app)
    init_one_generation(app)
    init_compression(app)
    init_cors(app, settings.cors_origins)
    identify_by(app, LiveKeys(settings.api_keys))
    init_chunked_bodies(app)
    init_rate_limits(app, settings)
    # After the limits: who tries keys out, or hosts, is counted by address.
    refuse_bad_hosts(app)
    refuse_unknown_keys(app)
    init_conditional_requests(app)
