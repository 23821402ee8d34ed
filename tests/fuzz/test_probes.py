"""Nothing that stands in a list, or in an address, becomes markup, script or formula.

1. Every page that can be reached by links, from the start page on, shows probes as text.
2. So does every page that is asked with a probe in each of its parameters.
3. XML documents are well-formed and hold probes as text; JSON is JSON; no header holds a line of its own.
4. In downloads no cell begins as a formula does.
5. What is looked for is found where it is.
"""

from __future__ import annotations

import csv
import io
import json
import re
from urllib.parse import quote, urljoin, urlsplit

import openpyxl
import pytest
from lxml import etree, html

from indexer.csv_cells import harmless
from tests.fuzz.probes import MARK, PROBES, PRODUCT, alive

MOST_OF_A_KIND = 4
START = (
    "/",
    "/search?q=文明",
    "/departments",
    "/compare",
    "/township",
    "/api/docs",
    "/embed",
    "/embed/builder",
)


def same_host(base, link):
    parts = urlsplit(urljoin(f"http://localhost{base}", link))
    if parts.netloc != "localhost" or parts.scheme != "http":
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")


def kind_of(path):
    """Return an address without what differs between one duty, one department, one page and the next."""
    parts = urlsplit(path)
    names = sorted({one.partition("=")[0] for one in parts.query.split("&")})
    return re.sub(r"/(duties|departments)/.+", r"/\1/…", parts.path), *names


def crawl(client):
    """Yield path and response of all kinds of pages, some of each, and of every duty."""
    waiting = [*START, *(f"/duties/probe{number}-cooperative-1" for number in range(len(PROBES)))]
    seen, of_kind = set(waiting), {}
    while waiting:
        path = waiting.pop(0)
        response = client.get(path, buffered=True)
        yield path, response
        if response.mimetype != "text/html":
            continue
        for element, name, link, _ in html.document_fromstring(response.text).iterlinks():
            found = same_host(path, link)
            is_asked = element.tag != "form" and name != "formaction"
            if found and is_asked and found not in seen and of_kind.get(kind_of(found), 0) < MOST_OF_A_KIND:
                of_kind[kind_of(found)] = of_kind.get(kind_of(found), 0) + 1
                seen.add(found)
                waiting.append(found)


def check(path, response):
    """Fail where a response lets a probe be more than text."""
    assert response.status_code < 500, path
    assert not any(MARK in name for name, _ in response.headers), path
    if response.mimetype == "text/html":
        assert alive(response.text) == [], path
        assert PRODUCT not in response.text, path
    elif response.mimetype.endswith("xml"):
        assert not etree.fromstring(response.data).xpath(f"//*[contains(local-name(), '{MARK}')]"), path
    elif response.mimetype == "application/json":
        json.loads(response.text)
    elif response.mimetype == "text/csv":
        rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
        assert [
            cell
            for row in rows
            for cell in row
            if cell[:1] in set("=+-@\t\r＝＋－＠") and not cell[1:].isdigit()
        ] == []
    elif "spreadsheet" in response.mimetype:
        book = openpyxl.load_workbook(io.BytesIO(response.data))
        assert [cell.value for sheet in book for row in sheet for cell in row if cell.data_type == "f"] == []


def test_every_page_shows_probes_as_text(probed_client):
    pages, kinds, shown = 0, set(), 0
    for path, response in crawl(probed_client):
        check(path, response)
        pages += 1
        kinds.add(kind_of(path)[0])
        shown += response.mimetype == "text/html" and MARK in response.text
    assert {"/", "/search", "/duties/…", "/departments/…", "/compare", "/search.csv", "/search.xlsx"} <= kinds
    assert pages > 60
    assert shown > 50


def test_documents_for_programs(probed_client):
    paths = [
        "/opensearch.xml", "/sitemap.xml", "/sitemap-1.xml", "/robots.txt", "/suggest?q=%E6%96%87", "/metrics",
        "/api/openapi.json", "/api/v1/places", "/api/v1/departments", "/api/v1/export.jsonl", "/api/v1/export.csv",
        "/api/v1/export.xlsx", "/api/v1/search?per_page=100", "/api/v1/answer?q=%E5%85%BB%E7%8A%AC", "/readyz",
    ]  # fmt: skip
    for path in paths:
        response = probed_client.get(path, buffered=True)
        check(path, response)
        assert response.mimetype != "text/html", path
        assert response.headers["X-Content-Type-Options"] == "nosniff"


PARAMETERS = (
    "q",
    "township",
    "county",
    "prefecture",
    "category",
    "department",
    "list_type",
    "sort",
    "page",
    "collapse",
)


@pytest.mark.parametrize("probe", PROBES)
def test_addresses_of_probes(probed_client, client, probe):
    text = quote(probe)
    paths = [f"/search?{name}={text}" for name in PARAMETERS]
    paths += [
        f"/{text}",
        f"/duties/{text}",
        f"/departments/{text}",
        f"/search?{text}={text}",
        f"/compare?a={text}&b={text}",
    ]
    paths += [
        f"/embed?accent={text}&theme={text}&origin={text}",
        f"/embed/builder?placeholder={text}",
        f"/embed/{text}.js",
    ]
    paths += [
        f"/duties/probe0-basic-1?q={text}",
        f"/township?back={text}",
        f"/?q={text}",
        f"/api/v1/search?q={text}",
    ]
    paths += [
        f"/api/v1/duties/{text}",
        f"/api/v1/search?{text}=1",
        f"/search.csv?q={text}",
        f"/suggest?q={text}",
    ]
    for path in paths:
        for one in (probed_client, client):
            response = one.get(path, buffered=True)
            check(path, response)
            target = response.headers.get("Location", "/")
            assert target.startswith("/"), path
            assert not target.startswith("//"), path


@pytest.mark.parametrize("probe", PROBES)
def test_headers_of_probes(client, probe):
    line = probe.encode("utf-8").decode("latin-1").replace("\x85", "")
    for name in (
        "Referer",
        "User-Agent",
        "X-Forwarded-For",
        "X-Request-ID",
        "Accept-Language",
        "Cookie",
        "If-None-Match",
    ):
        response = client.get(
            "/search?q=养犬", headers={name: f"township={line}" if name == "Cookie" else line}
        )
        check(name, response)
        assert response.status_code in {200, 400}


@pytest.mark.parametrize("probe", [one for one in PROBES if one[0] in "=+-@"])
def test_no_cell_of_a_csv_file_is_a_formula(probe):
    assert harmless(probe)[0] == "'"


@pytest.mark.parametrize(
    "page",
    [f"<p>{probe}</p>" for probe in PROBES[:1]]
    + [f'<p title="{PROBES[1]}">', f'<p title="{PROBES[3]}">', f'<a href="{PROBES[4]}">', f"<title>{PROBES[5]}</title>", f"<p>{PROBES[7]}-->"],
)  # fmt: skip
def test_a_probe_that_is_alive_is_noticed(page):
    assert alive(f"<!DOCTYPE html><html><body>{page}</body></html>")
