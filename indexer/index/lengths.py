"""The lengths of duties that BM25F takes: those that Lucene would have.

The same ranking runs on OpenSearch (docs/scaling.md), where the length of a field is kept in one byte. Taking
its lengths here as well makes every score the same, and so every total and every page.

Lucene keeps lengths up to 40 exactly and of longer ones the first four binary digits beyond 24
(`org.apache.lucene.util.SmallFloat`, intToByte4). Its query over several fields adds up their kept lengths,
each times the field's weight, and keeps the sum in the same way (`CombinedFieldQuery`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_EXACT = 24
_DIGITS = 4


def kept_lengths(lengths: NDArray[Any]) -> NDArray[np.int64]:
    """Return whole lengths as one byte keeps them."""
    rest = np.maximum(lengths.astype(np.int64) - _EXACT, 0)
    dropped = np.maximum(np.frexp(rest.astype(np.float64))[1] - _DIGITS, 0)
    return np.where(lengths < _EXACT, lengths, _EXACT + (rest >> dropped << dropped)).astype(np.int64)


def lengths_of(
    of_fields: Mapping[str, NDArray[Any]], weights: Mapping[str, float], copies: NDArray[np.int64]
) -> tuple[NDArray[np.int64], float]:
    """Return the weighted length of each text, and the average over documents; text i has `copies[i]`.

    `of_fields`, each of shape (texts,), are the numbers of terms in each field. Every term counts 1 by a
    field that holds all the others' terms, and what its own field's weight is above 1.
    """
    every = np.sum(list(of_fields.values()), axis=0)
    weighed = [(1.0, every), *((weights[name] - 1, of_fields[name]) for name in of_fields)]
    kept = np.sum([weight * kept_lengths(lengths) for weight, lengths in weighed], axis=0)
    total = sum(weight * float(lengths @ copies) for weight, lengths in weighed)
    return kept_lengths(np.floor(kept + 0.5)), total / float(copies.sum()) or 1.0
