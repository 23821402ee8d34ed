"""What a duty's page tells programs, in schema.org's words: service, bodies, place and list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.duty import ListType
from search_service.core.answers.result import citation_of
from search_service.pages.duty_description import duty_description
from search_service.pages.links import address, duty_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from indexer.duty import Duty, Place
    from indexer.list_info import ListInfo

SITE = "谁来管？乡镇履职事项检索"


def linked_data(
    duty: Duty, info: ListInfo, township: Mapping[str, tuple[str, ...]], whole: Callable[[str], str]
) -> dict[str, Any]:
    """Return a duty's page as JSON-LD: the page, the service it is about, and the way to it.

    `township` are the filters that mean the duty's township; `whole` gives the address of a path.
    """
    url = whole(duty_url(duty.id))
    return {
        "@context": "https://schema.org",
        "@graph": [
            _page(duty, info, url, whole("/")),
            _service(duty, info, url),
            _way(duty, township, url, whole),
        ],
    }


def _page(duty: Duty, info: ListInfo, url: str, home: str) -> dict[str, Any]:
    source = {
        "@type": "CreativeWork",
        "name": f"{duty.township}{duty.list_type.full_name}",
        "inLanguage": "zh-CN",
        "position": duty.number,
    }
    return {
        "@type": "WebPage",
        "@id": url,
        "url": url,
        "name": duty.name,
        "inLanguage": "zh-CN",
        "isPartOf": {"@type": "WebSite", "name": SITE, "url": home},
        "mainEntity": {"@id": f"{url}#service"},
        "breadcrumb": {"@id": f"{url}#way"},
        "citation": [citation_of(duty, info), source | ({"datePublished": info.date} if info.date else {})],
    }


def _service(duty: Duty, info: ListInfo, url: str) -> dict[str, Any]:
    return {
        "@type": "GovernmentService",
        "@id": f"{url}#service",
        "identifier": duty.id,
        "name": duty.name,
        "description": duty_description(duty, info),
        "serviceType": duty.category,
        "provider": _providers(duty),
        "areaServed": _area(info.place),
        "subjectOf": {"@id": url},
    }


def _providers(duty: Duty) -> list[dict[str, Any]]:
    """Return who is responsible: the township itself, or the departments that lead or took back."""
    if duty.list_type is ListType.BASIC:
        return [{"@type": "GovernmentOrganization", "name": duty.township}]
    return [
        {"@type": "GovernmentOrganization", "name": one.name, "alternateName": one.canonical}
        for one in duty.departments
    ]


def _area(place: Place) -> dict[str, Any]:
    """Return the township in its county in its prefecture in its province, levels without a name left out."""
    area: dict[str, Any] = {}
    for level in ("province", "prefecture", "county", "township"):
        name = getattr(place, level)
        if not name:
            continue
        within = {"containedInPlace": area} if area else {}
        area = {"@type": "AdministrativeArea", "name": name, **within}
        if level == "county" and place.county_code:
            code = {"@type": "PropertyValue", "propertyID": "GB/T 2260", "value": place.county_code}
            area["identifier"] = code
    return area


def _way(
    duty: Duty, township: Mapping[str, tuple[str, ...]], url: str, whole: Callable[[str], str]
) -> dict[str, Any]:
    """Return the way to a duty: its place, its list, itself."""
    place = [(name, value) for name, values in township.items() for value in values]
    steps = [
        (f"{duty.county}{duty.township}", whole(address("/search", place))),
        (duty.list_type.full_name, whole(address("/search", [*place, ("list_type", duty.list_type.value)]))),
        (duty.name, url),
    ]
    items = [
        {"@type": "ListItem", "position": number, "name": name, "item": item}
        for number, (name, item) in enumerate(steps, 1)
    ]
    return {"@type": "BreadcrumbList", "@id": f"{url}#way", "itemListElement": items}
