"""The search core on the five real lists.

1. A word finds the duties that contain it, the duty named by it first.
2. A phrase in quotes finds exactly the duties whose text contains it, across the cut of words.
3. The empty question browses everything in the order of the lists.
4. Filters are OR within a facet and AND between facets, and mean what the records say.
5. A facet's counts equal counts taken straight from the records, without its own selection.
6. A selected value is listed even at 0; values are accepted by label, full name and canonical name.
7. A value that no duty has is an error that names the allowed ones.
8. Pages cut the results without gap or overlap; a page past the end is empty.
9. Collapsed, a duty that several townships share is one result that names the others.
10. Words that no duty contains are reported as dropped, and don't keep the others from finding.
11. Whole sentences find something: the demand falls until one does.
"""

import pytest

from indexer.analysis.normalize import normalize
from indexer.facets import FACETS, UnknownFacetValueError
from indexer.index.schema import field_texts
from search_service import SearchRequest
from search_service.core.request import Sort

ALL = 1243


def ids(response):
    return [result.duty.id for result in response.results]


def facet_counts(response, facet):
    return {value.value: value.count for value in response.facets[facet].values if value.count}


def straight_counts(duties, facet_name):
    facet = next(facet for facet in FACETS if facet.name == facet_name)
    counts = {}
    for duty in duties:
        for value in facet.values(duty):
            counts[value] = counts.get(value, 0) + 1
    return counts


@pytest.mark.parametrize(
    ("text", "township", "expected"),
    [
        ("养犬", "庙尔沟乡", "changji-miaoergou-cooperative-19"),
        ("家庭无障碍改造", "三台镇", "jimsar-santai-cooperative-39"),
        ("微型消防站", "坎尔孜乡", "qitai-kanerzi-reclaimed-37"),
        ("宅基地审批", "大南沟乌孜别克族乡", "mulei-dananggou-basic-83"),
        ("农机购置补贴", "甘沟乡", "urumqi-gangou-basic-58"),
    ],
)
def test_the_duty_named_by_a_word_comes_first(search, text, township, expected):
    response = search.search(SearchRequest(text=text, filters={"township": (township,)}))
    assert ids(response)[0] == expected


@pytest.mark.parametrize("phrase", ["伤人治安案件", "局负责收集", "局对犬", "“三会一课”、主题", "12345"])
def test_a_phrase_finds_exactly_the_duties_that_contain_it(search, duties, phrase):
    squeezed = normalize(phrase)
    expected = {
        duty.id
        for duty in duties
        if any(
            squeezed in normalize(line) for text in field_texts(duty).values() for line in text.split("\n")
        )
    }
    response = search.search(SearchRequest(text=f'"{phrase}"', per_page=100))
    assert set(ids(response)) == expected != set()


def test_the_empty_question_browses_everything_in_list_order(search, duties):
    response = search.search(SearchRequest(per_page=100))
    assert response.total == ALL
    assert ids(response) == [duty.id for duty in duties[:100]]


@pytest.mark.parametrize(
    "filters",
    [
        {"township": ("庙尔沟乡",)},
        {"township": ("庙尔沟乡", "甘沟乡")},
        {"township": ("三台镇",), "list_type": ("cooperative",)},
        {"list_type": ("reclaimed", "basic"), "category": ("自然资源", "生态环保")},
        {"department": ("公安局", "水务局"), "prefecture": ("乌鲁木齐市",)},
        {"county": ("奇台县",), "township": ("甘沟乡",)},
    ],
)
def test_filters_and_counts_mean_what_the_records_say(search, duties, filters):
    def passes(duty, leaving_out=None):
        return all(
            set(facet.values(duty)) & set(filters[facet.name])
            for facet in FACETS
            if facet.name in filters and facet.name != leaving_out
        )

    response = search.search(SearchRequest(filters=filters, per_page=100))
    expected = [duty for duty in duties if passes(duty)]
    assert response.total == len(expected)
    assert ids(response) == [duty.id for duty in expected[:100]]
    for facet in FACETS:
        others = [duty for duty in duties if passes(duty, leaving_out=facet.name)]
        assert facet_counts(response, facet.name) == straight_counts(others, facet.name)


def test_counts_of_a_question_are_counts_of_its_matches(search):
    everything = search.search(SearchRequest(text="处罚", per_page=100))
    pages = [
        search.search(SearchRequest(text="处罚", per_page=100, page=n + 1)) for n in range(everything.pages)
    ]
    matches = [result.duty for page in pages for result in page.results]
    assert len(matches) == everything.total
    for facet in FACETS:
        assert facet_counts(everything, facet.name) == straight_counts(matches, facet.name)


def test_a_selected_value_is_listed_even_at_zero(search):
    response = search.search(SearchRequest(text="养犬", filters={"category": ("党的建设",)}))
    assert response.total == 0
    selected = [value for value in response.facets["category"].values if value.selected]
    assert [(value.value, value.count) for value in selected] == [("党的建设", 0)]
    assert facet_counts(response, "category") == {"平安法治": 5}


@pytest.mark.parametrize(
    ("facet", "texts", "value"),
    [
        ("department", ("公安局", "昌吉市公安局", "木垒县公安局"), "公安局"),
        ("list_type", ("收回", "reclaimed"), "reclaimed"),
    ],
)
def test_values_are_accepted_by_every_name(search, facet, texts, value):
    totals = set()
    for text in texts:
        response = search.search(SearchRequest(filters={facet: (text,)}))
        totals.add(response.total)
        assert [one.value for one in response.facets[facet].values if one.selected] == [value]
    assert len(totals) == 1
    assert totals.pop() > 0


def test_an_unknown_value_is_an_error_with_the_allowed_ones(search):
    with pytest.raises(UnknownFacetValueError, match="庙尔沟乡") as caught:
        search.search(SearchRequest(filters={"township": ("没有乡",)}))
    assert caught.value.facet == "township"


def test_pages_have_no_gap_and_no_overlap(search):
    whole = search.search(SearchRequest(text="宣传 教育", per_page=100))
    pages = [search.search(SearchRequest(text="宣传 教育", per_page=7, page=n)) for n in range(1, 16)]
    assert [one for page in pages for one in ids(page)][:100] == ids(whole)
    assert pages[0].pages == -(-whole.total // 7)
    past_the_end = search.search(SearchRequest(text="宣传 教育", per_page=7, page=pages[0].pages + 1))
    assert past_the_end.results == ()
    assert past_the_end.total == whole.total


def test_list_order_sorts_by_list_and_keeps_the_matches(search, duties):
    by_score = search.search(SearchRequest(text="养犬", per_page=100))
    by_list = search.search(SearchRequest(text="养犬", per_page=100, sort=Sort.LIST))
    order = {duty.id: n for n, duty in enumerate(duties)}
    assert ids(by_list) == sorted(ids(by_score), key=order.__getitem__)


def test_collapsed_a_shared_duty_is_one_result(search):
    plain = search.search(SearchRequest(text="文明养犬", per_page=100))
    collapsed = search.search(SearchRequest(text="文明养犬", per_page=100, collapse=True))
    assert collapsed.total < plain.total
    shared = [duty.id for result in collapsed.results for duty in (result.duty, *result.shared_with)]
    assert sorted(shared) == sorted(ids(plain))
    first = collapsed.results[0]
    assert {duty.township for duty in (first.duty, *first.shared_with)} >= {"庙尔沟乡", "坎尔孜乡", "三台镇"}
    assert all(not result.shared_with for result in plain.results)


def test_unknown_words_are_reported_and_do_no_harm(search):
    response = search.search(SearchRequest(text="养犬 犇麤"))
    assert response.results[0].duty.category == "平安法治"
    assert set(response.query.dropped) >= {"犇"}


@pytest.mark.parametrize(
    "text",
    [
        "隔壁养的大狗半夜叫个不停，出门还往人身上扑，哪个单位管",
        "我爸八十多了自己做不动饭，有没有给老人管饭的地方",
        "反映个事，我们小区三号楼二单元有人租了套房子给小学生补数学语文，周末一天三拨，楼道里全是鞋。",
    ],
)
def test_whole_sentences_find_something(search, text):
    assert search.search(SearchRequest(text=text)).total > 0


def test_highlights_mark_the_words_in_name_and_steps(search):
    response = search.search(SearchRequest(text="养犬", filters={"township": ("庙尔沟乡",)}))
    highlights = response.results[0].highlights
    assert highlights.name == "文明<mark>养犬</mark>管理工作"
    assert all("<mark>养犬</mark>" in step for step in highlights.superior_steps + highlights.township_steps)
    assert len(highlights.superior_steps) == 3


def test_a_duty_knows_the_same_duty_elsewhere(search):
    found = search.duty("changji-miaoergou-cooperative-19")
    assert found.duty.name == "文明养犬管理工作"
    assert found.info.date == "2025-07"
    assert {other.township for other in found.same} >= {"坎尔孜乡", "大南沟乌孜别克族乡", "三台镇"}
    assert search.duty("changji-miaoergou-cooperative-999") is None
