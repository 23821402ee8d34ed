"""Asking judged questions and scoring what comes.

1. Each question is asked once, as written, with its township as filter where it has one, for ten results.
2. Figures per kind and overall are means over the questions; kinds without questions are left out.
3. Questions that no list answers are listed, never asked or scored.
4. The worst are those whose first result isn't right, those without any right result first.
5. Through the search core a township keeps other townships out, and browsing gives every duty once.
6. A judgement of a duty that isn't indexed is an error naming the question and the duty.
7. An ablation asks the same questions without each part in turn, and last without any; parts left out anyway
   are left out of all of it. What it reports is what the search finds without the part.
"""

import pytest

from indexer.duty import ListType
from search_service.core.request import ALL_PARTS, Parts
from search_service.evaluation.errors import EvaluationError
from search_service.evaluation.figures import Figures
from search_service.evaluation.judged import Relevant
from search_service.evaluation.measure import measure
from search_service.evaluation.run import OURS, all_duties, check_judgements, evaluate, find_with

from .conftest import make_question

MIAOERGOU_DOGS = Relevant("庙尔沟乡", ListType.COOPERATIVE, 19, 2)


def test_questions_are_asked_as_they_stand(find_in_order, some_questions):
    evaluate(find_in_order, some_questions)
    assert find_in_order.asked == [
        ("养狗谁管", None, 10),
        ("低保咋领", None, 10),
        ("老人的钱", "庙尔沟乡", 10),
    ]


def test_figures_per_kind_and_overall(find_in_order, some_questions):
    report = evaluate(find_in_order, some_questions)
    assert [outcome.rank for outcome in report.outcomes] == [1, 2, 3]
    assert report.counts == {"keyword": 1, "colloquial": 2}
    assert report.kinds["keyword"].success_at_1 == 1
    colloquial = report.kinds["colloquial"]
    assert (colloquial.success_at_1, colloquial.success_at_3) == (0, 1)
    assert colloquial.mrr_at_10 == pytest.approx((1 / 2 + 1 / 3) / 2)
    assert report.overall.success_at_1 == pytest.approx(1 / 3)
    assert [question.id for question in report.unscored] == ["q4"]


def test_the_worst_come_first(find_in_order, some_questions):
    lost = make_question("q5", "谁给修桥", right=(99,))
    report = evaluate(find_in_order, [*some_questions, lost])
    assert [outcome.question.id for outcome in report.worst(9)] == ["q5", "q3", "q2"]
    assert [outcome.question.id for outcome in report.worst(1)] == ["q5"]
    assert report.worst(1)[0].rank is None


def test_nothing_to_ask(find_in_order):
    report = evaluate(find_in_order, [])
    assert (report.overall, report.kinds, report.worst(3)) == (Figures(0, 0, 0, 0), {}, [])


def test_the_search_core_is_asked_with_the_township_as_filter(search):
    found = find_with(search)("养犬", "三台镇", 5)
    assert found
    assert {duty.township for duty in found} == {"三台镇"}
    assert len({duty.township for duty in find_with(search)("文明养犬管理", None, 10)}) > 1


def test_browsing_gives_every_duty_once(search, duties):
    assert sorted(duty.id for duty in all_duties(search)) == sorted(duty.id for duty in duties)


def test_a_judgement_of_a_missing_duty_is_named(some_duties, some_questions, search):
    check_judgements(some_questions, some_duties)
    with pytest.raises(EvaluationError, match="question q9: the index has no duty 庙尔沟乡 基本 999"):
        measure(search, [make_question("q9", "修桥", right=(999,))], baselines=False)


@pytest.fixture
def real_questions():
    """Return two questions of the real lists: one in their words, one that only the phrase book understands."""
    answer = {"relevant": (MIAOERGOU_DOGS,), "township": "庙尔沟乡"}
    return [
        make_question("q1", "文明养犬管理", right=(), **answer),
        make_question("q2", "娃娃被狗咬了咋办", right=(), **answer, kind="colloquial"),
    ]


def test_an_ablation_has_one_report_per_part_and_one_without_any(search, real_questions):
    measured = measure(search, real_questions, baselines=False, ablation=True)
    assert measured.ours.name == OURS
    assert [report.name for report in measured.ablation] == [
        *(f"without {name}" for name in Parts.names()),
        "without any",
    ]
    assert all(len(report.outcomes) == len(real_questions) for report in measured.ablation)


def test_each_report_of_an_ablation_is_the_search_without_that_part(search, real_questions):
    reports = {
        one.name: one for one in measure(search, real_questions, baselines=False, ablation=True).ablation
    }
    for name in ("phrase_book", "synonyms"):
        alone = evaluate(find_with(search, ALL_PARTS.without(name)), real_questions)
        assert reports[f"without {name}"].outcomes == alone.outcomes
    bare = evaluate(find_with(search, ALL_PARTS.without(*Parts.names())), real_questions)
    assert reports["without any"].outcomes == bare.outcomes
    assert reports["without phrase_book"].outcomes != reports["without hints"].outcomes
    assert [outcome.rank for outcome in reports["without any"].outcomes] == [1, None]


def test_without_being_asked_there_is_no_ablation(search, real_questions):
    assert measure(search, real_questions, baselines=False).ablation == ()


def test_parts_may_be_left_out(search, real_questions):
    left_out = ("phrase_book", "synonyms")
    measured = measure(search, real_questions, baselines=False, without=left_out)
    assert measured.ours.name == f"{OURS} without phrase_book, synonyms"
    alone = evaluate(find_with(search, ALL_PARTS.without(*left_out)), real_questions)
    assert measured.ours.outcomes == alone.outcomes
    assert measured.ours.outcomes != measure(search, real_questions, baselines=False).ours.outcomes


def test_parts_left_out_are_left_out_of_the_ablation_too(search, real_questions):
    measured = measure(search, real_questions, baselines=False, ablation=True, without=["phrase_book"])
    reports = {one.name: one for one in measured.ablation}
    assert reports["without phrase_book"].outcomes == measured.ours.outcomes
    both = evaluate(find_with(search, ALL_PARTS.without("phrase_book", "synonyms")), real_questions)
    assert reports["without synonyms"].outcomes == both.outcomes


def test_a_part_that_does_not_exist_can_not_be_left_out(search, real_questions):
    with pytest.raises(TypeError):
        measure(search, real_questions, baselines=False, without=["标点"])
