"""Rows of the three lists out of tables.

1. The header row says which list the rows below belong to, in whatever order its columns stand, with
   spaces, markup or a byte order mark in it, repeated on every page or not.
2. Cells come out as published; a row knows its line. Text between the tables, blank lines and rows before
   any header are passed over; a trailing tab is no wrong row.
3. Each malformed table is an error that names file and line, what was found and what was expected: a
   missing or unknown column, a wrong number of cells, a number that is none, an empty category or name, a
   row whose tabs were lost. Rows below a header that can't be read are left out, the others are kept.
4. A number that stands twice in one list is an error naming both lines; the same number in another list
   is none.
5. A document without any table is an error that says what a table looks like.
6. Errors of several rows are all reported, in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from indexer.documents.line import Line
from indexer.documents.reader import read_document
from indexer.documents.row import Row
from indexer.documents.table import COLUMNS, read_rows
from indexer.duty import ListType
from indexer.problems import Level, Problem
from indexer.township_list import read_list

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.tuning import Tuning

BASIC = "序号\t事项类别\t事项名称"
COOPERATIVE = "序号\t事项类别\t事项名称\t对应上级部门\t上级部门职责\t乡镇配合职责"
RECLAIMED = "序号\t事项类别\t事项名称\t承接部门及工作方式"


def read(*lines: str) -> tuple[list[Row], list[str]]:
    split = [Line(number, tuple(line.split("\t"))) for number, line in enumerate(lines, 1)]
    rows, problems = read_rows(split, "list.txt")
    assert all(problem.level is Level.ERROR for problem in problems)
    return rows, [str(problem) for problem in problems]


def test_the_three_lists() -> None:
    rows, problems = read(
        "基本履职事项清单",
        BASIC,
        "1\t党的建设\t发展党员",
        COOPERATIVE,
        "1\t平安法治\t养犬\t市公安局\t<p>1.查处；</p>\t1.上报。",
        RECLAIMED,
        "1\t民生服务\t收养登记\t市民政局：登记。",
    )
    assert problems == []
    assert rows == [
        Row(ListType.BASIC, 1, 3, "党的建设", "发展党员"),
        Row(ListType.COOPERATIVE, 1, 5, "平安法治", "养犬", "市公安局", "<p>1.查处；</p>", "1.上报。"),
        Row(ListType.RECLAIMED, 1, 7, "民生服务", "收养登记", superior="市民政局：登记。"),
    ]


def test_columns_in_another_order() -> None:
    rows, problems = read("序号\t事项名称\t事项类别", "7\t发展党员\t党的建设")
    assert problems == []
    assert rows == [Row(ListType.BASIC, 7, 2, "党的建设", "发展党员")]


@pytest.mark.parametrize(
    "header",
    [
        "序 号\t事项\u3000类别\t 事项名称 ",
        "\ufeff序号\t事项类别\t事项名称",
        "<p>序号</p>\t<b>事项类别</b>\t事项名称",
    ],
    ids=["spaces", "byte order mark", "markup"],
)
def test_headers_are_read_through_layout(header: str) -> None:
    rows, problems = read(header, "1\t党的建设\t发展党员")
    assert problems == []
    assert [row.name for row in rows] == ["发展党员"]


def test_a_header_repeated_on_the_next_page() -> None:
    rows, problems = read(BASIC, "1\t甲类\t甲", "", "—2—", BASIC, "2\t乙类\t乙")
    assert problems == []
    assert [(row.number, row.line) for row in rows] == [(1, 2), (2, 6)]


@pytest.mark.parametrize("number", ["1", " 1 ", "1.", "1、", "1．", "01"])
def test_forms_of_a_number(number: str) -> None:
    rows, problems = read(BASIC, f"{number}\t党的建设\t发展党员")
    assert problems == []
    assert rows[0].number == 1


def test_text_before_and_between_is_passed_over() -> None:
    rows, problems = read(
        "目录", "1. 基本履职事项清单\t1", BASIC, "以下为基本事项", "1\t甲类\t甲", "", "\t\t"
    )
    assert problems == []
    assert len(rows) == 1


def test_trailing_tabs_are_no_cells() -> None:
    rows, problems = read(BASIC, "1\t甲类\t甲\t\t ")
    assert problems == []
    assert rows[0].name == "甲"


def test_an_empty_cell_of_responsibility_is_kept() -> None:
    rows, problems = read(COOPERATIVE, "1\t甲类\t甲\t市公安局\t查处。\t")
    assert problems == []
    assert rows[0].township == ""


@pytest.mark.parametrize("list_type", ListType)
def test_every_list_needs_all_of_its_columns(list_type: ListType) -> None:
    header = {
        ListType.BASIC: BASIC,
        ListType.COOPERATIVE: COOPERATIVE,
        ListType.RECLAIMED: RECLAIMED,
    }[list_type].split("\t")
    assert len(header) == len(COLUMNS[list_type])
    # Each column that doesn't decide which list it is.
    for missing in header[1:]:
        left = [name for name in header if name != missing]
        if list_type is ListType.RECLAIMED and missing == header[-1]:
            continue  # then it is the header of a basic list
        rows, problems = read("\t".join(left), "\t".join(["1", *"甲" * (len(left) - 1)]))
        assert rows == []
        [problem] = problems
        assert problem == (
            f"list.txt:1: error: the table's header lacks the column {missing}; found {'、'.join(left)} "
            f"({list_type.full_name} needs {len(header)} columns)"
        )


def test_a_missing_column_of_the_narrowest_list() -> None:
    rows, problems = read("序号\t事项名称", "1\t发展党员")
    [problem] = problems
    assert rows == []
    assert problem.startswith(
        "list.txt:1: error: the table's header lacks the column 事项类别; found 序号、事项名称"
    )


def test_an_unknown_column() -> None:
    rows, problems = read("", "序号\t事项类别\t事项名称\t办理心得", "1\t甲类\t甲\t无")
    assert rows == []
    [problem] = problems
    assert problem.startswith("list.txt:2: error: unknown column 办理心得 in the table's header; known: 序号")
    assert all(name in problem for name in RECLAIMED.split("\t"))


@pytest.mark.parametrize("doubled", ["事项名称、事项名称", "上级部门职责、上级部门职责"])
def test_a_column_that_stands_twice(doubled: str) -> None:
    header = [name for name in COOPERATIVE.split("\t") if name not in doubled] + doubled.split("、")
    rows, problems = read("\t".join(header), "1\t甲类" + "\t甲" * (len(header) - 2))
    assert rows == []
    [problem] = problems
    assert problem.startswith("list.txt:1: error: ")
    assert doubled in problem
    assert problem.endswith("; expected one")


def test_tables_after_a_bad_header_are_read() -> None:
    rows, problems = read("序号\t事项名称", "1\t甲", RECLAIMED, "1\t甲类\t甲\t市民政局：登记。")
    assert len(problems) == 1
    assert [(row.list_type, row.line) for row in rows] == [(ListType.RECLAIMED, 4)]


@pytest.mark.parametrize(
    ("row", "count"),
    [("2\t甲类", 2), ("2\t甲类\t甲\t市公安局", 4), ("2\t甲类\t甲\t\t市公安局", 5)],
)
def test_a_wrong_number_of_cells(row: str, count: int) -> None:
    rows, problems = read(BASIC, "1\t甲类\t甲", row, "3\t甲类\t乙")
    assert [one.number for one in rows] == [1, 3]
    [problem] = problems
    assert problem.startswith(f"list.txt:3: error: a row of {count} cells (2 | 甲类")
    assert "expected 3" in problem
    assert problem.endswith(": 序号、事项类别、事项名称")


def test_a_row_whose_tabs_were_lost() -> None:
    rows, problems = read(BASIC, "1\t甲类\t甲", "2 乙类 乙")
    [problem] = problems
    assert len(rows) == 1
    assert problem == (
        "list.txt:3: error: a row of 1 cells (2 乙类 乙 …); expected 3, separated by tabs: 序号、事项类别、事项名称"
    )


@pytest.mark.parametrize("number", ["", "一", "1-2", "1a", "-1", "12345", "１.５"])
def test_a_number_that_is_none(number: str) -> None:
    rows, problems = read(BASIC, f"{number}\t甲类\t甲")
    [problem] = problems
    assert rows == []
    assert problem == f"list.txt:2: error: the first cell is {number!r}; expected the row's number (序号)"


@pytest.mark.parametrize(
    ("row", "column"), [("8\t甲类\t", "事项名称"), ("8\t \t甲", "事项类别"), ("8\t甲类\t ", "事项名称")]
)
def test_an_empty_cell(row: str, column: str) -> None:
    rows, problems = read(BASIC, row)
    [problem] = problems
    assert rows == []
    assert problem == f"list.txt:2: error: row 8: the cell {column} is empty"


def test_every_bad_row_is_reported() -> None:
    rows, problems = read(BASIC, "x\t甲类\t甲", "2\t甲类\t乙", "3\t甲类", "4\t\t丁")
    assert [row.number for row in rows] == [2]
    assert [problem.split(":")[1] for problem in problems] == ["2", "4", "5"]


def document(folder: Path, *lines: str) -> Path:
    file = folder / "list.txt"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def test_a_number_that_stands_twice(tmp_path: Path) -> None:
    read = read_document(
        document(tmp_path, BASIC, "1\t甲类\t甲", "1\t甲类\t乙", RECLAIMED, "1\t甲类\t丙\t市民政局：登记。")
    )
    assert [row.name for row in read.rows] == ["甲", "丙"]  # an id must name one duty: the first stays
    assert read.problems == (Problem(Level.ERROR, "list.txt", 3, "基本 1 already stands in line 2"),)


@pytest.mark.parametrize(
    "lines",
    [["一份没有表格的文件", "第二行"], ["甲类\t甲", "乙类\t乙"], ["<html><body>404</body></html>"]],
    ids=["text", "tabs without header", "html"],
)
def test_no_table(tmp_path: Path, lines: list[str]) -> None:
    read = read_document(document(tmp_path, *lines))
    assert read.rows == ()
    [problem] = read.problems
    assert str(problem).startswith(
        f"list.txt:{len(lines) + 1}: error: no table of duties found; expected header"
    )
    assert "序号 | 事项类别 | 事项名称" in problem.message


def test_a_header_without_rows(tmp_path: Path) -> None:
    read = read_document(document(tmp_path, BASIC))
    assert [problem.level for problem in read.problems] == [Level.ERROR]


def test_the_preface_ends_before_the_first_row(tmp_path: Path) -> None:
    read = read_document(document(tmp_path, "奇台县坎尔孜乡", "", BASIC, "1\t甲类\t甲", "后记"))
    assert read.preface == ("奇台县坎尔孜乡", "", BASIC)


def test_errors_reach_the_list(tmp_path: Path, tuning: Tuning) -> None:
    file = document(
        tmp_path,
        "新疆维吾尔自治区昌吉回族自治州奇台县坎尔孜乡履职事项清单",
        COOPERATIVE,
        "1\t平安法治\t养犬\t奇台县公安局\t查处。\t上报。",
        "2\t平安法治\t养猫\t奇台县公安局\t查处。",
        "3\t平安法治\t养鸟\t奇台县公安局、奇台县养鸟局\t查处。\t上报。",
    )
    one = read_list(file, None, tuning.departments)
    assert [duty.id for duty in one.duties] == ["list-cooperative-1", "list-cooperative-3"]
    assert one.has_errors
    assert [str(problem).split("; ")[0] for problem in one.problems] == [
        "list.txt:4: error: a row of 5 cells (2 | 平安法治 | 养猫 …)",
        "list.txt:5: warning: 配合 3: unknown department 奇台县养鸟局",
    ]
