"""Duty groups: the same duty in the lists of several townships, found by the likeness of its text.

Names differ slightly between townships, numbers and even list types differ, so equality doesn't do. Two
duties are alike by the cosine of their character pairs (`indexer.likeness`): of the names, and of the steps
where both have some. The likeliest pairs are joined first; a group never holds two duties of one township.
Duties that the phrase book knows as one (somebody reviewed that) are joined before any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.likeness import ALIKE, character_pairs, unit_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray
    from scipy.sparse import csr_array

    from indexer.duty import Duty

NAME_SHARE = 0.7
"""Share of the names' likeness where both duties have steps as well."""
NEAREST = 64
"""Duties that each is compared with whole: those with the likeliest names."""
_BLOCK = 1000
"""Duties whose likeness to all others is in memory at once."""


def group_duties(
    duties: Sequence[Duty],
    entries: Sequence[int] = (),
    lists: Sequence[Iterable[int]] | None = None,
) -> list[int]:
    """Return each duty's group number; numbers count up in the order of the groups' first duties.

    `entries` are the duties' entries of the phrase book, -1 where there is none. A duty may stand for equal
    ones of several townships: then `lists` are the numbers of the lists that each stands in.
    """
    groups = _Groups(_numbers_of_lists(duties) if lists is None else lists)
    for first, second in _pairs_of_entries(entries):
        groups.join(first, second)
    for first, second in _pairs_by_likeness(duties):
        groups.join(first, second)
    renumbered = {number: order for order, number in enumerate(dict.fromkeys(groups.of_duties))}
    return [renumbered[number] for number in groups.of_duties]


class _Groups:
    """Groups that grow together; each starts with one duty."""

    def __init__(self, lists: Sequence[Iterable[int]]) -> None:
        self.of_duties = list(range(len(lists)))
        self._members = {number: [number] for number in self.of_duties}
        # The lists of a group as the bits of a number: whether two groups share one is a single operation.
        self._lists = [sum(1 << one for one in of_duty) for of_duty in lists]

    def join(self, first: int, second: int) -> None:
        """Join the groups of two duties, unless some township has a duty in both."""
        kept, given_up = sorted((self.of_duties[first], self.of_duties[second]))
        if kept == given_up or self._lists[kept] & self._lists[given_up]:
            return
        for number in self._members[given_up]:
            self.of_duties[number] = kept
        self._members[kept].extend(self._members.pop(given_up))
        self._lists[kept] |= self._lists[given_up]


def _numbers_of_lists(duties: Sequence[Duty]) -> list[tuple[int]]:
    numbers: dict[str, int] = {}
    return [(numbers.setdefault(duty.list_id, len(numbers)),) for duty in duties]


def _pairs_of_entries(entries: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield each duty with the next one of its entry."""
    latest: dict[int, int] = {}
    for number, entry in enumerate(entries):
        if entry in latest:
            yield latest[entry], number
        if entry >= 0:
            latest[entry] = number


def _pairs_by_likeness(duties: Sequence[Duty]) -> Iterable[tuple[int, int]]:
    """Return all pairs that are alike, likeliest first."""
    if not duties:
        return ()
    places = [(duty.prefecture, duty.county, duty.township) for duty in duties]
    names = unit_rows([character_pairs(duty.name, here) for duty, here in zip(duties, places, strict=True)])
    bodies = unit_rows(
        [character_pairs(_body(duty), here) for duty, here in zip(duties, places, strict=True)]
    )
    has_body = np.array([bool(duty.superior_steps or duty.township_steps) for duty in duties])
    found = []
    for start in range(0, len(duties), _BLOCK):
        of_names = (names[start : start + _BLOCK] @ names.T).toarray()
        rows, others = _nearest(of_names, start)
        likeness = of_names[rows - start, others]
        of_bodies = _cosines_of_pairs(bodies, rows, others)
        whole = NAME_SHARE * likeness + (1 - NAME_SHARE) * of_bodies
        likeness = np.where(has_body[rows] & has_body[others], whole, likeness)
        alike = likeness >= ALIKE
        found.append((likeness[alike], rows[alike], others[alike]))
    likeness, rows, others = (np.concatenate(parts) for parts in zip(*found, strict=True))
    first, second = np.minimum(rows, others), np.maximum(rows, others)
    order = np.lexsort((second, first, -likeness))
    return zip(first[order].tolist(), second[order].tolist(), strict=True)


def _cosines_of_pairs(
    texts: csr_array, first: NDArray[np.intp], second: NDArray[np.intp]
) -> NDArray[np.float32]:
    """Return the cosine of each pair of rows."""
    # In parts: the rows of all pairs together would take gigabytes.
    parts = [
        texts[first[start : start + _BLOCK]].multiply(texts[second[start : start + _BLOCK]]).sum(axis=1)
        for start in range(0, len(first), _BLOCK)
    ]
    return np.concatenate([np.zeros(0, dtype=np.float32), *map(np.ravel, parts)])


def _nearest(of_names: NDArray[np.float32], start: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the pairs worth comparing whole: of each row, the others with the likeliest names."""
    count = of_names.shape[1]
    of_names[np.arange(len(of_names)), np.arange(start, start + len(of_names))] = 0  # each with itself
    if count > NEAREST:
        least = -np.partition(-of_names, NEAREST, axis=1)[:, NEAREST - 1 : NEAREST]
    else:
        least = np.zeros((len(of_names), 1), dtype=of_names.dtype)
    # Below this not even equal steps would make the pair alike.
    wanted = (of_names >= least) & (of_names >= (ALIKE - (1 - NAME_SHARE)) / NAME_SHARE)
    rows, others = np.nonzero(wanted)
    return rows + start, others


def _body(duty: Duty) -> str:
    return "".join(step.text for step in duty.superior_steps + duty.township_steps)
