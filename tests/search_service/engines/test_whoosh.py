"""Which duties are results, on the five real lists, without meaning.

1. A duty that has all the question's words is a result, however strict the ranking is with the others.
2. One that has enough of them is a result from `keep_partial` of the best score, any other from `keep`; worked out
   here once more from all scores and the words of the texts themselves. Nothing that scores nothing is one.
3. The best is the best of the place asked about; other filters don't lower the demand.
4. Words of the question that no result has are told, whatever page is asked for; the others aren't.
5. The weights of the pieces come with the result; a question of one piece has none.
"""

import math
from dataclasses import replace
from itertools import pairwise

import pytest

from indexer.facets import FACETS
from indexer.index.publishing import current_generation
from indexer.index.schema import field_texts
from search_service.core.places import PlaceNames
from search_service.core.question import understand
from search_service.engines.port import EngineQuery
from search_service.engines.whoosh import WhooshEngine

ALL = 1243
EVERYTHING = {"keep": 0, "keep_partial": 0}
ONLY_ALL_WORDS = {"keep": 10, "keep_partial": 10}
"""No score is ten times the best."""

QUESTIONS = [
    "养犬",
    "养犬登记",
    "高龄津贴发放",
    "宣传教育",
    "养犬 犇麤",
    "老板拖欠农民工工资不给",
    "我住三楼，儿子上班早出晚归，楼上装修天天砸墙，吵得老人睡不着",
    "昨天下班回家，天已经黑了，路灯坏了好几天没人修，差点摔一跤",
]
FILTERS = [{}, {"township": frozenset({"三台镇"})}, {"list_type": frozenset({"reclaimed"})}]


@pytest.fixture(scope="module")
def open_engine(index_folder, tuning):
    """Return a function that opens the shared index with a fusion changed; each only once."""
    opened = {}

    def open_engine(**changes):
        fusion = replace(tuning.ranking.fusion, **changes)
        if fusion not in opened:
            opened[fusion] = WhooshEngine(current_generation(index_folder), fusion)
        return opened[fusion]

    return open_engine


@pytest.fixture(scope="module")
def ask(open_engine, tuning):
    """Return a function from a question to the engine's query for it, all hits on one page."""
    places = PlaceNames(open_engine().lists)

    def ask(text, **changes):
        question = understand(text, tuning, places)
        query = EngineQuery(
            whole=question.whole,
            pieces=question.pieces,
            phrases=question.phrases,
            boosts=question.boosts,
            minimum_match=tuning.ranking.required_words(len(question.clauses)),
            limit=ALL,
        )
        return replace(query, **changes)

    return ask


@pytest.fixture(scope="module")
def words_had(duties, tuning):
    """Return a function that tells how many words of a query each duty has, from the duties' texts."""
    texts = {
        duty.id: {token.term for text in field_texts(duty).values() for token in tuning.analyzer.words(text)}
        for duty in duties
    }

    def words_had(query):
        counts = dict.fromkeys(texts, 0)
        for clause in query.whole.clauses:
            for terms in (clause.terms, clause.parts):
                having = [one for one, words in texts.items() if words & {term for term, _ in terms}]
                if having:
                    break
            for one in having:
                counts[one] += 1
        return counts

    return words_had


def passing(duties, filters, only=None):
    """Return the ids of the duties that pass the filters, or those of the facets in `only`."""
    wanted = [facet for facet in FACETS if facet.name in filters and (only is None or facet.name in only)]
    return {
        duty.id for duty in duties if all(set(facet.values(duty)) & filters[facet.name] for facet in wanted)
    }


def ids(result):
    return {hit.duty.id for hit in result.hits}


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_duty_with_all_words_is_a_result_however_weak(open_engine, ask, words_had, text):
    query = ask(text)
    having = {one for one, count in words_had(query).items() if count == len(query.whole.clauses)}
    assert ids(open_engine(**ONLY_ALL_WORDS).search(query)) == having


def test_some_questions_have_such_duties_and_some_have_none(open_engine, ask):
    """Without this the comparison above could pass on empty results."""
    strict = open_engine(**ONLY_ALL_WORDS)
    assert [strict.search(ask(text)).total > 0 for text in QUESTIONS] == [True] * 4 + [False] * 4


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("text", QUESTIONS)
@pytest.mark.parametrize(
    ("keep", "keep_partial"), [(0.65, 0.4), (0.9, 0.2), (0.3, 0.3), (10, 0.5), (0.7, 10)]
)
def test_the_others_must_come_near_the_best(
    open_engine, ask, words_had, duties, tuning, text, filters, keep, keep_partial
):
    query = ask(text, filters=filters)
    had = words_had(query)
    scores = {hit.duty.id: hit.score for hit in open_engine(**EVERYTHING).search(ask(text)).hits}
    here, eligible = passing(duties, filters, only=("township",)), passing(duties, filters)
    best = max((score for one, score in scores.items() if one in here), default=0)
    most = max(had[one] for one in eligible)
    demand = max(1, min(query.minimum_match, most))

    def is_result(one, margin):
        score = scores.get(one, 0)
        return (
            had[one] == len(query.whole.clauses)
            or (had[one] >= demand and score >= keep_partial * best * margin)
            or (score > 0 and score >= keep * best * margin)
        )

    found = ids(open_engine(keep=keep, keep_partial=keep_partial).search(query))
    # A score just at the border may fall to either side: arrays are sums of float32.
    assert {one for one in eligible if is_result(one, 1 + 1e-5)} <= found
    assert found <= {one for one in eligible if is_result(one, 1 - 1e-5)}


def test_enough_words_are_worth_more_than_none(open_engine, ask, words_had):
    """A duty that shares no word with the question has to come nearer than one that shares enough."""
    query = ask("老板拖欠农民工工资不给")
    had = words_had(query)
    kept = {
        share: open_engine(keep=share, keep_partial=0.4).search(query).hits for share in (0.4, 0.65, 0.95)
    }
    without_words = {share: sum(not had[hit.duty.id] for hit in hits) for share, hits in kept.items()}
    with_enough = {
        share: {hit.duty.id for hit in hits if had[hit.duty.id] >= query.minimum_match}
        for share, hits in kept.items()
    }
    assert without_words[0.4] > without_words[0.95] == 0
    assert with_enough[0.4] == with_enough[0.65] == with_enough[0.95] != set()


@pytest.mark.parametrize("text", QUESTIONS)
def test_stricter_shares_leave_some_of_the_same_results_in_the_same_order(open_engine, ask, text):
    query = ask(text)
    results = [
        [hit.duty.id for hit in open_engine(keep=share, keep_partial=share / 2).search(query).hits]
        for share in (0, 0.3, 0.6, 0.9)
    ]
    for loose, strict in pairwise(results):
        assert strict == [one for one in loose if one in set(strict)]


def test_what_scores_nothing_is_no_result_even_where_nothing_is_demanded(open_engine, ask):
    everything = open_engine(**EVERYTHING)
    hits = everything.search(ask("养犬")).hits
    assert 0 < len(hits) < ALL
    assert min(hit.score for hit in hits) > 0
    assert everything.search(ask("犇麤")).hits == ()


def test_the_best_is_the_best_of_the_place(open_engine, ask):
    """甘沟乡 has the duty itself; what comes next elsewhere is measured by what is best there."""
    engine, text = open_engine(keep=0.9, keep_partial=0.9), "流浪犬抓捕 犇"
    everywhere = engine.search(ask(text))
    there = engine.search(ask(text, filters={"township": frozenset({"三台镇"})}))
    assert everywhere.hits[0].duty.township == "甘沟乡"
    assert {hit.duty.township for hit in there.hits} == {"三台镇"}
    assert there.hits[0].score < 0.9 * everywhere.hits[0].score
    assert there.hits[0].duty.id not in ids(everywhere)


def test_another_filter_does_not_lower_the_demand(open_engine, ask, duties):
    """Else asking for a category would turn whatever is least wrong in it into a result."""
    engine, text = open_engine(keep=0.9, keep_partial=0.9), "流浪犬抓捕 犇"
    everywhere = ids(engine.search(ask(text)))
    for list_type in ("basic", "cooperative", "reclaimed"):
        filters = {"list_type": frozenset({list_type})}
        assert ids(engine.search(ask(text, filters=filters))) == everywhere & passing(duties, filters)


def test_browsing_and_quotes_alone_are_not_measured(open_engine, ask, duties):
    strict = open_engine(**ONLY_ALL_WORDS)
    assert strict.search(ask("")).total == ALL
    quoted = ids(strict.search(ask("“伤人治安案件”")))
    expected = {
        duty.id for duty in duties if any("伤人治安案件" in one for one in field_texts(duty).values())
    }
    assert quoted == expected != set()


@pytest.mark.parametrize("filters", FILTERS, ids=str)
@pytest.mark.parametrize("text", QUESTIONS)
def test_words_that_no_result_has_are_told(open_engine, ask, words_had, text, filters):
    query = ask(text, filters=filters)
    result = open_engine().search(query)
    expected = []
    for clause in query.whole.clauses:
        alone = words_had(replace(query, whole=replace(query.whole, clauses=(clause,))))
        if not any(alone[hit.duty.id] for hit in result.hits):
            expected.append(clause.word)
    assert list(result.unmatched) == expected


def test_a_word_that_only_the_rest_of_the_lists_has_is_told(open_engine, ask):
    """It was asked for and the lists have it, but nothing of what is shown is about it."""
    result = open_engine().search(ask("儿子上班早出晚归，楼上装修天天砸墙，吵得老人睡不着"))
    assert "老人" in result.unmatched
    assert open_engine().knows("老人")
    assert "装修" not in result.unmatched


@pytest.mark.parametrize(
    "page", [{"limit": 1}, {"offset": 3, "limit": 2}, {"offset": 5000}, {"collapse": True}]
)
def test_unmatched_words_are_those_of_all_results_not_of_the_page(open_engine, ask, page):
    text = "昨天下班回家，天已经黑了，路灯坏了好几天没人修，差点摔一跤"
    whole, part = open_engine().search(ask(text)), open_engine().search(ask(text, **page))
    assert part.unmatched == whole.unmatched != ()
    assert part.focus == whole.focus


def test_the_weights_of_the_pieces_come_with_the_result(open_engine, ask):
    for text in QUESTIONS:
        query, result = ask(text), open_engine().search(ask(text))
        assert len(result.focus) == len(query.pieces)
        assert not result.focus or math.isclose(sum(result.focus), 1, rel_tol=1e-5)
    assert open_engine().search(ask(QUESTIONS[-1])).focus != ()
