"""Which step of another township's duty corresponds to which of ours."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from indexer.duty import Step
    from search_service.core.masked_words import MaskedText

LEAST_LIKENESS = 0.5
"""Cosine of the words from which two steps are versions of one. Set by reading the pairs from 0.25 to 0.6."""
MOST_COMPARED = 1_000
"""Pairs of steps up to which all are compared (some 5 ms); of more, only those that are equal."""


@dataclass(frozen=True, eq=False)
class MaskedStep:
    """A step with its heading (empty where it has none) and its text as they are compared."""

    step: Step
    heading: MaskedText
    text: MaskedText

    @cached_property
    def content(self) -> frozenset[str]:
        """Return the words that say what is done: 的, 和 and their like only where there is nothing else."""
        keys = frozenset(word.key for word in self.text.words)
        return frozenset(key for key in keys if len(key) > 1) or keys


@dataclass(frozen=True, slots=True)
class StepPair:
    """A step of ours and the one of theirs that corresponds; one of the two may be missing.

    `moved`: the pair stands in another order than its neighbours.
    """

    ours: MaskedStep | None
    theirs: MaskedStep | None
    moved: bool = False


def pair_steps(ours: Sequence[MaskedStep], theirs: Sequence[MaskedStep]) -> list[StepPair]:
    """Return all steps of both, each once, in their order; what only we have follows what it follows here."""
    # Where each has one step, that is the same step, however it is worded.
    partner = {0: 0} if len(ours) == len(theirs) == 1 else _equal(ours, theirs)
    partner |= _alike(ours, theirs, partner)
    in_order = _longest_rise([partner[at] for at in sorted(partner)])
    of_theirs = {other: at for at, other in partner.items()}
    pairs = _only_ours_from(0, ours, partner)
    for other, step in enumerate(theirs):
        at = of_theirs.get(other)
        if at is None:
            pairs.append(StepPair(None, step))
            continue
        pairs.append(StepPair(ours[at], step, moved=other not in in_order))
        pairs += _only_ours_from(at + 1, ours, partner)
    return pairs


def _only_ours_from(start: int, ours: Sequence[MaskedStep], partner: dict[int, int]) -> list[StepPair]:
    """Return the steps from `start` up to the next one that they have as well."""
    end = next((at for at in range(start, len(ours)) if at in partner), len(ours))
    return [StepPair(step, None) for step in ours[start:end]]


def _equal(ours: Sequence[MaskedStep], theirs: Sequence[MaskedStep]) -> dict[int, int]:
    """Pair the steps that say the same, each time in their order.

    First those that are equal to the letter, which cost no cut; then those under the same heading, under any,
    and those that say what others say by a heading.
    """
    partner: dict[int, int] = {}
    keys: tuple[Callable[[MaskedStep], Hashable], ...] = (
        lambda step: (step.heading.text, step.text.text),
        lambda step: (step.heading.key, step.text.key),
        lambda step: step.text.key,
        lambda step: step.heading.key + step.text.key,
    )
    for key in keys:
        our_numbers, their_numbers = _unpaired(partner, len(ours), len(theirs))
        if not our_numbers or not their_numbers:
            break
        waiting: dict[Hashable, deque[int]] = {}
        for other in their_numbers:
            waiting.setdefault(key(theirs[other]), deque()).append(other)
        for at in our_numbers:
            if found := waiting.get(key(ours[at])):
                partner[at] = found.popleft()
    return partner


def _unpaired(partner: dict[int, int], ours: int, theirs: int) -> tuple[list[int], list[int]]:
    """Return the numbers of the steps of both sides that have no partner yet."""
    taken = set(partner.values())
    return [at for at in range(ours) if at not in partner], [at for at in range(theirs) if at not in taken]


def _alike(
    ours: Sequence[MaskedStep], theirs: Sequence[MaskedStep], paired: dict[int, int]
) -> dict[int, int]:
    """Pair the steps left over by likeness, the likeliest first, then those that stand near each other."""
    our_numbers, their_numbers = _unpaired(paired, len(ours), len(theirs))
    if len(our_numbers) * len(their_numbers) > MOST_COMPARED:
        return {}
    alike = [
        (-likeness, abs(at - other), at, other)
        for at in our_numbers
        for other in their_numbers
        if (likeness := _likeness(ours[at].content, theirs[other].content)) >= LEAST_LIKENESS
    ]
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, at, other in sorted(alike):
        if at not in partner and other not in taken:
            partner[at] = other
            taken.add(other)
    return partner


def _likeness(ours: frozenset[str], theirs: frozenset[str]) -> float:
    """Return the cosine of two sets: a step that is part of a longer one is still rather like it."""
    return len(ours & theirs) / sqrt(len(ours) * len(theirs)) if ours and theirs else 0.0


def _longest_rise(numbers: Iterable[int]) -> set[int]:
    """Return the members of a longest rising subsequence of different numbers."""
    ends: list[int] = []  # the smallest end of a rise of each length
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(ends, number)
        before[number] = ends[length - 1] if length else None
        ends[length : length + 1] = [number]
    rise: set[int] = set()
    at = ends[-1] if ends else None
    while at is not None:
        rise.add(at)
        at = before[at]
    return rise
