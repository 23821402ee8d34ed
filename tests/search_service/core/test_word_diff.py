"""Comparing two texts word by word.

1. The `ours` of all segments are our text, the `theirs` theirs; each kind has the sides it says, none is empty,
   neighbours differ in kind, and of a change ours comes first (property test).
2. All is the same if, and only if, the words say the same, in both directions (property test).
3. What is added, dropped or exchanged is a segment of its own, in whole words.
4. Less than three characters in common between two changes is part of the change.
5. Texts with little in common stand for each other as a whole.
6. What is the same in other letters (places, marks) shows theirs.
7. The same characters cut into other words are the same.
8. Beyond a size texts are compared clause by clause and stay readable; no text takes long.
"""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.duty import Place
from search_service.core.masked_words import MaskedText, Word
from search_service.core.word_diff import MOST_MATCHES, Kind, Segment, compare, compare_words

SAME, OURS, THEIRS = Kind.SAME, Kind.ONLY_OURS, Kind.ONLY_THEIRS
MIAOERGOU = Place("新疆维吾尔自治区", "昌吉回族自治州", "昌吉市", "庙尔沟乡")
KANERZI = Place("新疆维吾尔自治区", "昌吉回族自治州", "奇台县", "坎尔孜乡")

KEYS = {"": "", "犬": "犬", "猫": "猫", "养犬": "养犬", "的": "的", "扰民": "扰民", "市": "<C>", "县": "<C>"}
WORDS = st.lists(
    st.builds(
        lambda key, mark: Word(key + mark, KEYS[key]),
        st.sampled_from(list(KEYS)),
        st.sampled_from(["", "；", "，"]),
    ),
    max_size=25,
)


def said(words):
    return "".join(word.key for word in words)


@given(WORDS, WORDS)
def test_segments_give_both_texts_back(ours, theirs):
    segments = compare_words(ours, theirs)
    assert "".join(segment.ours for segment in segments) == "".join(word.text for word in ours)
    assert "".join(segment.theirs for segment in segments) == "".join(word.text for word in theirs)
    for segment in segments:
        assert segment.ours or segment.theirs
        assert (segment.kind is OURS) <= (segment.theirs == "")
        assert (segment.kind is THEIRS) <= (segment.ours == "")
    kinds = [segment.kind for segment in segments]
    assert not any(
        pair in {(SAME, SAME), (OURS, OURS), (THEIRS, THEIRS), (THEIRS, OURS)} for pair in pairwise(kinds)
    )


@given(WORDS, WORDS)
def test_all_is_the_same_if_the_words_say_the_same(ours, theirs):
    for one, other in ((ours, theirs), (theirs, ours)):
        all_same = all(segment.kind is SAME for segment in compare_words(one, other))
        assert all_same == (said(ours) == said(theirs))


@pytest.fixture
def shown(tuning):
    """Return a function that compares a text of 庙尔沟 with one of 坎尔孜: [-ours-], {+theirs+}."""
    frames = {SAME: "{}", OURS: "[-{}-]", THEIRS: "{{+{}+}}"}

    def shown(ours, theirs):
        segments = compare(MaskedText(ours, MIAOERGOU, tuning), MaskedText(theirs, KANERZI, tuning))
        return "".join(frames[segment.kind].format(segment.text) for segment in segments)

    return shown


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        # 3: added, dropped, exchanged
        (
            "市市场监督管理局对犬只经营活动实施监督管理",
            "县市场监督管理局负责犬只经营活动的登记注册，对犬只经营活动实施监督管理",
            "县市场监督管理局{+负责犬只经营活动的登记注册，+}对犬只经营活动实施监督管理",
        ),
        (
            "对集贸市场、农贸市场使用计量器具进行监管",
            "对集贸市场使用计量器具进行监管",
            "对集贸市场[-农贸市场-]使用计量器具进行监管",
        ),
        ("对犬尸的无害处理等工作", "对犬尸的无害化处理等工作", "对犬尸的[-无害-]{+无害化+}处理等工作"),
        ("组织村结合走访入户", "组织村（社区）结合走访入户", "组织村{+（社区）+}结合走访入户"),
        (
            "市城市管理局负责查处养犬行为",
            "县住房和城乡建设局负责查处养犬行为",
            "[-市城市管理局-]{+县住房和城乡建设局+}负责查处养犬行为",
        ),
        # 4: 的 alone between two changes
        (
            "及时查处养犬扰民的行为，并向社会公示",
            "及时查处噪音扰人的商户，并向社会公示",
            "及时查处[-养犬扰民的行为，-]{+噪音扰人的商户，+}并向社会公示",
        ),
        # 5: little in common
        ("负责野生动物的救助", "指导秸秆的综合利用", "[-负责野生动物的救助-]{+指导秸秆的综合利用+}"),
        # 6: theirs is shown
        (
            "收到庙尔沟乡反馈，报市公安局",
            "收到坎尔孜乡反馈；报奇台县公安局",
            "收到坎尔孜乡反馈；报奇台县公安局",
        ),
        ("", "", ""),
        ("", "发展党员", "{+发展党员+}"),
        ("发展党员", "", "[-发展党员-]"),
    ],
)
def test_what_people_read(shown, ours, theirs, expected):
    assert shown(ours, theirs) == expected


def test_what_is_the_same_keeps_both_sides(tuning):
    ours, theirs = (
        MaskedText("市公安局负责；", MIAOERGOU, tuning),
        MaskedText("县公安局负责。", KANERZI, tuning),
    )
    assert compare(ours, theirs) == (Segment(SAME, "市公安局负责；", "县公安局负责。"),)


def test_another_cut_is_no_difference():
    ours = [
        Word("核查", "核查"),
        Word("家庭", "家庭"),
        Word("收入", "收入"),
        Word("情况", "情况"),
        Word("甲", "甲"),
    ]
    theirs = [Word("核查", "核查"), Word("家庭收入", "家庭收入"), Word("情况", "情况"), Word("乙", "乙")]
    assert compare_words(ours, theirs)[0] == Segment(SAME, "核查家庭收入情况", "核查家庭收入情况")


def clauses(count, changed=()):
    """Return a text of many clauses that all begin alike; those `changed` have a word more."""
    words = []
    for number in range(count):
        more = [Word("全部", "全部")] if number in changed else []
        words += [*(Word("犬", "犬") for _ in range(3)), *more, Word(f"{number}，", str(number))]
    return words


def test_long_texts_are_compared_by_clauses_first():
    ours, theirs = clauses(100), clauses(100, changed={50})
    assert MOST_MATCHES < (3 * 100) ** 2
    assert [(segment.kind, segment.text) for segment in compare_words(ours, theirs)][1] == (THEIRS, "全部")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ([Word("犬", "犬"), Word("猫", "猫")] * 5000, [Word("猫", "猫")] * 5000),
        ([Word("犬，", "犬")] * 5000, [Word("犬，", "犬")] * 4999),
        ([Word("犬", "犬"), Word("猫，", "猫")] * 70, [Word("猫", "猫"), Word("犬，", "犬")] * 71),
        (clauses(2000), clauses(2000, changed=range(0, 2000, 2))),
    ],
)
def test_no_text_takes_long(ours, theirs):
    started = time.process_time()
    segments = compare_words(ours, theirs)
    assert time.process_time() - started < 2
    assert "".join(segment.theirs for segment in segments) == "".join(word.text for word in theirs)
