"""Whatever is sent over HTTP, the answer is one that is documented, and nothing is changed by it.

1. Parameters of pages and interface, known and unknown, with any values: no 500, and errors name the culprit.
2. Bodies of posts: any JSON, any bytes, any type.
3. Headers: conditional ones, ids, hosts, languages, encodings, cookies, keys, forwarded addresses.
4. Paths: dots, slashes, NULs, half characters; none leaves the folders of static files.
5. What is sent leaves index and lists as they are.
"""

from __future__ import annotations

import hashlib
import json
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fuzz.examples import HOSTILE, WORDS, fuzz, made_of

PATHS = (
    "/", "/search", "/compare", "/embed", "/embed/builder", "/township", "/search.csv", "/compare.xlsx", "/suggest",
    "/api/v1/search", "/api/v1/answer", "/api/v1/suggestions", "/api/v1/places", "/api/v1/departments",
    "/api/v1/export.csv", "/duties/changji-miaoergou-cooperative-19",
)  # fmt: skip
NAMES = (
    "q", "page", "per_page", "sort", "collapse", "township", "county", "prefecture", "category", "department", "list_type",
    "mode", "theme", "origin", "accent", "placeholder", "back", "limit", "a", "b", "unknown", "q[]", "__proto__", "",
)  # fmt: skip
values = made_of(HOSTILE, WORDS, most=5)
DOCUMENTED = {200, 302, 303, 304, 400, 401, 403, 404, 405, 413, 414, 415, 422}


def sent(value):
    return quote(value.encode("utf-8", "surrogatepass"))


@fuzz
@given(path=st.sampled_from(PATHS), pairs=st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=5))
def test_any_parameters(client, path, pairs):
    query = "&".join(f"{sent(name)}={sent(value)}" for name, value in pairs)
    response = client.get(f"{path}?{query}", buffered=True)
    assert response.status_code in DOCUMENTED
    if response.status_code == 422 and response.mimetype == "application/json":
        assert response.json["errors"]


@fuzz
@given(path=st.sampled_from(PATHS), query=st.binary(max_size=60))
def test_any_query_string(client, path, query):
    response = client.get(path, query_string=query.decode("latin-1"), buffered=True)
    assert response.status_code in DOCUMENTED


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | values,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["questions", "id", "q", "township", "x"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@fuzz
@given(body=json_values)
def test_any_json(client, body):
    response = client.post("/api/v1/answers", data=json.dumps(body), content_type="application/json")
    assert response.status_code in DOCUMENTED


@fuzz
@given(body=st.binary(max_size=200), kind=st.sampled_from(["application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json; charset=utf-7", ""]))  # fmt: skip
def test_any_body(client, body, kind):
    for path in ("/api/v1/answers", "/township"):
        assert client.post(path, data=body, content_type=kind).status_code in DOCUMENTED


@pytest.mark.parametrize("body", ["[" * 100_000, '{"questions":' * 20_000, '{"questions":[' + "1," * 400_000 + "1]}", json.dumps({f"k{n}": 1 for n in range(70_000)}), json.dumps([{"q": "a", "township": list(range(100_000))}]), json.dumps([{"q": "字" * 100_000}] * 2), "9" * 900_000, '"' + "\\u0000" * 100_000 + '"'])  # fmt: skip
def test_a_body_made_to_exhaust(client, body):
    response = client.post("/api/v1/answers", data=body, content_type="application/json")
    assert response.status_code in {400, 413, 422}
    assert len(response.data) < 100_000


def test_a_body_too_large(client):
    assert (
        client.post(
            "/api/v1/answers", data=b"x" * (1024 * 1024 + 1), content_type="application/json"
        ).status_code
        == 413
    )


HEADERS = (
    "If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "Range", "If-Range", "X-Request-ID", "Host",
    "Accept-Language", "Accept", "Accept-Encoding", "Accept-Charset", "Cookie", "Referer", "Origin", "X-API-Key",
    "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Access-Control-Request-Method", "Authorization", "Expect",
)  # fmt: skip
header_values = st.one_of(
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=60),
    st.sampled_from(['W/"', '"' * 500, "*", "bytes=0-9999999999999", "bytes=" + "0-0," * 400, "gzip;q=nan", "zh;q=" + "9" * 50, "township=..%2f", "[::", "a:99999", "https", "Thu, 99 Foo 99999 99:99:99 GMT", "," * 400]),
)  # fmt: skip


@fuzz
@given(
    path=st.sampled_from([*PATHS, "/static/style.css", "/healthz"]),
    name=st.sampled_from(HEADERS),
    value=header_values,
)
def test_any_header(client, path, name, value):
    response = client.get(path, headers={name: value.strip()}, buffered=True)
    assert response.status_code in DOCUMENTED | {206, 412, 416}
    assert all("\n" not in one and "\r" not in one for _, one in response.headers)


TRAVERSALS = ["..", "../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "....//", "%00", "/etc/passwd", "\\", "%c0%ae%c0%ae/", "..;/", "%252e%252e%252f"]  # fmt: skip


@pytest.mark.parametrize("step", TRAVERSALS)
@pytest.mark.parametrize("top", ["/static/", "/embed/static/", "/embed/", "/duties/", "/departments/", "/api/v1/duties/", "/api/v1/departments/", "/"])  # fmt: skip
def test_no_path_leaves_its_folder(client, top, step):
    for target in ("etc/passwd", "settings.py", "../settings.py", "lists.toml", "current", "v1.js%00.js"):
        response = client.get(f"{top}{step * 4}{target}", buffered=True)
        assert response.status_code in {308, 404, 405}, response.request.path
        assert b"root:" not in response.data
        assert b"import annotations" not in response.data


@fuzz
@given(path=made_of(HOSTILE, WORDS, most=6))
def test_any_path(client, path):
    for top in (
        "/",
        "/duties/",
        "/departments/",
        "/api/v1/duties/",
        "/api/v1/departments/",
        "/embed/",
        "/sitemap-",
    ):
        assert client.get(top + sent(path), buffered=True).status_code in DOCUMENTED | {308}


def digest_of(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(str(path).encode() + path.read_bytes() for path in files)).hexdigest()


METHODS = (
    "GET",
    "HEAD",
    "OPTIONS",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "MKCOL",
    "XXX",
)
MAY_POST = {
    "/api/v1/answers",  # asks: a hundred questions don't fit into an address
    "/api/v1/feedback",  # tells what an answer was worth; kept only where the operator named a file for it
    "/feedback",  # the same from a page
    "/township",  # sets the cookie of the browser that asks, nothing here
}


def test_nothing_over_http_changes_what_is_served(app, index_folder, data):
    client = app.test_client()
    before = digest_of(index_folder), digest_of(data)
    posts = set()
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<any\((\w+)[^>]*>|<[^>]*>", lambda one: one[1] or "1", str(rule))
        for method in METHODS:
            response = client.open(
                path, method=method, data=b"{}", content_type="application/json", buffered=True
            )
            assert response.status_code < 500, (method, path)
            if method not in {"GET", "HEAD", "OPTIONS"} and response.status_code not in {404, 405}:
                assert method == "POST", (method, path)
                posts.add(str(rule))
    assert posts <= MAY_POST
    assert {"/api/v1/answers", "/township"} <= posts
    assert (digest_of(index_folder), digest_of(data)) == before
