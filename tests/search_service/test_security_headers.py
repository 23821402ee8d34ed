"""What every response tells browsers not to do.

1. Pages, interface, static files, the OpenAPI document and errors carry all headers.
2. The policy lets in nothing but files of this host: no inline script, no inline style, no frame.
3. No page has what the policy would refuse.
4. Strict-Transport-Security is sent where the request came by TLS, and only there.
5. One view can loosen the rules on frames without loosening them for others.
6. All this holds for every route there is, with any method; only `/embed` may be framed, and only where allowed.
7. The only cookie is the township that a browser chose: unreadable for scripts, not sent from other sites.
8. No header tells what the service is made of. That of a real server is looked at in tests/e2e.
"""

import re
from html.parser import HTMLParser

import pytest

from search_service.app import create_app
from search_service.security_headers import CONTENT_SECURITY_POLICY, talisman
from search_service.settings import Settings

DUTY = "/duties/changji-miaoergou-cooperative-19"
PAGES = [
    "/",
    "/search?q=养犬",
    "/search?q=犇麤",
    DUTY,
    "/township",
    "/api/docs",
    "/nothing",
    "/search?page=0",
]
OTHERS = [
    "/api/v1/search?q=养犬",
    "/api/v1/search?page=0",
    "/api/v1/nothing",
    "/api/openapi.json",
    "/healthz",
    "/static/style.css",
    "/static/nothing.css",
]


def policy(response):
    parts = response.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


class Inline(HTMLParser):
    """Collects what stands in a page that has to stand in a file."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        names = dict(attrs)
        # A block of data isn't run, so the policy has nothing to say about it.
        is_data = names.get("type") == "application/ld+json"
        if tag == "style" or (tag == "script" and not names.get("src") and not is_data):
            self.found.append(tag)
        self.found += [f"{tag} {name}" for name in names if name == "style" or name.startswith("on")]
        self.found += [
            f"{tag} {name}" for name in ("href", "src", "action") if "javascript:" in (names.get(name) or "")
        ]


@pytest.mark.parametrize("path", [*PAGES, *OTHERS])
def test_every_response_carries_the_headers(client, path):
    headers = client.get(path, buffered=True).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "clipboard-write=(self)" in headers["Permissions-Policy"]
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert len(headers.getlist("Content-Security-Policy")) == 1


def test_an_unexpected_exception_carries_them_too(search):
    app = create_app(search)
    app.add_url_rule("/broken", view_func=lambda: 1 / 0)
    response = app.test_client().get("/broken")
    assert response.status_code == 500
    assert policy(response) == CONTENT_SECURITY_POLICY


def test_the_policy_lets_in_files_of_this_host_alone(client):
    rules = policy(client.get("/"))
    assert rules.pop("default-src") == "'none'"
    assert rules.pop("base-uri") == "'none'"
    assert rules.pop("frame-ancestors") == "'none'"
    assert rules.pop("img-src") == "'self' data:"
    assert set(rules) == {"script-src", "style-src", "font-src", "connect-src", "manifest-src", "form-action"}
    assert set(rules.values()) == {"'self'"}


@pytest.mark.parametrize("path", PAGES)
def test_no_page_has_what_the_policy_refuses(client, path):
    response = client.get(path)
    assert response.mimetype == "text/html"
    assert Inline(response.text).found == []


def test_only_who_came_by_tls_is_told_to_stay_with_it(client):
    assert "Strict-Transport-Security" not in client.get("/").headers
    found = client.get("/", base_url="https://localhost").headers["Strict-Transport-Security"]
    assert found == "max-age=31536000"
    behind_a_proxy = client.get("/", headers={"X-Forwarded-Proto": "https"})
    assert "Strict-Transport-Security" in behind_a_proxy.headers


def test_plain_requests_are_not_sent_to_tls(client):
    assert client.get("/").status_code == 200


def test_one_view_can_be_framed(search):
    app = create_app(search)

    @app.get("/framed")
    @talisman(frame_options=None, content_security_policy={**CONTENT_SECURITY_POLICY, "frame-ancestors": "*"})
    def framed():
        return "framed"

    client = app.test_client()
    response = client.get("/framed")
    assert policy(response) == {**CONTENT_SECURITY_POLICY, "frame-ancestors": "*"}
    assert "X-Frame-Options" not in response.headers
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    other = client.get("/")
    assert policy(other) == CONTENT_SECURITY_POLICY
    assert other.headers["X-Frame-Options"] == "DENY"


def every_route(app):
    """Yield an address of every route, with values for its variables that lead nowhere."""
    for rule in app.url_map.iter_rules():
        yield re.sub(r"<any\((\w+)[^>]*>|<[^>]*>", lambda one: one[1] or "1", str(rule))


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE", "TRACE"])
def test_every_route_carries_the_headers(app, client, method):
    paths = set(every_route(app))
    assert len(paths) > 30
    for path in paths:
        headers = client.open(path, method=method, buffered=True).headers
        rules = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert "unsafe" not in str(rules), path
        assert rules["script-src"] == rules["style-src"] == "'self'"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Server" not in headers
        assert "X-Powered-By" not in headers
        assert "Strict-Transport-Security" not in headers
        is_framed = path == "/embed" and method in {"GET", "HEAD", "OPTIONS"}
        assert (rules["frame-ancestors"] == "*") == is_framed, path
        assert ("X-Frame-Options" not in headers) == is_framed, path
        assert rules.get("frame-src", "'self'") == "'self'"


def test_every_route_tells_who_came_by_tls_through_a_proxy(search):
    app = create_app(search, Settings(proxies=1, rate_limit=None, page_rate_limit=None))
    client = app.test_client()
    for path in set(every_route(app)):
        behind = client.get(path, headers={"X-Forwarded-Proto": "https"}, buffered=True)
        assert behind.headers["Strict-Transport-Security"] == "max-age=31536000", path
        for claim in (
            {},
            {"X-Forwarded-Proto": "http"},
            {"X-Forwarded-Proto": "https, http"},
            {"X-Forwarded-Ssl": "on"},
        ):
            assert (
                "Strict-Transport-Security" not in client.get(path, headers=claim, buffered=True).headers
            ), path


def test_only_sites_named_may_show_the_frame(search):
    sites = ("https://www.example.gov.cn",)
    client = create_app(search, Settings(embed_frame_ancestors=sites)).test_client()
    assert policy(client.get("/embed"))["frame-ancestors"] == "'self' https://www.example.gov.cn"
    none = create_app(search, Settings(embed_frame_ancestors=())).test_client()
    assert policy(none.get("/embed"))["frame-ancestors"] == "'self'"  # the page that sets it up shows it


def test_no_page_sets_a_cookie_by_itself(app):
    for path in set(every_route(app)):
        response = app.test_client().get(path, buffered=True)
        assert response.headers.getlist("Set-Cookie") == [], path


def test_the_only_cookie(app, search):
    chosen = search.lists()[0].id
    for base, secure in (("http://localhost", False), ("https://localhost", True)):
        response = app.test_client().post("/township", base_url=base, data={"township": chosen})
        [cookie] = response.headers.getlist("Set-Cookie")
        assert cookie.startswith(f"township={chosen};")
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
        assert ("Secure" in cookie.split("; ")) == secure
    assert app.secret_key is None
