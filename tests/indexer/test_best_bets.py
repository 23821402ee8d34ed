"""Best bets, `best_bets.toml`.

1. Entries are read as written; a question is met in any case, width and punctuation, but only as a whole.
2. An entry counts up to and on its last day, one without a date for ever.
3. Whatever is wrong is refused with a message that names file and entry: unknown or missing keys (owner and
   reason too), empty texts, a question not written as it is compared, a bad date, a question that stands twice.
4. The repository's own file: every duty exists in the lists, in every township that has it the name leads to
   one duty, and no entry has expired (this test fails when one has: renew or remove it).
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.best_bets import FILE, BestBet, BestBets, question_key
from indexer.dictionaries import DictionaryError

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.duty import Duty

GOOD = (
    '[[best_bet]]\nq = ["12345", "12345热线"]\nduty = ["便民服务中心建设"]\n'
    'owner = "编辑"\nreason = "号码"\nexpires = 2027-12-31\n'
    '[[best_bet]]\nq = ["低保"]\nduty = ["甲", "乙"]\nowner = "编辑"\nreason = "太短"\n'
)
TODAY = date(2026, 1, 1)


def load(folder: Path, text: str) -> BestBets:
    file = folder / FILE
    file.write_text(text, encoding="utf-8")
    return BestBets.load(file)


@pytest.fixture
def bets(tmp_path: Path) -> BestBets:
    return load(tmp_path, GOOD)


@pytest.fixture(scope="session")
def real(data: Path) -> BestBets:
    return BestBets.load(data / "dictionaries" / FILE)


def test_as_written(bets: BestBets) -> None:
    first, second = bets.entries
    assert first == BestBet(("12345", "12345热线"), ("便民服务中心建设",), "编辑", "号码", date(2027, 12, 31))
    assert (second.duties, second.expires) == (("甲", "乙"), None)


@pytest.mark.parametrize("question", ["12345热线", "１２３４５ 热线？", "“12345”热线", " 12345热线\n"])
def test_a_question_is_met(bets: BestBets, question: str) -> None:
    assert bets.for_question(question, TODAY) is bets.entries[0]


@pytest.mark.parametrize("question", ["", "？", "1234", "12345热线电话", "打12345热线", "低 保 户"])
def test_another_question_is_not(bets: BestBets, question: str) -> None:
    assert bets.for_question(question, TODAY) is None


@given(question=st.text(max_size=40))
def test_no_question_fails(question: str) -> None:
    bet = BestBet(("12345",), ("甲",), "编辑", "号码")
    bets = BestBets((bet,), {"12345": bet})
    assert bets.for_question(question, TODAY) is (bet if question_key(question) == "12345" else None)


def test_the_last_day(bets: BestBets) -> None:
    assert bets.for_question("12345", date(2027, 12, 31)) is not None
    assert bets.for_question("12345", date(2028, 1, 1)) is None
    assert bets.for_question("低保", date(2099, 1, 1)) is not None


def test_a_file_without_entries(tmp_path: Path) -> None:
    assert load(tmp_path, "# 还没有\n").for_question("低保", TODAY) is None


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('owner = "编辑"\n', "", "[[best_bet]] 1: owner is missing"),
        ('reason = "太短"\n', "", "[[best_bet]] 2: reason is missing"),
        ('q = ["低保"]\n', "", "[[best_bet]] 2: q is missing"),
        ('owner = "编辑"\n', 'owner = ""\n', "[[best_bet]] 1: owner: ''; expected a text"),
        ('reason = "号码"\n', "reason = 1\n", "[[best_bet]] 1: reason: 1; expected a text"),
        ("expires =", "until =", "[[best_bet]] 1: unknown key until"),
        ("2027-12-31", '"2027-12-31"', "[[best_bet]] 1: expires: '2027-12-31'; expected a date without quotes"),
        ("2027-12-31", "2027-12-31T00:00:00", "[[best_bet]] 1: expires: datetime"),
        ("2027-12-31", "2027-02-30", "not valid TOML"),
        ('["低保"]', '"低保"', "[[best_bet]] 2: q: expected a list"),
        ('["低保"]', "[]", "[[best_bet]] 2: q: expected a list"),
        ('["甲", "乙"]', '["甲", " "]', "[[best_bet]] 2: duty: ' '; expected a text"),
        ('["甲", "乙"]', '["甲", "甲"]', "[[best_bet]] 2: duty: a text stands twice"),
        ('["低保"]', '["低 保？"]', "[[best_bet]] 2: q: '低 保？'; write it as it is compared: '低保'"),
        ('["低保"]', '["12345"]', "[[best_bet]] 2: 12345 already stands in [[best_bet]] 1"),
        ("[[best_bet]]\nq = [\"低保\"]", "[[bet]]\nq = [\"低保\"]", "expected [[best_bet]] tables and nothing else"),
        (GOOD, "best_bet = 1\n", "expected [[best_bet]] tables and nothing else"),
        (GOOD, "best_bet = [1]\n", "[[best_bet]] 1: expected a table"),
    ],
)  # fmt: skip
def test_bad_files(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(DictionaryError) as caught:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert str(caught.value).startswith(f"{tmp_path / FILE}: ")
    assert message in str(caught.value)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match=re.escape(f"{tmp_path / FILE}: no such file")):
        BestBets.load(tmp_path / FILE)


def test_every_duty_of_the_repositorys_file_exists(real: BestBets, duties: list[Duty]) -> None:
    names = {duty.name for duty in duties}
    assert real.entries
    assert [name for bet in real.entries for name in bet.duties if name not in names] == []


def test_a_best_bet_leads_to_one_duty_of_a_township(real: BestBets, duties: list[Duty]) -> None:
    for bet in real.entries:
        townships = Counter(duty.township for duty in duties if duty.name in bet.duties)
        assert max(townships.values()) == 1, bet.questions


def test_no_entry_of_the_repositorys_file_has_expired(real: BestBets) -> None:
    expired = [bet.questions[0] for bet in real.entries if not bet.counts_on(date.today())]
    assert expired == [], "renew or remove them"
