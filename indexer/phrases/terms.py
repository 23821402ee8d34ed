"""The terms of everyday speech: words without the small ones, and pairs of neighbouring characters."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from indexer.analysis.letters import letters_of

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from indexer.analysis.analyzer import Analyzer

PAIR_MARK = "#"


def spoken_terms(text: str, analyzer: Analyzer, stop_words: AbstractSet[str]) -> list[str]:
    """Return the terms of a phrasing or a question, repeated as often as they occur.

    Pairs catch what the cut of words misses: jieba cuts 砸墙 whole and 把墙砸了 apart, and 拖着 stands in
    工钱拖着不给 as in 拖着工钱.
    """
    tokens = (token for token in analyzer.words(text) if len(token.term) > 1 or not token.is_part)
    words = [token.term for token in tokens if token.term not in stop_words]
    return words + character_pairs(text)


def character_pairs(text: str) -> list[str]:
    """Return the pairs of neighbouring letters of a text, marks and white space aside, as terms."""
    return [PAIR_MARK + a + b for a, b in pairwise(letters_of(text))]
