"""Lines of text cut once, however many texts have them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from indexer.analysis.analyzer import exact_terms
from indexer.analysis.normalize import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.analysis.analyzer import Analyzer

KEPT = 20_000
"""Lines whose terms are kept; neighbouring townships, which share most of theirs, follow each other."""

Terms = list[tuple[str, int]]
"""Terms with their positions, in order of position."""


class LineCache:
    """Cuts texts line by line; a term never reaches over the end of a line, so the terms are the same."""

    def __init__(self, analyzer: Analyzer) -> None:
        """Return a cache with nothing in it, for one thread."""
        self.user_dictionary = analyzer.user_dictionary
        self.tokens = lru_cache(KEPT)(analyzer.words)
        self._words = lru_cache(KEPT)(self._words_of_line)
        self._exact = lru_cache(KEPT)(exact_terms)

    def words(self, text: str) -> Terms:
        """Return the words of a text and the shorter ones inside them, as the analyzer cuts them."""
        terms: Terms = []
        start = 0
        for line in text.split("\n"):
            of_line, length = self._words(line)
            terms.extend((term, start + position) for term, position in of_line)
            start += length + 1
        return terms

    def exact(self, texts: Iterator[str]) -> Terms:
        """Return the exact terms of all texts, with a gap between lines that no phrase can bridge."""
        terms: Terms = []
        start = 0
        for text in texts:
            for line in text.split("\n"):
                of_line = self._exact(line)
                terms.extend((term, start + position) for term, position in of_line)
                start += (of_line[-1][1] if of_line else 0) + 2
        return terms

    def _words_of_line(self, line: str) -> tuple[Terms, int]:
        words = [(token.term, token.position) for token in self.tokens(line)]
        return words, len(normalize(line))
