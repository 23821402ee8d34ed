"""The site's map for search engines: every page worth finding, with the day on which its data was indexed."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from search_service.pages.links import compare_url, department_url, duty_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from search_service.engines.port import Engine

MOST_ADDRESSES = 50_000
"""What one map may hold by the rules of sitemaps.org."""

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_LENGTH_OF_DATE = len("2025-07-01")


def number_of_maps(engine: Engine) -> int:
    """Return into how many maps the addresses go."""
    addresses = 2 + sum(len(engine.facet_values(facet)) for facet in ("department", "category"))
    return -(-(addresses + engine.manifest.duties) // MOST_ADDRESSES)


def site_map(engine: Engine, number: int, origin: str) -> Iterator[str]:
    """Yield one of the maps, counted from 1; `origin` stands before each path (https://host)."""
    start = (number - 1) * MOST_ADDRESSES
    paths = islice(_paths(engine), start, start + MOST_ADDRESSES)
    return _document(engine, "urlset", "url", origin, paths)


def index_of_maps(engine: Engine, origin: str) -> Iterator[str]:
    """Yield the list of the maps, for sites too large for one."""
    paths = (map_path(number) for number in range(1, number_of_maps(engine) + 1))
    return _document(engine, "sitemapindex", "sitemap", origin, paths)


def map_path(number: int) -> str:
    """Return the path of one of the maps."""
    return f"/sitemap-{number}.xml"


def _paths(engine: Engine) -> Iterator[str]:
    yield from ("/", "/departments")
    yield from map(compare_url, engine.facet_values("category"))
    yield from map(department_url, engine.facet_values("department"))
    yield from map(duty_url, engine.duty_ids())


def _document(engine: Engine, root: str, element: str, origin: str, paths: Iterator[str]) -> Iterator[str]:
    day = engine.manifest.built_at[:_LENGTH_OF_DATE]
    entries = (
        f"<{element}><loc>{escape(origin + path)}</loc><lastmod>{day}</lastmod></{element}>\n"
        for path in paths
    )
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{_NAMESPACE}">\n'
    return chain([head], entries, [f"</{root}>\n"])
