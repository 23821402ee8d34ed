"""Doubts that show when lists are compared.

1. The category column of 大南沟 that is one row late near the end of its basic list is found, with its rows,
   in the document as published; with the corrections made there is nothing left to find.
2. Gaps in the numbering are a warning that names the numbers.
3. Slips of text recognition are suspected: foreign words, doubled words, a lone wording among equals.
4. An empty cell is a warning; a department that all others name and one doesn't is noted.
5. 甘沟's 38 declared departments are explained row by row, its 17 are reproduced without a word.
6. Counts that disagree with the preface are a warning.
7. Reviewing changes no record.
"""

from dataclasses import replace

import pytest

from indexer.documents.title import DeclaredCounts
from indexer.duty import ListType
from indexer.problems import Level
from indexer.review import review, with_review
from indexer.township_list import read_list


@pytest.fixture(scope="module")
def as_published(catalogue, tuning):
    """Return the five lists without any correction."""
    return [
        read_list(catalogue.folder / entry.file, entry, tuning.departments) for entry in catalogue.entries
    ]


def messages(problems, file, *levels):
    return [problem.message for problem in problems if problem.file == file and problem.level in levels]


def test_the_late_category_column_is_found(as_published):
    warnings = messages(review(as_published), "mulei-dananggou.txt", Level.WARNING)
    late = [text for text in warnings if "one row late" in text]
    assert len(late) == 1
    assert late[0].startswith("基本 89")
    assert "89、92、95、97、98" in late[0]
    assert "基本 98: category 投资促进, but every other list has 综合政务" in warnings


def test_with_the_corrections_nothing_is_left_to_find(lists):
    assert not [p for p in review(list(lists.values())) if "category" in p.message]


def test_foreign_words_are_suspected(as_published):
    warnings = messages(review(as_published), "urumqi-gangou.txt", Level.WARNING)
    assert any(text.startswith("收回 4: 'and' inside Chinese") for text in warnings)
    assert any(text.startswith("配合 46: 'and' inside Chinese") for text in warnings)


def test_doubled_words_and_lone_wordings_are_suspected(as_published):
    problems = review(as_published)
    found = messages(problems, "qitai-kanerzi.txt", Level.WARNING, Level.INFO)
    assert any("遇难遇难 stands twice" in text for text in found)
    assert any(text.startswith("配合 73: 病 where 2 other lists have 电") for text in found)


def without(one, *ids):
    return replace(one, duties=tuple(duty for duty in one.duties if duty.id not in ids))


def test_gaps_are_named(lists):
    one = without(lists["changji-miaoergou"], "changji-miaoergou-basic-5", "changji-miaoergou-basic-9")
    assert messages(review([one]), one.file, Level.WARNING) == ["基本: the numbers 5、9 are missing"]


def changed(one, duty_id, **changes):
    return replace(
        one, duties=tuple(replace(duty, **changes) if duty.id == duty_id else duty for duty in one.duties)
    )


def test_empty_cells_are_warnings(lists):
    one = changed(
        lists["changji-miaoergou"],
        "changji-miaoergou-cooperative-19",
        departments=(),
        superior_steps=(),
        township_steps=(),
    )
    assert messages(review([one]), one.file, Level.WARNING) == [
        "配合 19: no department",
        "配合 19: the superior's cell is empty",
        "配合 19: the township's cell is empty",
    ]


def test_a_department_that_all_others_name_is_noted(lists):
    found = messages(review(list(lists.values())), "mulei-dananggou.txt", Level.INFO)
    assert "配合 96: without 公安局, which every other list names" in found


def test_the_declared_departments_of_gangou_are_explained(lists):
    found = messages(review(list(lists.values())), "urumqi-gangou.txt", Level.INFO)
    summary = next(text for text in found if "the preface says 38" in text)
    assert summary.startswith("配合: 35 departments found")
    assert "gives 38" in summary
    assert any("乌鲁木齐市卫生健康委员会（13）" in text for text in found)
    assert any(
        "乌鲁木齐市生态环境局乌鲁木齐县分局（55、56）；乌鲁木齐县生态环境局（70）" in text for text in found
    )
    assert not [text for text in found if text.startswith("收回") and "preface" in text]
    reclaimed = {
        body.canonical
        for duty in lists["urumqi-gangou"].duties_of(ListType.RECLAIMED)
        for body in duty.departments
    }
    assert len(reclaimed) == 17


def test_counts_that_disagree_with_the_preface_are_warnings(lists):
    one = lists["urumqi-gangou"]
    one = replace(one, declared={ListType.BASIC: DeclaredCounts(items=128, categories=21)})
    assert messages(review([one]), one.file, Level.WARNING) == [
        "基本: 127 items found, the preface says 128",
        "基本: 20 categories found, the preface says 21",
    ]


def test_reviewing_changes_no_record(lists):
    before = list(lists.values())
    after = with_review(before)
    assert [one.duties for one in after] == [one.duties for one in before]
    assert all(set(one.problems) <= set(more.problems) for one, more in zip(before, after, strict=True))
