"""What `who_handles` returns: how a question ended, the body, the sentence, what each township says."""

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, Field

from indexer.duty import Duty
from indexer.list_info import ListInfo
from search_service.core.answers.result import (
    AnswerResponse,
    Finding,
    Responsible,
    Status,
    TownshipRole,
    citation_of,
)
from search_service.mcp_server.duty_results import DutyReference

_ROLE = "responsible: does it itself; assists: a superior body leads; none: superior bodies took it back"


class Body(BaseModel):
    """A body that answers for what was asked, and the sentence that says so."""

    name: str = Field(
        description="as the list calls it, e.g. 昌吉市公安局; 当地公安局 where the answer holds for several "
        "places that each have their own, which by_township names"
    )
    canonical: str = Field(description="without place, e.g. 公安局; 乡镇 is the township itself")
    evidence: str = Field(description="the sentence of the list that makes it responsible, word for word")


class FoundElsewhere(BaseModel):
    """Townships whose lists hold what those asked about don't."""

    duty: DutyReference
    townships: list[str]


class OutsideMatter(BaseModel):
    """A matter that no township's list holds, and the desk it usually belongs to."""

    name: str
    desk: str


class Alternative(BaseModel):
    """Another duty that may have been meant, and who handles that. It is no answer."""

    duty: DutyReference
    responsible: list[Body]
    township_role: TownshipRole = Field(description=_ROLE)

    @classmethod
    def of(cls, finding: Finding) -> "Alternative":
        """Return what a finding says, as something that may have been meant."""
        return cls(
            duty=DutyReference.of(finding.duty),
            responsible=_bodies(finding),
            township_role=finding.role,
        )


class TownshipAnswer(BaseModel):
    """What one township's list says."""

    duty: DutyReference
    responsible: list[Body]
    township_role: TownshipRole = Field(description=_ROLE)
    township_evidence: str | None = Field(description="what the township has to do, word for word")
    citation: str | None

    @classmethod
    def of(cls, finding: Finding, lists: Mapping[str, ListInfo]) -> "TownshipAnswer":
        """Return what a finding says; `lists` by their ids."""
        return cls(
            duty=DutyReference.of(finding.duty),
            responsible=_bodies(finding),
            township_role=finding.role,
            township_evidence=finding.township_evidence,
            citation=_citation(finding.duty, lists),
        )


class WhoHandles(BaseModel):
    """How a question ended."""

    status: Status = Field(
        description="answered: `responsible` handles it; ambiguous: the places differ, ask which township "
        "it is about; not_found: no list answers it, pass on `advice` and don't guess"
    )
    summary: str | None = Field(description="the answer in one Chinese sentence to be read out")
    responsible: list[Body] = Field(
        description="who handles it, the first one is the one to turn to; empty unless answered"
    )
    confidence: float = Field(
        description="probability, 0 to 1, that the best match is right; too low a one is not_found"
    )
    township_role: TownshipRole | None = Field(description=f"{_ROLE}; null unless answered")
    township_evidence: str | None = Field(description="what the township has to do, word for word")
    stands_out: bool | None = Field(
        description="false: no clause is just what was asked, `responsible` are the bodies that lead the duty"
    )
    duty: DutyReference | None = Field(description="the duty that is quoted; null unless answered")
    citation: str | None = Field(
        description="where the evidence is written, to be quoted, e.g. "
        "庙尔沟乡配合履职事项清单第19项（2025年7月）"
    )
    by_township: list[TownshipAnswer] = Field(
        description="what the list of each township asked about says, with the names its bodies have there"
    )
    alternatives: list[Alternative] = Field(
        description="other duties that may have been meant; after not_found the nearest one, to be checked"
    )
    advice: str | None = Field(description="what to do where there is no one answer, in Chinese; else null")
    elsewhere: FoundElsewhere | None = Field(
        description="townships whose lists hold what those asked about don't"
    )
    outside: OutsideMatter | None = Field(
        description="the matter outside all lists that was recognised, and its desk"
    )

    other_place: str | None = Field(
        description="the place that the question names although the call keeps to others: the answer is not "
        "about it; say so, or ask again for that place"
    )

    @classmethod
    def of(cls, response: AnswerResponse, lists: Mapping[str, ListInfo]) -> "WhoHandles":
        """Return what became of a question; `lists` by their ids."""
        answer = response.answer
        # Where places differ, the core's finding is that of one of them: shown first, it would be passed on
        # as the answer for all.
        finding = answer.finding if answer and response.status is Status.ANSWERED else None
        by_township = answer.by_township if answer else ()
        elsewhere, outside = response.elsewhere, response.outside
        return cls(
            status=response.status,
            summary=answer.summary if answer else None,
            responsible=_bodies(finding, by_township) if finding else [],
            confidence=round(response.confidence, 2),
            township_role=finding.role if finding else None,
            township_evidence=finding.township_evidence if finding else None,
            stands_out=finding.stands_out if finding else None,
            duty=DutyReference.of(finding.duty) if finding else None,
            citation=answer.citation if answer and finding else None,
            by_township=[TownshipAnswer.of(one, lists) for one in by_township],
            alternatives=[Alternative.of(one) for one in response.alternatives],
            advice=response.advice,
            elsewhere=FoundElsewhere(
                duty=DutyReference.of(elsewhere.duty), townships=list(elsewhere.townships)
            )
            if elsewhere
            else None,
            outside=OutsideMatter(name=outside.name, desk=outside.desk) if outside else None,
            other_place=response.query.other_place,
        )


def _bodies(finding: Finding, by_township: Sequence[Finding] = ()) -> list[Body]:
    """Return a finding's bodies, by the names that they have in all of `by_township`."""
    return [
        Body(name=_name(one, by_township), canonical=one.canonical, evidence=one.evidence)
        for one in finding.responsible
    ]


def _name(body: Responsible, by_township: Sequence[Finding]) -> str:
    names = {
        one.department
        for finding in by_township
        for one in finding.responsible
        if one.canonical == body.canonical
    }
    return f"当地{body.canonical}" if len(names) > 1 else body.department


def _citation(duty: Duty, lists: Mapping[str, ListInfo]) -> str | None:
    info = lists.get(duty.list_id)
    return citation_of(duty, info) if info else None
