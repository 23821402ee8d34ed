"""Matters that no list holds although people call about them: what they are called, and where they belong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from indexer.dictionaries import DictionaryError, read_toml

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.phrases.book import PhraseBook

_KEYS = {"name", "desk", "phrasings"}


@dataclass(frozen=True, slots=True)
class Matter:
    """`desk` is where such a matter usually belongs, in Chinese; `phrasings` are how people ask for it."""

    name: str
    desk: str
    phrasings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outside:
    """All matters of the file, in its order."""

    matters: tuple[Matter, ...]

    @classmethod
    def load(cls, path: Path, book: PhraseBook) -> Self:
        """Read `outside.toml`.

        Raises DictionaryError naming the entry for unknown or missing keys, empty texts, and a phrasing that
        stands twice, here or in the phrase book: it can't be both inside and outside.
        """
        data = read_toml(path)
        if set(data) != {"matter"} or not isinstance(data["matter"], list):
            raise DictionaryError(f"{path}: expected [[matter]] tables and nothing else")
        matters = tuple(
            _read(table, f"{path}: [[matter]] {number}") for number, table in enumerate(data["matter"], 1)
        )
        seen = {
            text: entry.names[0] for entry in book.entries for ask in entry.asks for text in ask.phrasings
        }
        for matter in matters:
            for phrasing in matter.phrasings:
                if phrasing in seen:
                    raise DictionaryError(f"{path}: {matter.name}: {phrasing} asks for {seen[phrasing]} too")
                seen[phrasing] = matter.name
        return cls(matters)


def _read(table: Any, where: str) -> Matter:
    if not isinstance(table, dict) or set(table) != _KEYS:
        raise DictionaryError(f"{where}: expected exactly the keys {', '.join(sorted(_KEYS))}")
    for key in ("name", "desk"):
        if not isinstance(table[key], str) or not table[key].strip():
            raise DictionaryError(f"{where}: {key} = {table[key]!r}; expected a text")
    texts = table["phrasings"]
    if not isinstance(texts, list) or not texts or not all(isinstance(t, str) and t.strip() for t in texts):
        raise DictionaryError(f"{where}: phrasings must be a list of texts that isn't empty")
    return Matter(table["name"], table["desk"], tuple(texts))
