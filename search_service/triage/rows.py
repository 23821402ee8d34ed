"""The rows of a table, answered: for each one what our columns say."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from indexer.facets import UnknownFacetValueError
from search_service.core.answers.answering import AnswerRequest
from search_service.core.answers.result import Status, TownshipRole
from search_service.core.request import MAX_QUERY_LENGTH
from search_service.triage.table import is_blank
from search_service.triage.townships import UnknownTownshipError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from indexer.duty import Duty
    from search_service.core.answers.result import Answer, AnswerResponse, Finding, Responsible
    from search_service.triage.columns import Columns
    from search_service.triage.table import Row, Table
    from search_service.triage.townships import Places, TownshipNames

OUR_COLUMNS = (
    "处理结果", "责任部门", "责任部门规范名", "事项名称", "清单", "依据原文", "依据", "乡镇职责", "把握",
    "说明",
)  # fmt: skip
"""The columns added, in the order of `Outcome.cells`."""

# Shorter than `TownshipRole.label`: under the heading 乡镇职责 a table is filtered by them.
_ROLES = {TownshipRole.RESPONSIBLE: "负责", TownshipRole.ASSISTS: "配合", TownshipRole.NONE: "不再承担"}


class Result(StrEnum):
    """How a row ended."""

    ANSWERED = "已找到"
    DIFFERS = "各地不同"
    NOT_FOUND = "清单无此事项"
    NOT_PROCESSED = "未处理"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What our columns say of a row; `explanation` is never empty, the others may be."""

    result: Result
    explanation: str
    bodies: str = ""
    canonical: str = ""
    duty: str = ""
    list_label: str = ""
    evidence: str = ""
    citation: str = ""
    township_role: str = ""
    confidence: str = ""

    def cells(self, notes: tuple[str, ...] = ()) -> Row:
        """Return the cells for `OUR_COLUMNS`, with notes on the row behind the explanation."""
        explanation = self.explanation + (f"（{'；'.join(notes)}）" if notes else "")
        return (
            self.result, self.bodies, self.canonical, self.duty, self.list_label, self.evidence,
            self.citation, self.township_role, self.confidence, explanation,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AnsweredRow:
    """How a row ended, and its cells for `OUR_COLUMNS`; a blank row stays one: None and empty cells."""

    result: Result | None
    cells: Row


def answer_rows(
    table: Table,
    columns: Columns,
    answer: Callable[[AnswerRequest], AnswerResponse],
    townships: TownshipNames,
    default: Places,
) -> Iterator[AnsweredRow]:
    """Yield each row answered, in order; what several rows ask in one place is asked once.

    `default` are the places for rows without a township of their own. Raises IndexStateError where no usable
    index is published; everything that is wrong with a row is said in it.
    """
    known: dict[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], Outcome] = {}
    for row in table.rows:
        if is_blank(row):
            yield AnsweredRow(None, ("",) * len(OUR_COLUMNS))
            continue
        text = _cell(row, columns.text).strip()
        notes = _notes(row, table, text)
        try:
            places = townships.places(_cell(row, columns.township)) or default
        except UnknownTownshipError as error:
            outcome = Outcome(Result.NOT_PROCESSED, f"{error}。")
        else:
            key = (text[:MAX_QUERY_LENGTH], tuple(places.items()))
            if key not in known:
                known[key] = _outcome(key[0], places, answer)
            outcome = known[key]
        yield AnsweredRow(outcome.result, outcome.cells(notes))


def _cell(row: Row, column: int | None) -> str:
    return row[column] if column is not None and column < len(row) else ""


def _notes(row: Row, table: Table, text: str) -> tuple[str, ...]:
    """Return what is unusual about a row."""
    more = len(row) - len(table.header)
    notes = []
    if more:
        notes.append(f"这一行比表头{'多' if more > 0 else '少'}{abs(more)}格")
    if len(text) > MAX_QUERY_LENGTH:
        notes.append(f"原文超过{MAX_QUERY_LENGTH}字，只用了前{MAX_QUERY_LENGTH}字")
    return tuple(notes)


def _outcome(text: str, places: Places, answer: Callable[[AnswerRequest], AnswerResponse]) -> Outcome:
    if not any(map(str.isalnum, text)):
        return Outcome(Result.NOT_PROCESSED, "这一行没有写诉求内容。")
    try:
        response = answer(AnswerRequest(text, places))
    except UnknownFacetValueError:  # the index was exchanged for one without this township
        return Outcome(Result.NOT_PROCESSED, f"没有“{_joined(places)}”的清单，请核对乡镇名称。")
    found = response.answer
    if found is None:
        return Outcome(Result.NOT_FOUND, response.advice or "")
    duty = found.finding.duty
    confidence = f"{found.confidence:.2f}"
    if response.status is Status.AMBIGUOUS:
        return Outcome(Result.DIFFERS, found.summary, duty=duty.name, confidence=confidence)
    return Outcome(
        Result.ANSWERED,
        found.summary + _whose_list(response, duty, places),
        bodies=_joined_bodies(found),
        canonical="、".join(dict.fromkeys(found.finding.bodies)),
        duty=duty.name,
        list_label=duty.list_type.label,
        evidence=found.finding.responsible[0].evidence,
        citation=found.citation,
        township_role=_ROLES[found.finding.role],
        confidence=confidence,
    )


def _whose_list(response: AnswerResponse, duty: Duty, places: Places) -> str:
    """Return a remark on whose list answers where neither the row nor the complaint names a place."""
    detected = response.query.detected
    if places or detected.township or detected.county:
        return ""
    return f"（没有写明乡镇，依据的是{duty.township}的清单）"


def _joined(places: Mapping[str, tuple[str, ...]]) -> str:
    return "".join(value for values in places.values() for value in values)


def _joined_bodies(answer: Answer) -> str:
    names = (_name(body, answer.by_township) for body in answer.finding.responsible)
    return "、".join(dict.fromkeys(names))


def _name(body: Responsible, by_township: tuple[Finding, ...]) -> str:
    """Return a body's full name; 当地公安局 where the answer holds for places that each have their own."""
    names = {
        one.department
        for finding in by_township
        for one in finding.responsible
        if one.canonical == body.canonical
    }
    return f"当地{body.canonical}" if len(names) > 1 else body.department
