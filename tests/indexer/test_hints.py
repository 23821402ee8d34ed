"""Hints.

1. A hint is found by any of its words and carries its list and weight; a question without has none.
2. A malformed file is refused, naming file and entry.
"""

from pathlib import Path

import pytest

from indexer.dictionaries import DictionaryError
from indexer.duty import ListType
from indexer.hints import Hints

GOOD = '[[hint]]\nwords = ["还能办吗"]\nlist_type = "reclaimed"\nweight = 0.3\nreason = "r"\n'


def load(folder: Path, text: str) -> Hints:
    file = folder / "hints.toml"
    file.write_text(text, encoding="utf-8")
    return Hints.load(file)


def test_hints_are_found(tmp_path):
    hints = load(tmp_path, GOOD)
    [hint] = hints.in_text("这个证明乡里还能办吗")
    assert (hint.list_type, hint.weight) == (ListType.RECLAIMED, 0.3)
    assert hints.in_text("这个证明怎么办") == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("words", "word"),
        ('["还能办吗"]', "[]"),
        ('["还能办吗"]', '"还能办吗"'),
        ('"reclaimed"', '"其他"'),
        ("0.3", "0"),
        ("0.3", "true"),
        ("[[hint]]", "[[hints]]"),
    ],
)
def test_a_bad_file_is_refused(tmp_path, old, new):
    with pytest.raises(DictionaryError, match=r"hints\.toml"):
        load(tmp_path, GOOD.replace(old, new))
