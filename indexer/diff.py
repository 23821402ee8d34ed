"""What a revised list changes: added, dropped, moved between lists, reworded, re-assigned."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from indexer.groups import group_duties

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.duty import Duty, Step


class Change(StrEnum):
    """A kind of change, in the order in which a report shows them."""

    ADDED = "added"
    DROPPED = "dropped"
    MOVED = "moved"
    REASSIGNED = "reassigned"
    REWORDED = "reworded"
    RENUMBERED = "renumbered"


@dataclass(frozen=True, slots=True)
class Difference:
    """One change of one duty: `what` it concerns, its value before and after ("" where there is none)."""

    change: Change
    old_id: str
    new_id: str
    name: str
    what: str
    before: str
    after: str

    def to_record(self) -> dict[str, Any]:
        """Return the difference as plain JSON data."""
        return asdict(self)


def compare(old: Sequence[Duty], new: Sequence[Duty]) -> list[Difference]:
    """Return what changed from `old` to `new`, kind by kind.

    Duties are matched by the likeness of their text, as the same duty of several townships is: a number, a
    list or a few words may change without making it another duty. Of one duty, every change is listed.
    """
    differences: list[Difference] = []
    for before, after in _matched(old, new):
        differences += _differences(before, after)
    order = list(Change)
    return sorted(differences, key=lambda one: order.index(one.change))


def _matched(old: Sequence[Duty], new: Sequence[Duty]) -> list[tuple[Duty | None, Duty | None]]:
    """Pair the duties of both versions; one side is None where the other version lacks it."""
    marked = [replace(duty, list_id="old") for duty in old] + [replace(duty, list_id="new") for duty in new]
    pairs: dict[int, list[Duty | None]] = {}
    for number, duty, copy in zip(group_duties(marked), [*old, *new], marked, strict=True):
        pairs.setdefault(number, [None, None])[0 if copy.list_id == "old" else 1] = duty
    return [(before, after) for before, after in pairs.values()]


def _differences(before: Duty | None, after: Duty | None) -> list[Difference]:
    if before is None and after is not None:
        return [Difference(Change.ADDED, "", after.id, after.name, "duty", "", _place(after))]
    if after is None and before is not None:
        return [Difference(Change.DROPPED, before.id, "", before.name, "duty", _place(before), "")]
    if before is None or after is None:
        return []
    compared = (
        (Change.MOVED, "list", before.list_type.label, after.list_type.label),
        (Change.REASSIGNED, "departments", _departments(before), _departments(after)),
        (Change.REWORDED, "name", before.name, after.name),
        (Change.REWORDED, "category", before.category, after.category),
        (Change.REWORDED, "superior_steps", _steps(before.superior_steps), _steps(after.superior_steps)),
        (Change.REWORDED, "township_steps", _steps(before.township_steps), _steps(after.township_steps)),
        (Change.RENUMBERED, "number", str(before.number), str(after.number)),
    )
    return [
        Difference(change, before.id, after.id, after.name, what, was, now)
        for change, what, was, now in compared
        if was != now
    ]


def _place(duty: Duty) -> str:
    return f"{duty.list_type.label} {duty.number}"


def _departments(duty: Duty) -> str:
    return "、".join(department.canonical for department in duty.departments)


def _steps(steps: tuple[Step, ...]) -> str:
    lines = (f"{step.heading or ''}{step.text}" for step in steps)
    return "\n".join(lines)
