"""The settings of the web service, all from the environment, checked before anything starts.

Own code because libraries for it (environs) take an empty variable for a value, which is what Docker Compose
passes for one that isn't set, and name neither the value nor, in one line, what is allowed instead.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from indexer.opensearch.address import are_urls, is_prefix
from search_service.limit_text import ALLOWED, OFF, checked_limit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ANYBODY = "*"

MOST_PROXIES = 10
MOST_WORKERS = 64
MOST_MEGABYTES = 1000

_SEPARATORS = re.compile(r"[\s,]+")
_HOST = r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?"
_ORIGIN = re.compile(rf"https?://{_HOST}")
_FRAME_ANCESTOR = re.compile(rf"https?://(?:\*\.)?{_HOST}")
_STORAGES = ("memory", "redis", "rediss", "redis+unix")


class SettingsError(ValueError):
    """Variables that don't hold what they may; the message names each with what is allowed, in one line."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How the service meets the network; each field is a variable of the environment."""

    cors_origins: tuple[str, ...] = (ANYBODY,)
    """Origins whose pages may read the interface; ``*`` alone means all, none means only our own."""

    embed_frame_ancestors: tuple[str, ...] = (ANYBODY,)
    """Sites that may show the embeddable page in a frame, likewise."""

    rate_limit: str | None = "1200 per minute"
    """Requests to the interface of one client; an office of many behind one address is one client."""

    page_rate_limit: str | None = "600 per minute"
    """Pages of one client."""

    rate_limit_storage: str = "memory://"
    """Where requests are counted."""

    proxies: int = 0
    """Proxies in front whose ``X-Forwarded-…`` headers are believed."""

    api_keys: Path | None = None
    """The file of the portals' keys."""

    workers: int | None = None
    """Worker processes; None means one for each processor, 4 at most."""

    log_format: str | None = None
    """Form of the log's lines, json or text; None means text on a terminal, else json."""

    log_queries: bool = False
    """Whether the log's lines quote questions, with the numbers in them masked."""

    engine: str = "whoosh"
    """What holds the index and searches it: whoosh, in a folder of this machine, or opensearch, a cluster."""

    opensearch_urls: tuple[str, ...] = ()
    """Nodes of the cluster."""

    opensearch_prefix: str = "duty-search"
    """What our names on the cluster begin with."""

    opensearch_ca: Path | None = None
    """Certificates by which the cluster's own is judged."""

    report: Path | None = None
    """The file that keeps questions nobody could answer; None keeps nothing."""

    report_megabytes: int = 10
    """How large it may grow, in millions of bytes, before it is put aside once."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Return the settings of an environment; raise SettingsError naming every bad one.

        A variable that is empty counts as not set.
        """
        values: dict[str, Any] = {}
        problems = []
        for name, variable in VARIABLES.items():
            text = environment.get(name, "").strip()
            try:
                if text:
                    values[variable.field] = variable.read(text)
            except ValueError:
                found = "its value" if variable.is_secret else repr(text)
                problems.append(f"{name}: {found} is not allowed; allowed: {variable.allowed}")
        if values.get("engine") == "opensearch" and not values.get("opensearch_urls") and not problems:
            problems.append("DUTY_SEARCH_OPENSEARCH_URL: is needed with DUTY_SEARCH_ENGINE=opensearch")
        if problems:
            raise SettingsError("; ".join(problems))
        return cls(**values)


@dataclass(frozen=True, slots=True)
class Variable:
    """One variable of the environment."""

    field: str
    read: Callable[[str], Any]
    """Returns the value of a text that isn't empty; raises ValueError where there is none."""
    allowed: str
    meaning: str
    """What `duty-search config` says of it."""
    is_secret: bool = False


def _list_of(pattern: re.Pattern[str]) -> Callable[[str], tuple[str, ...]]:
    """Return a reader of names separated by commas or spaces, of `*` and of `off`."""

    def read(text: str) -> tuple[str, ...]:
        if text.casefold() == OFF:
            return ()
        if text == ANYBODY:
            return (ANYBODY,)
        names = [name for name in _SEPARATORS.split(text.lower()) if name]
        if not names or not all(pattern.fullmatch(name) for name in names):
            raise ValueError(text)
        return tuple(dict.fromkeys(names))

    return read


def _limit(text: str) -> str | None:
    limit = checked_limit(text)
    return None if limit == OFF else limit


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        number = int(text)
        if not least <= number <= most:
            raise ValueError(text)
        return number

    return read


def _one_of(values: Mapping[str, Any]) -> Callable[[str], Any]:
    """Return a reader of words that stand for values."""

    def read(text: str) -> Any:
        if text.casefold() not in values:
            raise ValueError(text)
        return values[text.casefold()]

    return read


def _storage(text: str) -> str:
    if urlsplit(text).scheme not in _STORAGES:
        raise ValueError(text)
    if text.startswith("redis"):
        # Imported here: only who counts in Redis has to wait for it.
        from redis.connection import parse_url  # noqa: PLC0415

        options = parse_url(text.replace("redis+unix", "unix", 1))  # type: ignore[no-untyped-call]
        if not (options.get("host") or options.get("path")):
            raise ValueError(text)
    return text


def _urls(text: str) -> tuple[str, ...]:
    urls = tuple(url for url in _SEPARATORS.split(text) if url)
    if not are_urls(urls):
        raise ValueError(text)
    return urls


def _name(text: str) -> str:
    if not is_prefix(text):
        raise ValueError(text)
    return text


def _readable_file(text: str) -> Path:
    path = Path(text)
    if not (path.is_file() and os.access(path, os.R_OK)):
        raise ValueError(text)
    return path


def _writable_file(text: str) -> Path:
    path = _file(text)
    if path.exists() and not (path.is_file() and os.access(path, os.W_OK)):
        raise ValueError(text)
    if not os.access(path.parent, os.W_OK):  # it is put aside there when it is full
        raise ValueError(text)
    return path


def _file(text: str) -> Path:
    path = Path(text)
    if path.is_dir() or not path.parent.is_dir():
        raise ValueError(text)
    return path


VARIABLES = {
    "DUTY_SEARCH_CORS_ORIGINS": Variable(
        "cors_origins",
        _list_of(_ORIGIN),
        "* (all), off (none), or origins such as https://www.example.gov.cn",
        "sites whose scripts may read the interface",
    ),
    "DUTY_SEARCH_EMBED_FRAME_ANCESTORS": Variable(
        "embed_frame_ancestors",
        _list_of(_FRAME_ANCESTOR),
        "* (all), off (none), or sites such as https://www.example.gov.cn or https://*.example.gov.cn",
        "sites that may show /embed in a frame",
    ),
    "DUTY_SEARCH_RATE_LIMIT": Variable(
        "rate_limit", _limit, ALLOWED, "requests to the interface of one client"
    ),
    "DUTY_SEARCH_PAGE_RATE_LIMIT": Variable("page_rate_limit", _limit, ALLOWED, "pages of one client"),
    "DUTY_SEARCH_RATE_LIMIT_STORAGE": Variable(
        "rate_limit_storage",
        _storage,
        "memory:// or redis://HOST:PORT/NUMBER",
        "where requests are counted",
        is_secret=True,
    ),
    "DUTY_SEARCH_PROXIES": Variable(
        "proxies",
        _number(0, MOST_PROXIES),
        f"a number from 0 to {MOST_PROXIES}",
        "proxies in front whose X-Forwarded-… headers are believed",
    ),
    "DUTY_SEARCH_WORKERS": Variable(
        "workers",
        _number(1, MOST_WORKERS),
        f"a number from 1 to {MOST_WORKERS}",
        "worker processes; without a number one for each processor, 4 at most",
    ),
    "DUTY_SEARCH_ENGINE": Variable(
        "engine",
        _one_of({"whoosh": "whoosh", "opensearch": "opensearch"}),
        "whoosh or opensearch",
        "what holds the index: whoosh in a folder, or an OpenSearch cluster",
    ),
    "DUTY_SEARCH_OPENSEARCH_URL": Variable(
        "opensearch_urls",
        _urls,
        "http:// or https:// addresses of one cluster's nodes, separated by commas; all http or all https",
        "nodes of the cluster, with name and password where it wants them",
        is_secret=True,
    ),
    "DUTY_SEARCH_OPENSEARCH_PREFIX": Variable(
        "opensearch_prefix",
        _name,
        "small letters, digits, - and _, 61 at most, without -duties, -companion, -previous and -lock",
        "what our names on the cluster begin with",
    ),
    "DUTY_SEARCH_OPENSEARCH_CA": Variable(
        "opensearch_ca",
        _readable_file,
        "a file that can be read",
        "certificates by which the cluster's own is judged, where the system's don't do",
    ),
    "DUTY_SEARCH_API_KEYS": Variable(
        "api_keys", _file, "a file in a folder that exists", "file of the portals' keys"
    ),
    "DUTY_SEARCH_LOG_FORMAT": Variable(
        "log_format",
        _one_of({"json": "json", "text": "text"}),
        "json or text",
        "form of the log's lines; without it text on a terminal, else json",
    ),
    "DUTY_SEARCH_LOG_QUERIES": Variable(
        "log_queries",
        _one_of({OFF: False, "masked": True}),
        "off or masked",
        "whether the log quotes questions, the numbers in them masked",
    ),
    "DUTY_SEARCH_REPORT": Variable(
        "report",
        _writable_file,
        "a file in a folder that exists, both writable by the service",
        "file that keeps questions nobody could answer, the numbers in them masked",
    ),
    "DUTY_SEARCH_REPORT_MEGABYTES": Variable(
        "report_megabytes",
        _number(1, MOST_MEGABYTES),
        f"a number from 1 to {MOST_MEGABYTES}",
        "size of that file, in millions of bytes, at which it is put aside",
    ),
}
