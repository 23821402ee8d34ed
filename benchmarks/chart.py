"""The picture of a run: medians and p99 over the size of the corpus, a panel for each series."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.peers import PEERS
from benchmarks.query_log import SERIES
from benchmarks.results import ALL_KINDS

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.axes import Axes

    from benchmarks.results import Results

_TITLES = {"everywhere": "in all places", "county": "in one county", "township": "in one township"}
# Told apart without colour as well: each has a marker of its own.
_STYLES = {
    "ours": ("#0b57d0", "o"),
    "tantivy": ("#c2410c", "s"),
    "fts5": ("#15803d", "^"),
    "whoosh": ("#6b7280", "D"),
}


def draw(results: Results, file: Path) -> None:
    """Draw the chart as SVG: letters as paths, so no font is needed; nothing in it but the results."""
    with mpl.rc_context({"svg.fonttype": "path", "svg.hashsalt": "duty-search"}):
        figure = Figure(figsize=(10, 3.6), facecolor="white", layout="constrained")
        panels = figure.subplots(1, len(SERIES), sharey=True)
        for panel, series in zip(panels, SERIES, strict=True):
            _draw_panel(panel, results, series)
        panels[0].set_ylabel("milliseconds a question")
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(labels), frameon=False)
        figure.savefig(file, metadata={"Date": None})


def _draw_panel(panel: Axes, results: Results, series: str) -> None:
    for peer, (colour, marker) in _STYLES.items():
        found = [
            (corpus.duties, figures.median, figures.p99)
            for corpus in results.corpora
            if (figures := results.figures(corpus.duties, series, ALL_KINDS, peer)) is not None
        ]
        if found:
            duties, medians, p99s = zip(*found, strict=True)
            panel.plot(duties, medians, color=colour, marker=marker, label=PEERS[peer].name)
            panel.plot(duties, p99s, color=colour, marker=marker, linestyle=":", alpha=0.5)
    panel.set_xscale("log")
    panel.set_yscale("log")
    panel.set_title(f"{_TITLES[series]}: median, p99 dotted", fontsize=10)
    panel.set_xlabel("duties")
    panel.grid(visible=True, color="#d4d4d4", linewidth=0.5)
