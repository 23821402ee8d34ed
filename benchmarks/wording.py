"""The small changes with which one place's text differs from its neighbour's."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from indexer.duty import Duty, Step

_BETWEEN_CLAUSES = re.compile("([，、；])")
_FEWEST_CLAUSES = 3
"""A shorter text keeps its clauses: without one of two it says something else."""

# Words that documents use for each other.
_SYNONYMS = {
    "负责": "承担",
    "承担": "负责",
    "开展": "组织开展",
    "协助": "配合",
    "配合": "协助",
    "宣传": "宣讲",
    "排查": "摸排",
    "摸排": "排查",
    "及时": "第一时间",
    "加强": "强化",
    "建立": "健全",
    "做好": "抓好",
    "推进": "推动",
    "上报": "报送",
    "巡查": "巡检",
    "指导": "督导",
    "受理": "受理办理",
    "处置": "处理",
    "引导": "动员",
    "督促": "敦促",
    "日常": "经常性",
    "核实": "核查",
    "收集": "采集",
    "审核": "审查",
    "培训": "业务培训",
    "群众": "居民群众",
    "走访": "入户走访",
}


def reworded(duty: Duty, random: Random) -> Duty:
    """Return the duty with one change in its name or in one of its steps.

    A text that offers none (too short, no word with a synonym) stays as it is.
    """
    sides = [side for side in ("superior_steps", "township_steps") if getattr(duty, side)]
    if not sides:
        return replace(duty, name=_changed(duty.name, random))
    side = random.choice(sides)
    steps: list[Step] = list(getattr(duty, side))
    at = random.randrange(len(steps))
    steps[at] = replace(steps[at], text=_changed(steps[at].text, random))
    changes: dict[str, Any] = {side: tuple(steps)}
    return replace(duty, **changes)


def _changed(text: str, random: Random) -> str:
    """Return the text with the first change, in an order by chance, that it offers."""
    for change in random.sample(_CHANGES, len(_CHANGES)):
        changed = change(text, random)
        if changed != text:
            return changed
    return text


def _without_a_clause(text: str, random: Random) -> str:
    parts = _BETWEEN_CLAUSES.split(text)  # clauses, with the marks between them
    if len(parts[::2]) < _FEWEST_CLAUSES:
        return text
    at = 2 * random.randrange(len(parts[::2]) - 1)  # never the last: it holds the full stop
    return "".join(parts[:at] + parts[at + 2 :])


def _with_clauses_swapped(text: str, random: Random) -> str:
    parts = _BETWEEN_CLAUSES.split(text)
    if len(parts[::2]) < _FEWEST_CLAUSES:
        return text
    at = 2 * random.randrange(len(parts[::2]) - 2)
    parts[at], parts[at + 2] = parts[at + 2], parts[at]
    return "".join(parts)


def _with_a_synonym(text: str, random: Random) -> str:
    known = [word for word in _SYNONYMS if word in text]
    if not known:
        return text
    word = random.choice(known)
    return text.replace(word, _SYNONYMS[word], 1)


_CHANGES: tuple[Callable[[str, Random], str], ...] = (
    _without_a_clause,
    _with_clauses_swapped,
    _with_a_synonym,
)
