"""What an answer is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from indexer.duty import ListType
from indexer.steps.binding import TOWNSHIP

if TYPE_CHECKING:
    from indexer.confidence import Features
    from indexer.duty import Duty
    from indexer.list_info import ListInfo
    from indexer.outside import Matter
    from search_service.core.result import QueryReport


class Status(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not_found"


class TownshipRole(StrEnum):
    """What the township is to a duty."""

    RESPONSIBLE = "responsible"
    ASSISTS = "assists"
    NONE = "none"

    @classmethod
    def of(cls, list_type: ListType) -> TownshipRole:
        """Return the role that a list gives the township."""
        return _ROLES[list_type]

    @property
    def label(self) -> str:
        """Return the role in Chinese, in words that stand by themselves."""
        return _ROLE_LABELS[self]


_ROLES = {
    ListType.BASIC: TownshipRole.RESPONSIBLE,
    ListType.COOPERATIVE: TownshipRole.ASSISTS,
    ListType.RECLAIMED: TownshipRole.NONE,
}
_ROLE_LABELS = {
    TownshipRole.RESPONSIBLE: "乡镇自己负责",
    TownshipRole.ASSISTS: "上级牵头，乡镇配合",
    TownshipRole.NONE: "上级已收回，乡镇不再承办",
}


@dataclass(frozen=True, slots=True)
class Responsible:
    """A body that answers for what was asked, and the sentence of the list that says so."""

    department: str
    canonical: str
    evidence: str

    @property
    def is_township(self) -> bool:
        """Return whether it is the township itself."""
        return self.canonical == TOWNSHIP


@dataclass(frozen=True, slots=True)
class Finding:
    """Who one duty makes responsible for what was asked.

    `stands_out`: one of its steps is what was asked for; else `responsible` are its leading bodies in the
    document's order.
    """

    duty: Duty
    responsible: tuple[Responsible, ...]
    township_evidence: str | None
    stands_out: bool

    @property
    def role(self) -> TownshipRole:
        """Return what the township is to the duty."""
        return TownshipRole.of(self.duty.list_type)

    @property
    def bodies(self) -> list[str]:
        """Return the canonical names of the responsible bodies."""
        return [one.canonical for one in self.responsible]


@dataclass(frozen=True, slots=True)
class Answer:
    """The body, the sentence, and what the township does; `confidence` in [0, 1] is a probability.

    `by_township` holds what each township asked about says, best first.
    """

    finding: Finding
    confidence: float
    summary: str
    citation: str
    by_township: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Townships whose lists hold what was asked for, while those asked about don't."""

    duty: Duty
    townships: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerResponse:
    """How a question ended. `advice` says in Chinese what to do where there is no one answer."""

    query: QueryReport
    status: Status
    answer: Answer | None
    alternatives: tuple[Finding, ...]
    advice: str | None
    elsewhere: Elsewhere | None
    outside: Matter | None
    """The matter outside all lists that was recognised."""
    confidence: float
    """Of the best that was found, also where it was too little to be an answer."""
    features: Features | None = None
    """What the confidence was computed from; None where nothing was answered."""


def citation_of(duty: Duty, info: ListInfo) -> str:
    """Return where a duty is written, e.g. ``庙尔沟乡配合履职事项清单第19项（2025年7月）``."""
    date = f"（{info.date[:4]}年{int(info.date[5:7])}月）" if info.date else ""
    return f"{duty.township}{duty.list_type.full_name}第{duty.number}项{date}"
