"""Which step corresponds to which.

1. Every step of both sides is in exactly one pair; theirs are in their order, and so is each of ours after the
   one it follows (property test).
2. Two lists have the same pairs seen from either side, where steps are equal (property test).
3. A step added or dropped leaves its neighbours paired.
4. A reworded step finds its version, also where that is part of a longer one; a different step doesn't.
5. A moved step is paired and said to be moved, its neighbours aren't.
6. Of equal steps those under the same heading belong together.
7. Where each side has one step, they belong together.
8. Of very many steps only the equal ones are paired.
"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.duty import Place, Step
from search_service.core.masked_words import MaskedText
from search_service.core.step_pairs import MOST_COMPARED, MaskedStep, pair_steps

MIAOERGOU = Place("新疆维吾尔自治区", "昌吉回族自治州", "昌吉市", "庙尔沟乡")
KANERZI = Place("新疆维吾尔自治区", "昌吉回族自治州", "奇台县", "坎尔孜乡")
A = "市公安局负责收集养犬人员基本信息，负责流浪犬的捕捉；"
B = "市农业农村局负责犬只免疫、检疫、建档和防疫工作；"
C = "根据需要封闭火灾现场，负责调查火灾原因，统计火灾损失。"
D = "对经审批准予登记的个体工商户，核发营业执照。"


def masked(texts, place, tuning):
    """Return steps; a text with | has its heading before it."""
    steps = []
    for text in texts:
        *heading, clause = text.split("|")
        step = Step(None, clause, heading[0] if heading else None)
        steps.append(
            MaskedStep(step, MaskedText("".join(heading), place, tuning), MaskedText(clause, place, tuning))
        )
    return steps


@pytest.fixture(scope="module")
def pairs(tuning):
    """Return a function from two lists of texts to the pairs of their numbers, moved ones marked."""

    def pairs(ours, theirs):
        our_steps, their_steps = masked(ours, MIAOERGOU, tuning), masked(theirs, KANERZI, tuning)
        return [
            (
                our_steps.index(pair.ours) if pair.ours else None,
                their_steps.index(pair.theirs) if pair.theirs else None,
                *(["moved"] if pair.moved else []),
            )
            for pair in pair_steps(our_steps, their_steps)
        ]

    return pairs


TEXTS = st.lists(
    st.sampled_from([A, B, C, D, "宣传。", "甲|宣传。", "乙|宣传。", A.replace("市", "县"), C + D, ""]),
    max_size=7,
)


@given(TEXTS, TEXTS)
def test_every_step_is_in_one_pair(pairs, ours, theirs):
    found = pairs(ours, theirs)
    assert [pair[1] for pair in found if pair[1] is not None] == list(range(len(theirs)))
    assert sorted(pair[0] for pair in found if pair[0] is not None) == list(range(len(ours)))
    for before, pair in pairwise(found):
        if pair[1] is None and before[0] is not None:
            assert pair[0] == before[0] + 1


@given(TEXTS)
def test_equal_steps_are_paired_from_either_side(pairs, texts):
    backwards = texts[::-1]
    there, back = pairs(texts, backwards), pairs(backwards, texts)
    if len(texts) > 1:
        assert all(None not in pair for pair in there)
    assert {pair[:2] for pair in there} == {pair[:2][::-1] for pair in back}


def test_a_step_added_or_dropped(pairs):
    assert pairs([A, C], [A, B, C]) == [(0, 0), (None, 1), (1, 2)]
    assert pairs([A, B, C], [A, C]) == [(0, 0), (1, None), (2, 1)]
    assert pairs([B, A], [A, C]) == [(0, None), (1, 0), (None, 1)]
    assert pairs([], [A, B]) == [(None, 0), (None, 1)]
    assert pairs([A, B], []) == [(0, None), (1, None)]
    assert pairs([], []) == []


def test_a_reworded_step(pairs):
    theirs = "县农业农村局负责犬只免疫、检疫、建档工作，做好宣传；"
    assert pairs([A, B], [A, theirs]) == [(0, 0), (1, 1)]
    assert pairs([B, C], [B, "统计火灾损失，负责调查火灾原因。"]) == [(0, 0), (1, 1)]
    assert pairs([A, B], [C, D]) == [(0, None), (1, None), (None, 0), (None, 1)]


def test_a_moved_step(pairs):
    assert pairs([A, B, C, D], [D, A, B, C]) == [(3, 0, "moved"), (0, 1), (1, 2), (2, 3)]
    assert pairs([A, B, C], [B, C.replace("统计", "核算"), A]) == [(1, 0), (2, 1), (0, 2, "moved")]


def test_equal_steps_under_headings(pairs):
    assert pairs(["甲|宣传。", "乙|宣传。"], ["乙|宣传。", "甲|宣传。"]) == [(1, 0), (0, 1, "moved")]
    assert pairs(["一、甲|宣传。", "二、乙|宣传。"], ["宣传。", "乙|宣传。"]) == [(0, 0), (1, 1)]


def test_what_a_heading_says_instead_of_the_text(pairs):
    assert pairs(["市民政局：|审批。", A], ["县民政局审批。", A]) == [(0, 0), (1, 1)]


def test_a_single_step_on_both_sides(pairs):
    assert pairs([A], [D]) == [(0, 0)]


def test_of_very_many_steps_only_equal_ones_are_paired(pairs):
    ours = [f"第{number}号犬只，{B}" for number in range(40)]
    theirs = [text.replace("建档", "登记") for text in ours[:-1]] + ours[-1:]
    assert MOST_COMPARED < 39 * 39
    found = pairs(ours, theirs)
    assert [pair for pair in found if None not in pair] == [(39, 39)]
    assert len(pairs(ours[:30], theirs[:30])) == 30
