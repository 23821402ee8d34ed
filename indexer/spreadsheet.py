"""Spreadsheets out: lists in the form in which the reader takes them in, and an empty form to fill in."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from indexer.assembly import MARK, Assembler
from indexer.corrections import Corrections
from indexer.documents.cell_lines import join_lines
from indexer.documents.row import Row
from indexer.documents.table import HEADERS
from indexer.duty import ListType
from indexer.steps.split import HEADING_JOINER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from openpyxl.styles.styleable import StyleableObject
    from openpyxl.worksheet.worksheet import Worksheet

    from indexer.departments.register import DepartmentRegister
    from indexer.duty import Duty, Place, Step
    from indexer.township_list import TownshipList

MAX_CELL = 32_767
"""Most characters that a cell of a spreadsheet holds."""
TOP = Alignment(vertical="top", wrap_text=True)
"""How the text of a row stands in its cell."""

_TITLE = "履职事项清单"
_WIDTHS = {
    ListType.BASIC: (7, 16, 90),
    ListType.COOPERATIVE: (7, 16, 30, 24, 60, 60),
    ListType.RECLAIMED: (7, 16, 40, 80),
}
_MAX_SHEET_NAME = 31
_NOT_IN_A_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_THIN = Side(style="thin")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_GREY = PatternFill("solid", start_color="DDDDDD")
_BOLD = Font(bold=True)

# What the five published lists use, the common ones first; a spreadsheet's own list has 255 characters.
_CATEGORIES = (
    "党的建设", "经济发展", "民生服务", "平安法治", "乡村振兴", "精神文明建设", "社会管理", "安全稳定",
    "民族宗教", "社会保障", "自然资源", "生态环保", "城乡建设", "交通运输", "商贸流通", "文化和旅游",
    "卫生健康", "应急管理及消防", "市场监管", "投资促进", "教育培训监管", "人民武装", "综合政务",
)  # fmt: skip
_TEMPLATE_ROWS = 500
_PLACE_TO_FILL_IN = (
    "（在此填写地名全称：省级、地级、县级、乡级依次连写，例如：新疆维吾尔自治区昌吉回族自治州昌吉市庙尔沟乡）"
)
_DATE_TO_FILL_IN = "（在此填写公布的年月，例如：2025年7月）"
_INSTRUCTIONS = (
    "填写说明",
    "一、“基本”表第一行填写地名全称，第三行填写公布年月；第二行和表头请勿改动。",
    "二、三张表分别对应基本履职事项清单、配合履职事项清单、上级部门收回事项清单；没有的清单可删去整张表。",
    "三、每个事项占一行，序号在每张表内从一开始连续编号，不重复、不间断。",
    "四、事项类别相同的相邻各行，类别单元格可以合并；其他单元格请勿合并。",
    "五、职责分条填写，每条另起一行（按住 Alt 键再按回车键），以数字和点编号，例如：1.负责……；",
    "六、多个部门分别承担职责的，部门名称单独成行并加冒号，其下各条重新编号，例如：县公安局：",
    "七、对应上级部门写全称，多个部门之间用顿号隔开，例如：昌吉市公安局、昌吉市民政局",
    "八、承接部门及工作方式先写部门，再写冒号和工作方式，例如：昌吉市民政局：负责……。",
    "九、原清单中事项名称前带有★的，请保留在名称之前。",
    "十、填好后运行 duty-index check 文件名.xlsx 检查，错误会指明行号。",
)


class SpreadsheetError(ValueError):
    """What a spreadsheet can't hold; the message names the duty."""


def write_lists(lists: Iterable[TownshipList], register: DepartmentRegister, path: Path) -> list[str]:
    """Write one sheet a list to the spreadsheet `path`, replacing it as a whole or not at all.

    A sheet has title rows with place and date and the three tables, as `indexer.documents` reads them.
    Returns the ids of the duties that would not read back as they are. A list without place is left out.

    Raises SpreadsheetError where a text is longer than a cell can be, OSError where `path` can't be written.
    """
    book = _empty_book()
    changed: list[str] = []
    for one in lists:
        if one.place is not None:
            sheet = book.create_sheet(_sheet_name(one.place, book.sheetnames))
            changed += _write_list(sheet, one, one.place, register)
    _save(book, path)
    return changed


def write_template(path: Path) -> None:
    """Write an empty form: a sheet for each of the three lists, and one that explains in Chinese.

    Raises OSError where `path` can't be written.
    """
    book = _empty_book()
    for list_type in ListType:
        sheet = book.create_sheet(list_type.label)
        if list_type is ListType.BASIC:
            for text in (_PLACE_TO_FILL_IN, _TITLE, _DATE_TO_FILL_IN):
                _write_title(sheet, text, list_type)
        _write_title(sheet, list_type.full_name, list_type)
        _write_header(sheet, list_type)
        sheet.freeze_panes = f"A{sheet.max_row + 1}"
        _offer_categories(sheet, sheet.max_row + 1)
        _set_widths(sheet, _WIDTHS[list_type])
    explanation = book.create_sheet("说明")
    for text in _INSTRUCTIONS:
        explanation.append([text])
    _set_widths(explanation, (110,))
    _save(book, path)


def style_as_header(cell: StyleableObject) -> None:
    """Make a cell look like one of a header: bold and boxed on grey."""
    cell.font, cell.alignment, cell.border, cell.fill = _BOLD, _MIDDLE, _BOX, _GREY


def row_of(duty: Duty, place: Place, register: DepartmentRegister) -> tuple[Row, bool]:
    """Return the duty as a row of a list, and whether it reads back as the same duty."""
    candidates = list(_candidates(duty))
    for row in candidates:
        if _reads_back(row, duty, place, register):
            return row, True
    return candidates[0], False


# ── A duty as a row ───────────────────────────────────────────────────────────────────────────────


def _candidates(duty: Duty) -> Iterator[Row]:
    """Yield the ways to write a duty, the plainest first."""
    row = Row(
        duty.list_type,
        duty.number,
        duty.source.line,
        category=duty.category,
        name=f"{MARK}{duty.name}" if duty.marked else duty.name,
    )
    if duty.list_type is ListType.BASIC:
        yield row
    elif duty.list_type is ListType.COOPERATIVE:
        departments = "、".join(department.name for department in duty.departments)
        superior, township = _steps_text(duty.superior_steps), _steps_text(duty.township_steps)
        yield replace(row, departments=departments, superior=superior, township=township)
    else:
        for text in (_under_all_departments(duty), _under_each_department(duty)):
            yield replace(row, superior=text)


def _under_all_departments(duty: Duty) -> str:
    names = "、".join(department.name for department in duty.departments)
    steps = _steps_text(duty.superior_steps)
    return f"{names}：{steps}" if names else steps


def _under_each_department(duty: Duty) -> str:
    """Return 承接部门及工作方式 with the steps of each department under its own name."""
    full_names = {department.canonical: department.name for department in duty.departments}
    parts: list[tuple[tuple[str, ...], list[Step]]] = []
    for step in duty.superior_steps:
        if not parts or parts[-1][0] != step.departments:
            parts.append((step.departments, []))
        parts[-1][1].append(step)
    return "\n".join(
        f"{'、'.join(full_names.get(name, name) for name in names)}：{_steps_text(steps)}"
        for names, steps in parts
    )


def _steps_text(steps: Sequence[Step]) -> str:
    """Return steps as the lines of a cell: a heading where it changes, and each step with its number."""
    lines: list[str] = []
    open_headings: list[str] = []
    for step in steps:
        headings = step.heading.split(HEADING_JOINER) if step.heading else []
        kept = 0
        while kept < min(len(headings), len(open_headings)) and headings[kept] == open_headings[kept]:
            kept += 1
        lines += headings[kept:]
        open_headings = headings
        lines.append(step.text if step.number is None else f"{step.number}.{step.text}")
    return "\n".join(lines)


def _reads_back(row: Row, duty: Duty, place: Place, register: DepartmentRegister) -> bool:
    read = replace(
        row,
        category=_as_read(row.category),
        name=_as_read(row.name),
        departments=_as_read(row.departments),
        superior=_as_read(row.superior),
        township=_as_read(row.township),
    )
    reader = Assembler(duty.list_id, duty.source.file, place, register, Corrections())
    return replace(reader.duty(read), source=duty.source) == duty


def _as_read(text: str) -> str:
    return join_lines(_clean(text).split("\n"))


# ── Sheets ────────────────────────────────────────────────────────────────────────────────────────


def _empty_book() -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book


def _write_list(sheet: Worksheet, one: TownshipList, place: Place, register: DepartmentRegister) -> list[str]:
    """Write one list; return the ids of the duties that would read back otherwise."""
    changed: list[str] = []
    widest = ListType.COOPERATIVE
    _write_title(sheet, f"{place.province}{place.prefecture}{place.county}{place.township}", widest)
    _write_title(sheet, _TITLE, widest)
    if one.date:
        year, month = one.date.split("-")
        _write_title(sheet, f"{year}年{int(month)}月", widest)
    for list_type in ListType:
        duties = one.duties_of(list_type)
        if not duties:
            continue
        _write_title(sheet, list_type.full_name, widest)
        _write_header(sheet, list_type)
        for duty in duties:
            row, same = row_of(duty, place, register)
            _write_row(sheet, row, duty.id)
            if not same:
                changed.append(duty.id)
    _set_widths(sheet, _WIDTHS[widest])
    return changed


def _write_title(sheet: Worksheet, text: str, list_type: ListType) -> None:
    sheet.append([text])
    row = sheet.max_row
    sheet.cell(row, 1).font = Font(bold=True, size=14)
    sheet.cell(row, 1).alignment = _MIDDLE
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=len(HEADERS[list_type]))


def _write_header(sheet: Worksheet, list_type: ListType) -> None:
    sheet.append(HEADERS[list_type])
    for cell in sheet[sheet.max_row][: len(HEADERS[list_type])]:
        style_as_header(cell)


def _write_row(sheet: Worksheet, row: Row, duty_id: str) -> None:
    texts = {
        ListType.BASIC: (row.category, row.name),
        ListType.COOPERATIVE: (row.category, row.name, row.departments, row.superior, row.township),
        ListType.RECLAIMED: (row.category, row.name, row.superior),
    }[row.list_type]
    line = sheet.max_row + 1
    cells = [sheet.cell(line, 1, row.number)]
    for column, text in enumerate(map(_clean, texts), 2):
        if len(text) > MAX_CELL:
            raise SpreadsheetError(f"{duty_id}: a text of {len(text)} characters; a cell holds {MAX_CELL}")
        cells.append(sheet.cell(line, column, text))
        cells[-1].data_type = "s"  # a text that begins with = is no formula
    for cell in cells:
        cell.alignment, cell.border = TOP, _BOX


def _clean(text: str) -> str:
    """Return a text without the control characters that no spreadsheet holds."""
    return str(ILLEGAL_CHARACTERS_RE.sub("", text))


def _offer_categories(sheet: Worksheet, first_row: int) -> None:
    """Offer the usual categories in the second column; others may be typed, after a question."""
    validation = DataValidation(type="list", formula1=f'"{",".join(_CATEGORIES)}"', allow_blank=True)
    validation.errorStyle = "warning"
    validation.error = "清单中少见的事项类别，确认无误吗？"
    validation.showErrorMessage = True
    validation.add(f"B{first_row}:B{first_row + _TEMPLATE_ROWS}")
    sheet.add_data_validation(validation)


def _set_widths(sheet: Worksheet, widths: Sequence[int]) -> None:
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _sheet_name(place: Place, taken: Sequence[str]) -> str:
    """Return the township's name, told from another of the same name by its county or a number."""
    names = [place.township, f"{place.county}{place.township}"]
    names += [f"{place.township}{number}" for number in range(2, len(taken) + 3)]
    short = (name.translate(_NOT_IN_A_SHEET_NAME).strip()[:_MAX_SHEET_NAME] for name in names)
    return next(name for name in short if name not in taken)


def _save(book: Workbook, path: Path) -> None:
    """Write beside the file and switch: a failure leaves an old file as it was."""
    handle, name = tempfile.mkstemp(dir=path.absolute().parent, prefix=f".{path.name}-")
    os.close(handle)
    try:
        book.save(name)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
