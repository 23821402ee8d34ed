"""What is downloaded as tables: the results of a search, and a comparison of townships."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from indexer.duty import ListType
from indexer.export import steps_text
from search_service.core.answers.result import TownshipRole, citation_of
from search_service.core.comparison import MOST_TOWNSHIPS
from search_service.pages.links import duty_url
from search_service.pages.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.duty import Duty
    from indexer.list_info import ListInfo
    from indexer.sheet_cells import Value
    from search_service.core.comparison import Cell, Comparison, Row

RESULT_COLUMNS = (
    "地州市", "县市区", "乡镇", "清单", "序号", "事项类别", "事项名称", "重点标记", "牵头/承接部门",
    "上级部门职责", "乡镇配合职责", "依据", "网址", "文件", "行",
)  # fmt: skip

GAP = "—"
"""Stands where a township's list doesn't have a duty, and where there is nothing to compare."""


def results_table(
    duties: Iterable[Duty], lists: Iterable[ListInfo], base_url: str = "", note: str = ""
) -> Table:
    """Return the duties found as a table, in their order, with a note as its last row where there is one.

    `lists` give the dates of the citations; addresses are absolute with a `base_url` (https://host).
    """
    infos = {info.id: info for info in lists}
    rows: list[tuple[Value, ...]] = [
        (
            duty.prefecture, duty.county, duty.township, duty.list_type.label, duty.number, duty.category,
            duty.name, "★" if duty.marked else "", _departments(duty), steps_text(duty.superior_steps),
            steps_text(duty.township_steps), _citation(duty, infos.get(duty.list_id)),
            base_url.rstrip("/") + duty_url(duty.id), duty.source.file, duty.source.line,
        )
        for duty in duties
    ]  # fmt: skip
    return Table("履职事项查询结果", RESULT_COLUMNS, _with_note(rows, note, RESULT_COLUMNS))


def comparison_table(comparison: Comparison) -> Table:
    """Return a comparison as a table: a column for each township, and one that says in what they differ."""
    header = ("事项", *column_names(comparison.townships), "是否一致")
    rows: list[tuple[Value, ...]] = [
        (row.name, *(cell_text(cell) for cell in row.cells), _verdict(row)) for row in comparison.rows
    ]
    note = ""
    if comparison.left_out:
        note = f"（另有{comparison.left_out}个乡镇未列出：一次最多对照{MOST_TOWNSHIPS}个，请选定乡镇。）"
    title = f"{comparison.category}事项乡镇对照表"
    return Table(title, header, _with_note(rows, note, header))


def column_names(townships: Sequence[ListInfo]) -> list[str]:
    """Return a heading for each township: county and name, the prefecture too where those are not enough."""
    names = [f"{info.place.county} {info.place.township}" for info in townships]
    shared = Counter(names)
    return [
        f"{info.place.prefecture} {name}" if shared[name] > 1 else name
        for info, name in zip(townships, names, strict=True)
    ]


def cell_text(cell: Cell) -> str:
    """Return what a township's list says of a duty, e.g. ``配合：昌吉市公安局（第19项）``."""
    return "\n".join(_duty_text(duty, cell.category) for duty in cell.duties) or GAP


def _duty_text(duty: Duty, category: str) -> str:
    is_basic = duty.list_type is ListType.BASIC
    who = TownshipRole.of(duty.list_type).label if is_basic else _departments(duty)
    where = f"第{duty.number}项" if duty.category == category else f"第{duty.number}项，列在“{duty.category}”"
    return f"{duty.list_type.label}：{who}（{where}）"


def _citation(duty: Duty, info: ListInfo | None) -> str:
    # The index may be exchanged between a search and the look at its lists.
    return citation_of(duty, info) if info else ""


def _departments(duty: Duty) -> str:
    return "、".join(department.name for department in duty.departments)


def _verdict(row: Row) -> str:
    if len(row.cells) == 1:
        return GAP
    reasons = "、".join(difference.label for difference in row.differences)
    return f"不一致：{reasons}" if reasons else "一致"


def _with_note(rows: list[tuple[Value, ...]], note: str, header: tuple[str, ...]) -> list[tuple[Value, ...]]:
    return [*rows, (note, *("" for _ in header[1:]))] if note else rows
