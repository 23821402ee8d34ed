"""The text of a raw cell.

1. Markup of the published lists (<p>, stray <ol style=…>) and any other HTML tag goes; a "<" that begins
   no tag, 〈 〉 and decoded entities are text.
2. Block tags become line ends, inline tags nothing.
3. Spaces inside Chinese text go; one space stays between Latin words and numbers.
4. A line wrapped by layout is joined again; a line end after a sentence stays.
5. `inline_text` is the same on one line.
6. No character but markup and whitespace is lost or invented, whatever the cell (property).
7. Hostile cells of 1 MB take linear time.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.cells import Gap, bare_text, inline_text, plain_text, read_cell

HOSTILE = ["<a", "<p", "<", "<!--", "&amp", "<p>", "<p>字</p>", " ", "1.", "<ol>甲； ", "字 ", "a "]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("<p>1.下发方案；</p> <p>2.撰写材料；</p>", "1.下发方案；\n2.撰写材料；"),
        ('<ol style="list-style-type: none"> 1.制定方案； 2.公布结果。 ', "1.制定方案；\n2.公布结果。"),
        ("<p>县融媒体中心建设与管理工</p> <p>作：</p>", "县融媒体中心建设与管理工\n作："),
        ("<b>负责</b><span class='a'>登记</span><br/>备案", "负责登记\n备案"),
        ("甲<!-- <p>草稿</p> -->乙", "甲乙"),
        ("依照《自治区实施〈责任制规定〉细则》", "依照《自治区实施〈责任制规定〉细则》"),
        ("面积<5亩、人数 < 10、a<b", "面积<5亩、人数<10、a<b"),
        ("&lt;p&gt;不是标签&nbsp;A&amp;B", "<p>不是标签A&B"),
        ("R&D、A&notify", "R&D、A&notify"),
        ("<p>没有关上", "没有关上"),
        ("", ""),
        (" \n\t<p> </p>", ""),
    ],
)
def test_markup_goes_and_text_stays(cell: str, expected: str) -> None:
    assert plain_text(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("粮油应急 供应网点 保障工作", "粮油应急供应网点保障工作"),
        ("昌吉州生态环境局 昌吉市分局", "昌吉州生态环境局昌吉市分局"),
        ("2025 年 7 月", "2025年7月"),
        ("单位 and 个人", "单位and个人"),
        ("Windows  10 系统，IPv6 升级", "Windows 10系统，IPv6升级"),
        ("参保台账 。", "参保台账。"),
        ("全\u3000角\u200b空\xa0格", "全角空格"),
    ],
)
def test_spaces_stay_between_latin_words_only(cell: str, expected: str) -> None:
    assert inline_text(cell) == expected


def test_wrapped_lines_are_joined_and_sentences_keep_their_line() -> None:
    cell = "1.组织应急救援队伍赶赴现场，\n救治受伤人员；\n\n2.通知单位和人员，隔离事\n故现场。"
    assert plain_text(cell) == "1.组织应急救援队伍赶赴现场，救治受伤人员；\n2.通知单位和人员，隔离事故现场。"


def test_inline_text_has_no_line_end() -> None:
    assert inline_text("<p>木垒县委组织</p>\n<p>部；</p>木垒县\n公安局") == "木垒县委组织部；木垒县公安局"


def test_a_gap_is_the_widest_thing_between_two_characters() -> None:
    read = read_cell("甲 <p>\n乙\n丙 丁戊<b>己")
    assert read.text == "甲乙丙丁戊己"
    assert list(read.gaps) == [Gap.BLOCK, Gap.BLOCK, Gap.LINE, Gap.SPACE, Gap.NONE, Gap.NONE]


def test_items_of_a_list_without_item_tags_are_parted_by_the_space_behind_a_sentence() -> None:
    assert (
        plain_text("<ol> 统筹监测； 统筹巡查 工作； </p> 汇总报告。")
        == "统筹监测；\n统筹巡查工作；\n汇总报告。"
    )
    assert plain_text("统筹监测； 统筹巡查。") == "统筹监测；统筹巡查。"


TEXT = st.text(alphabet="县局负责甲乙1２.．、。；：（）①一〈〉，aB%", max_size=12)
MARKUP = st.sampled_from(["<p>", "</p>", "<br>", '<ol style="a">', "<li>", " ", "\n", "\t", "\u200b", "<b>"])


@given(st.lists(st.tuples(MARKUP, TEXT)))
def test_nothing_but_markup_and_whitespace_is_lost(pieces: list[tuple[str, str]]) -> None:
    cell = "".join(markup + text for markup, text in pieces)
    written = "".join(text for _, text in pieces)
    assert bare_text(cell) == written
    assert "".join(plain_text(cell).split()) == written
    assert "".join(inline_text(cell).split()) == written


@given(st.text())
def test_any_text_is_read_and_cleaning_is_stable(text: str) -> None:
    once = inline_text(text.replace("<", "").replace("&", ""))
    assert inline_text(once) == once
    assert "\n" not in inline_text(text)


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_cells_take_linear_time(unit: str) -> None:
    started = time.process_time()
    plain_text(unit * (1_000_000 // len(unit)))
    assert time.process_time() - started < 8
