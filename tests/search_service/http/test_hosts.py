"""Requests whose host is none.

1. A host of which no address can be made is a 400: the Chinese page for people, JSON that names the remedy for
   programs. No broken address is in it.
2. The same where a proxy that is believed tells it; where none is, its word counts nothing.
3. Names, addresses, ports and final dots are hosts. Who asks whether the service is alive needs none.
"""

import pytest

PLACES = "/api/v1/places"


def ask(client, path, host, **headers):
    return client.get(path, headers={"Host": host, **headers})


@pytest.mark.parametrize(
    "host", ['a"b<c', "a b", "", "a/b", "my_upstream", "昌吉.中国".encode().decode("latin-1"), "a:99999"]
)
def test_a_host_that_is_none_is_refused(client, host):
    page = ask(client, "/search?q=养犬", host)
    assert (page.status_code, page.mimetype) == (400, "text/html")
    assert "这个请求看不懂" in page.text
    assert "http:///" not in page.text
    assert '"http:/' not in page.text
    assert not host or host not in page.text
    error = ask(client, PLACES, host)
    assert error.status_code == 400
    assert "Host" in error.get_json()["message"]
    assert error.headers["Cache-Control"] == "no-store"
    assert ask(client, "/healthz", host).status_code == ask(client, "/readyz", host).status_code == 200


def test_what_a_proxy_tells_is_looked_at_where_it_is_believed(client_with):
    told = {"X-Forwarded-Host": "a b<c"}
    assert ask(client_with(proxies=1), "/", "localhost", **told).status_code == 400
    assert ask(client_with(), "/", "localhost", **told).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["localhost", "duty.example.gov.cn", "DUTY.example:8000", "127.0.0.1:80", "[::1]:8000", "a.example."],
)
def test_what_is_a_host_is_answered(client, host):
    assert ask(client, PLACES, host).status_code == 200


def test_hosts_that_are_none_count(client_with):
    client = client_with(rate_limit="1 per minute")
    assert [ask(client, PLACES, "a b").status_code for _ in range(2)] == [400, 429]
