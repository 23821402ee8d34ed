"""What the card above the results shows: the answer, or what to do without one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from indexer.facets import PLACE_FACETS
from search_service.core.answers.answering import AnswerRequest
from search_service.core.answers.dispatch_note import dispatch_note
from search_service.core.answers.result import Status, TownshipRole
from search_service.pages.links import duty_url, search_url
from search_service.pages.remembered_township import place_filters
from search_service.report.uses import UNSURE

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.duty import Duty
    from indexer.list_info import ListInfo
    from search_service.core.answers.answering import Answers
    from search_service.core.answers.result import Answer, AnswerResponse, Finding
    from search_service.core.request import SearchRequest

SHOWN_BODIES = 3
"""Bodies of an answer that are named; the others stand on the duty's page."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure an answer is, in words; `level` names its look."""

    level: str
    words: str
    least: float
    """The least probability that is called so."""


_CONFIDENCE = (
    Confidence("high", "很有把握", 0.9),
    Confidence("fair", "较有把握", UNSURE),
    Confidence("low", "把握不大，请核对原文", 0.0),
)
"""The surest first; what the words mean is in docs/answers.md."""


@dataclass(frozen=True, slots=True)
class Body:
    """A body that answers, and the sentence that says so ("" where it is the one printed before)."""

    name: str
    evidence: str


@dataclass(frozen=True, slots=True)
class FoundDuty:
    """What one duty says, in short: its bodies, and where it stands."""

    duty: Duty
    place: str
    bodies: str
    url: str
    search_url: str
    """The same search in its township alone."""


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """Everything the card prints; `bodies` is empty where there is no one answer."""

    response: AnswerResponse
    alternatives: list[FoundDuty]
    answer: Answer | None = None
    bodies: tuple[Body, ...] = ()
    more_bodies: int = 0
    confidence: Confidence = _CONFIDENCE[-1]
    by_place: tuple[FoundDuty, ...] = ()
    differs: bool = False
    duty_url: str = ""
    note: str = ""
    helps: str = ""
    """What the township does to assist."""
    elsewhere_url: str = ""


def answer_card(
    request: SearchRequest, answers: Answers, lists: Sequence[ListInfo], link: Callable[[Duty], str]
) -> AnswerCard | None:
    """Return the card for a search; None without a text, on a later page, under other filters than places.

    `link` gives the whole address of a duty, for the note that is pasted elsewhere.
    """
    only_places = set(request.filters) <= set(PLACE_FACETS)
    if not request.text.strip() or request.page > 1 or not only_places:
        return None
    response = answers.answer(AnswerRequest(request.text, request.filters))
    alternatives = [_found_duty(finding, request, lists) for finding in response.alternatives]
    answer = response.answer
    if answer is None:
        elsewhere = response.elsewhere
        elsewhere_url = duty_url(elsewhere.duty.id, request.text) if elsewhere else ""
        return AnswerCard(response, alternatives, elsewhere_url=elsewhere_url)
    finding = answer.finding
    bodies = [] if response.status is Status.AMBIGUOUS else _bodies(answer)
    return AnswerCard(
        response=response,
        alternatives=alternatives,
        answer=answer,
        bodies=tuple(bodies[:SHOWN_BODIES]),
        more_bodies=len(bodies[SHOWN_BODIES:]),
        confidence=next(one for one in _CONFIDENCE if answer.confidence >= one.least),
        by_place=tuple(_found_duty(one, request, lists) for one in answer.by_township),
        differs=len({tuple(sorted(one.bodies)) for one in answer.by_township}) > 1,
        duty_url=duty_url(finding.duty.id, request.text),
        note=dispatch_note(answer, lists, link),
        helps=_helps(finding),
    )


def _bodies(answer: Answer) -> list[Body]:
    """Return the bodies by names that hold in all places asked about: 当地公安局 of several counties."""
    names: dict[str, set[str]] = {}
    for finding in answer.by_township:
        for one in finding.responsible:
            names.setdefault(one.canonical, set()).add(one.department)
    bodies: dict[str, Body] = {}
    sentences: set[str] = set()
    for one in answer.finding.responsible:
        own = len(names[one.canonical]) == 1
        name = one.department if own else "各乡镇" if one.is_township else f"当地{one.canonical}"
        evidence = "" if one.evidence in sentences else one.evidence
        bodies.setdefault(name, Body(name, evidence))
        sentences.add(one.evidence)
    return list(bodies.values())


def _helps(finding: Finding) -> str:
    assists = finding.role is TownshipRole.ASSISTS and not finding.responsible[0].is_township
    return (finding.township_evidence or "") if assists else ""


def _found_duty(finding: Finding, request: SearchRequest, lists: Sequence[ListInfo]) -> FoundDuty:
    duty = finding.duty
    bodies = [one.department for one in finding.responsible]
    more = f" 等 {len(bodies)} 家" if len(bodies) > SHOWN_BODIES else ""
    info = next(info for info in lists if info.id == duty.list_id)
    return FoundDuty(
        duty=duty,
        place=f"{duty.county}{duty.township}",
        bodies="、".join(bodies[:SHOWN_BODIES]) + more,
        url=duty_url(duty.id, request.text),
        search_url=search_url(replace(request, filters=place_filters(info, lists))),
    )
