"""The figures of one list of results.

1. success@k is 1 exactly where a duty of grade 2 is among the first k; grade 1 never counts.
2. The reciprocal rank is 1 over the rank of the first grade 2, 0 beyond the tenth.
3. nDCG follows its formula (worked by hand), is 1 for the best order, 0 for nothing, and looks at ten.
4. For any grades, every figure lies in [0, 1], and a right result that moves up never costs (property test).
"""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.evaluation.figures import Figures
from search_service.evaluation.metrics import first_right, ndcg, reciprocal_rank, success_at

GRADES = st.lists(st.sampled_from([0, 1, 2]), max_size=12)


@pytest.mark.parametrize(
    ("grades", "at_1", "at_3", "reciprocal"),
    [
        ([2, 0, 0], 1, 1, 1),
        ([1, 1, 2], 0, 1, 1 / 3),
        ([1, 1, 1, 2], 0, 0, 1 / 4),
        ([0] * 9 + [2], 0, 0, 1 / 10),
        ([0] * 10 + [2], 0, 0, 0),
        ([1, 1, 1], 0, 0, 0),
        ([], 0, 0, 0),
    ],
)
def test_rank_of_the_first_right_duty(grades, at_1, at_3, reciprocal):
    assert success_at(1, grades) == at_1
    assert success_at(3, grades) == at_3
    assert reciprocal_rank(grades) == reciprocal


def test_first_right_is_a_rank():
    assert first_right([0, 1, 2, 2]) == 3
    assert first_right([0, 1]) is None


def test_ndcg_by_hand():
    # gains: 1 at rank 1, 3 at rank 3; at best 3 at rank 1, 1 at rank 2
    expected = (1 / math.log2(2) + 3 / math.log2(4)) / (3 / math.log2(2) + 1 / math.log2(3))
    assert ndcg([1, 0, 2], [2, 1]) == pytest.approx(expected)


def test_ndcg_at_its_ends():
    assert ndcg([2, 1, 1, 0], [1, 2, 1]) == pytest.approx(1)
    assert ndcg([0, 0], [2]) == 0
    assert ndcg([0] * 10 + [2], [2]) == 0
    assert ndcg([2] * 10, [2] * 22) == pytest.approx(1)
    assert ndcg([0], []) == 0


@given(GRADES)
def test_figures_are_shares_and_moving_up_never_costs(grades):
    figures = Figures.of(grades, grades)
    assert all(0 <= value <= 1 + 1e-9 for value in figures.as_dict().values())
    if 2 in grades:
        at = grades.index(2)
        moved = [2, *grades[:at], *grades[at + 1 :]]
        better = Figures.of(moved, grades)
        assert better.success_at_1 == 1
        assert better.ndcg_at_10 >= figures.ndcg_at_10 - 1e-9


def test_means():
    mean = Figures.mean([Figures(1, 1, 1, 1), Figures(0, 1, 0.5, 0)])
    assert mean == Figures(0.5, 1, 0.75, 0.5)
    assert Figures.mean([]) == Figures(0, 0, 0, 0)
