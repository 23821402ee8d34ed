"""Which other sites' pages may read the interface.

1. By default every site may GET; caches need one copy for all of them.
2. Errors of every kind (422, 404, 401, 403, 429, 500) and 304 can be read as well as answers.
3. The headers that a caller needs can be read: validators, limits, when to ask again, the request's id.
4. A browser that asks beforehand learns the methods and headers allowed; keys and JSON are among them.
5. With named sites only these may read, caches are told so, and only these may post questions.
6. Posting is never allowed to all; switched off, nobody gets a header.
7. Pages, files, health and the rest can't be read by other sites.
"""

import pytest

from search_service.core.search import Search

SEARCH = "/api/v1/search?q=养犬"
ANSWERS = "/api/v1/answers"
PORTAL = "https://www.cj.example"
OTHER = "https://other.example"
ALLOWED = "Access-Control-Allow-Origin"


def ask(client, path=SEARCH, origin=PORTAL, **headers):
    return client.get(path, headers={"Origin": origin, **headers})


def ask_beforehand(client, path, method, headers="", origin=PORTAL):
    asked = {"Origin": origin, "Access-Control-Request-Method": method}
    return client.options(path, headers={**asked, "Access-Control-Request-Headers": headers})


def names(text):
    return {name.strip().lower() for name in text.split(",")}


@pytest.mark.parametrize("origin", [PORTAL, OTHER, "null"])
def test_every_site_may_read(client, origin):
    response = ask(client, origin=origin)
    assert response.headers.getlist(ALLOWED) == ["*"]
    assert "Origin" not in response.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in response.headers


def test_a_copy_kept_for_nobody_in_particular_is_good_for_all(client):
    assert client.get(SEARCH).headers[ALLOWED] == "*"


def test_errors_can_be_read(client_with, key_file, new_key, monkeypatch):
    client = client_with(rate_limit="7 per minute", api_keys=key_file)
    held = new_key(township=("庙尔沟乡",))
    known = ask(client, "/api/v1/places").headers["ETag"]
    found = {
        200: ask(client),
        304: ask(client, "/api/v1/places", **{"If-None-Match": known}),
        401: ask(client, **{"X-API-Key": "未知".encode().decode("latin-1")}),
        403: ask(client, f"{SEARCH}&township=三台镇", **{"X-API-Key": held}),
        404: ask(client, "/api/v1/duties/没有"),
        422: ask(client, "/api/v1/search?page=0"),
    }
    monkeypatch.setattr(Search, "search", lambda *given: 1 / 0)
    found[500] = ask(client, "/api/v1/search?q=没有人问过")
    found[429] = ask(client)
    for status, response in found.items():
        assert (response.status_code, response.headers.get(ALLOWED)) == (status, "*")


def test_what_a_caller_needs_can_be_read(client):
    shown = names(ask(client).headers["Access-Control-Expose-Headers"])
    assert shown == {
        "etag",
        "retry-after",
        "x-request-id",
        "x-ratelimit-limit",
        "x-ratelimit-remaining",
        "x-ratelimit-reset",
    }


@pytest.mark.parametrize("header", ["X-API-Key", "Authorization", "If-None-Match", "X-Request-ID"])
def test_a_browser_may_send_what_the_interface_reads(client, header):
    response = ask_beforehand(client, SEARCH, "GET", header)
    assert response.status_code == 200
    assert response.headers[ALLOWED] == "*"
    assert names(response.headers["Access-Control-Allow-Methods"]) == {"get", "head"}
    assert names(response.headers["Access-Control-Allow-Headers"]) == {header.lower()}
    assert int(response.headers["Access-Control-Max-Age"]) > 3600


def test_other_headers_and_methods_are_not_allowed(client):
    response = ask_beforehand(client, SEARCH, "GET", "X-Whatever")
    assert "x-whatever" not in names(response.headers.get("Access-Control-Allow-Headers", ""))
    assert "Access-Control-Allow-Methods" not in ask_beforehand(client, SEARCH, "DELETE").headers


def test_posting_is_not_for_all(client):
    response = ask_beforehand(client, ANSWERS, "POST", "content-type")
    assert ALLOWED not in response.headers
    posted = client.post(ANSWERS, json=[{"q": "狗咬人"}], headers={"Origin": PORTAL})
    assert posted.status_code == 200
    assert ALLOWED not in posted.headers


def test_named_sites_may_read_and_post(client_with):
    client = client_with(cors_origins=(PORTAL, "http://localhost:5173"))
    assert ask(client).headers.getlist(ALLOWED) == [PORTAL]
    assert ask(client, origin="http://localhost:5173").headers[ALLOWED] == "http://localhost:5173"
    beforehand = ask_beforehand(client, ANSWERS, "POST", "content-type,x-api-key")
    assert beforehand.headers[ALLOWED] == PORTAL
    assert names(beforehand.headers["Access-Control-Allow-Headers"]) == {"content-type", "x-api-key"}
    posted = client.post(ANSWERS, json=[{"q": "狗咬人"}], headers={"Origin": PORTAL})
    assert posted.headers[ALLOWED] == PORTAL
    refused = client.post(ANSWERS, json=[{"q": ""}], headers={"Origin": PORTAL})
    assert (refused.status_code, refused.headers[ALLOWED]) == (422, PORTAL)


@pytest.mark.parametrize(
    "origin", [OTHER, "http://www.cj.example", f"{PORTAL}.evil.example", f"{PORTAL}:8443", "null"]
)
def test_others_than_the_named_may_not(client_with, origin):
    client = client_with(cors_origins=(PORTAL,))
    assert ALLOWED not in ask(client, origin=origin).headers
    assert ALLOWED not in ask_beforehand(client, ANSWERS, "POST", "content-type", origin).headers


@pytest.mark.parametrize("headers", [{}, {"Origin": PORTAL}, {"Origin": OTHER}])
def test_caches_keep_a_copy_for_each_site(client_with, headers):
    response = client_with(cors_origins=(PORTAL,)).get(SEARCH, headers=headers)
    assert "Origin" in response.vary.as_set(preserve_casing=True)
    assert len(response.headers.getlist(ALLOWED)) == (headers == {"Origin": PORTAL})


def test_switched_off_nobody_may_read(client_with):
    client = client_with(cors_origins=())
    assert ALLOWED not in ask(client).headers
    assert ALLOWED not in ask_beforehand(client, SEARCH, "GET").headers


@pytest.mark.parametrize(
    "path", ["/", "/search?q=养犬", "/healthz", "/readyz", "/static/style.css", "/nothing"]
)
def test_the_rest_is_nobody_elses(client, path):
    assert ALLOWED not in client.get(path, headers={"Origin": PORTAL}, buffered=True).headers
