"""docs/assistants.md.

1. The call it shows gives the answer it shows. How sure it is depends on whether meaning is at work.
2. It names every tool with its parameters, every field of an answer and every option; its configurations start ours.
"""

import json
import re
from pathlib import Path

import pytest

from search_service.cli import main
from search_service.mcp_server.answer_results import WhoHandles
from tests.search_service.mcp_server.conftest import command

PAGE = Path(__file__).parents[3] / "docs" / "assistants.md"


@pytest.fixture(scope="module")
def page():
    """Return the page's text."""
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def blocks(page):
    """Return the data of its JSON blocks."""
    return [json.loads(block) for block in re.findall(r"```json\n(.*?)```", page, re.DOTALL)]


def test_the_example_is_real(blocks, call):
    *_, question, shown = blocks
    answered = call("who_handles", **question)
    assert {**answered, "confidence": 0} == {**shown, "confidence": 0}


def test_the_configurations(blocks):
    started, addressed, *_ = (block["mcpServers"]["duty-search"] for block in blocks[:2])
    assert started["command"].endswith(command().rsplit("/", 1)[1])
    assert main.commands[started["args"][0]]
    assert addressed["url"] == "http://127.0.0.1:8001/mcp"


def test_everything_is_named(page, mcp_server):
    for option in main.commands["mcp"].params:
        assert f"`{option.opts[0]}" in page
    for field in WhoHandles.model_fields:
        assert f"`{field}`" in page or f'"{field}"' in page
    for tool in ("who_handles", "search_duties", "get_duty", "list_places"):
        assert f"| `{tool}` |" in page
