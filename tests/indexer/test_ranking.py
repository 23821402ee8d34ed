"""The ranking's parameters, `ranking.toml`.

1. Weights, length parameters, k1 and the minimum-should-match table are read as written.
2. Of a question of n words, the row with the largest length not above n says how many must match.
3. Whatever is wrong is refused with a message that names file and entry: missing, unknown or mistyped
   keys, numbers out of range, a table without a row for one word.
4. Every key of the fusion is required, must be a number, and has bounds.
5. The repository's own file is valid: a name weighs more than any other field, long questions demand more.
"""

from __future__ import annotations

import re
from dataclasses import fields
from typing import TYPE_CHECKING

import pytest

from indexer.dictionaries import DictionaryError
from indexer.ranking import FIELDS, Fusion, PhraseWeights, Ranking

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.tuning import Tuning

GOOD = (
    "[bm25f]\nk1 = 1.5\nb = 0.7\n[fields]\n"
    + "".join(f"{name} = {at}\n" for at, name in enumerate(FIELDS, 1))
    + "[phrases]\nk1 = 1.1\nb = 0.2\n"
    + "[fusion]\nduty = 0.3\nname = 0.9\nphrases = 0.8\nmeaning = 2\nplace = 1\ndepartment = 0.1\n"
    + "pieces = 0.4\nfocus = 1.5\nkeep = 0.5\nkeep_partial = 0.35\n"
    + "[minimum_match]\n1 = 1\n3 = 2\n6 = 4\n"
)


FUSION = {
    "duty": 0.3,
    "name": 0.9,
    "phrases": 0.8,
    "meaning": 2,
    "place": 1,
    "department": 0.1,
    "pieces": 0.4,
    "focus": 1.5,
    "keep": 0.5,
    "keep_partial": 0.35,
}
"""What `GOOD` says of the fusion, every number another."""


def load(folder: Path, text: str) -> Ranking:
    file = folder / "ranking.toml"
    file.write_text(text, encoding="utf-8")
    return Ranking.load(file)


def test_as_written(tmp_path: Path) -> None:
    ranking = load(tmp_path, GOOD)
    assert ranking.k1 == 1.5
    assert ranking.b == 0.7
    assert ranking.fields == {name: float(at) for at, name in enumerate(FIELDS, 1)}
    assert ranking.minimum_match == {1: 1, 3: 2, 6: 4}
    assert ranking.phrases == PhraseWeights(k1=1.1, b=0.2)
    assert ranking.fusion == Fusion(**FUSION)
    assert {field.name for field in fields(Fusion)} == set(FUSION)


@pytest.mark.parametrize(
    ("words", "required"), [(0, 0), (1, 1), (2, 1), (3, 2), (5, 2), (6, 4), (7, 4), (99, 4)]
)
def test_required_words(tmp_path: Path, words: int, required: int) -> None:
    assert load(tmp_path, GOOD).required_words(words) == required


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[bm25f]\nk1 = 1.5\nb = 0.7\n", "", "expected the keys bm25f, fields, minimum_match, phrases, fusion; found fields, phrases"),
        ("k1 = 1.5", "k2 = 1.5", "[bm25f]: expected the keys k1, b; found k2, b"),
        ("k1 = 1.5", "k1 = 0", "[bm25f]: k1 = 0; expected a number from 0.001 to 100"),
        ("k1 = 1.5", "k1 = nan", "[bm25f]: k1 = nan; expected a number"),
        ("k1 = 1.5", "k1 = true", "[bm25f]: k1 = True; expected a number"),
        ("b = 0.7", "b = 1.3", "[bm25f]: b = 1.3; expected a number from 0 to 1"),
        ("name = 1\n", "title = 1\n", "[fields]: expected the keys name, category"),
        ("category = 2\n", "category = 0.5\n", "[fields]: category = 0.5; expected a number from 1 to 1000"),
        ("category = 2\n", "category = 1.5\n", "[fields]: category = 1.5; expected 1, or 2 and more"),
        ("category = 2\n", 'category = "2"\n', "[fields]: category = '2'; expected a number"),
        ("k1 = 1.1\n", "", "[phrases]: expected the keys k1, b; found b"),
        ("keep = 0.5", "keep = -1", "[fusion]: keep = -1; expected a number from 0 to 10"),
        ("3 = 2", "3 = 4", "[minimum_match]: 3 = 4; expected: words = how many of them, at least 1"),
        ("3 = 2", "3 = 0", "[minimum_match]: 3 = 0; expected"),
        ("3 = 2", "three = 2", "[minimum_match]: three = 2; expected"),
        ("3 = 2", "3 = 1.5", "[minimum_match]: 3 = 1.5; expected"),
        ("1 = 1\n", "", "[minimum_match]: a row for 1 word is missing"),
        ("[minimum_match]\n1 = 1", "[[minimum_match]]\n1 = 1", "[minimum_match]: expected"),
        ("[bm25f]", "[bm25f", "not valid TOML"),
    ],
)  # fmt: skip
def test_bad_files(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(DictionaryError) as caught:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert str(caught.value).startswith(f"{tmp_path / 'ranking.toml'}: ")
    assert message in str(caught.value)


@pytest.mark.parametrize("key", FUSION)
def test_every_key_of_the_fusion_is_required(tmp_path: Path, key: str) -> None:
    with pytest.raises(DictionaryError) as caught:
        load(tmp_path, GOOD.replace(f"\n{key} = {FUSION[key]}\n", "\n", 1))
    expected, found = str(caught.value).split("[fusion]: expected the keys ")[1].split("; found ")
    assert expected.split(", ") == list(FUSION)
    assert found.split(", ") == [name for name in FUSION if name != key]


@pytest.mark.parametrize("key", FUSION)
@pytest.mark.parametrize("value", ["-0.01", "10.5", "nan", "true", '"一半"'])
def test_every_key_of_the_fusion_has_bounds(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(DictionaryError, match=rf"\[fusion\]: {key} = .+; expected a number from "):
        load(tmp_path, GOOD.replace(f"\n{key} = {FUSION[key]}\n", f"\n{key} = {value}\n", 1))


def test_an_unknown_key_of_the_fusion_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match=r"\[fusion\]: expected the keys .+; found .*focsu"):
        load(tmp_path, GOOD.replace("focus = 1.5", "focsu = 1.5", 1))


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match=re.escape(f"{tmp_path / 'ranking.toml'}: no such file")):
        Ranking.load(tmp_path / "ranking.toml")


def test_the_repositorys_file(tuning: Tuning) -> None:
    ranking = tuning.ranking
    assert ranking.fields["name"] > max(ranking.fields[name] for name in FIELDS[1:])
    demanded = [ranking.required_words(words) for words in range(1, 30)]
    assert demanded == sorted(demanded)
    fusion = ranking.fusion
    assert 0 < fusion.keep_partial < fusion.keep < 1  # who has the question's words need not come as near
    assert 0 < fusion.pieces < 1  # neither the whole alone nor its pieces alone
    assert fusion.focus > 0
