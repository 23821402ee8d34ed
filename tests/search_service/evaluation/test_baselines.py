"""The baselines.

1. Both find a duty by its own words, best first, and nothing where no word of the question occurs.
2. Both obey the township filter and the limit.
3. Neither knows everyday words that only the phrase book has.
4. No text makes either fail: marks, quotes, operators of FTS5, 500 characters (property test).
5. FTS5 finds nothing for fewer than three characters, as SQLite does; equal scores keep list order.
"""

from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.evaluation.baselines import PlainBM25, TrigramFTS5, evaluate_baselines

from .conftest import make_duty

DUTIES = [
    make_duty(1, "文明养犬管理工作"),
    make_duty(2, "最低生活保障申请受理"),
    make_duty(3, "高龄津贴发放"),
    make_duty(1, "文明养犬管理工作", township="三台镇"),
]


@pytest.fixture(scope="module", params=[PlainBM25, TrigramFTS5])
def baseline(request):
    """Return each baseline over four duties."""
    made = request.param(DUTIES)
    yield made
    if isinstance(made, TrigramFTS5):
        made.close()


def ids(duties):
    return [duty.id for duty in duties]


def test_own_words_find_a_duty(baseline):
    assert baseline.find("高龄津贴什么时候发放", None, 10)[0].number == 3
    assert baseline.find("飞机晚点了", None, 10) == []


def test_township_and_limit(baseline):
    assert ids(baseline.find("文明养犬", None, 10)) == ["庙尔沟乡-basic-1", "三台镇-basic-1"]
    assert ids(baseline.find("文明养犬", "三台镇", 10)) == ["三台镇-basic-1"]
    assert ids(baseline.find("文明养犬", None, 1)) == ["庙尔沟乡-basic-1"]
    assert baseline.find("文明养犬", "甘沟乡", 10) == []


def test_everyday_words_are_unknown(baseline):
    assert baseline.find("吃低保", None, 10) == []


@given(text=st.text(max_size=500))
def test_any_text_will_do(baseline, text):
    assert len(baseline.find(text, None, 10)) <= 4


@pytest.mark.parametrize("text", ['" OR *', "文明养犬 AND (", "NEAR(文明养犬)", "文明养犬" * 125, "", "？！"])
def test_operators_are_text(baseline, text):
    found = ids(baseline.find(text, None, 10))
    assert ("庙尔沟乡-basic-1" in found) is ("文明养犬" in text)


def test_two_characters_are_too_few_for_trigrams():
    with closing(TrigramFTS5(DUTIES)) as trigram:
        assert trigram.find("津贴", None, 10) == []
        assert trigram.find("高龄 津贴", None, 10) == []
    assert ids(PlainBM25(DUTIES).find("津贴", None, 10)) == ["庙尔沟乡-basic-3"]


def test_both_are_reported(some_questions, some_duties):
    reports = evaluate_baselines(some_questions, some_duties)
    assert [report.name for report in reports] == ["jieba + BM25", "FTS5 trigram"]
    assert all(len(report.outcomes) == 3 for report in reports)
