"""The Chinese line that says what another township's version of a duty has differently."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from indexer.departments.places import place_forms
from indexer.duty import ListType, Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.duty import Department, Duty
    from search_service.core.differences import Difference, StepDifference

MOST_BODIES = 3
"""Bodies named in a summary, each time the first of the document's order."""
_WORDS = {"only_theirs": "多", "only_ours": "少", "reworded": "改", "reassigned": "换部门"}
"""What became of a step (`StepKind`), in the order in which a summary says it."""


def summary_of(found: Difference) -> str:
    """Return what differs in one line, seen from our township: 多 is what they have and we don't."""
    parts: list[str] = []
    if found.has_other_list_type:
        parts.append(_list_types(found.ours, found.theirs))
    if found.has_other_name:
        parts.append("事项名称不同")
    # A basic list has no such columns: that theirs lacks what ours has is said by the lists' names.
    if not found.has_other_list_type or ListType.BASIC not in (found.ours.list_type, found.theirs.list_type):
        parts += _bodies("多了", found.departments_only_theirs)
        parts += _bodies("少了", found.departments_only_ours)
        parts += _steps(_superior_title(found), found.superior_steps)
        parts += _steps("乡镇职责", found.township_steps)
    return "；".join(parts) or "没有实质差别"


def _list_types(ours: Duty, theirs: Duty) -> str:
    basic = "（基本清单不列部门和职责）" if ListType.BASIC in (ours.list_type, theirs.list_type) else ""
    return f"清单类型不同：本地为{ours.list_type.label}，{_called(theirs)}为{theirs.list_type.label}{basic}"


def _called(duty: Duty) -> str:
    """Return the township with its county in short, e.g. ``木垒县大南沟乌孜别克族乡``."""
    place = Place(duty.province, duty.prefecture, duty.county, duty.township)
    return place_forms(place).county + duty.township


def _superior_title(found: Difference) -> str:
    both_reclaimed = {found.ours.list_type, found.theirs.list_type} == {ListType.RECLAIMED}
    return "工作方式" if both_reclaimed else "上级职责"


def _bodies(verb: str, bodies: Sequence[Department]) -> list[str]:
    if not bodies:
        return []
    names = "、".join(body.canonical for body in bodies[:MOST_BODIES])
    return [f"{verb}{names}" + (f"等 {len(bodies)} 个部门" if len(bodies) > MOST_BODIES else "")]


def _steps(title: str, steps: Sequence[StepDifference]) -> list[str]:
    counts = Counter(step.kind.value for step in steps)
    found = [f"{word} {counts[kind]} 条" for kind, word in _WORDS.items() if counts[kind]]
    if any(step.has_other_heading for step in steps):
        found.append("小标题不同")
    return [title + "、".join(found)] if found else []
