"""A duty in one sentence: what stands below its title in a chat or in another site's results."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.duty import ListType
from search_service.core.answers.result import citation_of

if TYPE_CHECKING:
    from indexer.duty import Duty
    from indexer.list_info import ListInfo

MOST_BODIES = 4
LONGEST_NAME = 60


def duty_description(duty: Duty, info: ListInfo) -> str:
    """Return who handles a duty, and where that is written."""
    name = duty.name if len(duty.name) <= LONGEST_NAME else f"{duty.name[:LONGEST_NAME]}……"
    return f"{duty.county}{duty.township}的“{name}”{_who(duty)}。依据：{citation_of(duty, info)}。"


def _who(duty: Duty) -> str:
    bodies = _bodies(duty) or "上级部门"
    match duty.list_type:
        case ListType.BASIC:
            return f"由{duty.township}自己负责"
        case ListType.COOPERATIVE:
            return f"由{bodies}牵头，{duty.township}配合"
        case ListType.RECLAIMED:
            return f"已由{bodies}收回，{duty.township}不再承担"


def _bodies(duty: Duty) -> str:
    names = [department.name for department in duty.departments]
    more = f"等{len(names)}个部门" if len(names) > MOST_BODIES else ""
    return "、".join(names[:MOST_BODIES]) + more
