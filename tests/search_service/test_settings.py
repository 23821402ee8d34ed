"""The settings of the service.

1. Without variables everything has its default; a variable that is empty counts as not set.
2. Each variable is read into its setting, in every way it may be written.
3. A bad one names itself, what it holds (unless that is secret) and what is allowed; all bad ones at once, in one
   line.
4. A bad setting, or a damaged file of keys, stops the service with one clear line before anything is served.
5. Settings reach the application: who may show the embeddable page in a frame.
"""

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from search_service.app import create_app
from search_service.cli import main
from search_service.settings import Settings, SettingsError

P = "DUTY_SEARCH_"


def read(**values):
    return Settings.from_environment({f"{P}{name}": value for name, value in values.items()})


def test_without_variables_everything_has_its_default():
    assert Settings.from_environment({}) == Settings()
    assert read(CORS_ORIGINS="", PROXIES=" ", API_KEYS="", RATE_LIMIT="") == Settings()
    assert Settings.from_environment({f"{P}INDEX": "/x", "PATH": "/bin"}) == Settings()


@pytest.mark.parametrize(
    ("name", "text", "field", "value"),
    [
        ("CORS_ORIGINS", "*", "cors_origins", ("*",)),
        ("CORS_ORIGINS", "off", "cors_origins", ()),
        ("CORS_ORIGINS", "OFF", "cors_origins", ()),
        ("CORS_ORIGINS", "https://www.cj.gov.cn", "cors_origins", ("https://www.cj.gov.cn",)),
        (
            "CORS_ORIGINS",
            " HTTPS://www.CJ.gov.cn, http://localhost:8080 https://www.cj.gov.cn,",
            "cors_origins",
            ("https://www.cj.gov.cn", "http://localhost:8080"),
        ),
        ("EMBED_FRAME_ANCESTORS", "off", "embed_frame_ancestors", ()),
        ("EMBED_FRAME_ANCESTORS", "https://*.cj.gov.cn", "embed_frame_ancestors", ("https://*.cj.gov.cn",)),
        ("RATE_LIMIT", "off", "rate_limit", None),
        ("RATE_LIMIT", " 10/second ", "rate_limit", "10/second"),
        ("RATE_LIMIT", "10 per second; 5000 per day", "rate_limit", "10 per second; 5000 per day"),
        ("PAGE_RATE_LIMIT", "30 per 5 minutes", "page_rate_limit", "30 per 5 minutes"),
        ("RATE_LIMIT_STORAGE", "memory://", "rate_limit_storage", "memory://"),
        ("RATE_LIMIT_STORAGE", "redis://:pass@cache:6379/1", "rate_limit_storage", "redis://:pass@cache:6379/1"),
        ("RATE_LIMIT_STORAGE", "rediss://cache", "rate_limit_storage", "rediss://cache"),
        ("RATE_LIMIT_STORAGE", "redis+unix:///run/redis.sock", "rate_limit_storage", "redis+unix:///run/redis.sock"),
        ("PROXIES", "0", "proxies", 0),
        ("PROXIES", "2", "proxies", 2),
        ("WORKERS", "1", "workers", 1),
        ("WORKERS", "64", "workers", 64),
        ("API_KEYS", "/tmp/keys.json", "api_keys", Path("/tmp/keys.json")),  # noqa: S108
        ("API_KEYS", "keys.json", "api_keys", Path("keys.json")),
        ("LOG_FORMAT", "JSON", "log_format", "json"),
        ("LOG_FORMAT", "text", "log_format", "text"),
        ("LOG_QUERIES", "off", "log_queries", False),
        ("LOG_QUERIES", "Masked", "log_queries", True),
        ("REPORT", "/tmp/report.jsonl", "report", Path("/tmp/report.jsonl")),  # noqa: S108
        ("REPORT", "report.jsonl", "report", Path("report.jsonl")),
        ("REPORT_MEGABYTES", "1", "report_megabytes", 1),
        ("REPORT_MEGABYTES", "1000", "report_megabytes", 1000),
        ("OPENSEARCH_URL", "http://node:9200", "opensearch_urls", ("http://node:9200",)),
        ("OPENSEARCH_URL", "https://n:p%40w@a.example, https://b.example:9200/x", "opensearch_urls", ("https://n:p%40w@a.example", "https://b.example:9200/x")),
        ("OPENSEARCH_PREFIX", "lists-2025_b", "opensearch_prefix", "lists-2025_b"),
        ("OPENSEARCH_CA", __file__, "opensearch_ca", Path(__file__)),
        ("ENGINE", "Whoosh", "engine", "whoosh"),
    ],
)  # fmt: skip
def test_a_variable_is_read_into_its_setting(name, text, field, value):
    assert getattr(read(**{name: text}), field) == value


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("CORS_ORIGINS", "www.cj.gov.cn", "https://www.example.gov.cn"),
        ("CORS_ORIGINS", "https://www.cj.gov.cn/", "https://www.example.gov.cn"),
        ("CORS_ORIGINS", "https://www.cj.gov.cn/path", "https://www.example.gov.cn"),
        ("CORS_ORIGINS", "https://*.cj.gov.cn", "https://www.example.gov.cn"),
        ("CORS_ORIGINS", "https://www.cj.gov.cn, *", "* (all), off (none)"),
        ("CORS_ORIGINS", "null", "* (all), off (none)"),
        ("CORS_ORIGINS", "https://网.cn", "https://www.example.gov.cn"),
        ("EMBED_FRAME_ANCESTORS", "https://cj.gov.cn; script-src *", "https://*.example.gov.cn"),
        ("EMBED_FRAME_ANCESTORS", "'self'", "https://*.example.gov.cn"),
        ("RATE_LIMIT", "600", "600 per minute"),
        ("RATE_LIMIT", "0 per minute", "or off"),
        ("RATE_LIMIT", "-1 per minute", "or off"),
        ("RATE_LIMIT", "多", "600 per minute"),
        ("PAGE_RATE_LIMIT", "none", "or off"),
        ("PROXIES", "eins", "a number from 0 to 10"),
        ("WORKERS", "0", "a number from 1 to 64"),
        ("LOG_FORMAT", "xml", "json or text"),
        ("LOG_QUERIES", "on", "off or masked"),
        ("WORKERS", "65", "a number from 1 to 64"),
        ("PROXIES", "-1", "a number from 0 to 10"),
        ("PROXIES", "11", "a number from 0 to 10"),
        ("PROXIES", "1.5", "a number from 0 to 10"),
        ("API_KEYS", "/没有/keys.json", "a folder that exists"),
        ("API_KEYS", "/", "a folder that exists"),
        ("REPORT", "/没有/report.jsonl", "a folder that exists"),
        ("REPORT", "/", "a folder that exists"),
        ("REPORT", "/dev/null", "a file in a folder"),
        ("REPORT_MEGABYTES", "0", "a number from 1 to 1000"),
        ("REPORT_MEGABYTES", "1001", "a number from 1 to 1000"),
        ("REPORT_MEGABYTES", "10M", "a number from 1 to 1000"),
        ("ENGINE", "elasticsearch", "whoosh or opensearch"),
        ("OPENSEARCH_PREFIX", "清单", "small letters"),
        ("OPENSEARCH_PREFIX", "Lists", "small letters"),
        ("OPENSEARCH_PREFIX", "_lists", "small letters"),
        ("OPENSEARCH_PREFIX", "lists-duties", "without -duties"),
        ("OPENSEARCH_CA", "/没有/ca.pem", "a file that can be read"),
    ],
)
def test_a_bad_variable_names_itself_and_what_is_allowed(name, text, allowed):
    with pytest.raises(SettingsError) as caught:
        read(**{name: text})
    message = str(caught.value)
    assert message.startswith(f"{P}{name}: {text!r} is not allowed; allowed: ")
    assert allowed in message
    assert "\n" not in message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@pytest.mark.parametrize("closed", ["folder", "file"])
def test_a_report_must_be_writable(tmp_path, closed):
    path = tmp_path / "report.jsonl"
    path.touch()
    shut = {"folder": tmp_path, "file": path}[closed]
    shut.chmod(0o500)
    with pytest.raises(SettingsError, match="both writable"):
        read(REPORT=str(path))
    shut.chmod(0o700)
    assert read(REPORT=str(path)).report == path


@pytest.mark.parametrize(
    "text",
    ["cache:6379", "http://:geheim@cache", "redis://", "redis://:geheim@cache:x"],
)
def test_a_bad_storage_is_not_repeated(text):
    with pytest.raises(SettingsError) as caught:
        read(RATE_LIMIT_STORAGE=text)
    assert f"{P}RATE_LIMIT_STORAGE: its value is not allowed" in str(caught.value)
    assert "redis://HOST:PORT/NUMBER" in str(caught.value)
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "sucher:geheim@node:9200",
        "ftp://sucher:geheim@node",
        "http://sucher:geheim@",
        "http://sucher:geheim@node:port",
        "http://sucher:geheim@node:99999",
        "http://sucher:geheim@a, https://b",
        "http://sucher:geheim@[::1",
    ],
)
def test_a_bad_address_of_a_cluster_is_not_repeated(text):
    with pytest.raises(SettingsError) as caught:
        read(ENGINE="opensearch", OPENSEARCH_URL=text)
    assert str(caught.value).startswith(f"{P}OPENSEARCH_URL: its value is not allowed; allowed: http:// or")
    assert "geheim" not in str(caught.value)


def test_a_cluster_needs_an_address():
    with pytest.raises(SettingsError, match=f"{P}OPENSEARCH_URL: is needed with {P}ENGINE=opensearch"):
        read(ENGINE="opensearch")
    assert read(ENGINE="opensearch", OPENSEARCH_URL="http://node").engine == "opensearch"


def test_all_bad_ones_are_named_at_once():
    with pytest.raises(SettingsError) as caught:
        read(PROXIES="x", RATE_LIMIT="y", CORS_ORIGINS="z", PAGE_RATE_LIMIT="5 per minute")
    message = str(caught.value)
    assert [name in message for name in ("PROXIES", "_RATE_LIMIT", "CORS_ORIGINS", "PAGE_RATE_LIMIT")] == [
        True,
        True,
        True,
        False,
    ]


def serve(index, **variables):
    environment = {f"{P}{name}": value for name, value in variables.items()}
    return CliRunner().invoke(main, ["serve", "--index", str(index), "--port", "1"], env=environment)


def test_a_bad_setting_stops_the_service(index_folder):
    ended = serve(index_folder, PROXIES="drei")
    assert ended.exit_code == 2
    assert ended.output == f"Error: {P}PROXIES: 'drei' is not allowed; allowed: a number from 0 to 10\n"


def test_a_damaged_file_of_keys_stops_the_service(index_folder, tmp_path):
    (tmp_path / "keys.json").write_text("{", encoding="utf-8")
    ended = serve(index_folder, API_KEYS=str(tmp_path / "keys.json"))
    assert ended.exit_code == 1
    assert ended.output.startswith(f"Error: {tmp_path / 'keys.json'}: the API keys can't be read")
    assert len(ended.output.splitlines()) == 1


@pytest.mark.parametrize(
    ("sites", "expected"),
    [(("*",), "*"), (("https://www.cj.gov.cn",), "'self' https://www.cj.gov.cn"), ((), "'self'")],
)
def test_who_may_show_the_frame_is_set(search, sites, expected):
    client = create_app(search, Settings(embed_frame_ancestors=sites)).test_client()
    policy = client.get("/embed").headers["Content-Security-Policy"]
    assert policy.split("frame-ancestors ")[1].split(";")[0] == expected
