"""Which column is which.

1. The usual headers of exports are recognised whatever their case, width, spaces and remarks, the most
   specific first; what is no such header is none.
2. A column is given by its header, its letter or its number; a header that stands there first.
3. A column that isn't there, or there twice, is an error that lists what was found or how to choose.
4. A township column is optional, and never the one with the complaints.
5. Our columns get a suffix where the table has such a column already.
"""

import pytest

from search_service.triage.columns import (
    TEXT_HEADERS,
    TOWNSHIP_HEADERS,
    Columns,
    find_columns,
    our_headers,
)
from search_service.triage.errors import TriageError, WrongOptionError
from search_service.triage.rows import OUR_COLUMNS


@pytest.mark.parametrize("header", TEXT_HEADERS)
def test_every_usual_header_is_recognised(header):
    assert find_columns(["编号", header, "备注"]) == Columns(1, None)


@pytest.mark.parametrize("header", TOWNSHIP_HEADERS)
def test_every_usual_township_header_is_recognised(header):
    assert find_columns([header, "诉求内容"]) == Columns(1, 0)


@pytest.mark.parametrize(
    "header",
    [
        "*诉求内容",
        "诉求内容（必填）",
        " 诉求 内容：",
        "【必填】诉求内容",
        "诉求\n内容",
        "诉求内容[500字以内]",
    ],
)
def test_marks_and_remarks_make_no_other_header(header):
    assert find_columns(["工单编号", header]).text == 1


def test_width_and_case():
    assert find_columns(["ＩＤ", "Ｑuestion", "Town ship"]) == Columns(1, 2)
    assert find_columns(["内容", "乡镇（街道）"]).township == 1
    assert find_columns(["内容", "乡镇/街道"]).township == 1


def test_the_most_specific_header_wins_wherever_it_stands():
    assert find_columns(["标题", "内容", "诉求内容", "街道", "所属乡镇"]) == Columns(2, 4)
    assert find_columns(["标题", "来电内容"]).text == 1


@pytest.mark.parametrize("header", ["处理内容", "回复内容", "内容分类", "诉求类型", "承办单位", "题"])
def test_other_headers_are_none(header):
    with pytest.raises(TriageError) as error:
        find_columns(["编号", header])
    assert f"A “编号”, B “{header}”" in str(error.value)
    assert "--column" in str(error.value)


@pytest.mark.parametrize("given", ["说了什么", " 说了 什么 ", "B", "b", "2"])
def test_a_column_is_given_by_header_letter_or_number(given):
    assert find_columns(["诉求内容", "说了什么", "属地"], given) == Columns(1, 2)


def test_a_header_comes_before_a_letter_and_a_number():
    assert find_columns(["x", "A", "1", "c"], "A").text == 1
    assert find_columns(["x", "A", "1", "c"], "1").text == 2
    assert find_columns(["x", "A", "1", "c"], "C").text == 3


def test_a_column_without_a_header_has_a_letter():
    assert find_columns(["", "", ""], "C", "1") == Columns(2, 0)


@pytest.mark.parametrize("given", ["D", "4", "0", "-1", "内容", "", "AAAA", "ZZZ", "１2", "²"])
def test_a_column_that_is_not_there(given):
    with pytest.raises(WrongOptionError) as error:
        find_columns(["编号", "", "诉求\n内容"], given)
    assert error.value.option == "--column"
    assert "A “编号”, B, C “诉求 内容”" in str(error.value)


def test_a_header_that_stands_twice():
    header = ["内容", "编号", "内容"]
    for given in (None, "内容"):
        with pytest.raises(TriageError, match=r"A “内容”, C “内容”; give the letter"):
            find_columns(header, given)
    assert find_columns(header, "C").text == 2
    with pytest.raises(TriageError, match="--township-column"):
        find_columns(["内容", "乡镇", "乡镇(街道)", "乡镇"])


def test_the_township_column_is_another_one():
    assert find_columns(["内容", "位置"], None, "位置").township == 1
    with pytest.raises(WrongOptionError) as error:
        find_columns(["内容", "位置"], None, "A")
    assert error.value.option == "--township-column"
    with pytest.raises(WrongOptionError, match="no column '镇'"):
        find_columns(["内容", "位置"], None, "镇")


def test_our_headers_never_meet_others():
    assert our_headers(["诉求内容"], OUR_COLUMNS) == list(OUR_COLUMNS)
    ours = our_headers(["说明", " 依 据 ", "清单", "清单（分派建议）"], ["依据", "清单", "说明"])
    assert ours == ["依据（分派建议）", "清单（分派建议2）", "说明（分派建议）"]


def test_our_columns_are_never_taken_for_complaints_or_townships():
    assert find_columns(["诉求内容", *OUR_COLUMNS]) == Columns(0, None)
