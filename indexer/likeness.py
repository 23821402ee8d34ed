"""How alike two texts are: the cosine of their character pairs, each weighted by its rarity."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_array

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


def unit_rows(texts: Sequence[Counter[str]]) -> csr_array:
    """Return the texts as the rows of a sparse matrix, one column for each pair of characters.

    Rows have length 1, so that the product of two is the cosine of their texts.
    """
    seen_in = Counter(pair for text in texts for pair in text)
    column = {pair: number for number, pair in enumerate(seen_in)}
    rarity = np.log(1 + len(texts) / np.array(list(seen_in.values()), dtype=np.float64))
    columns = np.array([column[pair] for text in texts for pair in text], dtype=np.int64)
    counts = np.array([count for text in texts for count in text.values()], dtype=np.float64)
    starts = np.concatenate(([0], np.cumsum([len(text) for text in texts])))
    values = (1 + np.log(counts)) * rarity[columns]
    rows = np.repeat(np.arange(len(texts)), np.diff(starts))
    lengths = np.sqrt(np.bincount(rows, weights=values**2, minlength=len(texts)))
    values = (values / lengths[rows]).astype(np.float32)
    return csr_array((values, columns, starts), shape=(len(texts), max(1, len(column))))


def cosines(texts: Sequence[Counter[str]], others: Sequence[Counter[str]]) -> NDArray[np.float32]:
    """Return the cosines between `texts` (rows) and `others` (columns)."""
    rows = unit_rows([*texts, *others])
    return np.asarray((rows[: len(texts)] @ rows[len(texts) :].T).toarray(), dtype=np.float32)
