"""Keeping entries.

1. What is asked again is kept again, but no more than so often a day by one process; other questions and other days
   count by themselves.
2. A file that can't be written raises nothing and is one line of the log, however much is lost; so is that it can be
   written again, with how much was lost. Until it is due nothing is tried.
"""

import logging
from datetime import date

import pytest

from search_service.report.file import ReportFile
from search_service.report.keeper import MOST_A_DAY, Keeper
from search_service.report.lines import read_lines


@pytest.fixture
def path(tmp_path):
    return tmp_path / "folder" / "report.jsonl"


@pytest.fixture
def folder(path):
    path.parent.mkdir()
    return path.parent


def kept(path):
    return [one.question for one in read_lines(path).entries]


def test_what_is_asked_again_is_kept_again_within_bounds(path, folder, new_entry):
    keeper = Keeper(ReportFile(path, 1_000_000))
    for _ in range(MOST_A_DAY + 5):
        keeper.keep([new_entry("狗咬人")])
    assert kept(path) == ["狗咬人"] * MOST_A_DAY
    keeper.keep([new_entry("猫咬人"), new_entry("狗咬人", day=date(2026, 7, 2))])
    assert kept(path)[MOST_A_DAY:] == ["猫咬人", "狗咬人"]


def test_a_file_that_can_not_be_written_is_one_line_of_the_log(path, new_entry, caplog):
    keeper = Keeper(ReportFile(path, 1_000_000), retry=0)
    with caplog.at_level(logging.WARNING):
        for number in range(5):
            keeper.keep([new_entry(f"第{number}问")])
    [record] = caplog.records
    assert str(path) in record.getMessage()
    assert "No such file or directory" in record.getMessage()
    assert "第" not in record.getMessage()
    path.parent.mkdir()
    keeper.keep([new_entry("好了")])
    assert kept(path) == ["好了"]
    assert "again; 5 were not" in caplog.records[-1].getMessage()
    keeper.keep([new_entry("还好")])
    assert len(caplog.records) == 2


def test_until_it_is_due_nothing_is_tried(path, new_entry, caplog):
    keeper = Keeper(ReportFile(path, 1_000_000), retry=3600)
    keeper.keep([new_entry("一")])
    path.parent.mkdir()
    keeper.keep([new_entry("二")])
    assert not path.exists()
    assert len(caplog.records) == 1
