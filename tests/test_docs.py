"""The documentation says what the code does.

1. Every relative link of every document leads to a file.
2. Every command of both command lines stands in the README of each language.
3. Every endpoint of the OpenAPI document stands in docs/api.md, every facet as well.
4. Every setting that the code reads stands in docs/deployment.md.
5. Every page of docs/ is linked from the README.
"""

import json
import re
from pathlib import Path

import pytest

from indexer.cli import main as indexer_cli
from indexer.facets import FACETS
from search_service.cli import main as search_cli

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document):
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", document.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (document.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_command_is_in_the_readme(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    for name, cli in (("duty-index", indexer_cli), ("duty-search", search_cli)):
        for command in cli.commands:
            assert f"{name} {command}" in text


def test_every_endpoint_is_in_the_api_page():
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    for path in paths:
        assert re.sub(r"\{\w+\}", "{id}", path) in text
    assert all(f"`{facet.name}`" in text for facet in FACETS)


def test_every_setting_is_in_the_deployment_page():
    text = (ROOT / "docs" / "deployment.md").read_text(encoding="utf-8")
    sources = [
        path.read_text(encoding="utf-8")
        for top in ("indexer", "search_service")
        for path in (ROOT / top).rglob("*.py")
    ]
    settings = {
        name
        for source in sources
        for name in re.findall(r"DUTY_SEARCH_[A-Z_]+|envvar=\"(?:[A-Z_]+)\"", source)
    }
    assert settings
    for setting in settings:
        assert re.sub(r'envvar="|"', "", setting) in text


def test_every_page_is_linked_from_the_readme():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert f"docs/{page.name}" in text
