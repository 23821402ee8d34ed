"""Matters outside the lists, `outside.toml`.

1. Matters are read as written, in the file's order.
2. Whatever is wrong is refused with a message that names file and entry: unknown and missing keys, empty texts,
   a phrasing that stands twice, in one matter or in two.
3. A phrasing of the phrase book is refused, naming the duty it asks for: it can't be inside and outside at once.
4. The repository's own file: it loads beside the phrase book, no matter stands twice.
5. None of its phrasings is a judged question or nearly one: those only measure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from indexer.dictionaries import DictionaryError
from indexer.outside import Matter, Outside
from indexer.phrases.book import PhraseBook
from search_service.evaluation.judged import load_judged
from tests.search_service.evaluation.test_independence import copies

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.tuning import Tuning

FILE = "outside.toml"
GOOD = (
    '[[matter]]\nname = "护照"\ndesk = "公安局出入境窗口"\nphrasings = ["护照丢了", "办护照要啥"]\n'
    '[[matter]]\nname = "驾照"\ndesk = "车管所"\nphrasings = ["驾照分扣完了"]\n'
)
BOOK = '[[duty]]\nnames = ["养犬管理"]\n[[duty.ask]]\nstep = "查处"\nphrasings = ["狗咬人", "狗叫"]\n'


@pytest.fixture
def book(tmp_path: Path) -> PhraseBook:
    folder = tmp_path / "phrases"
    folder.mkdir()
    (folder / "平安法治.toml").write_text(BOOK, encoding="utf-8")
    return PhraseBook.load(folder)


def load(folder: Path, text: str, book: PhraseBook) -> Outside:
    file = folder / FILE
    file.write_text(text, encoding="utf-8")
    return Outside.load(file, book)


def test_as_written(tmp_path: Path, book: PhraseBook) -> None:
    assert load(tmp_path, GOOD, book).matters == (
        Matter("护照", "公安局出入境窗口", ("护照丢了", "办护照要啥")),
        Matter("驾照", "车管所", ("驾照分扣完了",)),
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "护照"\n', "", "[[matter]] 1: expected exactly the keys desk, name, phrasings"),
        ('desk = "车管所"\n', "", "[[matter]] 2: expected exactly the keys desk, name, phrasings"),
        ('phrasings = ["驾照分扣完了"]\n', "", "[[matter]] 2: expected exactly the keys"),
        ("desk =", "'窗口' =", "[[matter]] 1: expected exactly the keys"),
        ('name = "驾照"', 'name = "驾照"\nphone = "12123"', "[[matter]] 2: expected exactly the keys"),
        ('name = "护照"', 'name = ""', "[[matter]] 1: name = ''; expected a text"),
        ('name = "护照"', 'name = "　"', "[[matter]] 1: name = '\\u3000'; expected a text"),
        ('desk = "车管所"', "desk = 12123", "[[matter]] 2: desk = 12123; expected a text"),
        ('["驾照分扣完了"]', "[]", "[[matter]] 2: phrasings must be a list of texts that isn't empty"),
        ('["驾照分扣完了"]', '"驾照分扣完了"', "[[matter]] 2: phrasings must be a list"),
        ('["驾照分扣完了"]', "[12]", "[[matter]] 2: phrasings must be a list"),
        ('"护照丢了"', '" "', "[[matter]] 1: phrasings must be a list"),
        ('"办护照要啥"', '"护照丢了"', "护照: 护照丢了 asks for 护照 too"),
        ('"驾照分扣完了"', '"办护照要啥"', "驾照: 办护照要啥 asks for 护照 too"),
        ('"驾照分扣完了"', '"狗咬人"', "驾照: 狗咬人 asks for 养犬管理 too"),
        ("[[matter]]\nname = \"护照\"", "[[matters]]\nname = \"护照\"", "expected [[matter]] tables and nothing else"),
        (GOOD, "# 还没有\n", "expected [[matter]] tables and nothing else"),
        (GOOD, 'matter = ["护照"]\n', "[[matter]] 1: expected exactly the keys"),
        (GOOD, '[matter]\nname = "护照"\n', "expected [[matter]] tables and nothing else"),
        ("[[matter]]", "[[matter]", "not valid TOML"),
    ],
)  # fmt: skip
def test_bad_files(tmp_path: Path, book: PhraseBook, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(DictionaryError) as caught:
        load(tmp_path, GOOD.replace(old, new, 1), book)
    assert str(caught.value).startswith(f"{tmp_path / FILE}: ")
    assert message in str(caught.value)


def test_a_matter_that_is_no_table_is_refused(tmp_path: Path, book: PhraseBook) -> None:
    with pytest.raises(DictionaryError, match=r"expected .*\[\[matter\]\]"):
        load(tmp_path, "matter = 1  # 一件\n", book)


def test_a_missing_file(tmp_path: Path, book: PhraseBook) -> None:
    with pytest.raises(DictionaryError, match=re.escape(f"{tmp_path / FILE}: no such file")):
        Outside.load(tmp_path / FILE, book)


def test_any_real_phrasing_of_the_phrase_book_is_refused(tmp_path: Path, tuning: Tuning) -> None:
    for entry in tuning.phrases.entries[:: len(tuning.phrases.entries) // 20]:
        phrasing = entry.asks[-1].phrasings[-1]
        with pytest.raises(DictionaryError) as caught:
            load(tmp_path, GOOD.replace("驾照分扣完了", phrasing), tuning.phrases)
        assert f"驾照: {phrasing} asks for {entry.names[0]} too" in str(caught.value)


def test_the_repositorys_file(data: Path, tuning: Tuning) -> None:
    matters = Outside.load(data / "dictionaries" / FILE, tuning.phrases).matters
    assert matters == tuning.outside.matters
    assert len(matters) >= 100
    assert matters[0].name == "护照和出入境证件"
    assert len({matter.name for matter in matters}) == len(matters)
    assert all(len(matter.phrasings) >= 3 for matter in matters)


def test_no_judged_question_stands_in_the_repositorys_file(data: Path, tuning: Tuning) -> None:
    phrasings = [text for matter in tuning.outside.matters for text in matter.phrasings]
    questions = [question.q for question in load_judged(data / "evaluation" / "judged.jsonl")]
    found = copies(phrasings, questions)
    assert not found, "\n".join(f"{phrasing} ~ {question}" for phrasing, question in found)
