"""The lines of one cell, joined: how every format hands line ends inside a cell to the parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.cells import SENTENCE_ENDS

if TYPE_CHECKING:
    from collections.abc import Iterable

PARAGRAPH = "<br>"
"""Stands between two paragraphs of a cell, as in the lists that were published as web pages."""


def join_lines(lines: Iterable[str]) -> str:
    r"""Return the lines of a cell as one raw text.

    A line end behind the end of a sentence parts two paragraphs. Any other one is kept as ``\n``: whether
    it parts words or only wraps them, nobody can tell.
    """
    joined = ""
    for line in lines:
        before = joined.rstrip()
        if not line.strip() or not before:
            joined += line.strip("\n") if line.strip() else ""
        else:
            joined += (PARAGRAPH if before[-1] in SENTENCE_ENDS else "\n") + line
    return joined
