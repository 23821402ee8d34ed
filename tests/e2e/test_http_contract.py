"""What the real server sends over the network, for portals and operators.

1. It starts with settings from the environment; a bad one is one clear line and exit code 2, a damaged file of keys
   one clear line and exit code 1.
2. An answer comes compressed, may be read by another site's page and has a validator; asked again it is an empty
   304, from whichever worker.
3. A key made while the server runs counts within a second, in every worker; revoked, it is refused within a second.
4. A key's filters hold, and its own limit counts; without a key the limit by address does, with Retry-After, and
   people read it in Chinese.
5. A Redis that is away takes nothing down, and the log says so. Lines of the log name the request.
"""

import gzip
import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager

import pytest

from search_service.server.process import MOST_BY_ITSELF
from tests.e2e.conftest import command, free_port, wait_until_ready

PORTAL = "https://www.cj.example"
SEARCH = f"/api/v1/search?q={urllib.parse.quote('养犬')}"
PATIENCE = 60
"""Seconds that a request or a command may take, on a busy machine."""


@contextmanager
def serving(index, log, **settings):
    """Run a server with settings of its own and give its address."""
    port = free_port()
    variables = {f"DUTY_SEARCH_{name}": str(value) for name, value in settings.items()}
    environment = {**os.environ, "PORT": str(port), "HOST": "127.0.0.1", **variables}
    with log.open("w", encoding="utf-8") as written:
        process = subprocess.Popen(
            [command("duty-search"), "serve", "--index", str(index)], env=environment, stderr=written
        )
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until_ready(url, process)
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=PATIENCE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("contract")


@pytest.fixture(scope="module")
def portal_server(index_folder, folder):
    settings = {
        "API_KEYS": folder / "keys.json",
        "CORS_ORIGINS": PORTAL,
        "RATE_LIMIT": "100000 per minute",
        "RATE_LIMIT_STORAGE": f"redis://127.0.0.1:{free_port()}/0",  # nobody listens there
    }
    with serving(index_folder, folder / "log", **settings) as url:
        yield url


def ask(url, path=SEARCH, body=None, **headers):
    """Return status, headers and bytes of a response."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url + path, data=data, headers=named)
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def keys(folder, *arguments):
    ended = subprocess.run(
        [command("duty-search"), "keys", *arguments, "--file", str(folder / "keys.json")],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return ended.stdout.strip()


def test_an_answer_comes_compressed_readable_and_once(portal_server):
    status, headers, body = ask(portal_server, Accept_Encoding="gzip", Origin=PORTAL)
    assert status == 200
    assert json.loads(gzip.decompress(body))["total"] == 9
    assert headers["Access-Control-Allow-Origin"] == PORTAL
    assert "ETag" in headers["Access-Control-Expose-Headers"]
    for _ in range(10):  # so many that every worker is asked
        status, again, body = ask(portal_server, Accept_Encoding="gzip", If_None_Match=headers["ETag"])
        assert (status, body, again["ETag"]) == (304, b"", headers["ETag"])


def counts_by_now(expected, url, token):
    """Return whether a second after a change every worker answers a key as expected."""
    time.sleep(1)
    return {ask(url, "/api/v1/places", X_API_Key=token)[0] for _ in range(10)} == {expected}


def test_keys_are_made_and_revoked_while_the_server_runs(portal_server, folder, index_folder):
    token = keys(folder, "create", "昌吉市政务网", "--county", "昌吉市", "--index", str(index_folder))
    assert counts_by_now(200, portal_server, token)
    status, headers, body = ask(portal_server, Authorization=f"Bearer {token}")
    assert {one["county"] for one in json.loads(body)["results"]} == {"昌吉市"}
    assert headers["Cache-Control"] == "private, no-cache"
    status, _, body = ask(portal_server, f"{SEARCH}&county={urllib.parse.quote('奇台县')}", X_API_Key=token)
    assert status == 403
    assert "county=昌吉市" in json.loads(body)["message"]
    status, _, body = ask(
        portal_server,
        "/api/v1/answers",
        [{"q": "狗咬人了找谁"}],
        X_API_Key=token,
        Content_Type="application/json",
    )
    assert json.loads(body)["answers"][0]["answer"]["by_township"][0]["township"] == "庙尔沟乡"
    [listed] = json.loads(keys(folder, "list", "--format", "json"))
    keys(folder, "revoke", listed["id"])
    assert counts_by_now(401, portal_server, token)
    assert ask(portal_server)[0] == 200


def test_a_key_has_its_own_limit(portal_server, folder):
    token = keys(folder, "create", "小站", "--limit", "2 per hour")
    # Each worker counts for itself while Redis is away: one more than all of them let pass.
    found = [ask(portal_server, "/api/v1/places", X_API_Key=token) for _ in range(2 * MOST_BY_ITSELF + 1)]
    assert found[0][0] == 200
    waits = [headers["Retry-After"] for status, headers, _ in found if status == 429]
    assert waits
    assert all(0 < int(wait) <= 3601 for wait in waits)
    assert ask(portal_server)[0] == 200


def test_a_redis_that_is_away_is_logged(portal_server, folder):
    assert ask(portal_server)[0] == 200
    log = (folder / "log").read_text(encoding="utf-8")
    [line, *_] = [line for line in log.splitlines() if "storage unreachable" in line]
    assert len(json.loads(line)["request_id"]) == 32


def test_people_read_it_in_chinese(index_folder, tmp_path):
    with serving(index_folder, tmp_path / "log", PAGE_RATE_LIMIT="1 per hour") as url:
        found = [ask(url, "/township") for _ in range(MOST_BY_ITSELF + 1)]
    assert found[0][0] == 200
    headers, body = next((headers, body) for status, headers, body in found if status == 429)
    assert "查得太快了" in body.decode("utf-8")
    assert f"{headers['Retry-After']} 秒以后可以再试" in body.decode("utf-8")


def refused(index, **settings):
    """Return exit code and lines of a server that doesn't start."""
    variables = {f"DUTY_SEARCH_{name}": str(value) for name, value in settings.items()}
    ended = subprocess.run(
        [command("duty-search"), "serve", "--index", str(index), "--port", str(free_port())],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ended.stdout == ""
    return ended.returncode, ended.stderr.splitlines()


def test_a_bad_setting_is_one_clear_line(index_folder):
    assert refused(index_folder, RATE_LIMIT="多") == (
        2,
        [
            "Error: DUTY_SEARCH_RATE_LIMIT: '多' is not allowed; allowed: a limit such as 600 per minute or "
            "10 per second; 5000 per day, or off"
        ],
    )


def test_a_damaged_file_of_keys_is_one_clear_line(index_folder, tmp_path):
    (tmp_path / "keys.json").write_text("{", encoding="utf-8")
    code, [line] = refused(index_folder, API_KEYS=tmp_path / "keys.json")
    assert code == 1
    assert line.startswith(f"Error: {tmp_path / 'keys.json'}: the API keys can't be read")
