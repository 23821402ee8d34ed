"""The phrase book as reviewed data: one entry per duty, its phrasings for the whole and for single steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from indexer.dictionaries import DictionaryError, read_toml

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "phrases"
MAX_PHRASING = 60
"""Characters of a phrasing; a longer one is a story, and matches anything."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Phrasings that ask for one thing: the duty as a whole, or the step that contains the text `step`."""

    phrasings: tuple[str, ...]
    step: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """How people ask for one duty. `names` are its names in the lists known when it was written."""

    names: tuple[str, ...]
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class PhraseBook:
    """All entries, in the order of files and entries."""

    entries: tuple[Entry, ...]

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read every ``*.toml`` of a folder.

        Raises DictionaryError naming file and entry for unknown or missing keys, empty or overlong texts,
        and a phrasing that stands twice: it would ask for two duties at once.
        """
        if not folder.is_dir():
            raise DictionaryError(f"{folder}: no such folder; it holds the phrase book")
        entries: list[Entry] = []
        seen: dict[str, str] = {}
        for path in sorted(folder.glob("*.toml")):
            data = read_toml(path)
            if set(data) != {"duty"}:
                raise DictionaryError(f"{path}: expected [[duty]] tables and nothing else")
            for number, table in enumerate(data["duty"], 1):
                where = f"{path}: [[duty]] {number}"
                entry = _read_entry(table, where)
                _refuse_doubles(entry, seen, where)
                entries.append(entry)
        return cls(tuple(entries))


def _read_entry(table: Any, where: str) -> Entry:
    if not isinstance(table, dict) or set(table) != {"names", "ask"}:
        raise DictionaryError(f"{where}: expected exactly the keys names and ask")
    return Entry(
        names=_texts(table["names"], f"{where}: names", limit=1000),
        asks=tuple(_read_ask(ask, f"{where}: [[duty.ask]] {n}") for n, ask in enumerate(table["ask"], 1)),
    )


def _read_ask(table: Any, where: str) -> Ask:
    if not isinstance(table, dict) or "phrasings" not in table or set(table) - {"phrasings", "step"}:
        raise DictionaryError(f"{where}: expected the key phrasings, and step where it asks for one step")
    step = table.get("step")
    if step is not None and (not isinstance(step, str) or not step.strip()):
        raise DictionaryError(f"{where}: step must be words of the step it asks for")
    return Ask(_texts(table["phrasings"], f"{where}: phrasings", limit=MAX_PHRASING), step)


def _texts(value: Any, where: str, limit: int) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise DictionaryError(f"{where}: expected a list of texts that isn't empty")
    for text in value:
        if not isinstance(text, str) or not text.strip() or len(text) > limit:
            raise DictionaryError(f"{where}: {text!r}; expected a text of 1 to {limit} characters")
    return tuple(value)


def _refuse_doubles(entry: Entry, seen: dict[str, str], where: str) -> None:
    for ask in entry.asks:
        for phrasing in ask.phrasings:
            if phrasing in seen:
                raise DictionaryError(f"{where}: {phrasing} already stands in {seen[phrasing]}")
            seen[phrasing] = where
