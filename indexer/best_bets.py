"""Best bets: reviewed answers to exact questions, each with an owner, a reason and perhaps a last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Self

from indexer.analysis.letters import letters_of
from indexer.dictionaries import DictionaryError, read_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

FILE = "best_bets.toml"

_REQUIRED = ("q", "duty", "owner", "reason")
_OPTIONAL = ("expires",)


@dataclass(frozen=True, slots=True)
class BestBet:
    """The answer to some questions: `duties` are its names in the lists, in whichever township."""

    questions: tuple[str, ...]
    duties: tuple[str, ...]
    owner: str
    reason: str
    expires: date | None = None
    """The last day it counts; None for no end."""

    def counts_on(self, today: date) -> bool:
        """Return whether it has not expired."""
        return self.expires is None or today <= self.expires


@dataclass(frozen=True, slots=True)
class BestBets:
    """All best bets, in the order of the file, and by question."""

    entries: tuple[BestBet, ...]
    by_question: Mapping[str, BestBet]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read `best_bets.toml`.

        Raises DictionaryError naming file and entry for unknown or missing keys, an empty text, a question
        that is not written as it is compared, a date that is none, and a question that stands twice.
        """
        data = read_toml(path)
        if set(data) - {"best_bet"} or not isinstance(data.get("best_bet", []), list):
            raise DictionaryError(f"{path}: expected [[best_bet]] tables and nothing else")
        entries = tuple(
            _read(table, f"{path}: [[best_bet]] {number}")
            for number, table in enumerate(data.get("best_bet", []), 1)
        )
        return cls(entries, _by_question(entries, path))

    def for_question(self, text: str, today: date) -> BestBet | None:
        """Return the best bet for exactly this question (case, width, spaces and marks aside), if any."""
        found = self.by_question.get(question_key(text))
        return found if found and found.counts_on(today) else None


def question_key(text: str) -> str:
    """Return the form in which questions are compared: letters and digits, normalised."""
    return letters_of(text)


def _read(table: Any, where: str) -> BestBet:
    if not isinstance(table, dict):
        raise DictionaryError(f"{where}: expected a table")
    missing = [key for key in _REQUIRED if key not in table]
    unknown = [key for key in table if key not in _REQUIRED + _OPTIONAL]
    if missing or unknown:
        problems = [f"{key} is missing" for key in missing] + [f"unknown key {key}" for key in unknown]
        raise DictionaryError(f"{where}: {', '.join(problems)}")
    return BestBet(
        questions=_questions(table["q"], f"{where}: q"),
        duties=_texts(table["duty"], f"{where}: duty"),
        owner=_text(table["owner"], f"{where}: owner"),
        reason=_text(table["reason"], f"{where}: reason"),
        expires=_date(table["expires"], f"{where}: expires") if "expires" in table else None,
    )


def _questions(value: Any, where: str) -> tuple[str, ...]:
    texts = _texts(value, where)
    for text in texts:
        if question_key(text) != text:
            raise DictionaryError(f"{where}: {text!r}; write it as it is compared: {question_key(text)!r}")
    return texts


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise DictionaryError(f"{where}: expected a list of texts that isn't empty")
    texts = tuple(_text(text, where) for text in value)
    if len(set(texts)) < len(texts):
        raise DictionaryError(f"{where}: a text stands twice")
    return texts


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise DictionaryError(f"{where}: {value!r}; expected a text that isn't empty")
    return value


def _date(value: Any, where: str) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise DictionaryError(f"{where}: {value!r}; expected a date without quotes: 2027-12-31")
    return value


def _by_question(entries: Iterable[BestBet], path: Path) -> dict[str, BestBet]:
    found: dict[str, BestBet] = {}
    number: dict[str, int] = {}
    for count, entry in enumerate(entries, 1):
        for question in entry.questions:
            if question in number:
                raise DictionaryError(
                    f"{path}: [[best_bet]] {count}: {question} already stands in [[best_bet]] "
                    f"{number[question]}"
                )
            found[question], number[question] = entry, count
    return found
