"""How much one client may ask.

1. What is too much is a 429: JSON with Retry-After for programs, a Chinese page for people; nothing of it is kept.
2. Each client counts for itself: by address, in IPv6 by network, behind proxies by the address that the last
   trusted one saw; what a client claims beyond that counts nothing.
3. A portal counts by its key, wherever it asks from, with a limit of its own, or none, if it has one.
4. An unknown key counts by address; trying keys out isn't free.
5. The interface and the pages count apart; files, scripts, health and what browsers ask beforehand count nothing.
6. A post counts its questions, a batch as large as the limit passes once, and a body that can't be read counts one.
7. Every counted response says how much is left; successful ones say nothing of waiting.
8. After the time has passed the client may ask again.
9. A storage that can't be reached takes nothing down: counting goes on in memory, the log says so once, and later
   the storage is used again.
10. Requests that are refused write no line each.
"""

import logging
import socket
import time

import limits.storage
import pytest
from limits.storage import MemoryStorage

from search_service.http.rate_limits import _address

PLACES = "/api/v1/places"
ANSWERS = "/api/v1/answers"


def statuses(client, path, times, **options):
    return [client.get(path, buffered=True, **options).status_code for _ in range(times)]


def test_too_much_for_programs(client_with):
    client = client_with(rate_limit="2 per minute")
    assert statuses(client, PLACES, 2) == [200, 200]
    response = client.get(PLACES)
    assert response.status_code == 429
    error = response.get_json()
    assert set(error) == {"code", "status", "message", "errors"}
    assert (error["code"], error["status"]) == (429, "Too Many Requests")
    assert "2 per 1 minute" in error["message"]
    assert 1 <= int(response.headers["Retry-After"]) <= 61
    assert response.headers["Cache-Control"] == "no-store"


def test_too_much_for_people(client_with):
    client = client_with(page_rate_limit="1 per hour")
    assert statuses(client, "/search?q=养犬", 1) == [200]
    response = client.get("/search?q=养犬")
    assert (response.status_code, response.mimetype) == (429, "text/html")
    assert "查得太快了" in response.text
    wait = int(response.headers["Retry-After"])
    assert f"{wait} 秒以后可以再试" in response.text
    assert response.headers["Cache-Control"] == "private, no-cache"


def from_address(address):
    return {"environ_base": {"REMOTE_ADDR": address}}


def test_addresses_count_apart(client_with):
    client = client_with(rate_limit="1 per minute")
    for address in ("192.0.2.1", "192.0.2.2", "2001:db8::1"):
        assert statuses(client, PLACES, 2, **from_address(address)) == [200, 429]


@pytest.mark.parametrize(
    ("text", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("9.9.9.9:1234", "9.9.9.9"),
        ("[2001:db8:1:2::1]:55", "2001:db8:1:2::/64"),
        ("[2001:db8:1:2::1]", "2001:db8:1:2::/64"),
        ("[::ffff:192.0.2.7]:1", "192.0.2.7"),
        ("unix:", "unix:"),
        ("某处", "某处"),
    ],
)
def test_a_customer_is_one_client_whatever_the_address(text, client):
    assert _address(text) == client


def test_without_proxies_nobody_is_believed(client_with):
    client = client_with(rate_limit="1 per minute")
    found = [
        client.get(PLACES, headers={"X-Forwarded-For": f"192.0.2.{one}"}).status_code for one in range(3)
    ]
    assert found == [200, 429, 429]


def test_behind_a_proxy_its_word_counts_and_no_other(client_with):
    client = client_with(rate_limit="1 per minute", proxies=1)

    def ask(chain):
        return client.get(PLACES, headers={"X-Forwarded-For": chain}).status_code

    assert [ask("192.0.2.1"), ask("192.0.2.2")] == [200, 200]
    # Only the last address was seen by the proxy, what stands before it the client has made up.
    assert [ask("198.51.100.9, 192.0.2.1"), ask("198.51.100.8, 192.0.2.1")] == [429, 429]


@pytest.mark.parametrize("address", ["9.9.9.9:{}", "[2001:db8::1]:{}", "[2001:db8::{}]"])
def test_a_port_makes_no_other_client(client_with, address):
    client = client_with(rate_limit="1 per minute", proxies=1)
    found = [
        client.get(PLACES, headers={"X-Forwarded-For": address.format(port)}).status_code
        for port in (1234, 55)
    ]
    assert found == [200, 429]


def test_behind_two_proxies_the_one_before_counts(client_with):
    client = client_with(rate_limit="1 per minute", proxies=2)

    def ask(chain):
        return client.get(PLACES, headers={"X-Forwarded-For": chain}).status_code

    assert [ask("192.0.2.1, 10.0.0.1"), ask("192.0.2.1, 10.0.0.1"), ask("192.0.2.2, 10.0.0.1")] == [
        200,
        429,
        200,
    ]


def test_a_proxy_tells_scheme_and_host(client_with):
    client = client_with(proxies=1)
    headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "who.cj.example"}
    assert client.get("/", headers=headers).headers["Strict-Transport-Security"]
    page = client.get("/search?q=狗咬人&township=庙尔沟乡", headers=headers).text
    assert "https://who.cj.example/duties/" in page
    page = client_with().get("/search?q=狗咬人&township=庙尔沟乡", headers=headers).text
    assert "who.cj.example" not in page


def test_a_portal_counts_by_its_key(client_with, key_file, new_key):
    client = client_with(rate_limit="2 per minute", api_keys=key_file)
    own, other = {"X-API-Key": new_key("一")}, {"X-API-Key": new_key("二")}
    found = [
        client.get(PLACES, headers=own, **from_address(f"192.0.2.{one}")).status_code for one in range(3)
    ]
    assert found == [200, 200, 429]
    assert statuses(client, PLACES, 3, headers=other) == [200, 200, 429]
    assert statuses(client, PLACES, 3) == [200, 200, 429]


def test_a_key_may_have_a_limit_of_its_own(client_with, key_file, new_key):
    client = client_with(rate_limit="1 per minute", api_keys=key_file)
    more, everything = new_key("一", limit="3 per minute"), new_key("二", limit="off")
    assert statuses(client, PLACES, 4, headers={"X-API-Key": more}) == [200, 200, 200, 429]
    assert statuses(client, PLACES, 9, headers={"X-API-Key": everything}) == [200] * 9


def test_several_limits_hold_together(client_with):
    client = client_with(rate_limit="5 per minute; 3 per hour")
    assert statuses(client, PLACES, 4) == [200, 200, 200, 429]
    assert "3 per 1 hour" in client.get(PLACES).get_json()["message"]


def test_trying_keys_out_counts(client_with):
    client = client_with(rate_limit="2 per minute")
    found = [client.get(PLACES, headers={"X-API-Key": f"duty_{one}"}).status_code for one in range(4)]
    assert found == [401, 401, 429, 429]
    assert statuses(client, PLACES, 1) == [429]


def test_interface_and_pages_count_apart(client_with):
    client = client_with(rate_limit="1 per minute", page_rate_limit="2 per minute")
    assert statuses(client, PLACES, 2) == [200, 429]
    assert statuses(client, "/nothing", 2) + statuses(client, "/", 1) == [404, 404, 429]


@pytest.mark.parametrize(
    "path",
    [
        "/static/style.css",
        "/static/nothing.css",
        "/embed.js",
        "/embed/v1.js",
        "/embed/static/builder.js",
        "/healthz",
        "/readyz",
    ],
)
def test_files_and_health_count_nothing(client_with, path):
    client = client_with(rate_limit="1 per hour", page_rate_limit="1 per hour")
    assert 429 not in statuses(client, path, 5)
    assert statuses(client, "/", 2) == [200, 429]
    assert statuses(client, path, 1) != [429]


@pytest.mark.parametrize("path", ["/departments/公安局.js", "/duties/x.js", "/nothing.js"])
def test_a_page_is_no_script_for_its_ending(client_with, path):
    assert statuses(client_with(page_rate_limit="1 per hour"), path, 2)[1] == 429


def test_what_browsers_ask_beforehand_counts_nothing(client_with):
    client = client_with(rate_limit="1 per hour")
    headers = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    assert {client.options(PLACES, headers=headers).status_code for _ in range(5)} == {200}
    assert statuses(client, PLACES, 1) == [200]


def test_a_304_counts(client_with):
    client = client_with(rate_limit="2 per hour")
    known = {"If-None-Match": client.get(PLACES).headers["ETag"]}
    assert statuses(client, PLACES, 2, headers=known) == [304, 429]


def test_a_post_counts_its_questions(client_with):
    client = client_with(rate_limit="10 per minute")
    question = {"q": "狗咬人", "township": "庙尔沟乡"}
    first = client.post(ANSWERS, json=[question] * 6)
    assert (first.status_code, first.headers["X-RateLimit-Remaining"]) == (200, "4")
    assert client.post(ANSWERS, json={"questions": [question] * 5}).status_code == 429
    other = from_address("192.0.2.1")
    assert client.post(ANSWERS, json=[question] * 25, **other).status_code == 200
    assert client.get(PLACES, **other).status_code == 429


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"[[[[", 400), (b"[" * 100_000, 400), (b"\xff", 400), (b"5", 422), (b"{}", 422), (b'"x"', 422)],
)
def test_a_body_that_cannot_be_read_counts_one(client_with, caplog, body, status):
    client = client_with(rate_limit="2 per minute")

    def post():
        return client.post(ANSWERS, data=body, content_type="application/json")

    assert post().status_code == status
    assert post().headers["X-RateLimit-Remaining"] == "0"
    assert post().status_code == 429
    assert "storage" not in caplog.text


def test_a_body_that_is_too_large_is_still_too_large(client_with, caplog):
    response = client_with(rate_limit="2 per minute").post(
        ANSWERS, data=b" " * 2_000_000, content_type="application/json"
    )
    assert response.status_code == 413
    assert "storage" not in caplog.text


def test_every_counted_response_says_what_is_left(client_with):
    client = client_with(rate_limit="3 per minute")
    found = [client.get(path) for path in (PLACES, "/api/v1/search?page=0", "/api/v1/nothing", PLACES)]
    assert [one.headers["X-RateLimit-Remaining"] for one in found] == ["2", "1", "0", "0"]
    for response in found:
        assert response.headers["X-RateLimit-Limit"] == "3"
        assert 0 < int(response.headers["X-RateLimit-Reset"]) - time.time() < 62
    assert ["Retry-After" in one.headers for one in found] == [False, False, False, True]


def test_without_limits_nothing_is_said(client_with):
    response = client_with().get(PLACES)
    assert not [name for name, _ in response.headers if name.startswith("X-RateLimit")]


def test_after_the_time_one_may_ask_again(client_with):
    client = client_with(rate_limit="1 per second")
    assert statuses(client, PLACES, 2) == [200, 429]
    time.sleep(1.1)
    assert statuses(client, PLACES, 1) == [200]


def nobody_listens():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"redis://:geheim@127.0.0.1:{probe.getsockname()[1]}/0"


def test_a_storage_that_is_away_takes_nothing_down(client_with, caplog):
    client = client_with(rate_limit="3 per minute", rate_limit_storage=nobody_listens())
    started = time.monotonic()
    assert statuses(client, PLACES, 4) == [200, 200, 200, 429]
    assert time.monotonic() - started < 3
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert lines == ["Rate limit storage unreachable - falling back to in-memory storage"]
    assert "geheim" not in caplog.text


class Moody(MemoryStorage):
    """A storage that can be away."""

    STORAGE_SCHEME = ("moody",)
    is_away = False

    def incr(self, *args, **kwargs):
        if Moody.is_away:
            raise ConnectionError("weg")
        return super().incr(*args, **kwargs)

    def check(self):
        return not Moody.is_away


def test_a_storage_that_comes_back_is_used_again(client_with, caplog, monkeypatch):
    monkeypatch.setattr(Moody, "is_away", False)
    monkeypatch.setattr("search_service.http.rate_limits._storage_options", lambda uri: {})
    client = client_with(rate_limit="100 per minute", rate_limit_storage="moody://")
    assert client.get(PLACES).headers["X-RateLimit-Remaining"] == "99"
    monkeypatch.setattr(Moody, "is_away", True)
    assert client.get(PLACES).headers["X-RateLimit-Remaining"] == "99"
    monkeypatch.setattr(Moody, "is_away", False)
    deadline = time.monotonic() + 10
    while client.get(PLACES).headers["X-RateLimit-Remaining"] != "98" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert time.monotonic() < deadline
    assert "unreachable" in caplog.text


def test_refused_requests_write_no_line_each(client_with, caplog):
    with caplog.at_level(logging.DEBUG, logger="flask-limiter"):
        statuses(client_with(rate_limit="1 per minute"), PLACES, 5)
    assert caplog.text == ""


def test_every_storage_of_the_settings_exists():
    assert {"memory", "redis", "rediss", "redis+unix"} <= set(limits.storage.SCHEMES)
