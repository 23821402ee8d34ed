"""What reports print is data, no markup: names of files, texts that people type, names of duties."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from indexer.diff import Change, Difference
from indexer.report import print_differences, print_report
from indexer.text_report import explain_text, print_text

HOSTILE = ["x[/test]", "[red]甲", "[link=x]乙"]


@pytest.fixture
def console() -> Console:
    """Return a console whose text can be read."""
    return Console(file=io.StringIO(), width=200)


def printed(console: Console) -> str:
    return console.file.getvalue()


@pytest.mark.parametrize("text", HOSTILE)
def test_what_somebody_types(console, tuning, text):
    print_text(explain_text(text, tuning), console)
    assert text in printed(console)


@pytest.mark.parametrize("text", HOSTILE)
def test_the_name_of_a_file(console, lists, text):
    print_report([replace(next(iter(lists.values())), file=f"{text}.txt")], console)
    assert f"{text}.txt" in printed(console)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_revised_list_changes(console, text):
    print_differences([Difference(next(iter(Change)), text, text, text, "name", text, f"{text}新")], console)
    assert f"{text}  {text}" in printed(console)
    assert f"{text} → {text}新" in printed(console)
