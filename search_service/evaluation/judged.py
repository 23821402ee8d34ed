"""Judged questions: what people ask, and which duties answer it how well."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, cast, get_args

from indexer.duty import Duty, ListType
from search_service.evaluation.errors import EvaluationError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Split = Literal["tune", "report"]

KINDS = {
    "keyword": "words of the lists themselves",
    "colloquial": "how people talk",
    "complaint": "a whole complaint, the point in one clause of it",
    "place_in_query": "names a county or township",
    "department_in_query": "names a department",
    "typo": "slips, homophones, pinyin, traditional characters",
    "reclaimed": "asks for what the township no longer does",
    "no_answer": "no list answers it",
}
"""The kinds of questions, in the order of reports."""

NO_ANSWER = "no_answer"
RIGHT = 2
"""The grade of a duty that answers the question."""
RELATED = 1
"""The grade of a duty that is near, without being the answer."""

ROLES = ("responsible", "assists", "none")
"""What the township is to the answering duty, as `township_role` says it."""

_KEYS = {"id", "kind", "q", "township", "relevant", "responsible", "township_role", "split"}
_RELEVANT_KEYS = {"township", "list_type", "number", "grade"}

DutyKey = tuple[str, ListType, int]
"""What a judgement knows a duty by: township, list and number, as printed in the document."""


def key_of(duty: Duty) -> DutyKey:
    """Return what judgements know the duty by."""
    return (duty.township, duty.list_type, duty.number)


@dataclass(frozen=True, slots=True)
class Relevant:
    """One duty that a question should find, with its grade: 2 answers it, 1 is near."""

    township: str
    list_type: ListType
    number: int
    grade: int

    @property
    def key(self) -> DutyKey:
        """Return what the judgement knows the duty by."""
        return (self.township, self.list_type, self.number)


@dataclass(frozen=True, slots=True)
class Judged:
    """One judged question. `township` is the filter it is asked with, None for all townships.

    `responsible` are the canonical names of the bodies that a right answer names, None where that was
    not judged.
    """

    id: str
    kind: str
    q: str
    township: str | None
    relevant: tuple[Relevant, ...]
    responsible: tuple[str, ...] | None
    township_role: str | None
    split: Split

    @property
    def grades(self) -> dict[DutyKey, int]:
        """Return the grade of every relevant duty."""
        return {relevant.key: relevant.grade for relevant in self.relevant}


def load_judged(path: Path) -> list[Judged]:
    """Read judged questions, one JSON object a line; blank lines are skipped.

    Raises EvaluationError naming file and line for anything that isn't a complete judgement, for an unknown
    kind and for an id that stands twice; and naming the file where it can't be read or holds nothing.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path}: can't be read: {error}") from error
    questions: list[Judged] = []
    ids: set[str] = set()
    for number, line in enumerate(lines, 1):
        if line.strip():
            question = _read_line(line, f"{path}:{number}")
            _demand(question.id not in ids, f"{path}:{number}", f"the id {question.id} stands twice")
            ids.add(question.id)
            questions.append(question)
    _demand(bool(questions), str(path), "holds no judged question")
    return questions


def select(questions: Iterable[Judged], split: str) -> list[Judged]:
    """Return the questions of one half, or all of them for ``all``."""
    return [question for question in questions if split in ("all", question.split)]


def _demand(condition: bool, where: str, message: str) -> None:
    if not condition:
        raise EvaluationError(f"{where}: {message}")


def _read_line(line: str, where: str) -> Judged:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{where}: not JSON: {error}") from error
    _demand(isinstance(data, dict) and set(data) == _KEYS, where, f"expected the keys {_listed(_KEYS)}")
    _check_texts(data, where)
    relevant = _read_all_relevant(data["relevant"], where)
    _check_relevant(data, relevant, where)
    responsible = data["responsible"]
    return Judged(
        id=data["id"],
        kind=data["kind"],
        q=data["q"],
        township=data["township"],
        relevant=relevant,
        responsible=None if responsible is None else tuple(responsible),
        township_role=data["township_role"],
        split=cast("Split", data["split"]),
    )


def _check_texts(data: dict[str, Any], where: str) -> None:
    for key in ("id", "q"):
        _demand(_is_text(data[key]), where, f"{key}: expected a text that isn't empty")
    _check_choice(data, "kind", KINDS, where)
    _check_choice(data, "split", get_args(Split), where)
    _check_choice(data, "township_role", (None, *ROLES), where)
    _demand(
        data["township"] is None or _is_text(data["township"]), where, "township: expected a text or null"
    )
    bodies = data["responsible"]
    _demand(
        bodies is None or (isinstance(bodies, list) and bool(bodies) and all(map(_is_text, bodies))),
        where,
        "responsible: expected a list of canonical names, or null",
    )


def _check_choice(data: dict[str, Any], key: str, allowed: Iterable[str | None], where: str) -> None:
    choices = list(allowed)
    _demand(
        data[key] in choices,
        where,
        f"{key}: {data[key]!r} is not allowed; allowed: {', '.join(choice or 'null' for choice in choices)}",
    )


def _read_all_relevant(items: Any, where: str) -> tuple[Relevant, ...]:
    _demand(isinstance(items, list), where, "relevant: expected a list")
    return tuple(_read_relevant(item, f"{where}: relevant {n}") for n, item in enumerate(items, 1))


def _read_relevant(item: Any, where: str) -> Relevant:
    fits = isinstance(item, dict) and set(item) == _RELEVANT_KEYS
    _demand(fits, where, f"expected the keys {_listed(_RELEVANT_KEYS)}")
    _demand(_is_text(item["township"]), where, "township: expected a text")
    _demand(isinstance(item["list_type"], str), where, "list_type: expected a text")
    _demand(type(item["number"]) is int and item["number"] > 0, where, "number: expected a whole number")
    _demand(item["grade"] in (RELATED, RIGHT), where, f"grade: expected {RELATED} or {RIGHT}")
    try:
        list_type = ListType.parse(item["list_type"])
    except ValueError as error:
        raise EvaluationError(f"{where}: {error}") from None
    return Relevant(item["township"], list_type, item["number"], item["grade"])


def _check_relevant(data: dict[str, Any], relevant: tuple[Relevant, ...], where: str) -> None:
    """Refuse judgements that contradict themselves."""
    if data["kind"] == NO_ANSWER:
        _demand(not relevant, where, "a question without an answer has no relevant duty")
        return
    _demand(any(one.grade == RIGHT for one in relevant), where, f"relevant: no duty of grade {RIGHT}")
    twice = [key for key, count in Counter(one.key for one in relevant).items() if count > 1]
    _demand(not twice, where, f"relevant: {twice[:1]} stands twice")
    township = data["township"]
    elsewhere = [one for one in relevant if township and one.township != township]
    _demand(not elsewhere, where, f"relevant: a duty outside of {township}, which the question is asked in")


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _listed(keys: set[str]) -> str:
    return ", ".join(sorted(keys))
