"""What a document says of itself before its tables.

1. The place is read from the line or lines right above the first 履职事项清单, whatever spaces are in them and
   whatever stands above, for every kind of place: prefectures, cities, leagues; counties, districts,
   banners; townships, towns, streets.
2. The date is the first line that is nothing but year and month, month in two digits.
3. Declared counts are read from the preface's sentences; each list has its own.
4. What a document doesn't say is None or empty, and running text makes no place and no date.
5. A list whose title and catalogue disagree, or that has no place at all, is an error that says so.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from indexer.catalogue import ListEntry
from indexer.documents.title import DeclaredCounts, read_title
from indexer.duty import ListType, Place
from indexer.township_list import read_list

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.tuning import Tuning

TITLE = "新疆维吾尔自治区昌吉回族自治州\n奇台县坎尔孜乡\n履职事项清单\n\n2025 年 7 月\n"
TABLE = "序号\t事项类别\t事项名称\n1\t党的建设\t发展党员\n"


@pytest.mark.parametrize(
    ("lines", "place"),
    [
        (
            ["新疆维吾尔自治区昌吉回族自治州  ", "昌吉市庙尔沟乡  ", "履职事项清单"],
            Place("新疆维吾尔自治区", "昌吉回族自治州", "昌吉市", "庙尔沟乡"),
        ),
        (
            ["", "新疆维吾尔自治区乌鲁木齐市", "乌鲁木齐县甘沟乡", "", "履职事项清单"],
            Place("新疆维吾尔自治区", "乌鲁木齐市", "乌鲁木齐县", "甘沟乡"),
        ),
        (
            ["新疆维吾尔自治区昌吉回族自治州木垒哈萨克自治县大南沟乌孜别克族乡履职事项清单"],
            Place("新疆维吾尔自治区", "昌吉回族自治州", "木垒哈萨克自治县", "大南沟乌孜别克族乡"),
        ),
        (
            ["内蒙古自治区锡林郭勒盟", "正 蓝 旗 上 都 镇", "履职事项清单"],
            Place("内蒙古自治区", "锡林郭勒盟", "正蓝旗", "上都镇"),
        ),
        (
            ["四川省成都市武侯区", "浆洗街街道", "履职事项清单"],
            Place("四川省", "成都市", "武侯区", "浆洗街街道"),
        ),
        (
            ["新疆维吾尔自治区喀什地区", "疏附县托克扎克镇", "履职事项清单"],
            Place("新疆维吾尔自治区", "喀什地区", "疏附县", "托克扎克镇"),
        ),
    ],
    ids=["city", "prefecture-level city", "one line", "league", "street", "prefecture"],
)
def test_place(lines: list[str], place: Place) -> None:
    assert read_title(lines).place == place


@pytest.mark.parametrize(
    "lines",
    [
        [],
        ["履职事项清单"],
        ["奇台县坎尔孜乡", "履职事项清单"],
        ["本清单适用于新疆维吾尔自治区昌吉回族自治州奇台县坎尔孜乡。", "履职事项清单"],
        ["新疆维吾尔自治区昌吉回族自治州", "奇台县坎尔孜乡"],
    ],
    ids=["empty", "title only", "incomplete", "running text", "no title"],
)
def test_no_place(lines: list[str]) -> None:
    assert read_title(lines).place is None


def test_text_above_the_place_is_no_part_of_it() -> None:
    title = ["附件1", "新疆维吾尔自治区昌吉回族自治州", "奇台县坎尔孜乡", "履职事项清单", "甲乡履职事项清单"]
    place = Place("新疆维吾尔自治区", "昌吉回族自治州", "奇台县", "坎尔孜乡")
    assert read_title(title).place == place


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("2025 年 7 月", "2025-07"),
        ("2025年12月", "2025-12"),
        ("２０２５年7月", None),
        ("2025年7月1日", None),
        ("2024 年我乡在 7 月", None),
        ("1998年7月", None),
    ],
)
def test_date(line: str, date: str | None) -> None:
    assert read_title(["履职事项清单", "", line]).date == date


def test_the_first_date_counts() -> None:
    assert read_title(["2025年1月", "2024年12月"]).date == "2025-01"


def test_declared_counts() -> None:
    declared = read_title(
        [
            "基本履职事项清单是本乡的事项。2024 年有 5 项试点。主要包括党的建设等 20 个类别 127 项。",
            "配合履职事项清单是……等 19 个类别 96 项，涉及 38 个部门（单位）。",
            "上级部门收回事项清单是……等 12 个类别，共有 57 项，涉及 17 个部门（单位）。",
        ]
    ).declared
    assert declared == {
        ListType.BASIC: DeclaredCounts(items=127, categories=20),
        ListType.COOPERATIVE: DeclaredCounts(items=96, categories=19, departments=38),
        ListType.RECLAIMED: DeclaredCounts(items=57, categories=12, departments=17),
    }


def test_nothing_declared() -> None:
    assert read_title(["基本履职事项清单", "1. 基本履职事项清单 .....\t1"]).declared == {}


def test_a_long_preface_is_read_in_no_time() -> None:
    started = time.perf_counter()
    assert read_title(["新疆维吾尔自治区" * 50] * 200).place is None
    assert time.perf_counter() - started < 1


def read(text: str, entry: ListEntry, folder: Path, tuning: Tuning) -> list[str]:
    file = folder / "list.txt"
    file.write_text(text, encoding="utf-8")
    return [str(problem) for problem in read_list(file, entry, tuning.departments).problems]


def test_title_and_catalogue_complete_each_other(tmp_path: Path, tuning: Tuning) -> None:
    file = tmp_path / "list.txt"
    file.write_text(TITLE + TABLE, encoding="utf-8")
    one = read_list(file, ListEntry("x", "list.txt", county_code="652325"), tuning.departments)
    assert one.place == Place("新疆维吾尔自治区", "昌吉回族自治州", "奇台县", "坎尔孜乡", "652325")
    assert one.date == "2025-07"
    assert one.problems == ()


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        (
            ListEntry("x", "list.txt", county="昌吉市"),
            "list.txt: error: the title page says 奇台县, lists.toml says 昌吉市 (county); correct one of them",
        ),
        (
            ListEntry("x", "list.txt", date="2025-01"),
            "list.txt: error: the title page says 2025-07, lists.toml says 2025-01 (date); correct one of them",
        ),
    ],
    ids=["county", "date"],
)
def test_title_and_catalogue_must_agree(
    tmp_path: Path, tuning: Tuning, entry: ListEntry, problem: str
) -> None:
    assert read(TITLE + TABLE, entry, tmp_path, tuning) == [problem]


def test_a_list_without_a_place(tmp_path: Path, tuning: Tuning) -> None:
    entry = ListEntry("x", "list.txt", province="新疆维吾尔自治区", county="奇台县")
    [problem] = read(TABLE, entry, tmp_path, tuning)
    assert problem.startswith(
        "list.txt: error: the place is incomplete: no prefecture, township; expected it"
    )
    assert "lists.toml" in problem
