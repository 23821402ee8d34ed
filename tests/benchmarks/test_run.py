"""``python -m benchmarks`` from end to end, on corpora of a few duties.

1. It builds, checks, asks, and prints a table for each corpus; with a folder to write into, the figures, the
   chart and the part of the document between its marks are renewed, and what was written can be read again.
2. A peer that is too slow is left out, and the run says so.
3. Peers that answer differently are not measured.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

pytest.importorskip("tantivy", reason="the extra bench is not installed")
pytest.importorskip("matplotlib", reason="the extra bench is not installed")

from benchmarks import __main__ as run
from benchmarks.documentation import renew_part
from benchmarks.peers import PEERS
from benchmarks.results import Results

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from benchmarks.peers.peer import Found, Opened

SMALL = ("--sizes", "60,30", "--seconds", "0", "--peer", "ours", "--peer", "tantivy")


@pytest.fixture
def docs(tmp_path):
    folder = tmp_path / "docs"
    (folder / "images").mkdir(parents=True)
    (folder / "performance.md").write_text("# A\n\n<!-- results -->\nold\n<!-- end of results -->\n\n# B\n")
    return folder


def test_everything(tmp_path, docs):
    found = CliRunner().invoke(run.main, [*SMALL, "--work", str(tmp_path / "work"), "--output", str(docs)])
    assert found.exit_code == 0, found.output
    assert found.output.index("searching 30 duties") < found.output.index("searching 60 duties")
    text = (docs / "performance.md").read_text()
    assert text.startswith("# A\n")
    assert text.endswith("\n# B\n")
    assert "old" not in text
    assert "| everywhere | all" in text
    results = Results.load(docs / "performance.json")
    assert [one.duties for one in results.corpora] == [30, 60]
    assert {(one.duties, one.peer) for one in results.builds} == {
        (size, peer) for size in (30, 60) for peer in ("ours", "tantivy")
    }
    assert all(one.build.size and one.build.peak for one in results.builds)
    assert results.figures(60, "township", "complaint", "tantivy") is not None
    chart = (docs / "images" / "performance.svg").read_text()
    assert "<svg" in chart
    assert "<text" not in chart


@pytest.fixture
def in_this_process(monkeypatch):
    """Build here: that it works in a process of its own is seen once."""
    monkeypatch.setattr("benchmarks.building.in_a_process", lambda work, *arguments: work(*arguments))


@pytest.mark.usefixtures("in_this_process")
def test_too_slow(tmp_path, monkeypatch):
    monkeypatch.setattr(run, "SLOWEST", 0.0001)
    found = CliRunner().invoke(run.main, [*SMALL, "--work", str(tmp_path / "work")])
    assert found.exit_code == 0, found.output
    assert "Tantivy is left out at 30 duties" in found.output
    assert "Tantivy is left out at 60 duties: it was too slow before" in found.output


class Forgetful:
    """An open index that forgets a question's first word."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened

    def search(self, terms: Sequence[str], filters: Mapping[str, str]) -> Found:
        return self.opened.search(terms[1:], filters)

    def close(self) -> None:
        self.opened.close()


@pytest.mark.usefixtures("in_this_process")
def test_unequal_work(tmp_path, monkeypatch):
    peer = type(PEERS["ours"])
    opened = peer.open
    monkeypatch.setattr(peer, "open", lambda self, folder: Forgetful(opened(self, folder)))
    found = CliRunner().invoke(run.main, [*SMALL, "--work", str(tmp_path / "work")])
    assert found.exit_code == 1
    assert "not measured, the answers to" in found.output


def test_a_document_without_the_part_is_refused(docs):
    with pytest.raises(ValueError, match="no <!-- requests -->"):
        renew_part(docs / "performance.md", "requests", "")
