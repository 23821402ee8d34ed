"""What the engine port promises, asked of the embedded engine and of the cluster: both must say the same.

The embedded engine's own tests hold it to the formula and to the texts; here the cluster is held to it, over
the real lists in three shards, with meaning.

1. Judged questions, everywhere and in a township: same total, order, facet counts, lists, words that nothing
   has, pieces' weights; scores to a thousandth. Answers are the same, word by word.
2. Filters of every facet, several at once, values that leave nothing; quoted phrases, long and of one character;
   no question at all; order of the lists; groups for duties; pages, the last one, one behind the end.
3. Duties, rows, other townships' duties, facet values, counts by list, exports, completions, phrasings.
4. The judged questions' success@1 and success@3 are within 0.01 of each other.
5. A page deeper than one search of the cluster may return is what walking there gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from indexer.facets import FACETS
from search_service.core.answers.answering import AnswerRequest, Answers
from search_service.core.index_cluster import IndexCluster
from search_service.core.request import SearchRequest
from search_service.core.search import Search
from search_service.engines.port import EngineQuery
from search_service.evaluation.judged import load_judged
from search_service.evaluation.run import evaluate, find_with

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.opensearch.cluster import Address
    from search_service.core.answers.result import AnswerResponse
    from search_service.core.result import SearchResponse
    from search_service.engines.port import Engine, EngineResult

SCORES = 1e-3
"""A shard without a word leaves its lengths out of the average; so scores differ in the fourth digit."""

TOWNSHIP = {"township": ("庙尔沟乡",)}

FILTERS = [
    {},
    TOWNSHIP,
    {"county": ("昌吉市", "奇台县")},
    {"list_type": ("reclaimed",)},
    {"department": ("公安局", "农业农村局")},
    {"township": ("三台镇",), "list_type": ("cooperative",)},
    {"county": ("昌吉市",), "township": ("三台镇",)},
    {"prefecture": ("昌吉回族自治州",), "category": ("平安法治",), "department": ("公安局",)},
]

QUESTIONS = [
    "",
    "养犬",
    "高龄津贴发放",
    "狗咬人了找谁",
    "公安局管什么",
    "三台镇的狗没人管",
    '"高龄津贴"',
    '"高龄津贴" 发放',
    '"狗"',
    '"高龄津贴发放，养犬"',
    "我住三楼，儿子上班早出晚归，楼上装修天天砸墙，吵得老人睡不着",
    "犇麤",
    "（）",
]


@pytest.fixture(scope="module")
def embedded(meaning_folder: Path) -> Search:
    """Return the search over the embedded engine."""
    return Search.open(meaning_folder)


@pytest.fixture(scope="module")
def clustered(published: Address) -> Search:
    """Return the search over the cluster."""
    return Search.open(IndexCluster(published))


@pytest.fixture(scope="module")
def engines(embedded: Search, clustered: Search) -> tuple[Engine, Engine]:
    """Return both engines."""
    return embedded.index.generation.engine, clustered.index.generation.engine


@pytest.fixture(scope="module")
def judged(data: Path) -> list[str]:
    """Return the text of every judged question."""
    return [one.q for one in load_judged(data / "evaluation" / "judged.jsonl")]


def shown(response: SearchResponse) -> list[object]:
    """Return what both engines must agree on, scores aside."""
    return [
        response.total,
        [(one.duty, [other.id for other in one.shared_with]) for one in response.results],
        response.facets,
        response.query,
    ]


def assert_alike(embedded: Search, clustered: Search, request: SearchRequest) -> None:
    ours, theirs = embedded.search(request), clustered.search(request)
    assert shown(theirs) == shown(ours), request
    scores = [[one.score for one in response.results] for response in (theirs, ours)]
    assert scores[0] == pytest.approx(scores[1], abs=SCORES), request


def answer_of(response: AnswerResponse) -> tuple[object, ...]:
    answer = response.answer
    return (
        response.status,
        response.advice,
        response.query,
        response.outside,
        answer and (answer.finding, answer.summary, answer.citation, answer.by_township),
        response.alternatives,
        response.elsewhere,
    )


@pytest.mark.parametrize(("start", "filters"), [(0, {}), (3, TOWNSHIP)], ids=["everywhere", "township"])
def test_judged_questions(
    embedded: Search, clustered: Search, judged: list[str], start: int, filters: dict[str, Any]
) -> None:
    asked = judged[start::6]
    assert len(asked) > 70
    for text in asked:
        assert_alike(embedded, clustered, SearchRequest(text, filters))


@pytest.mark.parametrize(("start", "places"), [(1, {}), (4, TOWNSHIP)], ids=["everywhere", "township"])
def test_answers(
    embedded: Search, clustered: Search, judged: list[str], start: int, places: dict[str, Any]
) -> None:
    ours, theirs = Answers(embedded.index), Answers(clustered.index)
    for text in judged[start::6]:
        request = AnswerRequest(text, places)
        assert answer_of(theirs.answer(request)) == answer_of(ours.answer(request)), text
        confidences = [one.answer(request).confidence for one in (theirs, ours)]
        assert confidences[0] == pytest.approx(confidences[1], abs=0.005), text


@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize("filters", FILTERS)
def test_filters(embedded: Search, clustered: Search, text: str, filters: dict[str, Any]) -> None:
    assert_alike(embedded, clustered, SearchRequest(text, filters))


@pytest.mark.parametrize("text", ["", "养犬", "宣传教育", '"宣传"'])
@pytest.mark.parametrize("filters", [{}, {"county": ("昌吉市", "奇台县")}])
def test_groups_and_pages(embedded: Search, clustered: Search, text: str, filters: dict[str, Any]) -> None:
    for collapse in (False, True):
        total = embedded.search(SearchRequest(text, filters, collapse=collapse)).total
        last = -(-total // 7)
        for page in {1, 2, max(1, last), last + 1}:
            request = SearchRequest(text, filters, page=page, per_page=7, collapse=collapse)
            assert_alike(embedded, clustered, request)


@pytest.mark.parametrize("by_score", [True, False])
def test_engine_order(engines: tuple[Engine, Engine], by_score: bool) -> None:
    results: list[EngineResult] = [
        engine.search(EngineQuery(by_score=by_score, offset=1200, limit=100)) for engine in engines
    ]
    assert [hit.duty.id for hit in results[0].hits] == [hit.duty.id for hit in results[1].hits]
    assert len(results[0].hits) == 43


def test_deep_pages(engines: tuple[Engine, Engine], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search_service.engines.opensearch.engine.MOST_HITS", 100)
    query = EngineQuery(offset=970, limit=25)
    results = [engine.search(query) for engine in engines]
    assert [hit.duty for hit in results[0].hits] == [hit.duty for hit in results[1].hits]
    assert results[0].total == results[1].total
    assert engines[1].search(EngineQuery(offset=2000, limit=5)).hits == ()


def test_one_duty(engines: tuple[Engine, Engine]) -> None:
    ours, theirs = engines
    ids = list(ours.duty_ids())
    assert list(theirs.duty_ids()) == ids
    for name in ids[::60]:
        assert theirs.duty(name) == ours.duty(name)
        assert theirs.original(name) == ours.original(name)
        assert theirs.same_duties(name) == ours.same_duties(name)
    assert theirs.duty("没有") is None
    assert theirs.original("没有") is None
    assert theirs.same_duties("没有") == ()


def test_what_is_known_of_all(engines: tuple[Engine, Engine]) -> None:
    ours, theirs = engines
    assert theirs.lists == ours.lists
    assert theirs.manifest == ours.manifest
    assert theirs.knows_meaning
    assert [theirs.knows(term) for term in ("犬", "犇", "狗")] == [
        ours.knows(term) for term in ("犬", "犇", "狗")
    ]
    for facet in FACETS:
        assert theirs.facet_values(facet.name) == ours.facet_values(facet.name)
        assert theirs.facet_aliases(facet.name) == ours.facet_aliases(facet.name)
    for filters in ({}, {"list_type": frozenset({"basic"})}):
        assert theirs.counts_by_list("department", filters) == ours.counts_by_list("department", filters)
        assert list(theirs.duties(filters)) == list(ours.duties(filters))


def test_texts(engines: tuple[Engine, Engine]) -> None:
    ours, theirs = engines
    assert list(theirs.texts()) == list(ours.texts())
    assert list(theirs.phrasings()) == list(ours.phrasings())
    for filters in ({}, {"township": frozenset({"三台镇"}), "list_type": frozenset({"reclaimed"})}):
        for one, other in zip(theirs.passing(filters), ours.passing(filters), strict=True):
            assert np.array_equal(one, other)


@pytest.mark.parametrize("typed", ["高龄", "gaoling", "gljt", "公安", "三台", "养q", "狗"])
@pytest.mark.parametrize("filters", [{}, TOWNSHIP, {"department": ("公安局",)}])
def test_completions(embedded: Search, clustered: Search, typed: str, filters: dict[str, Any]) -> None:
    assert clustered.suggest(typed, filters, 10) == embedded.suggest(typed, filters, 10)


def test_relevance(embedded: Search, clustered: Search, data: Path) -> None:
    questions = load_judged(data / "evaluation" / "judged.jsonl")
    ours, theirs = (evaluate(find_with(one), questions).overall for one in (embedded, clustered))
    assert theirs.success_at_1 == pytest.approx(ours.success_at_1, abs=0.01)
    assert theirs.success_at_3 == pytest.approx(ours.success_at_3, abs=0.01)
    assert ours.success_at_1 > 0.9
