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
    pieces: list[str] = []
    last = ""  # the last character that is not white space; looking for it in the whole text takes too long
    for line in lines:
        text = line.rstrip()
        if not text:
            continue
        if last:
            pieces.append(PARAGRAPH if last in SENTENCE_ENDS else "\n")
        pieces.append(line if last else line.strip("\n"))
        last = text[-1]
    return "".join(pieces)
