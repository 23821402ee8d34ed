"""How alike two texts are: the cosine of their character pairs, each weighted by its rarity."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from indexer.analysis.normalize import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

ALIKE = 0.55
"""Likeness from which two duties are the same one. Set by reading the pairs between 0.45 and 0.65."""

_WORDING = re.compile(r"[^\w]|本乡镇|本乡|本镇|乡镇|县级|市级|区级|负责|开展|做好|工作")


def character_pairs(text: str, places: Iterable[str] = ()) -> Counter[str]:
    """Count the pairs of neighbouring characters, without what differs between townships by rights."""
    for place in places:
        text = text.replace(place, "")
    text = _WORDING.sub("", normalize(text))
    return Counter(a + b for a, b in pairwise(text))


def cosines(
    texts: Sequence[Counter[str]], others: Sequence[Counter[str]] | None = None
) -> NDArray[np.float32]:
    """Return the cosines between `texts` (rows) and `others` (columns, default: the texts themselves)."""
    seen_in = Counter(pair for text in [*texts, *(others or ())] for pair in text)
    total = len(texts) + len(others or ())
    column = {pair: number for number, pair in enumerate(seen_in)}
    rarity = np.array([np.log(1 + total / count) for count in seen_in.values()], dtype=np.float32)
    rows = _unit_rows(texts, column, rarity)
    columns = rows if others is None else _unit_rows(others, column, rarity)
    return np.asarray(rows @ columns.T, dtype=np.float32)


def _unit_rows(
    texts: Sequence[Counter[str]], column: dict[str, int], rarity: NDArray[np.float32]
) -> NDArray[np.float32]:
    matrix = np.zeros((len(texts), max(1, len(column))), dtype=np.float32)
    for row, text in enumerate(texts):
        for pair, count in text.items():
            matrix[row, column[pair]] = (1 + np.log(count)) * rarity[column[pair]]
    lengths = np.linalg.norm(matrix, axis=1, keepdims=True)
    matrix /= np.where(lengths == 0, 1, lengths)
    return matrix
