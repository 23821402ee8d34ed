"""Marking the words of a question in the texts of a result."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import escape

from indexer.analysis.normalize import normalize, normalize_with_offsets

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Highlighter:
    """Marks a fixed set of words; the texts it returns are safe HTML with ``<mark>`` and nothing else."""

    def __init__(self, words: Sequence[str]) -> None:
        normal = {"".join(normalize(word).split()) for word in words} - {""}
        longest_first = sorted(normal, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if normal else None

    def mark(self, text: str) -> str:
        """Return `text` as HTML with every occurrence marked; adjacent ones share one mark."""
        pieces: list[str] = []
        position = 0
        for start, end in self._spans(text):
            pieces += [escape(text[position:start]), "<mark>", escape(text[start:end]), "</mark>"]
            position = end
        return "".join([*pieces, escape(text[position:])])

    def best(self, texts: Iterable[str], limit: int) -> list[str]:
        """Return the up to `limit` texts with the most different words in them, marked, in their order."""
        counted = [(len(self._words(text)), number, text) for number, text in enumerate(texts)]
        best = sorted(counted, key=lambda item: (-item[0], item[1]))[:limit]
        return [self.mark(text) for count, _, text in sorted(best, key=lambda item: item[1]) if count]

    def _words(self, text: str) -> set[str]:
        return set(self._pattern.findall(normalize(text))) if self._pattern else set()

    def _spans(self, text: str) -> list[tuple[int, int]]:
        """Return the spans to mark, in order, adjacent ones joined."""
        if self._pattern is None:
            return []
        normal, offsets = normalize_with_offsets(text)
        spans: list[tuple[int, int]] = []
        for match in self._pattern.finditer(normal):
            start, end = offsets[match.start()], offsets[match.end() - 1] + 1
            if spans and start <= spans[-1][1]:
                spans[-1] = (spans[-1][0], end)
            else:
                spans.append((start, end))
        return spans
