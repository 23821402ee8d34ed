"""Duty groups: the same duty in the lists of several townships, found by the likeness of its text.

Names differ slightly between townships, numbers and even list types differ, so equality doesn't do. Two
duties are alike by the cosine of their character pairs (`indexer.likeness`): of the names, and of the steps
where both have some. The likeliest pairs are joined first; a group never holds two duties of one township.
Duties that the phrase book knows as one (somebody reviewed that) are joined before any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.likeness import ALIKE, character_pairs, cosines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from indexer.duty import Duty

NAME_SHARE = 0.7
"""Share of the names' likeness where both duties have steps as well."""


def group_duties(duties: Sequence[Duty], entries: Sequence[int] = ()) -> list[int]:
    """Return each duty's group number; numbers count up in the order of the groups' first duties.

    `entries` are the duties' entries of the phrase book, -1 where there is none.
    """
    if not duties:
        return []
    lists = [duty.list_id for duty in duties]
    group = list(range(len(duties)))
    members = {number: [number] for number in group}
    for first, second in [*_pairs_of_entries(entries), *_pairs_by_likeness(_likeness(duties))]:
        a, b = sorted((group[first], group[second]))
        if a == b or {lists[n] for n in members[a]} & {lists[n] for n in members[b]}:
            continue
        for number in members[b]:
            group[number] = a
        members[a].extend(members.pop(b))
    renumbered = {number: order for order, number in enumerate(dict.fromkeys(group))}
    return [renumbered[number] for number in group]


def _pairs_of_entries(entries: Sequence[int]) -> list[tuple[int, int]]:
    """Return each duty with the next one of its entry."""
    latest: dict[int, int] = {}
    pairs = []
    for number, entry in enumerate(entries):
        if entry in latest:
            pairs.append((latest[entry], number))
        if entry >= 0:
            latest[entry] = number
    return pairs


def _pairs_by_likeness(likeness: NDArray[np.float32]) -> list[tuple[int, int]]:
    """Return all pairs that are alike, likeliest first."""
    first, second = np.nonzero(np.triu(likeness, k=1) >= ALIKE)
    order = np.argsort(-likeness[first, second], kind="stable")
    return list(zip(first[order].tolist(), second[order].tolist(), strict=True))


def _likeness(duties: Sequence[Duty]) -> NDArray[np.float32]:
    """Return the square matrix of likeness, each value in [0, 1]."""
    places = [(duty.prefecture, duty.county, duty.township) for duty in duties]
    names = cosines([character_pairs(duty.name, here) for duty, here in zip(duties, places, strict=True)])
    bodies = cosines([character_pairs(_body(duty), here) for duty, here in zip(duties, places, strict=True)])
    has_body = np.array([bool(duty.superior_steps or duty.township_steps) for duty in duties])
    both = has_body[:, None] & has_body[None, :]
    return np.where(both, NAME_SHARE * names + (1 - NAME_SHARE) * bodies, names).astype(np.float32)


def _body(duty: Duty) -> str:
    return "".join(step.text for step in duty.superior_steps + duty.township_steps)
