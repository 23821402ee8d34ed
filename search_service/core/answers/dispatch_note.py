"""The dispatch note (派单依据): what an operator pastes into the ticket, with the list that says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from search_service.core.answers.result import TownshipRole, citation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from indexer.duty import Duty
    from indexer.list_info import ListInfo
    from search_service.core.answers.result import Answer, Finding

_TITLE = "【派单依据】"


def dispatch_note(answer: Answer, lists: Sequence[ListInfo], link: Callable[[Duty], str]) -> str:
    """Return the note of an answer as lines of plain text.

    Of several townships each has its own paragraph: a note that names one county's bureau must not be pasted
    into another county's ticket. `lists` are those of the index, `link` gives the address of a duty.
    """
    infos = {info.id: info for info in lists}
    paragraphs = [
        _paragraph(finding.duty, infos[finding.duty.list_id], link(finding.duty), finding)
        for finding in answer.by_township
    ]
    return "\n\n".join([f"{_TITLE}\n{paragraphs[0]}", *paragraphs[1:]])


def note_of_duty(duty: Duty, info: ListInfo, address: str, finding: Finding | None) -> str:
    """Return the note of one duty; without a question (`finding` None) it names the leading bodies."""
    return f"{_TITLE}\n{_paragraph(duty, info, address, finding)}"


def _paragraph(duty: Duty, info: ListInfo, address: str, finding: Finding | None) -> str:
    if finding:
        bodies = [one.department for one in finding.responsible]
    else:
        bodies = [one.name for one in duty.departments] or [duty.township]
    lines = [
        f"地区：{duty.county}{duty.township}",
        f"承办：{'、'.join(bodies)}",
        f"乡镇职责：{TownshipRole.of(duty.list_type).label}",
        f"事项：{duty.name}",
        *(_sentences(finding) if finding else []),
        f"依据：{citation_of(duty, info)}",
        f"查看：{address}",
    ]
    return "\n".join(lines)


def _sentences(finding: Finding) -> list[str]:
    first = finding.responsible[0]
    lines = [] if first.evidence == finding.duty.name else [f"清单原文：{first.evidence}"]
    if finding.role is TownshipRole.ASSISTS and finding.township_evidence and not first.is_township:
        lines.append(f"乡镇配合：{finding.township_evidence}")
    return lines
