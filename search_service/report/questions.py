"""The entries of a report brought together: each question once, with how often and how it ended."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from search_service.report.entry import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
    from datetime import date

    from search_service.report.entry import Entry

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class GivenAnswer:
    """A duty that was given as the answer: how often unsure, how often called wrong, and what would be right.

    `confidence` is the least that was given, None where it isn't known; `right` maps departments to how many
    named them.
    """

    duty_id: str
    department: str | None
    confidence: float | None
    unsure: int
    wrong: int
    right: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question in its most frequent wording, with all that is known of those who asked it.

    `kinds` and `townships` map to how often; `others` are its other wordings, `answers` those called wrong
    most often first.
    """

    text: str
    others: tuple[str, ...]
    times: int
    first: date
    last: date
    kinds: Mapping[Kind, int]
    townships: Mapping[str, int]
    answers: tuple[GivenAnswer, ...]


def questions_of(entries: Iterable[Entry], key: Callable[[str], Hashable]) -> list[AskedQuestion]:
    """Return the questions of `entries`, those with the same key as one; the most frequent first."""
    keys: dict[str, Hashable] = {}
    groups: dict[Hashable, list[Entry]] = {}
    for entry in entries:
        if entry.question not in keys:
            keys[entry.question] = key(entry.question)
        groups.setdefault(keys[entry.question], []).append(entry)
    questions = [_question(group) for group in groups.values()]
    return sorted(questions, key=lambda one: (-one.times, -one.last.toordinal(), one.text))


def _question(group: Sequence[Entry]) -> AskedQuestion:
    wordings = [text for text, _ in Counter(one.question for one in group).most_common()]
    days = [one.day for one in group]
    return AskedQuestion(
        text=wordings[0],
        others=tuple(wordings[1:]),
        times=len(group),
        first=min(days),
        last=max(days),
        kinds=_counted(one.kind for one in group),
        townships=_counted(name for one in group for name in one.townships),
        answers=_answers(group),
    )


def _answers(group: Iterable[Entry]) -> tuple[GivenAnswer, ...]:
    given: dict[str, list[Entry]] = {}
    for entry in group:
        if entry.duty_id:
            given.setdefault(entry.duty_id, []).append(entry)
    answers = [_answer(duty_id, entries) for duty_id, entries in given.items()]
    return tuple(sorted(answers, key=lambda one: (-one.wrong, -one.unsure, one.duty_id)))


def _answer(duty_id: str, entries: Sequence[Entry]) -> GivenAnswer:
    wrong = sum(one.kind is Kind.WRONG_ANSWER for one in entries)
    return GivenAnswer(
        duty_id=duty_id,
        department=next((one.department for one in reversed(entries) if one.department), None),
        confidence=min((one.confidence for one in entries if one.confidence is not None), default=None),
        unsure=len(entries) - wrong,
        wrong=wrong,
        right=_counted(one.right for one in entries if one.right),
    )


def _counted(values: Iterable[_Value]) -> dict[_Value, int]:
    return dict(Counter(values).most_common())
