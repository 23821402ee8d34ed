"""Reading of `data/dictionaries`.

1. A word list is the first word of each line; comments and blank lines are no words.
2. A missing file, one that isn't UTF-8, bad TOML, and a word that stands twice are refused with file,
   line where there is one, and reason.
3. All dictionaries are loaded together; the first bad file is named.
4. The digest changes with the content and the name of any file, with nothing else.
5. The analyzer of other dictionaries is taken over where it knows the same words, and only there.
"""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from indexer.dictionaries import DictionaryError, read_toml, read_words
from indexer.tuning import Tuning, digest_of

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "words.txt"


@pytest.fixture
def folder(tmp_path: Path, data: Path) -> Path:
    return shutil.copytree(data / "dictionaries", tmp_path / "dictionaries")


def test_words(file: Path) -> None:
    file.write_text("# 注释\n养犬 200 n\n\n的\n  \n低保\n", encoding="utf-8")
    assert read_words(file) == ["养犬", "的", "低保"]


def test_a_word_that_stands_twice(file: Path) -> None:
    file.write_text("# 注释\n养犬 200 n\n低保\n养犬\n", encoding="utf-8")
    with pytest.raises(DictionaryError) as caught:
        read_words(file)
    assert str(caught.value) == f"{file}:4: 养犬 already stands in line 2"


@pytest.mark.parametrize("read", [read_words, read_toml])
def test_a_missing_file(file: Path, read: object) -> None:
    with pytest.raises(DictionaryError, match=re.escape(f"{file}: no such file")):
        read(file)  # type: ignore[operator]


@pytest.mark.parametrize("read", [read_words, read_toml])
def test_a_file_in_gbk(file: Path, read: object) -> None:
    file.write_bytes("养犬\n".encode("gbk"))
    with pytest.raises(DictionaryError, match=re.escape(f"{file}: 'utf-8' codec can't decode")):
        read(file)  # type: ignore[operator]


def test_bad_toml(file: Path) -> None:
    file.write_text("a = 1\nb = \n", encoding="utf-8")
    with pytest.raises(DictionaryError, match=re.escape(f"{file}: not valid TOML: ") + ".*line 2"):
        read_toml(file)


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match="no such folder; it holds the dictionaries"):
        Tuning.load(tmp_path / "none")


@pytest.mark.parametrize("name", ["user_words.txt", "stop_words.txt", "departments.toml", "ranking.toml"])
def test_every_dictionary_must_be_there(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises(DictionaryError, match=re.escape(f"{folder / name}: no such file")):
        Tuning.load(folder)


@pytest.mark.parametrize("name", ["user_words.txt", "stop_words.txt"])
def test_a_bad_word_list_is_named(folder: Path, name: str) -> None:
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write("某词\n某词\n")
    with pytest.raises(
        DictionaryError, match=rf"{re.escape(str(folder / name))}:\d+: 某词 already stands in line"
    ):
        Tuning.load(folder)


def test_the_user_dictionary_reaches_the_analyzer(folder: Path, tuning: Tuning) -> None:
    assert "测绘设施维护" not in [token.term for token in tuning.analyzer.words("测绘设施维护")]
    with (folder / "user_words.txt").open("a", encoding="utf-8") as file:
        file.write("测绘设施维护 200 n\n")
    other = Tuning.load(folder)
    assert "测绘设施维护" in [token.term for token in other.analyzer.words("测绘设施维护")]
    assert other.digest != tuning.digest


def test_the_analyzer_is_lent_where_it_would_cut_alike(folder: Path, tuning: Tuning) -> None:
    with (folder / "noise.txt").open("a", encoding="utf-8") as file:
        file.write("麻烦各位领导\n")
    with (folder / "user_words.txt").open("a", encoding="utf-8") as file:
        file.write("# 说明\n\n")
    other = Tuning.load(folder, tuning)
    assert other.analyzer is tuning.analyzer
    assert "麻烦各位领导" in other.noise
    with (folder / "user_words.txt").open("a", encoding="utf-8") as file:
        file.write("测绘设施维护 200 n\n")
    changed = Tuning.load(folder, other)
    assert changed.analyzer is not tuning.analyzer
    assert "测绘设施维护" in [token.term for token in changed.analyzer.words("测绘设施维护")]


def test_the_repositorys_dictionaries(tuning: Tuning) -> None:
    assert {"的", "怎么"} <= tuning.stop_words
    assert "养犬" in [token.term for token in tuning.analyzer.words("文明养犬管理")]


def test_the_digest(folder: Path) -> None:
    def digest() -> str:
        return digest_of(sorted(folder.iterdir()))

    before = digest()
    assert digest() == before
    words = folder / "stop_words.txt"
    text = words.read_bytes()
    words.write_bytes(text + b" ")
    assert digest() != before
    words.write_bytes(text)
    assert digest() == before
    words.rename(folder / "stop_words_2.txt")
    assert digest() != before
