"""What pages tell those who show them elsewhere: search engines, chats, programs.

1. Every page has a description, and Open Graph's title, description, kind, address, site and language, each once and
   in Chinese; kind is `article` for duties and `website` for all others.
2. A question stands in the title and nowhere else: neither in description nor in address.
3. A page worth finding has a canonical address without conditions; searches and errors are not to be found.
4. A duty's description says who handles it and where that is written, whatever its list, and stays short.
5. A duty's JSON-LD names the service with its category, who is responsible, the place nested up to the province, the
   list that says so, and the way: place, list, duty. Every address in it works.
6. What stands in a list can't end the block, nor an attribute: it is read back as it was written.
7. The block is data that no browser runs: the Content-Security-Policy of its page is that of all others.
"""

import json
from dataclasses import replace
from urllib.parse import unquote

import pytest

from indexer.duty import Department, ListType
from search_service.app import create_app
from search_service.core.result import DutyResult
from search_service.core.search import Search
from search_service.pages.duty_description import duty_description
from search_service.pages.linked_data import linked_data
from search_service.security_headers import CONTENT_SECURITY_POLICY
from search_service.settings import Settings

HOST = "http://localhost"
DUTY = "/duties/changji-miaoergou-cooperative-19"
QUESTION = "邻居家的狗半夜乱叫"
WICKED = """</script><script>alert("x")</script><!-- & ' " -->"""

PAGES = {
    "/": "/",
    f"{DUTY}?q={QUESTION}": DUTY,
    "/departments": "/departments",
    "/departments/公安局?township=庙尔沟乡": "/departments/公安局",
    "/compare": "/compare?category=党的建设",
    "/compare?township=三台镇&category=平安法治&differing=true": "/compare?category=平安法治",
    "/api/docs": "/api/docs",
}
"""Address → the canonical one, for pages worth finding."""

NOT_TO_BE_FOUND = {
    f"/search?q={QUESTION}&township=庙尔沟乡": (200, "/search"),
    "/search": (200, "/search"),
    "/township": (200, "/township"),
    f"/nothing?q={QUESTION}": (404, "/"),
    f"/search?q={QUESTION}&page=0": (422, "/"),
    "/departments/没有局": (404, "/"),
}


def metas(tree):
    found = {}
    for tag in tree.find_all("meta"):
        name = tag.get("property") or tag.get("name")
        if name:
            assert name not in found, name
            found[name] = tag["content"]
    return found


def block_of(tree):
    """Return the data of a page's JSON-LD as id → node."""
    (tag,) = tree.find_all("script", type="application/ld+json")
    data = json.loads(tag.string)
    assert data["@context"] == "https://schema.org"
    return {node["@type"]: node for node in data["@graph"]}


@pytest.mark.parametrize("path", [*PAGES, *NOT_TO_BE_FOUND])
def test_every_page_says_what_it_is(read, path):
    status, address = NOT_TO_BE_FOUND.get(path, (200, PAGES.get(path)))
    tree = read(path, status)
    found = metas(tree)
    assert found["og:title"] == tree.title.string
    assert found["og:description"] == found["description"]
    assert any("\u4e00" <= character <= "\u9fff" for character in found["description"])
    assert found["og:type"] == ("article" if path.startswith("/duties/") else "website")
    assert unquote(found["og:url"]) == HOST + address
    assert (found["og:site_name"], found["og:locale"]) == ("谁来管？", "zh_CN")


@pytest.mark.parametrize("path", [path for path in [*PAGES, *NOT_TO_BE_FOUND] if QUESTION in path])
def test_a_question_stands_in_the_title_alone(read, path):
    tree = read(path, NOT_TO_BE_FOUND.get(path, (200,))[0])
    others = {name: text for name, text in metas(tree).items() if name != "og:title"}
    assert QUESTION not in str(others)
    assert QUESTION not in unquote(str(others))
    assert QUESTION not in unquote("".join(map(str, tree.head.find_all(["link", "script"]))))


@pytest.mark.parametrize(("path", "canonical"), PAGES.items())
def test_pages_have_one_canonical_address(read, client, path, canonical):
    tree = read(path)
    (link,) = tree.find_all("link", rel="canonical")
    assert unquote(link["href"]) == HOST + canonical
    assert client.get(link["href"]).status_code == 200
    assert "robots" not in metas(tree)


@pytest.mark.parametrize("path", NOT_TO_BE_FOUND)
def test_searches_and_errors_are_not_to_be_found(read, path):
    tree = read(path, NOT_TO_BE_FOUND[path][0])
    assert tree.find_all("link", rel="canonical") == []
    assert metas(tree)["robots"] == "noindex"


# ── Duties ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("duty_id", "says"),
    [
        (
            "changji-miaoergou-cooperative-19",
            "昌吉市庙尔沟乡的“文明养犬管理工作”由昌吉市公安局、昌吉市城市管理局、昌吉市农业农村局、昌吉市市场监督管理局"
            "等6个部门牵头，庙尔沟乡配合。依据：庙尔沟乡配合履职事项清单第19项（2025年7月）。",
        ),
        (
            "changji-miaoergou-basic-2",
            "由庙尔沟乡自己负责。依据：庙尔沟乡基本履职事项清单第2项（2025年7月）。",
        ),
        ("changji-miaoergou-reclaimed-3", "收回，庙尔沟乡不再承担。依据：庙尔沟乡上级部门收回事项清单第3项"),
    ],
)
def test_a_description_says_who_handles_it(read, duty_id, says):
    assert says in metas(read(f"/duties/{duty_id}"))["description"]


def test_descriptions_stay_short(search, duties):
    infos = {info.id: info for info in search.lists()}
    texts = [duty_description(duty, infos[duty.list_id]) for duty in duties]
    assert max(map(len, texts)) < 250
    nobody = replace(duties[150], departments=(), list_type=ListType.COOPERATIVE, name="长" * 500)
    assert "……”由上级部门牵头" in duty_description(nobody, infos[nobody.list_id])


def test_linked_data_of_a_duty_with_leading_departments(read):
    nodes = block_of(read(DUTY))
    url = HOST + DUTY
    service = nodes["GovernmentService"]
    assert (service["name"], service["serviceType"]) == ("文明养犬管理工作", "平安法治")
    assert service["identifier"] == "changji-miaoergou-cooperative-19"
    assert service["provider"][0] == {
        "@type": "GovernmentOrganization",
        "name": "昌吉市公安局",
        "alternateName": "公安局",
    }
    assert len(service["provider"]) == 6
    assert service["areaServed"] == {
        "@type": "AdministrativeArea",
        "name": "庙尔沟乡",
        "containedInPlace": {
            "@type": "AdministrativeArea",
            "name": "昌吉市",
            "identifier": {"@type": "PropertyValue", "propertyID": "GB/T 2260", "value": "652301"},
            "containedInPlace": {
                "@type": "AdministrativeArea",
                "name": "昌吉回族自治州",
                "containedInPlace": {"@type": "AdministrativeArea", "name": "新疆维吾尔自治区"},
            },
        },
    }
    page = nodes["WebPage"]
    assert page["url"] == page["@id"] == url
    assert page["mainEntity"] == {"@id": service["@id"]}
    assert service["subjectOf"] == {"@id": url}
    assert page["breadcrumb"] == {"@id": nodes["BreadcrumbList"]["@id"]}
    assert page["citation"] == [
        "庙尔沟乡配合履职事项清单第19项（2025年7月）",
        {
            "@type": "CreativeWork",
            "name": "庙尔沟乡配合履职事项清单",
            "inLanguage": "zh-CN",
            "position": 19,
            "datePublished": "2025-07",
        },
    ]


@pytest.mark.parametrize(
    ("duty_id", "providers"),
    [("changji-miaoergou-basic-2", ["庙尔沟乡"]), ("changji-miaoergou-reclaimed-3", None)],
)
def test_who_is_responsible_depends_on_the_list(read, search, duty_id, providers):
    service = block_of(read(f"/duties/{duty_id}"))["GovernmentService"]
    expected = providers or [one.name for one in search.duty(duty_id).duty.departments]
    assert expected
    assert [one["name"] for one in service["provider"]] == expected


def test_the_way_leads_over_place_and_list(read, client):
    way = block_of(read(DUTY))["BreadcrumbList"]["itemListElement"]
    assert [(one["position"], one["name"]) for one in way] == [
        (1, "昌吉市庙尔沟乡"),
        (2, "配合履职事项清单"),
        (3, "文明养犬管理工作"),
    ]
    assert [unquote(one["item"]) for one in way] == [
        f"{HOST}/search?township=庙尔沟乡",
        f"{HOST}/search?township=庙尔沟乡&list_type=cooperative",
        HOST + DUTY,
    ]
    for one in way:
        assert client.get(one["item"]).status_code == 200


def test_a_way_to_a_township_of_a_shared_name_says_which(shared_names, read):
    way = block_of(read("/duties/t1-cooperative-19", via=shared_names))["BreadcrumbList"]["itemListElement"]
    assert "county=乙县&township=城关镇" in unquote(way[0]["item"])


def test_a_list_without_date_and_a_place_without_prefecture(search):
    found = search.duty("changji-miaoergou-basic-2")
    place = replace(found.info.place, prefecture="", county_code="")
    info = replace(found.info, place=place, date=None)
    nodes = {one["@type"]: one for one in linked_data(found.duty, info, {}, lambda path: path)["@graph"]}
    county = nodes["GovernmentService"]["areaServed"]["containedInPlace"]
    assert (county["name"], county["containedInPlace"]["name"]) == ("昌吉市", "新疆维吾尔自治区")
    assert "identifier" not in county
    assert "datePublished" not in nodes["WebPage"]["citation"][1]


# ── What a list may hold ──────────────────────────────────────────────────────────────────────────


class WickedSearch(Search):
    """A search whose duties come from a list that somebody has put HTML into."""

    def duty(self, duty_id):
        found = super().duty(duty_id)
        department = Department(f"昌吉市{WICKED}局", WICKED)
        duty = replace(found.duty, name=f"养犬{WICKED}", category=WICKED, departments=(department,))
        return DutyResult(duty, (), found.info, found.original)


def test_what_a_list_holds_can_not_end_the_block(search, read):
    client = create_app(WickedSearch(search.index), Settings(page_rate_limit=None)).test_client()
    tree = read(f"{DUTY}?q={WICKED}", via=client)
    service = block_of(tree)["GovernmentService"]
    assert service["name"] == f"养犬{WICKED}"
    assert service["serviceType"] == WICKED
    assert service["provider"][0]["name"] == f"昌吉市{WICKED}局"
    assert WICKED in metas(tree)["description"]
    assert metas(tree)["og:title"] == tree.title.string
    assert [tag for tag in tree.find_all("script") if not tag.get("src") and not tag.get("type")] == []


def test_the_policy_is_not_loosened_for_the_block(client):
    response = client.get(DUTY)
    assert 'type="application/ld+json"' in response.text
    (policy,) = response.headers.getlist("Content-Security-Policy")
    assert dict(part.split(" ", 1) for part in policy.split("; ")) == CONTENT_SECURITY_POLICY
    assert policy == client.get("/").headers["Content-Security-Policy"]
    assert CONTENT_SECURITY_POLICY["script-src"] == "'self'"
