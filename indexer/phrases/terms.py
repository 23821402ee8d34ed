"""The terms of everyday speech: words without the small ones, and pairs of neighbouring characters."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from indexer.analysis.normalize import normalize

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from indexer.analysis.analyzer import Analyzer

_NOT_A_LETTER = re.compile(r"[\W_]")


def spoken_terms(text: str, analyzer: Analyzer, stop_words: AbstractSet[str]) -> list[str]:
    """Return the terms of a phrasing or a question, repeated as often as they occur.

    Pairs (marked with ``#``) catch what the cut of words misses: jieba cuts 砸墙 whole and 把墙砸了 apart, 工钱拖着
    不给 and 拖着工钱 share 拖着 whatever else is cut.
    """
    words = [token.term for token in analyzer.words(text) if token.term not in stop_words]
    pairs = ["#" + a + b for a, b in pairwise(_NOT_A_LETTER.sub("", normalize(text)))]
    return words + pairs
