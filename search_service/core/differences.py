"""What another township's version of a duty says differently, for people to read.

Names of the two places are no difference, nor are bodies with their place in front (`masked_words`), marks,
the numbers of steps and headings, and the order of steps. Another list, another body and other words are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

from indexer.duty import Place
from search_service.core.difference_summary import summary_of
from search_service.core.masked_words import MaskedText
from search_service.core.step_pairs import MaskedStep, pair_steps
from search_service.core.word_diff import Kind, Segment, changed, compare, same

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.duty import Department, Duty, Step
    from indexer.tuning import Tuning
    from search_service.core.step_pairs import StepPair

_CHINESE_NUMBER = "[一二三四五六七八九十]{1,3}"
_ORDINAL = re.compile(
    rf"\s*(?:{_CHINESE_NUMBER}[、.．]|\d{{1,2}}[、.．)）]|[（(](?:{_CHINESE_NUMBER}|\d{{1,2}})[）)][、.．]?)"
)


class StepKind(StrEnum):
    """What became of a step; a step that is reworded may be reassigned as well."""

    SAME = "same"
    ONLY_OURS = "only_ours"
    ONLY_THEIRS = "only_theirs"
    REWORDED = "reworded"
    REASSIGNED = "reassigned"


@dataclass(frozen=True, slots=True)
class StepDifference:
    """A step of ours beside theirs; one of the two is None where only one township has it.

    `heading` and `text` compare the words. `bodies_only_ours` and `bodies_only_theirs` are canonical names of
    those who act in the step for one township only. A `moved` step stands elsewhere among the others; that is
    no difference.
    """

    ours: Step | None
    theirs: Step | None
    heading: tuple[Segment, ...]
    text: tuple[Segment, ...]
    bodies_only_ours: tuple[str, ...] = ()
    bodies_only_theirs: tuple[str, ...] = ()
    moved: bool = False

    @property
    def kind(self) -> StepKind:
        """Return what differs most: that the step is there at all, its words, who acts in it."""
        if self.theirs is None:
            return StepKind.ONLY_OURS
        if self.ours is None:
            return StepKind.ONLY_THEIRS
        if not _all_same(self.text):
            return StepKind.REWORDED
        if self.bodies_only_ours or self.bodies_only_theirs:
            return StepKind.REASSIGNED
        return StepKind.SAME

    @property
    def has_other_heading(self) -> bool:
        """Return whether both townships have the step, under headings of different words."""
        return self.ours is not None and self.theirs is not None and not _all_same(self.heading)


@dataclass(frozen=True, slots=True)
class Difference:
    """Two townships' versions of a duty, compared; steps in their order, ours that they lack in between.

    Bodies are compared by canonical name: `departments_only_ours` have the names that our document writes,
    `departments_only_theirs` those of theirs.
    """

    ours: Duty
    theirs: Duty
    departments_only_ours: tuple[Department, ...]
    departments_only_theirs: tuple[Department, ...]
    name: tuple[Segment, ...]
    superior_steps: tuple[StepDifference, ...]
    township_steps: tuple[StepDifference, ...]

    @property
    def has_other_list_type(self) -> bool:
        """Return whether the two stand in different lists (基本, 配合, 收回)."""
        return self.ours.list_type is not self.theirs.list_type

    @property
    def has_other_name(self) -> bool:
        """Return whether the names differ in words."""
        return not _all_same(self.name)

    @property
    def is_same(self) -> bool:
        """Return whether nothing differs that matters."""
        return (
            not self.has_other_list_type
            and not self.has_other_name
            and not self.departments_only_ours
            and not self.departments_only_theirs
            and all(
                step.kind is StepKind.SAME and not step.has_other_heading
                for step in (*self.superior_steps, *self.township_steps)
            )
        )

    @property
    def summary(self) -> str:
        """Return in one Chinese line what differs, seen from our township."""
        return summary_of(self)


def difference(ours: Duty, theirs: Duty, tuning: Tuning) -> Difference:
    """Return what `theirs` says differently than `ours`.

    `tuning` are the dictionaries of the index that both are from.
    """
    [found] = differences(ours, [theirs], tuning)
    return found


def differences(ours: Duty, others: Iterable[Duty], tuning: Tuning) -> list[Difference]:
    """Return what each of the others says differently than `ours`, in their order.

    Takes a millisecond or two for real duties, at most ten: nearly all of it for cutting words.
    """
    masked = _masked(ours, tuning)
    return [_difference(masked, _masked(theirs, tuning)) for theirs in others]


@dataclass(frozen=True, slots=True)
class _MaskedDuty:
    """A duty with its texts as they are compared."""

    duty: Duty
    name: MaskedText
    superior: tuple[MaskedStep, ...]
    township: tuple[MaskedStep, ...]


def _masked(duty: Duty, tuning: Tuning) -> _MaskedDuty:
    place = Place(duty.province, duty.prefecture, duty.county, duty.township)

    @cache  # all steps below a heading have it
    def heading(text: str) -> MaskedText:
        ordinal = _ORDINAL.match(text)
        return MaskedText(text, place, tuning, front=ordinal.end() if ordinal else 0)

    def steps(of_side: Iterable[Step]) -> tuple[MaskedStep, ...]:
        return tuple(
            MaskedStep(step, heading(step.heading or ""), MaskedText(step.text, place, tuning))
            for step in of_side
        )

    return _MaskedDuty(
        duty,
        name=MaskedText(duty.name, place, tuning),
        superior=steps(duty.superior_steps),
        township=steps(duty.township_steps),
    )


def _difference(ours: _MaskedDuty, theirs: _MaskedDuty) -> Difference:
    return Difference(
        ours=ours.duty,
        theirs=theirs.duty,
        departments_only_ours=_lacking(ours.duty.departments, theirs.duty.departments),
        departments_only_theirs=_lacking(theirs.duty.departments, ours.duty.departments),
        name=compare(ours.name, theirs.name),
        superior_steps=tuple(map(_step_difference, pair_steps(ours.superior, theirs.superior))),
        township_steps=tuple(map(_step_difference, pair_steps(ours.township, theirs.township))),
    )


def _lacking(some: Iterable[Department], others: Iterable[Department]) -> tuple[Department, ...]:
    """Return those of `some` that the others don't have, by canonical name."""
    known = {department.canonical for department in others}
    return tuple(department for department in some if department.canonical not in known)


def _step_difference(pair: StepPair) -> StepDifference:
    ours, theirs = pair.ours, pair.theirs
    if ours is None or theirs is None:
        return _of_one_side(ours.step if ours else None, theirs.step if theirs else None)
    heading, text = compare(ours.heading, theirs.heading), compare(ours.text, theirs.text)
    if not _all_same(heading) and ours.heading.key + ours.text.key == theirs.heading.key + theirs.text.key:
        # "县民政局：负责 …" in heading and text says the same as "县民政局负责 …" in the text alone.
        heading = same(ours.heading.text, theirs.heading.text)
        text = same(ours.text.text, theirs.text.text)
    our_bodies, their_bodies = ours.step.departments, theirs.step.departments
    return StepDifference(
        ours=ours.step,
        theirs=theirs.step,
        heading=heading,
        text=text,
        bodies_only_ours=tuple(body for body in our_bodies if body not in their_bodies),
        bodies_only_theirs=tuple(body for body in their_bodies if body not in our_bodies),
        moved=pair.moved,
    )


def _of_one_side(ours: Step | None, theirs: Step | None) -> StepDifference:
    return StepDifference(
        ours,
        theirs,
        heading=changed((ours and ours.heading) or "", (theirs and theirs.heading) or ""),
        text=changed(ours.text if ours else "", theirs.text if theirs else ""),
    )


def _all_same(segments: Iterable[Segment]) -> bool:
    return all(segment.kind is Kind.SAME for segment in segments)
