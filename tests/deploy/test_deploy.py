"""The examples in deploy/ fit the software.

1. The compose file parses, builds from this repository, keeps index and state on volumes, asks /readyz, and sets only
   settings that exist, to values that are allowed.
2. The systemd unit starts commands that exist, and keeps its files where systemd makes a folder for them.
3. The dashboard and the alert rules ask only for metrics and labels that /metrics exports, every metric is on the
   dashboard, and every expression is written whole.
4. nginx keeps /metrics from the public, logs neither clients nor questions, and sets what DUTY_SEARCH_PROXIES believes.
"""

import configparser
import json
import re
from pathlib import Path

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from search_service.app import create_app
from search_service.cli import main
from search_service.settings import VARIABLES, Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
FOLDERS = {"DUTY_SEARCH_DATA", "DUTY_SEARCH_INDEX"}


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))


def test_the_compose_file_serves_what_this_repository_builds(compose):
    service = compose["services"]["duty-search"]
    assert (DEPLOY / service["build"]["context"] / "Dockerfile").resolve() == ROOT / "Dockerfile"
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    targets = {volume.split(":")[0]: volume.split(":")[1] for volume in service["volumes"]}
    assert targets["index"] == re.search(r"DUTY_SEARCH_INDEX=(/\S+) \\\n", dockerfile)[1]
    assert f" {targets['state']} " in dockerfile
    assert (DEPLOY / "../data").resolve().is_dir()
    assert {"index", "state"} == compose["volumes"].keys()
    assert service["healthcheck"]["test"][-1].count("/readyz") == 1
    assert "duty-search serve" in service["command"][-1]


def test_the_compose_file_sets_settings_that_exist(compose):
    environment = compose["services"]["duty-search"]["environment"]
    assert environment.keys() <= VARIABLES.keys() | FOLDERS
    assert VARIABLES.keys() <= environment.keys()
    default = {name: re.sub(r"^\$\{\w+:-(.*)\}$", r"\1", value) for name, value in environment.items()}
    passed_on = {name for name, value in environment.items() if value.startswith(f"${{{name}:-")}
    assert VARIABLES.keys() - passed_on == {"DUTY_SEARCH_API_KEYS"}
    keys = default.pop("DUTY_SEARCH_API_KEYS")
    assert keys.startswith("/app/state/")
    assert Settings.from_environment(default).proxies == 1


def test_redis_is_optional(compose):
    assert compose["services"]["redis"]["profiles"] == ["redis"]
    assert "depends_on" not in compose["services"]["duty-search"]


@pytest.fixture(scope="module")
def unit():
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str
    parser.read(DEPLOY / "duty-search.service", encoding="utf-8")
    return parser


@pytest.mark.parametrize("key", ["ExecStart", "ExecStartPre"])
def test_the_unit_starts_a_command_that_exists(unit, key):
    program, name = unit["Service"][key].split()
    assert Path(program).name == "duty-search"
    assert name in main.commands
    assert unit["Service"]["ExecStart"].endswith(" serve")


def test_the_unit_keeps_its_files_where_it_may(unit):
    service = unit["Service"]
    name, _, value = service["Environment"].partition("=")
    assert name in FOLDERS
    assert value.startswith(f"/var/lib/{service['StateDirectory']}/")
    assert service["ProtectSystem"] == "strict"
    assert service["PrivateTmp"] == "yes"


def expressions():
    dashboard = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            yield target["expr"]
    rules = yaml.safe_load((DEPLOY / "prometheus-alerts.yaml").read_text(encoding="utf-8"))
    for group in rules["groups"]:
        for rule in group["rules"]:
            yield rule["expr"]


@pytest.fixture(scope="module")
def exported(search):
    """Return sample → names of its labels, of everything that /metrics can export."""
    client = create_app(search, Settings(rate_limit=None, page_rate_limit=None)).test_client()
    client.get("/search?q=养犬")
    families = text_string_to_metric_families(client.get("/metrics").text)
    return {sample.name: {*sample.labels} for family in families for sample in family.samples}


@pytest.mark.parametrize("expression", tuple(expressions()))
def test_an_expression_asks_for_what_is_exported(exported, expression):
    asked = re.findall(r"(duty_search_\w+)(?:\{([^}]*)\})?", expression)
    assert asked or expression.startswith("up{")
    for name, matchers in asked:
        assert name in exported, name
        labels = set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers))
        assert labels <= exported[name] | {"job"}
        grouped = re.findall(r"\bby \(([^)]*)\)", expression)
        assert {label.strip() for one in grouped for label in one.split(",")} <= exported[name]
    for opening, closing in ("()", "[]", "{}"):
        assert expression.count(opening) == expression.count(closing)


def test_every_metric_is_on_the_dashboard(exported):
    dashboard = (DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8")
    families = {re.sub("_(bucket|sum|count)$", "", name) for name in exported}
    assert [name for name in families if name not in dashboard] == []


def test_every_panel_has_a_place_of_its_own():
    panels = json.loads((DEPLOY / "grafana-dashboard.json").read_text(encoding="utf-8"))["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_nginx_keeps_from_the_public_what_is_not_theirs():
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    bare = re.sub(r"#.*", "", text)
    assert re.search(r"location = /metrics \{ return 404; \}", bare)
    log = re.search(r"log_format duty_search '([^']*)'", bare)[1]
    assert {"$remote_addr", "$request", "$request_uri", "$args", "$uri", "$http_referer"} & set(
        log.split()
    ) == set()
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in bare
    assert "proxy_set_header X-Request-ID $request_id;" in bare
    assert bare.count("{") == bare.count("}")
