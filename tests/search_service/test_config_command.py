"""``duty-search config``.

1. It shows every setting with its value, where that comes from, and what it means; also as JSON.
2. What is secret is hidden: passwords of addresses, wherever they stand.
3. A bad setting ends it with exit code 2 and the line that serve would end with; a bad port as well.
4. Each value that it shows can be set as it is shown, and then means the same.
"""

import json

import pytest
from click.testing import CliRunner

from search_service.cli import main
from search_service.config_command import HIDDEN, without_secrets
from search_service.settings import VARIABLES, Settings

P = "DUTY_SEARCH_"
CLEAN = dict.fromkeys([*VARIABLES, "HOST", "PORT", f"{P}DATA", f"{P}INDEX"])
FOR_NO_VALUE = {f"{P}WORKERS", f"{P}API_KEYS", f"{P}LOG_FORMAT", f"{P}REPORT"}


def config(*arguments, **variables):
    return CliRunner().invoke(main, ["config", *arguments], env={**CLEAN, **variables})


def shown(**variables):
    ended = config("--format", "json", **variables)
    assert ended.exit_code == 0, ended.output
    return {one["name"]: one for one in json.loads(ended.output)}


def test_every_setting_is_shown():
    found = shown()
    assert found.keys() == CLEAN.keys()
    assert {one["source"] for one in found.values()} == {"default"}
    assert all(one["value"] and len(one["meaning"]) > 10 for one in found.values())
    assert found["PORT"]["value"] == "8000"
    assert found[f"{P}RATE_LIMIT"]["value"] == "1200 per minute"
    assert found[f"{P}LOG_QUERIES"]["value"] == "off"


def test_what_the_environment_sets_is_named(tmp_path):
    found = shown(
        **{
            f"{P}PROXIES": "2",
            f"{P}CORS_ORIGINS": "https://a.example  https://b.example",
            f"{P}PAGE_RATE_LIMIT": "off",
            f"{P}LOG_QUERIES": "masked",
            f"{P}INDEX": str(tmp_path),
            f"{P}WORKERS": " ",
        }
    )
    assert found[f"{P}PROXIES"] == {
        "name": f"{P}PROXIES",
        "value": "2",
        "source": "environment variable",
        "meaning": VARIABLES[f"{P}PROXIES"].meaning,
    }
    assert found[f"{P}CORS_ORIGINS"]["value"] == "https://a.example, https://b.example"
    assert found[f"{P}PAGE_RATE_LIMIT"]["value"] == "off"
    assert found[f"{P}LOG_QUERIES"]["value"] == "masked"
    assert found[f"{P}INDEX"]["value"] == str(tmp_path)
    assert found[f"{P}WORKERS"]["source"] == "default"


def test_it_is_read_line_by_line():
    lines = config(**{f"{P}PROXIES": "1"}).output.splitlines()
    assert f"{P}PROXIES=1  (environment variable)" in lines
    assert f"{P}RATE_LIMIT=1200 per minute  (default)" in lines
    assert len(lines) == 2 * len(CLEAN)


@pytest.mark.parametrize("form", ["text", "json"])
def test_passwords_are_hidden(form):
    storage = "rediss://wir:geheim@cache:6379/0?password=geheim2"
    output = config("--format", form, **{f"{P}RATE_LIMIT_STORAGE": storage}).output
    assert "geheim" not in output
    assert f"rediss://wir:{HIDDEN}@cache:6379/0?{HIDDEN}" in output


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("memory://", "memory://"),
        ("redis://cache:6379/0", "redis://cache:6379/0"),
        ("redis://:a:b@c@cache", f"redis://:{HIDDEN}@cache"),
        ("redis+unix:///run/redis.sock", "redis+unix:///run/redis.sock"),
        ("geheim", HIDDEN),
    ],
)
def test_what_is_secret_of_an_address(text, expected):
    assert without_secrets(text) == expected


def test_a_bad_setting_is_exit_code_2():
    ended = config(**{f"{P}PROXIES": "drei"})
    assert ended.exit_code == 2
    assert ended.output == f"Error: {P}PROXIES: 'drei' is not allowed; allowed: a number from 0 to 10\n"


@pytest.mark.parametrize("port", ["0", "65536", "http", "８０００", "-1"])
def test_a_bad_port_is_exit_code_2(port):
    ended = config(PORT=port)
    assert ended.exit_code == 2
    assert ended.output == f"Error: PORT: {port!r} is not allowed; allowed: a number from 1 to 65535\n"


@pytest.mark.parametrize("name", sorted(VARIABLES.keys() - FOR_NO_VALUE))
def test_a_default_can_be_set_as_it_is_shown(name):
    value = shown()[name]["value"]
    assert Settings.from_environment({name: value}) == Settings()
