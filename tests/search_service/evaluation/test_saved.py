"""Saved runs and their comparison.

1. A run read back compares as unchanged with itself.
2. A right duty that moved up is better, one that moved down worse; the largest change stands first.
3. Questions that only one run asked are counted, and left out of the means.
4. What isn't a saved run is refused by name.
5. A record holds the figures of the baselines and of the search without its parts, by name; none where they
   weren't asked for.
"""

import io
import json

import pytest
from rich.console import Console

from search_service.evaluation.errors import EvaluationError
from search_service.evaluation.report import print_comparison
from search_service.evaluation.run import evaluate
from search_service.evaluation.saved import compare, load_figures, run_record, save_run


@pytest.fixture
def report(find_in_order, some_questions):
    """Return the report of a search that gives list order."""
    return evaluate(find_in_order, some_questions)


@pytest.fixture
def reversed_report(some_duties, some_questions):
    """Return the report of a search that gives the reverse."""
    return evaluate(lambda text, township, limit: some_duties[::-1], some_questions)


def test_a_run_is_unchanged_beside_itself(report, tmp_path):
    save_run(run_record(report, [report]), tmp_path / "run.json")
    comparison = compare(report, load_figures(tmp_path / "run.json"))
    assert len(comparison.changes) == 3
    assert (comparison.better, comparison.worse, comparison.missing) == ([], [], 0)


def test_better_and_worse(report, reversed_report):
    before = {outcome.question.id: outcome.figures for outcome in report.outcomes}
    comparison = compare(reversed_report, before)
    assert [change.question.id for change in comparison.better] == ["q3"]  # rank 3 → 2
    assert [change.question.id for change in comparison.worse] == ["q1", "q2"]  # 1 → 4, 2 → 3
    before, after = comparison.kinds["keyword"]
    assert (before.mrr_at_10, after.mrr_at_10) == (1, 0.25)
    record = run_record(reversed_report, comparison=comparison)["comparison"]
    assert record["worse"] == ["q1", "q2"]
    assert record["kinds"]["keyword"]["after"]["mrr_at_10"] == 0.25


def test_questions_of_one_run_only_are_counted(report):
    first, *_ = report.outcomes
    comparison = compare(report, {first.question.id: first.figures, "旧题": first.figures})
    assert (len(comparison.changes), comparison.missing) == (1, 3)
    assert comparison.overall == (first.figures, first.figures)


def test_the_printed_comparison_tells_ranks(report, reversed_report):
    before = {outcome.question.id: outcome.figures for outcome in report.outcomes}
    console = Console(file=io.StringIO(), width=120)
    print_comparison(compare(reversed_report, before), console)
    printed = console.file.getvalue()
    assert "1 better" in printed
    assert "q1 养狗谁管  1 → 4" in printed


@pytest.mark.parametrize(
    "content",
    [
        None,
        "不是",
        "[]",
        "{}",
        '{"questions": [{"id": "q1"}]}',
        '{"questions": [{"id": "q1", "figures": {"x": 1}}]}',
    ],
)
def test_what_is_not_a_run(tmp_path, content):
    path = tmp_path / "run.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(EvaluationError, match=r"run\.json"):
        load_figures(path)


def test_a_run_that_can_not_be_written(report, tmp_path):
    with pytest.raises(EvaluationError, match="can't be written"):
        save_run(run_record(report), tmp_path / "没有" / "run.json")


def test_a_record_is_plain_json(report):
    record = json.loads(json.dumps(run_record(report), ensure_ascii=False))
    assert record["overall"]["count"] == 3
    assert record["questions"][2] | {"figures": {}} == {
        "id": "q3",
        "kind": "colloquial",
        "q": "老人的钱",
        "township": "庙尔沟乡",
        "rank": 3,
        "figures": {},
        "found": [f"庙尔沟乡-basic-{number}" for number in (1, 2, 3, 4)],
    }
    assert record["unscored"] == [{"id": "q4", "q": "飞机晚点赔不赔"}]
    assert (record["baselines"], record["ablation"]) == ([], [])


def test_a_record_tells_what_the_parts_are_worth(find_in_order, some_duties, some_questions):
    ours = evaluate(find_in_order, some_questions)
    backwards = evaluate(lambda *asked: some_duties[::-1], some_questions, "without pieces")
    nothing = evaluate(lambda *asked: [], some_questions, "without any")
    ablation = run_record(ours, ablation=[backwards, nothing])["ablation"]
    assert [one["name"] for one in ablation] == ["without pieces", "without any"]
    assert [one["overall"]["count"] for one in ablation] == [3, 3]
    assert ablation[0]["overall"]["mrr_at_10"] == round(backwards.overall.mrr_at_10, 4)
    assert set(ablation[0]["kinds"]) == {"keyword", "colloquial"}
    assert ablation[1]["overall"]["success_at_3"] == 0
    assert "questions" not in ablation[0]  # the figures are enough: a run has hundreds of questions


def test_a_run_saved_with_its_ablation_compares_like_any_other(report, reversed_report, tmp_path):
    save_run(run_record(report, ablation=[reversed_report]), tmp_path / "run.json")
    assert compare(report, load_figures(tmp_path / "run.json")).worse == []
