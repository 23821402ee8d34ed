"""The ranking's parameters: weights of the fields and the demand on long questions."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from typing import TYPE_CHECKING, Any, Self

from indexer.dictionaries import DictionaryError, read_toml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FIELDS = ("name", "category", "departments", "superior_steps", "township_steps")
"""The searched fields of a duty, in the order of the ranking snapshot's columns."""


@dataclass(frozen=True, slots=True)
class PhraseWeights:
    """BM25 parameters of the phrase book, whose documents are single phrasings."""

    k1: float = 1.2
    b: float = 0.3


@dataclass(frozen=True, slots=True)
class Fusion:
    """What each part of a score counts, all parts scaled to [0, 1] before (see docs/ranking.md).

    `name` is for a name that holds all the question says; one that holds half of it gets a quarter.

    `place` and `department` are added for duties of a place or body that the question names.

    `pieces`: the share of a long question's score that its pieces decide. Each counts by how well it matches:
    a piece whose best match scores `focus` less than the best piece's counts 1/e of it.

    `keep`: the share of the best score from which a duty that lacks the question's words is a result;
    `keep_partial`: from which one that has enough of them is. One that has them all always is.
    """

    duty: float = 0.3
    name: float = 1.0
    phrases: float = 1.0
    meaning: float = 3.0
    place: float = 0.6
    department: float = 0.15
    pieces: float = 0.5
    focus: float = 1.2
    keep: float = 0.6
    keep_partial: float = 0.4


_DEFAULT_PHRASES = PhraseWeights()
_DEFAULT_FUSION = Fusion()
_FUSION_KEYS = tuple(field.name for field in dataclass_fields(Fusion))


@dataclass(frozen=True, slots=True)
class Ranking:
    """Parameters of BM25F (see docs/ranking.md) and the minimum-should-match table.

    `fields`: what one occurrence in each field counts; `b` in [0, 1]: how much length is held against a duty.
    """

    k1: float
    b: float
    fields: Mapping[str, float]
    minimum_match: Mapping[int, int]
    phrases: PhraseWeights = _DEFAULT_PHRASES
    fusion: Fusion = _DEFAULT_FUSION

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read `ranking.toml`. Raises DictionaryError for unknown or missing keys and bad numbers."""
        data = read_toml(path)
        _expect_keys(data, ("bm25f", "fields", "minimum_match", "phrases", "fusion"), f"{path}")
        _expect_keys(data["bm25f"], ("k1", "b"), f"{path}: [bm25f]")
        return cls(
            k1=_number(data["bm25f"]["k1"], 0.001, 100, f"{path}: [bm25f]: k1"),
            b=_number(data["bm25f"]["b"], 0, 1, f"{path}: [bm25f]: b"),
            fields=_fields(data["fields"], f"{path}: [fields]"),
            phrases=PhraseWeights(**_numbers(data["phrases"], ("k1", "b"), 10, f"{path}: [phrases]")),
            fusion=_fusion(data["fusion"], f"{path}: [fusion]"),
            minimum_match=_minimum_match(data["minimum_match"], f"{path}: [minimum_match]"),
        )

    def required_words(self, words: int) -> int:
        """Return how many of a question's `words` a result must contain at first."""
        rows = [length for length in self.minimum_match if length <= words]
        return self.minimum_match[max(rows)] if rows else words


def _fields(table: Any, where: str) -> dict[str, float]:
    _expect_keys(table, FIELDS, where)
    fields = {name: _number(table[name], 1, 1000, f"{where}: {name}") for name in FIELDS}
    for name, weight in fields.items():
        if 1 < weight < 2:  # noqa: PLR2004  # an engine adds weight - 1 to 1, and takes no share of 1
            raise DictionaryError(f"{where}: {name} = {weight:g}; expected 1, or 2 and more")
    return fields


def _minimum_match(table: Any, where: str) -> dict[int, int]:
    if not isinstance(table, dict):
        raise DictionaryError(f"{where}: expected one table of rows: words = how many of them")
    rows = {}
    for key, value in table.items():
        if not key.isdecimal() or type(value) is not int or not 1 <= value <= int(key):
            raise DictionaryError(
                f"{where}: {key} = {value!r}; expected: words = how many of them, at least 1"
            )
        rows[int(key)] = value
    if 1 not in rows:
        raise DictionaryError(f"{where}: a row for 1 word is missing")
    return rows


def _fusion(table: Any, where: str) -> Fusion:
    numbers = _numbers(table, _FUSION_KEYS, 10, where)
    for share in ("pieces", "keep", "keep_partial"):
        _number(table[share], 0, 1, f"{where}: {share}")
    _number(table["focus"], 0.01, 10, f"{where}: focus")
    return Fusion(**numbers)


def _numbers(table: Any, keys: tuple[str, ...], high: float, where: str) -> dict[str, float]:
    _expect_keys(table, keys, where)
    return {key: _number(table[key], 0, high, f"{where}: {key}") for key in keys}


def _expect_keys(table: Any, keys: tuple[str, ...], where: str) -> None:
    if not isinstance(table, dict) or set(table) != set(keys):
        found = ", ".join(table) if isinstance(table, dict) else repr(table)
        raise DictionaryError(f"{where}: expected the keys {', '.join(keys)}; found {found}")


def _number(value: Any, low: float, high: float, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise DictionaryError(f"{where} = {value!r}; expected a number from {low} to {high}")
    return float(value)
