"""How sure an answer is: coefficients of a logistic regression, fitted on the tuning half, as data."""

from __future__ import annotations

import math
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING, Any, Self

from indexer.dictionaries import DictionaryError, read_toml

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Features:
    """What a match is like, each in [0, 1] (docs/answers.md says how each is measured)."""

    nearness: float
    """How near the duty's phrasings come by meaning; 0 without an encoder."""
    coverage: float
    """How much of the question the duty and its phrasings have words for."""
    gap: float
    """How far the next other duty is behind."""
    here: float
    """What the best of the place asked about reaches of the best anywhere."""
    length: float
    """How long the question is: its letters, 40 and more being 1, on a logarithmic scale."""
    outside_nearness: float
    """How near the nearest matter outside the lists comes by meaning."""
    outside_coverage: float
    """How much of the question that matter's phrasings have words for."""


LARGEST = 50
"""Of a coefficient, up or down; a fit that gives more has gone wrong."""
FEATURES = tuple(field.name for field in dataclass_fields(Features))


@dataclass(frozen=True, slots=True)
class Model:
    """``p = 1 / (1 + exp(-(intercept + sum of coefficient * feature)))``; refused below `threshold`."""

    intercept: float
    coefficients: Features
    threshold: float

    def probability(self, features: Features) -> float:
        """Return how probable it is that an answer with these features is right."""
        weighted = (getattr(self.coefficients, name) * getattr(features, name) for name in FEATURES)
        return 1 / (1 + math.exp(-(self.intercept + sum(weighted))))


@dataclass(frozen=True, slots=True)
class Confidence:
    """The model for questions matched by meaning too, and the one for words alone."""

    with_meaning: Model
    by_words: Model

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read `confidence.toml`; raise DictionaryError naming the table for unknown or missing keys."""
        data = read_toml(path)
        names = [field.name for field in dataclass_fields(cls)]
        if set(data) != set(names):
            raise DictionaryError(f"{path}: expected the tables {', '.join(names)}")
        return cls(**{name: _model(data[name], f"{path}: [{name}]") for name in names})


def _model(table: Any, where: str) -> Model:
    expected = ("intercept", "threshold", *FEATURES)
    if not isinstance(table, dict) or set(table) != set(expected):
        raise DictionaryError(f"{where}: expected the keys {', '.join(expected)}")
    for key, value in table.items():
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not -LARGEST <= value <= LARGEST:
            raise DictionaryError(
                f"{where}: {key} = {value!r}; expected a number from {-LARGEST} to {LARGEST}"
            )
    if not 0 <= table["threshold"] <= 1:
        raise DictionaryError(f"{where}: threshold = {table['threshold']!r}; expected a number from 0 to 1")
    return Model(
        intercept=float(table["intercept"]),
        coefficients=Features(**{name: float(table[name]) for name in FEATURES}),
        threshold=float(table["threshold"]),
    )
