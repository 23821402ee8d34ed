"""What browsers and search engines ask for by themselves: /opensearch.xml, /suggest, /robots.txt, /sitemap.xml.

1. The description of the search is OpenSearch 1.1: its addresses are whole and work once a question is put in.
2. Every page links to it.
3. Suggestions come in the array that browsers understand: what was typed, completions, their kinds, their addresses;
   each of them has results. Too long a text and none at all are no error.
4. Robots may read every page of the map, and nothing of what is endless: searches, combinations of conditions,
   downloads, the interface. The map's address is whole.
5. The map has every duty, every department, every category compared, the pages to start from, each once, with the
   day on which the index was built; every kind of address in it works.
6. Above the limit there is a map of maps that together have the same; a map beyond the last is a 404.
7. No duty is read for the map; who has the map of this index gets a 304.
8. Addresses are those of the host asked for; what a proxy says of it is believed where the settings count one.
9. Without an index the description and the robots' rules are still there, the others are a 503.
"""

import json
import re
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest

from search_service.app import create_app
from search_service.core.search import Search
from search_service.engines.whoosh import WhooshEngine
from search_service.pages import sitemap
from search_service.settings import Settings

OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HOST = "http://localhost"


def xml(client, path, mimetype):
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (200, mimetype)
    return ET.fromstring(response.data)  # noqa: S314  # our own


def addresses(client, path="/sitemap.xml"):
    tree = xml(client, path, "application/xml")
    return [element.text for element in tree.iter(f"{SITEMAP}loc")]


# ── The search, for browsers ──────────────────────────────────────────────────────────────────────


def test_the_description_is_opensearch(client):
    tree = xml(client, "/opensearch.xml", "application/opensearchdescription+xml")
    assert tree.tag == f"{OPENSEARCH}OpenSearchDescription"
    texts = {element.tag.removeprefix(OPENSEARCH): element.text for element in tree}
    assert texts["ShortName"] == "谁来管？"
    assert len(texts["ShortName"]) <= 16
    assert 0 < len(texts["Description"]) <= 1024
    assert texts["InputEncoding"] == "UTF-8"
    assert client.get(texts["Image"], buffered=True).mimetype == "image/svg+xml"
    urls = {url.get("type"): url.get("template") for url in tree.iter(f"{OPENSEARCH}Url")}
    assert urls == {
        "text/html": f"{HOST}/search?q={{searchTerms}}",
        "application/x-suggestions+json": f"{HOST}/suggest?q={{searchTerms}}",
        "application/opensearchdescription+xml": f"{HOST}/opensearch.xml",
    }
    for mimetype, template in urls.items():
        found = client.get(template.replace("{searchTerms}", quote("狗咬人了找谁")))
        assert (found.status_code, found.mimetype) == (200, mimetype)


@pytest.mark.parametrize("path", ["/", "/search?q=养犬", "/departments", "/nothing", "/search?page=0"])
def test_every_page_links_to_it(client, path):
    link = '<link rel="search" type="application/opensearchdescription+xml" title="谁来管？" href="/opensearch.xml">'
    assert link in client.get(path).text


@pytest.mark.parametrize("text", ["高龄", "yangq", "gaj"])
def test_suggestions_are_the_array_of_browsers(client, text):
    response = client.get("/suggest", query_string={"q": text})
    assert response.mimetype == "application/x-suggestions+json"
    typed, completions, kinds, urls = json.loads(response.data)
    assert typed == text
    assert 1 <= len(completions) == len(kinds) == len(urls) <= 8
    assert set(kinds) <= {"事项", "部门", "地区", "说法"}
    for completion, url in zip(completions, urls, strict=True):
        assert url == f"{HOST}/search?q={quote(completion)}"
    assert client.get("/api/v1/search", query_string={"q": completions[0]}).get_json()["total"] > 0


@pytest.mark.parametrize(
    "query", ["", "?q=", "?q=犇麤", f"?q={'养' * 5000}", "?q=养犬&client=firefox&page=x"]
)
def test_whatever_browsers_send_is_no_error(client, query):
    typed, *lists = client.get(f"/suggest{query}").get_json(force=True)
    assert len(typed) <= 100
    assert len({len(one) for one in lists}) == 1


# ── Robots ────────────────────────────────────────────────────────────────────────────────────────


def may_read(rules, address):
    """Return what RFC 9309 says: the longest rule that matches decides, in doubt the one that allows."""
    parts = urlsplit(address)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    matching = []
    for line in rules.splitlines():
        kind, _, pattern = line.partition(": ")
        if kind in ("Allow", "Disallow"):
            expression = ".*".join(re.escape(part) for part in pattern.split("*"))
            if re.match(expression, target):
                matching.append((len(pattern), kind == "Allow"))
    return max(matching, default=(0, True))[1]


def test_robots_may_read_every_page_of_the_map(client):
    response = client.get("/robots.txt")
    assert response.mimetype == "text/plain"
    assert "\nUser-agent: *\n" in response.text
    assert response.text.splitlines()[-1] == f"Sitemap: {HOST}/sitemap.xml"
    found = addresses(client)
    assert [address for address in found if not may_read(response.text, address)] == []


@pytest.mark.parametrize(
    "path",
    [
        "/search?q=养犬",
        "/search?township=三台镇&category=平安法治&page=7",
        "/search.csv?q=养犬",
        "/search.xlsx?list_type=basic",
        "/compare?category=平安法治&township=三台镇",
        "/compare?township=三台镇&category=平安法治",
        "/compare?differing=true",
        "/compare.csv?category=平安法治",
        "/departments/公安局?township=三台镇",
        "/duties/changji-miaoergou-cooperative-19?q=狗咬人",
        "/township?back=/",
        "/suggest?q=养",
        "/api/v1/search?q=养犬",
        "/api/v1/export.csv",
        "/embed?mode=answer",
    ],
)
def test_robots_may_not_read_what_is_endless(client, path):
    assert not may_read(client.get("/robots.txt").text, quote(path, safe="/?&=."))


@pytest.mark.parametrize("path", ["/", "/static/style.css?v=1", "/embed.js", "/api/docs", "/sitemap.xml"])
def test_robots_may_read_what_pages_are_made_of(client, path):
    assert may_read(client.get("/robots.txt").text, path)


# ── The map ───────────────────────────────────────────────────────────────────────────────────────


def test_the_map_has_every_page(client, duties, search):
    found = addresses(client)
    assert len(found) == len(set(found))
    paths = [unquote(address.removeprefix(HOST)) for address in found]
    assert paths[:2] == ["/", "/departments"]
    assert [path for path in paths if path.startswith("/duties/")] == [f"/duties/{one.id}" for one in duties]
    departments = {one.canonical for duty in duties for one in duty.departments}
    assert {path for path in paths if path.startswith("/departments/")} == {
        f"/departments/{name}" for name in departments
    }
    categories = {duty.category for duty in duties}
    assert {path for path in paths if path.startswith("/compare")} == {
        f"/compare?category={name}" for name in categories
    }
    assert len(paths) == 2 + len(duties) + len(departments) + len(categories)


def test_the_map_says_when_the_index_was_built(client, search):
    tree = xml(client, "/sitemap.xml", "application/xml")
    days = {element.text for element in tree.iter(f"{SITEMAP}lastmod")}
    assert days == {search.manifest().built_at[:10]}


def test_addresses_of_the_map_work(client):
    found = addresses(client)
    for address in [*found[:60], *found[60::100]]:
        assert client.get(address).status_code == 200, address


def test_a_large_map_is_split(client, monkeypatch):
    whole = addresses(client)
    monkeypatch.setattr(sitemap, "MOST_ADDRESSES", 500)
    tree = xml(client, "/sitemap.xml", "application/xml")
    assert tree.tag == f"{SITEMAP}sitemapindex"
    assert len(list(tree.iter(f"{SITEMAP}lastmod"))) == 3
    maps = addresses(client)
    assert maps == [f"{HOST}/sitemap-{number}.xml" for number in (1, 2, 3)]
    assert [address for one in maps for address in addresses(client, one)] == whole
    for number in (0, 4, 10**20):
        assert client.get(f"/sitemap-{number}.xml").status_code == 404


def test_a_map_of_exactly_the_limit_is_one(client, monkeypatch):
    whole = addresses(client)
    monkeypatch.setattr(sitemap, "MOST_ADDRESSES", len(whole))
    assert addresses(client) == whole
    assert client.get("/sitemap-2.xml").status_code == 404


def test_no_duty_is_read_for_the_map(client, monkeypatch):
    monkeypatch.setattr(WhooshEngine, "duties", None)
    monkeypatch.setattr("indexer.index.records.Records.__getitem__", None)
    assert len(addresses(client)) > 1243


def test_who_has_the_map_gets_a_304(client):
    etag = client.get("/sitemap.xml").headers["ETag"]
    again = client.get("/sitemap.xml", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")


# ── Hosts, and no index ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/robots.txt", "/opensearch.xml", "/sitemap.xml", "/suggest?q=高龄"])
def test_addresses_are_of_the_host_asked(client, search, path):
    text = client.get(path, base_url="http://guan.example.cn:8080").data.decode()
    assert "http://guan.example.cn:8080/" in text
    by_proxy = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "guan.example.cn"}
    assert "guan.example.cn" not in client.get(path, headers=by_proxy).data.decode()
    behind_one = create_app(search, Settings(proxies=1)).test_client()
    text = behind_one.get(path, headers=by_proxy).data.decode()
    assert "https://guan.example.cn/" in text
    assert "http://localhost" not in text


@pytest.mark.parametrize(
    ("path", "status"),
    [("/robots.txt", 200), ("/opensearch.xml", 200), ("/sitemap.xml", 503), ("/suggest?q=养", 503)],
)
def test_without_an_index(tmp_path, path, status):
    client = create_app(Search.open(tmp_path / "none")).test_client()
    assert client.get(path).status_code == status
