"""One line of the report: a question that was not answered well, on which day, and how it ended."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from search_service.masking import masked

MOST_BYTES: Final = 4096
"""Bytes of a line, its end included."""

MOST_OF_QUESTION: Final = 500
MOST_TOWNSHIPS: Final = 10
_MOST_OF_NAME: Final = 100
"""Characters of a township, a duty's id, a department."""
_SHORT: Final = 200
"""Characters of a question beside names that leave it little room."""


class Kind(StrEnum):
    """Why a question is kept."""

    ZERO_RESULTS = "zero_results"
    NOT_FOUND = "not_found"
    LOW_CONFIDENCE = "low_confidence"
    WRONG_ANSWER = "wrong_answer"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is kept of one question: nothing that tells who asked, nor at what time of the day.

    `duty_id` and `department` (its canonical name) are the answer's, `confidence` in [0, 1] is rounded to one
    decimal; `right` is the department that somebody says would be right. `generation` is the index's.
    """

    day: date
    kind: Kind
    question: str
    generation: str
    townships: tuple[str, ...] = ()
    duty_id: str | None = None
    department: str | None = None
    confidence: float | None = None
    right: str | None = None

    @property
    def line(self) -> bytes:
        """Return the entry as a line of JSON in UTF-8, shorter than `MOST_BYTES`."""
        given: dict[str, Any] = {
            "day": self.day.isoformat(),
            "kind": self.kind.value,
            "question": self.question,
            "townships": list(self.townships),
            "duty_id": self.duty_id,
            "department": self.department,
            "confidence": self.confidence,
            "right": self.right,
            "generation": self.generation,
        }
        kept = {name: value for name, value in given.items() if value not in (None, [])}
        line = _encoded(kept)
        if len(line) >= MOST_BYTES:  # names as long as no list has them
            line = _encoded({**kept, "townships": [], "question": self.question[:_SHORT]})
        return line


def kept_question(text: str) -> str:
    """Return a question as it is kept: masked, in one line, no longer than `MOST_OF_QUESTION`.

    Masked before it is cut, for half a number would look like none; and after what can't be seen is gone,
    which could stand between its digits.
    """
    return masked(printable(text))[:MOST_OF_QUESTION]


def printable(text: str) -> str:
    """Return a text in one line, without what a terminal would obey."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


def read_entry(line: bytes) -> Entry:
    """Return the entry of a line; raise ValueError, in a few words, where it holds none.

    Keys that are not known are passed over: a later version may write more.
    """
    try:
        given = json.loads(line.decode("utf-8"))
    except (ValueError, RecursionError):
        raise ValueError("no JSON") from None
    if not isinstance(given, dict):
        raise ValueError("no JSON object")
    townships = given.get("townships", [])
    if not isinstance(townships, list):
        raise ValueError("townships is no list")
    return Entry(
        day=_day(given),
        kind=_kind(given),
        question=_text(given, "question", MOST_OF_QUESTION),
        generation=_text(given, "generation", _MOST_OF_NAME),
        townships=tuple(_text({"townships": one}, "townships", _MOST_OF_NAME) for one in townships),
        duty_id=_text_or_none(given, "duty_id"),
        department=_text_or_none(given, "department"),
        confidence=_confidence(given),
        right=_text_or_none(given, "right"),
    )


def _encoded(given: dict[str, Any]) -> bytes:
    text = json.dumps(given, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", errors="replace") + b"\n"


def _day(given: dict[str, Any]) -> date:
    try:
        return date.fromisoformat(_text(given, "day", _MOST_OF_NAME))
    except ValueError:
        raise ValueError("day is no date") from None


def _kind(given: dict[str, Any]) -> Kind:
    try:
        return Kind(str(given.get("kind")))
    except ValueError:
        raise ValueError("kind is unknown") from None


def _confidence(given: dict[str, Any]) -> float | None:
    value = given.get("confidence")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise ValueError("confidence is no number from 0 to 1")
    return float(value)


def _text_or_none(given: dict[str, Any], name: str) -> str | None:
    return None if given.get(name) is None else _text(given, name, _MOST_OF_NAME)


def _text(given: dict[str, Any], name: str, most: int) -> str:
    value = given.get(name)
    text = printable(value) if isinstance(value, str) else ""
    if not text or len(text) > most:
        raise ValueError(f"{name} is no text of 1 to {most} characters")
    return text
