"""How sure an answer is, `confidence.toml`.

1. Both models are read as written; whole numbers and a threshold of 0 or 1 do, too.
2. The probability is that of the formula in the file, always between 0 and 1, and moves with each feature the
   way that the sign of its coefficient says.
3. Whatever is wrong is refused with a message that names file, table and key: missing and unknown tables and
   keys, values that aren't numbers, a threshold that isn't a probability.
4. Numbers too large for the formula are refused when the file is read, not found out by a question.
5. The repository's own file is valid: what speaks for a duty speaks for its answer, a matter outside against.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.confidence import FEATURES, Confidence, Features, Model
from indexer.dictionaries import DictionaryError

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.tuning import Tuning

FILE = "confidence.toml"
KEYS = ("intercept", "threshold", *FEATURES)


def table(name: str, first: float) -> str:
    """Return a table whose every number is another one."""
    rows = ["intercept = -1.5", "threshold = 0.5"]
    rows += [f"{key} = {first + at / 10:.1f}" for at, key in enumerate(FEATURES)]
    return "\n".join([f"# {name}：有没有把握", f"[{name}]", *rows]) + "\n"


GOOD = table("with_meaning", 2.0) + table("by_words", 5.0)
MIDDLE = Features(*[0.5] * len(FEATURES))


def load(folder: Path, text: str) -> Confidence:
    file = folder / FILE
    file.write_text(text, encoding="utf-8")
    return Confidence.load(file)


def test_as_written(tmp_path: Path) -> None:
    confidence = load(tmp_path, GOOD)
    expected = Model(-1.5, Features(2.0, 2.1, 2.2, 2.3, 2.4, 2.5, 2.6), 0.5)
    assert confidence.with_meaning == expected
    assert confidence.by_words.coefficients == Features(5.0, 5.1, 5.2, 5.3, 5.4, 5.5, 5.6)


@pytest.mark.parametrize("edge", ["0", "1", "0.0", "1.0"])
def test_a_threshold_may_be_at_the_edge(tmp_path: Path, edge: str) -> None:
    model = load(tmp_path, GOOD.replace("threshold = 0.5", f"threshold = {edge}")).by_words
    assert model.threshold == float(edge)
    assert isinstance(model.threshold, float)


def test_whole_numbers_are_numbers(tmp_path: Path) -> None:
    model = load(tmp_path, GOOD.replace("intercept = -1.5", "intercept = -2")).with_meaning
    assert model.intercept == -2.0
    assert isinstance(model.intercept, float)


def test_the_probability_is_the_formulas() -> None:
    model = Model(-1.0, Features(2.0, 0.5, 0.0, 1.0, -0.5, -3.0, -1.0), 0.5)
    features = Features(0.9, 0.8, 0.7, 1.0, 0.4, 0.1, 0.2)
    weighted = -1 + 2 * 0.9 + 0.5 * 0.8 + 1 * 1.0 - 0.5 * 0.4 - 3 * 0.1 - 1 * 0.2
    assert model.probability(features) == pytest.approx(1 / (1 + math.exp(-weighted)))
    assert Model(0.0, Features(*[0.0] * 7), 0.5).probability(features) == 0.5


@pytest.mark.parametrize("name", FEATURES)
@given(low=st.floats(0, 0.9), step=st.floats(0.01, 0.1), size=st.floats(0.1, 20))
def test_each_feature_moves_it_the_way_its_sign_says(name: str, low: float, step: float, size: float) -> None:
    nothing = Features(*[0.0] * len(FEATURES))
    less, more = replace(MIDDLE, **{name: low}), replace(MIDDLE, **{name: low + step})
    speaks_for = Model(-1.0, replace(nothing, **{name: size}), 0.5)
    speaks_against = Model(1.0, replace(nothing, **{name: -size}), 0.5)
    indifferent = Model(0.3, nothing, 0.5)
    assert 0 < speaks_for.probability(less) < speaks_for.probability(more) < 1
    assert 1 > speaks_against.probability(less) > speaks_against.probability(more) > 0
    assert indifferent.probability(less) == indifferent.probability(more)


@pytest.mark.parametrize("name", ["with_meaning", "by_words"])
@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_both_models_is_required(tmp_path: Path, name: str, key: str) -> None:
    lines = GOOD.splitlines()
    start = lines.index(f"[{name}]")
    del lines[next(at for at in range(start, len(lines)) if lines[at].startswith(f"{key} = "))]
    with pytest.raises(DictionaryError) as caught:
        load(tmp_path, "\n".join(lines))
    expected = f"{tmp_path / FILE}: [{name}]: expected the keys {', '.join(KEYS)}"
    assert str(caught.value).startswith(expected)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("value", ["true", '"一半"', "nan", "inf", "-inf", "[0.5]", "2025-07-01"])
def test_every_value_must_be_a_number(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(DictionaryError, match=rf"\[with_meaning\]: {key} = .+; expected a number"):
        load(tmp_path, re.sub(rf"(?m)^{key} = .+$", f"{key} = {value}", GOOD, count=1))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[by_words]", "[by_word]", "expected the tables with_meaning, by_words"),
        (table("by_words", 5.0), "", "expected the tables with_meaning, by_words"),
        ("[by_words]", "['将来']\n[by_words]", "expected the tables with_meaning, by_words"),
        ("[by_words]\n", "[[by_words]]\n", "[by_words]: expected the keys intercept, threshold"),
        (GOOD, 'with_meaning = "高"\nby_words = 1\n', "[with_meaning]: expected the keys"),
        (GOOD, "", "expected the tables"),
        ("gap = 2.2", "gap = 2.2\n'差距' = 1", "[with_meaning]: expected the keys"),
        ("gap = 5.2", "gab = 5.2", "[by_words]: expected the keys"),
        ("threshold = 0.5", "threshold = -0.01", "[with_meaning]: threshold = -0.01; expected a number from 0 to 1"),
        ("threshold = 0.5", "threshold = 1.01", "[with_meaning]: threshold = 1.01; expected a number from 0 to 1"),
        ("[by_words]", "[by_words", "not valid TOML"),
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
        Confidence.load(tmp_path / FILE)


def test_a_large_number_is_no_error_at_a_question(tmp_path: Path) -> None:
    try:
        model = load(tmp_path, GOOD.replace("intercept = -1.5", "intercept = -1000")).with_meaning
    except DictionaryError:
        return  # refusing it is as good
    assert model.probability(MIDDLE) == pytest.approx(0.0)


def test_a_number_beyond_all_bounds_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match=r"\[with_meaning\]: intercept"):
        load(tmp_path, GOOD.replace("intercept = -1.5", f"intercept = {10**400}"))


@pytest.mark.parametrize("name", ["with_meaning", "by_words"])
def test_the_repositorys_file(tuning: Tuning, name: str) -> None:
    model: Model = getattr(tuning.confidence, name)
    assert 0 < model.threshold < 1
    assert model.coefficients.nearness >= 0
    assert model.coefficients.coverage > 0
    assert model.coefficients.here > 0
    assert model.coefficients.outside_coverage < 0
    best = Features(1.0, 1.0, 1.0, 1.0, 0.5, 0.0, 0.0)
    worst = Features(0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 1.0)
    assert model.probability(best) > model.threshold > model.probability(worst)


def test_the_repositorys_words_know_nothing_of_meaning(tuning: Tuning) -> None:
    coefficients = tuning.confidence.by_words.coefficients
    assert coefficients.nearness == coefficients.outside_nearness == 0
