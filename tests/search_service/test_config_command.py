"""``duty-search config``.

1. It shows every setting with its value, where that comes from, and what it means; also as JSON.
2. What is secret is hidden: passwords of addresses, wherever they stand.
3. A bad setting ends it with exit code 2 and the line that serve would end with; a bad port as well.
4. Each value that it shows can be set as it is shown, and then means the same.
5. A file of keys that can't be read ends it with exit code 1 and the line that serve would end with.
6. What is hardly meant is a warning on standard error: a variable that no setting is named by, with the nearest
   one, and a file of keys that isn't there.
"""

import json

import pytest
from click.testing import CliRunner

from search_service.cli import main
from search_service.config_command import HIDDEN, without_secrets
from search_service.settings import VARIABLES, Settings

P = "DUTY_SEARCH_"
CLEAN = dict.fromkeys([*VARIABLES, "HOST", "PORT", f"{P}DATA", f"{P}INDEX"])
FOR_NO_VALUE = {
    f"{P}{name}"
    for name in ("WORKERS", "API_KEYS", "LOG_FORMAT", "REPORT", "OPENSEARCH_URL", "OPENSEARCH_CA")
}


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


def unreadable(folder):
    """Return a file that not even root can open."""
    path = folder / "keys.json"
    path.symlink_to(path)
    return path


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (unreadable, "let the user that the service runs as read the file"),
        (lambda folder: folder.joinpath("keys.json").write_text("{"), "restore the file from a backup"),
    ],
)
def test_a_file_of_keys_that_cannot_be_used_is_exit_code_1(tmp_path, index_folder, make, says):
    make(tmp_path)
    variables = {f"{P}API_KEYS": str(tmp_path / "keys.json")}
    ended = config(**variables)
    assert ended.exit_code == 1
    assert ended.output.startswith(f"Error: {tmp_path / 'keys.json'}: the API keys can't be read (")
    assert says in ended.output
    assert len(ended.output.splitlines()) == 1
    served = CliRunner().invoke(main, ["serve", "--index", str(index_folder)], env={**CLEAN, **variables})
    assert served.exit_code == 1
    assert served.output.splitlines()[-1] == ended.output.strip()


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("DUTY_SEARCH_PROXY", "did you mean DUTY_SEARCH_PROXIES?"),
        ("DUTY_SEARCH_APIKEYS", "did you mean DUTY_SEARCH_API_KEYS?"),
        ("DUTY_SEARCH_LOG_QUERY", "did you mean DUTY_SEARCH_LOG_QUERIES?"),
        ("DUTY_SEARCH_INDEX_FOLDER", "did you mean DUTY_SEARCH_INDEX?"),
        ("duty_search_workers", "did you mean DUTY_SEARCH_WORKERS?"),
        ("DUTY_SEARCH_XYZ", "duty-search config shows all there are"),
    ],
)
def test_a_name_that_no_setting_has_is_a_warning(name, remedy):
    for form in ("text", "json"):
        ended = config("--format", form, **{name: "1"})
        assert ended.exit_code == 0
        assert ended.stderr == f"warning: {name}: no setting has this name, so it does nothing; {remedy}\n"
    assert name not in ended.stdout


def test_what_is_as_it_should_be_is_no_warning(tmp_path):
    (tmp_path / "keys.json").write_text('{"keys": []}')
    variables = {f"{P}INDEX": str(tmp_path), f"{P}DATA": str(tmp_path), f"{P}PROXIES": ""}
    ended = config(**variables, **{f"{P}API_KEYS": str(tmp_path / "keys.json"), "DUTY": "1", "PATH": "/bin"})
    assert (ended.exit_code, ended.stderr) == (0, "")


def test_a_file_of_keys_that_is_not_there_is_a_warning(tmp_path):
    ended = config(**{f"{P}API_KEYS": str(tmp_path / "keys.json")})
    assert ended.exit_code == 0
    assert ended.stderr.startswith(f"warning: {P}API_KEYS: {tmp_path / 'keys.json'} doesn't exist")


def test_serve_says_the_same_in_its_log(tmp_path, caplog):
    index = str(tmp_path / "none")
    CliRunner().invoke(main, ["serve", "--index", index], env={**CLEAN, "DUTY_SEARCH_PROXY": "1"})
    assert "did you mean DUTY_SEARCH_PROXIES?" in caplog.text


@pytest.mark.parametrize("name", sorted(VARIABLES.keys() - FOR_NO_VALUE))
def test_a_default_can_be_set_as_it_is_shown(name):
    value = shown()[name]["value"]
    assert Settings.from_environment({name: value}) == Settings()


def test_no_password_of_any_node_is_shown():
    urls = "https://search:geheim@one:9200, https://search:geheim@two:9200"
    value = shown(**{f"{P}OPENSEARCH_URL": urls})[f"{P}OPENSEARCH_URL"]["value"]
    assert "geheim" not in value
    assert value == "https://search:***@one:9200, https://search:***@two:9200"
