"""From what somebody asked, and how it ended, to what is kept of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from indexer.facets import PLACE_FACETS
from search_service.core.answers.result import Status
from search_service.report.entry import MOST_TOWNSHIPS, Entry, Kind, kept_question

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search_service.core.answers.result import AnswerResponse, Finding

UNSURE: Final = 0.8
"""Confidence below which the answer card says 把握不大, and a question is kept though it was answered."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its filters (facet → values), and the generation of the index that was asked."""

    text: str
    filters: Mapping[str, tuple[str, ...]]
    generation: str

    def entry(self, kind: Kind, finding: Finding | None = None, confidence: float | None = None) -> Entry:
        """Return what is kept of it today (UTC); `finding` is the answer's."""
        responsible = finding.responsible if finding else ()
        return Entry(
            day=today(),
            kind=kind,
            question=kept_question(self.text),
            generation=self.generation,
            townships=tuple(dict.fromkeys(self.filters.get("township", ())))[:MOST_TOWNSHIPS],
            duty_id=finding.duty.id if finding else None,
            department=responsible[0].canonical if responsible else None,
            confidence=None if confidence is None else round(confidence, 1),
        )


def today() -> date:
    """Return the day that entries of now are of, in UTC as everywhere in the service."""
    return datetime.now(UTC).date()


def unanswered(asked: Asked, total: int | None, response: AnswerResponse | None) -> Entry | None:
    """Return what is kept of a question that was not answered well; None where it was.

    `total` is the number of results and `response` the answer, None where they weren't asked for. Under
    filters of other kinds than places nothing is kept: finding nothing is their doing.
    """
    if not asked.text.strip() or not set(asked.filters) <= set(PLACE_FACETS):
        return None
    if total == 0:
        return asked.entry(Kind.ZERO_RESULTS)
    if response is None:
        return None
    answer = response.answer
    if answer is None:
        return asked.entry(Kind.NOT_FOUND) if response.status is Status.NOT_FOUND else None
    if answer.confidence >= UNSURE:
        return None
    return asked.entry(Kind.LOW_CONFIDENCE, answer.finding, answer.confidence)


def wrong_answer(asked: Asked, duty_id: str, response: AnswerResponse, right: str | None) -> Entry:
    """Return what is kept of an answer that somebody calls wrong; `right` is the department that they name.

    `response` is what the question is answered now: it tells what the duty `duty_id` was given for.
    """
    answer = response.answer
    given = [answer.finding, *answer.by_township] if answer else []
    finding = next((one for one in (*given, *response.alternatives) if one.duty.id == duty_id), None)
    confidence = answer.confidence if answer and finding in given else None
    entry = asked.entry(Kind.WRONG_ANSWER, finding, confidence)
    return replace(entry, duty_id=duty_id, right=right)
