"""What a duty's page shows: its steps, those asked for marked, and what other townships say differently."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from indexer.cells import plain_text
from indexer.steps.binding import TOWNSHIP
from search_service.core.answers.dispatch_note import note_of_duty
from search_service.core.answers.result import citation_of
from search_service.core.differences import StepKind, differences
from search_service.pages.links import PAGE_DEFAULT, address, department_url, duty_url, search_url
from search_service.pages.remembered_township import place_filters

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from indexer.duty import Duty, Step
    from search_service.core.answers.result import Finding
    from search_service.core.differences import Difference, StepDifference
    from search_service.core.generation import Generation
    from search_service.core.request import SearchRequest
    from search_service.core.result import DutyResult


@dataclass(frozen=True, slots=True)
class StepItem:
    """A step as it is printed; `heading` only where it changes, `matched` if it answers the question."""

    number: int | None
    text: Markup
    heading: str | None
    bodies: list[tuple[str, str]]
    """Names of the departments that act, each with the address of its page, "" where it has none."""
    matched: bool


@dataclass(frozen=True, slots=True)
class OtherTownship:
    """The same duty in another township's list, and what is different there."""

    duty: Duty
    url: str
    difference: Difference
    superior_changes: list[StepDifference]
    township_changes: list[StepDifference]


@dataclass(frozen=True, slots=True)
class DutyPage:
    """Everything the template prints."""

    duty: Duty
    name: Markup
    citation: str
    bodies: list[tuple[str, str]]
    superior_steps: list[StepItem]
    township_steps: list[StepItem]
    others: list[OtherTownship]
    original: list[tuple[str, str]]
    """The document's row: titles of its columns and their wording, without the markup."""
    corrected: list[tuple[str, str]]
    """Titles of the columns that a reviewed correction changed, each with the document's wording."""
    category_url: str
    search_again_url: str
    """The search that led here, "" without one."""
    note: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The question that led to a duty, what the duty says to it, and the search to go back to."""

    text: str = ""
    finding: Finding | None = None
    search: SearchRequest | None = None


def duty_page(found: DutyResult, asked: Asked, generation: Generation, own_address: str) -> DutyPage:
    """Return the page of a duty; `own_address` is its whole one, for the note that is pasted elsewhere."""
    duty, finding = found.duty, asked.finding
    titles = {cell.field: cell.title for cell in found.original}
    sentences = _sentences(finding) if finding else []
    # A step may name a body that leads no duty of any list.
    known = frozenset(generation.engine.facet_values("department"))
    neighbours = {**place_filters(found.info, generation.engine.lists), "category": (duty.category,)}
    return DutyPage(
        duty=duty,
        name=_marked(duty.name, sentences),
        citation=citation_of(duty, found.info),
        bodies=[(one.name, _department_url(duty, one.canonical)) for one in duty.departments],
        superior_steps=_items(duty, duty.superior_steps, sentences, known),
        township_steps=_items(duty, duty.township_steps, sentences, known),
        others=[_other_township(one, asked.text) for one in differences(duty, found.same, generation.tuning)],
        original=[(cell.title, plain_text(cell.text)) for cell in found.original if cell.text],
        corrected=[(titles[field], wording) for field, wording in duty.source.original.items()],
        category_url=search_url(replace(PAGE_DEFAULT, filters=neighbours)),
        search_again_url=search_url(asked.search) if asked.search else "",
        note=note_of_duty(duty, found.info, own_address, finding),
    )


def _department_url(duty: Duty, canonical: str) -> str:
    """Return the address of a department's page, as far as it concerns the duty's township."""
    place = [("county", duty.county), ("township", duty.township)]
    return address(department_url(canonical), place)


def _other_township(found: Difference, text: str) -> OtherTownship:
    return OtherTownship(
        duty=found.theirs,
        url=duty_url(found.theirs.id, text),
        difference=found,
        superior_changes=[step for step in found.superior_steps if _is_changed(step)],
        township_changes=[step for step in found.township_steps if _is_changed(step)],
    )


def _is_changed(step: StepDifference) -> bool:
    return step.kind is not StepKind.SAME or step.has_other_heading


def _sentences(finding: Finding) -> list[str]:
    if not finding.stands_out:
        return []  # its leading bodies answer, whatever their steps say
    found = [one.evidence for one in finding.responsible]
    return [*found, finding.township_evidence] if finding.township_evidence else found


def _items(
    duty: Duty, steps: Iterable[Step], sentences: Sequence[str], known: Collection[str]
) -> list[StepItem]:
    names = {department.canonical: department.name for department in duty.departments}
    items: list[StepItem] = []
    heading = None
    for step in steps:
        items.append(
            StepItem(
                number=step.number,
                text=_marked(step.text, sentences),
                heading=step.heading if step.heading != heading else None,
                bodies=[
                    (names.get(one, one), department_url(one) if one in known else "")
                    for one in step.departments
                    if one != TOWNSHIP
                ],
                matched=any(sentence in step.text for sentence in sentences),
            )
        )
        heading = step.heading
    return items


def _marked(text: str, sentences: Iterable[str]) -> Markup:
    """Return a text as HTML, the first sentence in it that is one of `sentences` marked."""
    sentence = next((one for one in sentences if one and one in text), None)
    if sentence is None:
        return escape(text)
    before, _, behind = text.partition(sentence)
    return Markup("{}<mark>{}</mark>{}").format(before, sentence, behind)
