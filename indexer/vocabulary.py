"""The words that a question may mean: those of duties and phrasings, with how often they occur."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from indexer.analysis.normalize import is_chinese

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from indexer.analysis.analyzer import Token

MAX_LENGTH = 6
"""Characters of a vocabulary word."""

_MIN_JOINED = 2
"""How often two words must stand side by side to count as one term."""


def vocabulary_of(texts: Iterable[Sequence[Token]], stop_words: AbstractSet[str]) -> Counter[str]:
    """Return how often each Chinese word of up to 6 characters occurs in analyzed texts.

    Neighbours that stand together more than once are counted as a term of their own: 小额信贷 and 分户
    are one thing to people, though the analyzer cuts them. Stop words are not joined with anything.
    """
    words: Counter[str] = Counter()
    joined: Counter[str] = Counter()
    for text in texts:
        whole = [token for token in text if not token.is_part and is_chinese(token.term)]
        words.update(token.term for token in whole if len(token.term) <= MAX_LENGTH)
        joined.update(
            first.term + second.term
            for first, second in pairwise(whole)
            if first.position + len(first.term) == second.position
            and len(first.term) + len(second.term) <= MAX_LENGTH
            and not stop_words & {first.term, second.term}
        )
    for term, count in joined.items():
        if count >= _MIN_JOINED and term not in words:
            words[term] = count
    return words
