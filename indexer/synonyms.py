"""Scoped synonyms: what people say, and which words of the lists it stands for, in one direction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from indexer.analysis.normalize import normalize
from indexer.dictionaries import DictionaryError, read_toml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_REQUIRED = frozenset({"from", "to", "weight", "reason"})
_OPTIONAL = frozenset({"both", "not_followed_by", "not_preceded_by"})


@dataclass(frozen=True, slots=True)
class Expansion:
    """A word of a question and one word of the lists that it stands for.

    `word` is ``text[start:end]`` of the question; `weight` in (0, 1] is what a match of `replacement` counts.
    """

    start: int
    end: int
    word: str
    replacement: str
    weight: float


@dataclass(frozen=True, slots=True)
class _Rule:
    """One direction of one pair of an entry, with the neighbours that make the word another one."""

    word: str
    replacement: str
    weight: float
    not_before: tuple[str, ...]
    not_after: tuple[str, ...]

    def holds(self, text: str, start: int) -> bool:
        """Tell whether the word at `start` stands for itself, not for a part of an excluded word."""
        end = start + len(self.word)
        return not text.startswith(self.not_before, end) and not text.endswith(self.not_after, 0, start)


class Synonyms:
    """All entries of `synonyms.toml`; immutable, safe to share between threads."""

    def __init__(self, rules: list[_Rule]) -> None:
        self._rules: dict[str, list[_Rule]] = {}
        for rule in rules:
            self._rules.setdefault(rule.word, []).append(rule)
        # Words by their first character, longest first: one look-up decides for most positions.
        self._words: dict[str, list[str]] = {}
        for word in sorted(self._rules, key=len, reverse=True):
            self._words.setdefault(word[0], []).append(word)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read `synonyms.toml`.

        Raises DictionaryError naming file and entry for unknown or missing keys, empty lists or texts, a
        weight outside (0, 1], a word that stands for itself, and a pair of words that stands twice.
        """
        data = read_toml(path)
        if set(data) != {"synonym"} or not isinstance(data["synonym"], list):
            raise DictionaryError(f"{path}: expected the list synonym and nothing else")
        rules: list[_Rule] = []
        seen: dict[tuple[str, str], str] = {}
        for number, table in enumerate(data["synonym"], 1):
            where = f"{path}: synonym {number}"
            for rule in _read_entry(table, where):
                pair = (rule.word, rule.replacement)
                if pair in seen:
                    raise DictionaryError(f"{where}: {pair[0]} → {pair[1]} already stands in {seen[pair]}")
                seen[pair] = where
                rules.append(rule)
        return cls(rules)

    def __len__(self) -> int:
        return sum(map(len, self._rules.values()))

    def expand(self, text: str) -> list[Expansion]:
        """Return what the words of a normalised question stand for, in the question's order.

        At every place the longest word counts, and a word inside a longer one is not expanded: 煤气罐 is
        not also 煤气. The work is linear in the length of the text.
        """
        found: list[Expansion] = []
        covered = 0
        for start, character in enumerate(text):
            rules = self._longest_at(text, start, self._words.get(character, ()))
            if not rules or start + len(rules[0].word) <= covered:
                continue
            covered = start + len(rules[0].word)
            found += [Expansion(start, covered, rule.word, rule.replacement, rule.weight) for rule in rules]
        return found

    def replacements(self) -> frozenset[str]:
        """Return every word that some word stands for: a reviewer checks them against the lists."""
        return frozenset(rule.replacement for rules in self._rules.values() for rule in rules)

    def _longest_at(self, text: str, start: int, words: list[str] | tuple[()]) -> list[_Rule]:
        for word in words:
            if text.startswith(word, start):
                rules = [rule for rule in self._rules[word] if rule.holds(text, start)]
                if rules:
                    return rules
        return []


def _read_entry(table: Any, where: str) -> Iterator[_Rule]:
    """Yield the rules of one entry: each word to each replacement, and back where it holds both ways."""
    if not isinstance(table, dict) or not _REQUIRED <= set(table) <= _REQUIRED | _OPTIONAL:
        found = ", ".join(table) if isinstance(table, dict) else repr(table)
        raise DictionaryError(
            f"{where}: expected the keys {', '.join(sorted(_REQUIRED))}, and {', '.join(sorted(_OPTIONAL))}"
            f" where needed; found {found}"
        )
    words = _texts(table["from"], f"{where}: from")
    replacements = _texts(table["to"], f"{where}: to")
    if both := set(words) & set(replacements):
        raise DictionaryError(f"{where}: {min(both)} stands in from and in to")
    weight = _weight(table["weight"], f"{where}: weight")
    if not isinstance(table["reason"], str) or not table["reason"].strip():
        raise DictionaryError(f"{where}: reason must say why")
    not_before = _texts(table.get("not_followed_by", ()), f"{where}: not_followed_by", may_be_empty=True)
    not_after = _texts(table.get("not_preceded_by", ()), f"{where}: not_preceded_by", may_be_empty=True)
    for word in words:
        for replacement in replacements:
            yield _Rule(word, replacement, weight, not_before, not_after)
            if _flag(table.get("both", False), f"{where}: both"):
                # The guards are about the neighbours of the words in `from`, so they stay behind.
                yield _Rule(replacement, word, weight, (), ())


def _texts(value: Any, where: str, *, may_be_empty: bool = False) -> tuple[str, ...]:
    """Return texts, normalised as questions are; refuse what isn't a list of different, non-empty texts."""
    if not isinstance(value, list | tuple) or not (value or may_be_empty):
        raise DictionaryError(f"{where}: expected a list of words that isn't empty")
    texts: dict[str, None] = {}
    for text in value:
        normal = normalize(text).strip() if isinstance(text, str) else ""
        if not normal:
            raise DictionaryError(f"{where}: {text!r} is not a word")
        if normal in texts:
            raise DictionaryError(f"{where}: {text} stands twice")
        texts[normal] = None
    return tuple(texts)


def _weight(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise DictionaryError(f"{where}: {value!r}; expected a number above 0 and up to 1")
    return float(value)


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise DictionaryError(f"{where}: {value!r}; expected true or false")
    return value
