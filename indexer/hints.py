"""Hints: words of a question that tell which of the three lists it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from indexer.dictionaries import DictionaryError, read_toml
from indexer.duty import ListType

if TYPE_CHECKING:
    from pathlib import Path

_KEYS = {"words", "list_type", "weight", "reason"}


@dataclass(frozen=True, slots=True)
class Hint:
    """Any of `words` in a question adds `weight` to the scores of the list's duties."""

    words: tuple[str, ...]
    list_type: ListType
    weight: float
    reason: str


@dataclass(frozen=True, slots=True)
class Hints:
    """All hints of a file."""

    entries: tuple[Hint, ...]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read `hints.toml`; raise DictionaryError naming the entry for unknown keys and bad values."""
        data = read_toml(path)
        if set(data) != {"hint"}:
            raise DictionaryError(f"{path}: expected [[hint]] tables and nothing else")
        return cls(tuple(_read(table, f"{path}: [[hint]] {n}") for n, table in enumerate(data["hint"], 1)))

    def in_text(self, text: str) -> list[Hint]:
        """Return the hints that a normalised question gives."""
        return [hint for hint in self.entries if any(word in text for word in hint.words)]


def _read(table: Any, where: str) -> Hint:
    if not isinstance(table, dict) or set(table) != _KEYS:
        raise DictionaryError(f"{where}: expected exactly the keys {', '.join(sorted(_KEYS))}")
    words, weight = table["words"], table["weight"]
    if not isinstance(words, list) or not words or not all(isinstance(w, str) and w for w in words):
        raise DictionaryError(f"{where}: words must be a list of texts")
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= 1:
        raise DictionaryError(f"{where}: weight = {weight!r}; expected a number over 0, up to 1")
    try:
        list_type = ListType.parse(str(table["list_type"]))
    except ValueError as error:
        raise DictionaryError(f"{where}: {error}") from None
    return Hint(tuple(words), list_type, float(weight), str(table["reason"]))
