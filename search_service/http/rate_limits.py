"""How much one client may ask: enough for an office, too little to keep others from asking."""

from __future__ import annotations

import ipaddress
import math
import re
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from flask import current_app, request
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded
from limits import parse_many
from limits.errors import StorageError
from werkzeug.exceptions import HTTPException, TooManyRequests

from search_service.http.api_keys import current_key
from search_service.http.finished import Refusal, note_refusal
from search_service.http.paths import API_ANSWERS, HEALTH, is_for_api
from search_service.limit_text import OFF

if TYPE_CHECKING:
    import logging

    from flask import Flask, Response

    from search_service.settings import Settings

LIMIT_HEADERS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")

UNLIMITED_ENDPOINTS = ("embed.newest", "embed.released")
"""What other sites' pages load; static files Flask-Limiter itself leaves alone."""

MOST_COUNTED = 100
"""Questions in one request that are counted each; more are refused."""

_IPV6_NETWORK = 64
"""Bits of an address that tell one customer of a provider from another; the rest is theirs to choose."""

_WITH_PORT = re.compile(r"\[(?P<v6>[^\]]+)\](?::\d+)?|(?P<v4>[^:]+):\d+")
"""An address as some proxies tell it: each connection has another port, so the port says nothing."""

_REDIS_OPTIONS = {"socket_connect_timeout": 0.3, "socket_timeout": 0.3}
"""Seconds that a request waits for a Redis that doesn't answer, before counting goes on in memory."""


def init_rate_limits(app: Flask, settings: Settings) -> None:
    """Count the requests of each client of `app` and refuse what is too much with a 429.

    Where the storage can't be reached, counting goes on in memory, and the log says so; Flask-Limiter looks
    again from time to time.
    """
    limiter = Limiter(
        _client,
        application_limits=[
            ApplicationLimit(limit_provider=lambda: _limit(settings) or "", cost=lambda: _cost(settings))
        ],
        storage_uri=settings.rate_limit_storage,
        storage_options=_storage_options(settings.rate_limit_storage),
        in_memory_fallback_enabled=True,
        key_prefix="duty-search",
        # Addresses that lead nowhere count as well.
        request_identifier=lambda: request.endpoint or "nowhere",
    )
    limiter.request_filter(lambda: _limit(settings) is None)
    limiter.logger.addFilter(_is_worth_a_line)
    app.after_request(lambda response: _tell(limiter, response))
    app.register_error_handler(RateLimitExceeded, lambda error: _refuse(limiter, error))
    limiter.init_app(app)


def _limit(settings: Settings) -> str | None:
    """Return the limit for the current request; None where there is none."""
    if request.method == "OPTIONS" or request.path in HEALTH:
        return None
    if not is_for_api():
        return None if request.endpoint in UNLIMITED_ENDPOINTS else settings.page_rate_limit
    key = current_key()
    if key is None or key.limit is None:
        return settings.rate_limit
    return None if key.limit == OFF else key.limit


def _client() -> str:
    """Return who is counted: the portal by its key, anybody else by address."""
    key = current_key()
    if key is not None:
        return f"key {key.id}"
    return f"{'interface' if is_for_api() else 'pages'} {_address(request.remote_addr or 'nowhere')}"


def _address(text: str) -> str:
    with_port = _WITH_PORT.fullmatch(text)
    if with_port:
        text = with_port["v6"] or with_port["v4"]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:  # a socket of the file system, or a name that a proxy has made up
        return text
    if isinstance(address, ipaddress.IPv4Address):
        return text
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(address), _IPV6_NETWORK), strict=False))


def _cost(settings: Settings) -> int:
    """Return what the current request counts: a post of many questions as many, if the limit holds them."""
    if request.method != "POST" or request.path != API_ANSWERS:
        return 1
    most = min(item.amount for item in parse_many(_limit(settings) or "1 per second"))
    return max(1, min(_questions(), MOST_COUNTED, most))


def _questions() -> int:
    try:
        body = request.get_json(silent=True)
    except (HTTPException, RecursionError):  # what is wrong with the body, its view says
        return 1
    questions = body.get("questions") if isinstance(body, dict) else body
    return len(questions) if isinstance(questions, list) else 1


def _tell(limiter: Limiter, response: Response) -> Response:
    """Say how much is left.

    Not by Flask-Limiter's own headers: it adds Retry-After to every response, to successful ones too.
    """
    limit = limiter.current_limit
    if limit is None:
        return response
    with suppress(StorageError):  # it is gone since: no reason to fail
        values = (limit.limit.amount, limit.remaining, limit.reset_at)
        for name, value in zip(LIMIT_HEADERS, values, strict=True):
            response.headers[name] = str(value)
    return response


def _refuse(limiter: Limiter, error: RateLimitExceeded) -> Any:
    note_refusal(Refusal.RATE_LIMIT)
    wait = 1
    with suppress(StorageError):
        if limiter.current_limit:
            wait = max(1, math.ceil(limiter.current_limit.reset_at - time.time()))
    message = f"too many requests: the limit is {error.limit.limit}; ask again in {wait} s"
    return current_app.handle_http_exception(TooManyRequests(message, retry_after=wait))


def _storage_options(uri: str) -> dict[str, Any]:
    wrapped: dict[str, Any] = {"wrap_exceptions": True}
    if uri.startswith("memory"):
        return wrapped
    # Imported here: only who counts in Redis has to wait for it.
    from redis.backoff import NoBackoff  # noqa: PLC0415
    from redis.retry import Retry  # noqa: PLC0415

    return {**wrapped, **_REDIS_OPTIONS, "retry": Retry(NoBackoff(), 0)}


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    """Keep the line out of the log that every refused request would write."""
    return not str(record.msg).startswith("ratelimit ")
