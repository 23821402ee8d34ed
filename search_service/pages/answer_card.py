"""What the card above the results shows: the answer, or what to do without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from search_service.core.answers.answering import AnswerRequest
from search_service.core.answers.result import Status, TownshipRole
from search_service.engines.port import PLACE_FACETS

if TYPE_CHECKING:
    from search_service.core.answers.answering import Answers
    from search_service.core.answers.result import AnswerResponse, Finding
    from search_service.core.request import SearchRequest

_CONFIDENCE = ((0.9, "很有把握"), (0.8, "较有把握"), (0.0, "把握不大，请核对原文"))
"""Least probability → what to call it, the surest first; what the words mean is in docs/answers.md."""

_ROLES = {
    TownshipRole.RESPONSIBLE: "乡镇自己负责",
    TownshipRole.ASSISTS: "上级牵头，乡镇配合",
    TownshipRole.NONE: "上级已收回，乡镇不再承办",
}


@dataclass(frozen=True, slots=True)
class PlaceAnswer:
    """What one township says."""

    place: str
    bodies: str
    role: str
    url: str


@dataclass(frozen=True, slots=True)
class AnswerCard:
    """Everything the card prints; `by_place` is empty where all places say the same."""

    response: AnswerResponse
    bodies: list[str]
    role: str
    confidence: str
    by_place: list[PlaceAnswer]
    alternatives: list[PlaceAnswer]


def answer_card(request: SearchRequest, answers: Answers) -> AnswerCard | None:
    """Return the card for a search; None without a text, on a later page, under other filters than places."""
    only_places = set(request.filters) <= set(PLACE_FACETS)
    if not request.text.strip() or request.page > 1 or not only_places:
        return None
    response = answers.answer(AnswerRequest(request.text, request.filters))
    answer = response.answer
    if answer is None:
        return AnswerCard(response, [], "", "", [], [])
    differs = len({tuple(sorted(finding.bodies)) for finding in answer.by_township}) > 1
    is_ambiguous = response.status is Status.AMBIGUOUS
    return AnswerCard(
        response=response,
        bodies=[] if is_ambiguous else [one.department for one in answer.finding.responsible],
        role=_ROLES[answer.finding.role],
        confidence=next(words for least, words in _CONFIDENCE if answer.confidence >= least),
        by_place=[_place_answer(finding) for finding in answer.by_township] if differs else [],
        alternatives=[_place_answer(finding) for finding in response.alternatives],
    )


def _place_answer(finding: Finding) -> PlaceAnswer:
    duty = finding.duty
    bodies = "、".join(one.department for one in finding.responsible)
    return PlaceAnswer(f"{duty.county}{duty.township}", bodies, _ROLES[finding.role], f"/duties/{duty.id}")
