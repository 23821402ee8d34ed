"""Doubts that show only when lists are compared, or counted against what they declare of themselves.

Nothing here changes a record. A finding is a place for an editor to look at: the document may be right.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from indexer.assembly import NO_SINGLE_BODY
from indexer.duty import ListType
from indexer.groups import group_duties
from indexer.problems import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.duty import Duty, Step
    from indexer.township_list import TownshipList

MAJORITY = 3
"""Lists that must agree before one that disagrees with all of them is a doubt."""

LATE_ROWS = 3
"""Rows with the category of the row before from which a whole column is taken to be late."""

_FOREIGN_WORD = re.compile(r"(?<=[一-鿿])\s?([a-z]{2,})\s?(?=[一-鿿])")
_DOUBLED = re.compile(r"([一-鿿]{2,30})\1|([的了和与及对将])\2")
_PAIRS = {"（": "）", "“": "”", "《": "》", "【": "】"}


def with_review(lists: Sequence[TownshipList]) -> list[TownshipList]:
    """Return the lists with their doubts added to their problems, in the order of lines."""
    doubts = review(lists)
    return [
        replace(
            one, problems=tuple(sorted([*one.problems, *of_file(doubts, one.file)], key=lambda p: p.line))
        )
        for one in lists
    ]


def of_file(problems: Sequence[Problem], file: str) -> list[Problem]:
    """Return the problems of one document."""
    return [problem for problem in problems if problem.file == file]


def review(lists: Sequence[TownshipList]) -> list[Problem]:
    """Return the doubts about all lists together, in the order of the lists and their lines."""
    duties = [duty for one in lists for duty in one.duties]
    groups: dict[int, list[Duty]] = defaultdict(list)
    for duty, number in zip(duties, group_duties(duties), strict=True):
        groups[number].append(duty)
    shared = [group for group in groups.values() if len(group) > 1]
    problems = [
        *(problem for one in lists for problem in _gaps(one)),
        *(problem for one in lists for problem in _undeclared_counts(one)),
        *(problem for duty in duties for problem in _doubtful_texts(duty)),
        *(problem for duty in duties for problem in _empty_cells(duty)),
        *_categories(shared, duties),
        *(problem for group in shared for problem in _departments(group)),
        *(problem for group in shared for problem in _lone_wordings(group)),
    ]
    order = {one.file: number for number, one in enumerate(lists)}
    return sorted(problems, key=lambda problem: (order[problem.file], problem.line))


def _gaps(one: TownshipList) -> Iterator[Problem]:
    for list_type in ListType:
        numbers = {duty.number for duty in one.duties_of(list_type)}
        missing = sorted(set(range(1, max(numbers, default=0) + 1)) - numbers)
        if missing:
            message = f"{list_type.label}: the numbers {in_ranges(missing)} are missing"
            yield Problem(Level.WARNING, one.file, 0, message)


def in_ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers with runs drawn together: 5、9–11."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return "、".join("–".join(map(str, run)) for run in runs)


def _undeclared_counts(one: TownshipList) -> Iterator[Problem]:
    """Compare with the counts of the preface; explain a number of departments that bodies don't reach."""
    for list_type, declared in one.declared.items():
        duties = one.duties_of(list_type)
        found = {
            "items": (len(duties), declared.items),
            "categories": (len({duty.category for duty in duties}), declared.categories),
        }
        for what, (count, said) in found.items():
            if said is not None and count != said:
                message = f"{list_type.label}: {count} {what} found, the preface says {said}"
                yield Problem(Level.WARNING, one.file, 0, message)
        yield from _department_count(one, list_type, declared.departments)


def _department_count(one: TownshipList, list_type: ListType, said: int | None) -> Iterator[Problem]:
    """Explain row by row how the preface may have counted where bodies are fewer than it says.

    A preface counts offices of the prefecture and of the county apart, and takes a phrase such as
    其他负有安全监管职责的部门 for a department.
    """
    names: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    offices = set()
    for duty in one.duties_of(list_type):
        for body in duty.departments:
            names[body.canonical][body.name].append(duty.number)
            offices.add((body.canonical, _is_of_prefecture(body.name, duty)))
    if said is None or len(names) == said:
        return
    phrases = [
        problem.message
        for problem in one.problems
        if problem.message.startswith(list_type.label) and problem.message.endswith(NO_SINGLE_BODY)
    ]
    apart = len(offices) - len(names)
    reached = len(names) + apart + bool(phrases)
    message = (
        f"{list_type.label}: {len(names)} departments found, the preface says {said}; counting {apart} "
        f"offices of the prefecture apart from the county's, and {int(bool(phrases))} phrase that names no "
        f"single body, gives {reached}: the rows follow"
    )
    yield Problem(Level.INFO if reached == said else Level.WARNING, one.file, 0, message)
    for canonical, rows in names.items():
        if len(rows) > 1:
            text = "；".join(f"{name}（{'、'.join(map(str, numbers))}）" for name, numbers in rows.items())
            message = f"{list_type.label}: {canonical} is one department here, named {len(rows)} ways: {text}"
            yield Problem(Level.INFO, one.file, 0, message)
    for phrase in phrases:
        yield Problem(Level.INFO, one.file, 0, f"{phrase}: no department here")


def _is_of_prefecture(name: str, duty: Duty) -> bool:
    short = duty.prefecture[:2]
    return name.startswith(duty.prefecture) or name.startswith(f"{short}州")


def _doubtful_texts(duty: Duty) -> Iterator[Problem]:
    """Suspect slips of text recognition: foreign words, doubled words, unbalanced marks."""
    for text in (duty.name, *(step.text for step in _steps(duty))):
        if word := _FOREIGN_WORD.search(text):
            yield _doubt(
                duty,
                f"{word[1]!r} inside Chinese, a slip of text recognition? …{_around(text, word)}…",
            )
        if double := _DOUBLED.search(text):
            yield _doubt(duty, f"{double[0]} stands twice: …{_around(text, double)}…")
        for opening, closing in _PAIRS.items():
            if text.count(opening) != text.count(closing):
                yield _doubt(duty, f"{opening} and {closing} don't pair: {text[:40]}", Level.INFO)


def _empty_cells(duty: Duty) -> Iterator[Problem]:
    if duty.list_type is ListType.BASIC:
        return
    if not duty.departments:
        yield _doubt(duty, "no department")
    if not duty.superior_steps:
        yield _doubt(duty, "the superior's cell is empty")
    if duty.list_type is ListType.COOPERATIVE and not duty.township_steps:
        yield _doubt(duty, "the township's cell is empty")


def _categories(groups: Sequence[Sequence[Duty]], duties: Sequence[Duty]) -> Iterator[Problem]:
    """Report categories that disagree with the same duty elsewhere, and columns that are a row late."""
    expected = {duty.id: category for group in groups for duty in group if (category := _agreed(group, duty))}
    wrong = [duty for duty in duties if expected.get(duty.id, duty.category) != duty.category]
    before = {
        later.id: earlier
        for earlier, later in pairwise(duties)
        if (earlier.list_id, earlier.list_type) == (later.list_id, later.list_type)
    }
    late: dict[tuple[str, ListType], list[Duty]] = defaultdict(list)
    for duty in wrong:
        earlier = before.get(duty.id)
        if earlier and expected.get(earlier.id, earlier.category) == duty.category:
            late[duty.list_id, duty.list_type].append(duty)
    for rows in late.values():
        if len(rows) >= LATE_ROWS:
            numbers = "、".join(str(duty.number) for duty in rows)
            yield _doubt(
                rows[0],
                f"the category column seems to be one row late from here to {rows[-1].number}: rows "
                f"{numbers} have the category that belongs to the row before",
            )
    for duty in wrong:
        yield _doubt(duty, f"category {duty.category}, but every other list has {expected[duty.id]}")


def _agreed(group: Sequence[Duty], duty: Duty) -> str | None:
    """Return the category that all others of the group share, where they are enough to say so."""
    others = _neighbours(group, duty)
    categories = {other.category for other in others}
    return categories.pop() if len(others) >= MAJORITY and len(categories) == 1 else None


def _neighbours(group: Sequence[Duty], duty: Duty) -> list[Duty]:
    """Return the others of the same prefecture: its lists follow one template, another's need not."""
    return [other for other in group if other is not duty and other.prefecture == duty.prefecture]


def _departments(group: Sequence[Duty]) -> Iterator[Problem]:
    """Report a duty without a department that all the others name."""
    sets = {duty.id: {body.canonical for body in duty.departments} for duty in group if duty.departments}
    for duty in group:
        others = [bodies for other, bodies in sets.items() if other != duty.id]
        if duty.id in sets and len(others) >= MAJORITY:
            missing = set.intersection(*others) - sets[duty.id]
            if missing:
                yield _doubt(
                    duty, f"without {'、'.join(sorted(missing))}, which every other list names", Level.INFO
                )


def _lone_wordings(group: Sequence[Duty]) -> Iterator[Problem]:
    """Report a step that differs by one character from a wording that several other lists share."""
    wordings: dict[str, list[Duty]] = defaultdict(list)
    for duty in group:
        for step in _steps(duty):
            wordings[_placeless(step.text, duty)].append(duty)
    common = [text for text, owners in wordings.items() if len(owners) > 1]
    for text, owners in wordings.items():
        if len(owners) == 1:
            for other in common:
                if difference := _one_character(text, other):
                    wrong, right = difference
                    message = f"{wrong} where {len(wordings[other])} other lists have {right}: {text[:40]}"
                    yield _doubt(owners[0], message, Level.INFO)


def _one_character(text: str, other: str) -> tuple[str, str] | None:
    """Return the two characters by which texts of equal length differ, if it is only one place."""
    if len(text) != len(other):
        return None
    changes = [(a, b) for a, b in zip(text, other, strict=True) if a != b]
    return changes[0] if len(changes) == 1 and all(one.isalpha() for one in changes[0]) else None


def _placeless(text: str, duty: Duty) -> str:
    """Return the text with what differs between places by rights made equal."""
    text = text.replace(duty.township, "本乡").replace(duty.county, "县")
    return re.sub(r"[市县区]", "县", re.sub(r"[乡镇]", "乡", text))


def _steps(duty: Duty) -> tuple[Step, ...]:
    return duty.superior_steps + duty.township_steps


def _around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 8) : match.end() + 8]


def _doubt(duty: Duty, message: str, level: Level = Level.WARNING) -> Problem:
    where = f"{duty.list_type.label} {duty.number}"
    return Problem(level, duty.source.file, duty.source.line, f"{where}: {message}")
