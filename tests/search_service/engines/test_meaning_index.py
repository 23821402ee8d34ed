"""Searching the phrase book by meaning.

1. A score is what the formula says, worked out here once more, slowly: the phrase book's mean is taken off
   phrasings, names and question; then the cosine, nothing below 0; then 0.4 of an entry's best phrasing, 0.4 of
   the mean of its three best, 0.2 of its name.
2. Whatever the vectors, every score lies in [0, 1], and the text itself scores 1 (property test).
3. What all vectors share says nothing: where plain cosines are all alike, a stranger scores 0.
4. A question without a meaning of its own (the mean itself), or a book of one phrasing, scores 0, not nan.
5. Several meanings at once score what each one scores alone.
6. In the real phrase book, phrasings of different entries are near each other before and strangers after.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.index.build import PHRASES_FOLDER
from indexer.index.publishing import current_generation
from indexer.phrases.snapshot import PhraseSnapshot
from search_service.engines.meaning_index import BEST_SHARE, NAME_SHARE, NEAREST_SHARE, MeaningIndex

from .conftest import make_book

DIMENSIONS = 8
PHRASINGS = (("狗咬人", "狗乱叫", "养狗要证不", "狗没拴绳"), ("楼上砸墙",), ("老人领钱", "高龄津贴咋领"))
TEXTS = 7
ALMOST = 1e-5


def unit(vectors):
    """Return vectors of length 1."""
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def some_vectors(seed, count, common=2.0):
    """Return random unit vectors, all with the same large component, as the real ones have."""
    random = np.random.default_rng(seed).normal(size=(count, DIMENSIONS))
    return unit(random + common * np.sqrt(DIMENSIONS) * np.eye(DIMENSIONS)[0])


def index_of(vectors):
    return MeaningIndex(make_book((0, 1, 2), PHRASINGS, {}, vectors.astype(np.float16)))


def reference(vectors, question):
    """Return the scores of phrasings and of entries, straight from the formula."""
    stored = vectors.astype(np.float16).astype(float)
    mean = stored[:TEXTS].mean(axis=0)
    of_all = [max(0.0, float(unit(one - mean) @ unit(question - mean))) for one in stored]
    of_entries, at = [], 0
    for number, phrasings in enumerate(PHRASINGS):
        scores = sorted(of_all[at : at + len(phrasings)], reverse=True)
        at += len(phrasings)
        nearest = scores[:3]
        of_entries.append(0.4 * scores[0] + 0.4 * sum(nearest) / len(nearest) + 0.2 * of_all[TEXTS + number])
    return of_all[:TEXTS], of_entries


@pytest.mark.parametrize("seed", range(20))
def test_scores_are_those_of_the_formula(seed):
    vectors = some_vectors(seed, TEXTS + len(PHRASINGS))
    question = some_vectors(seed + 1000, 1)[0].astype(np.float32)
    [scores] = index_of(vectors).score([question])
    of_phrasings, of_entries = reference(vectors, question)
    assert scores.of_phrasings == pytest.approx(of_phrasings, abs=1e-3)
    assert scores.of_entries == pytest.approx(of_entries, abs=1e-3)
    assert scores.of_entries.dtype == scores.of_phrasings.dtype == np.float32


def test_the_shares_add_up_to_one():
    assert sum((BEST_SHARE, NEAREST_SHARE, NAME_SHARE)) == pytest.approx(1)


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    common=st.floats(0, 50),
    asked=st.integers(0, TEXTS + 1),
)
def test_every_score_lies_between_0_and_1(seed, common, asked):
    vectors = some_vectors(seed, TEXTS + len(PHRASINGS), common)
    question = vectors[asked].astype(np.float16).astype(np.float32)
    [scores] = index_of(vectors).score([question])
    for values in (scores.of_phrasings, scores.of_entries):
        assert values.min() >= 0
        assert values.max() <= 1 + ALMOST  # rounding of float32
    if asked < TEXTS:
        assert scores.of_phrasings[asked] == pytest.approx(1, abs=ALMOST)


def test_what_all_meanings_share_says_nothing():
    """Every plain cosine is above 0.9, yet only the like of the question scores."""
    kinds = np.eye(DIMENSIONS)[[1, 1, 1, 1, 2, 3, 3, 1, 2, 3]]  # phrasings, then names
    vectors = unit(4 * np.eye(DIMENSIONS)[0] + kinds)
    question = unit(4 * np.eye(DIMENSIONS)[0] + np.eye(DIMENSIONS)[2]).astype(np.float32)
    assert (vectors @ question).min() > 0.9
    [scores] = index_of(vectors).score([question])
    assert scores.of_phrasings == pytest.approx([0, 0, 0, 0, 1, 0, 0], abs=1e-2)
    assert scores.of_entries == pytest.approx([0, 1, 0], abs=1e-2)


def test_the_names_are_not_part_of_the_mean():
    """A name may be long and official: it is compared, but people's wordings say what is usual."""
    vectors = some_vectors(7, TEXTS + len(PHRASINGS))
    question = some_vectors(8, 1)[0].astype(np.float32)
    other_names = np.concatenate([vectors[:TEXTS], some_vectors(9, len(PHRASINGS))])
    [one], [other] = index_of(vectors).score([question]), index_of(other_names).score([question])
    assert one.of_phrasings.tolist() == other.of_phrasings.tolist()
    assert one.of_entries.tolist() != other.of_entries.tolist()


def test_the_mean_itself_means_nothing():
    vectors = some_vectors(3, TEXTS + len(PHRASINGS)).astype(np.float16)
    mean = vectors[:TEXTS].astype(np.float32).mean(axis=0)
    [scores] = index_of(vectors).score([mean])
    assert not scores.of_phrasings.any()
    assert not scores.of_entries.any()


def test_a_book_of_one_phrasing_means_nothing():
    book = make_book((0,), (("狗咬人",),), {}, some_vectors(1, 2).astype(np.float16))
    [scores] = MeaningIndex(book).score([some_vectors(2, 1)[0].astype(np.float32)])
    assert scores.of_phrasings.tolist() == [0.0]
    assert 0 <= scores.of_entries[0] <= NAME_SHARE  # its name may still be near


def test_several_meanings_score_what_each_does_alone():
    vectors = some_vectors(11, TEXTS + len(PHRASINGS))
    questions = list(some_vectors(12, 5).astype(np.float32))
    index = index_of(vectors)
    together = index.score(questions)
    assert len(together) == 5
    for question, scores in zip(questions, together, strict=True):
        [alone] = index.score([question])
        assert scores.of_phrasings == pytest.approx(alone.of_phrasings, abs=ALMOST)
        assert scores.of_entries == pytest.approx(alone.of_entries, abs=ALMOST)


def test_in_the_real_book_different_matters_are_strangers_only_without_the_mean(meaning_folder):
    book = PhraseSnapshot.load(current_generation(meaning_folder) / PHRASES_FOLDER)
    firsts = np.asarray(book.vectors, dtype=np.float32)[book.starts[:-1]]  # one phrasing of each entry
    plain = firsts @ firsts.T
    centred = np.stack([one.of_phrasings[book.starts[:-1]] for one in MeaningIndex(book).score(list(firsts))])
    others = ~np.eye(len(firsts), dtype=bool)
    assert len(firsts) > 100
    assert np.median(plain[others]) > 0.75
    assert np.median(centred[others]) < 0.1
    assert np.diag(centred) == pytest.approx(1, abs=1e-3)
