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
12. In a complaint of several pieces the one about the matter has the largest weight and decides the first result,
    by words alone and by meaning; the weights add up to 1, and every piece is told as it was understood.
13. Words that no result has are reported as dropped, those that any result has are not.
14. A name that holds the whole question comes before one that holds half of it.
"""

import pytest

from indexer.analysis.normalize import normalize
from indexer.facets import FACETS, UnknownFacetValueError
from indexer.index.schema import field_texts
from search_service import SearchRequest
from search_service.core.request import ALL_PARTS, Sort

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
    assert facet_counts(response, "category") == {"平安法治": 5, "乡村振兴": 4}


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
    assert response.query.dropped == ["犇", "麤"]


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


COMPLAINTS = [
    (
        "我住三楼，儿子上班早出晚归，楼上装修天天砸墙，吵得老人睡不着",
        "楼上装修天天砸墙",
        "拆除连接阳台的砖、混凝土墙体",
    ),
    ("我妈今年八十五了，腿脚不好，一个人住，高龄津贴到现在没发", "高龄津贴到现在没发", "高龄津贴的发放"),
    (
        "上个月刚搬来，人生地不熟，对门那家养的狗把我孩子咬了，打针花了两千多",
        "对门那家养的狗把我孩子咬了",
        "文明养犬",
    ),
    (
        "我们一共十二个人，在工地干了四个月，老板拖欠工资不给，眼看要过年了",
        "老板拖欠工资不给",
        "拖欠农民工工资",
    ),
    ("今天路过河边，本来想散步，看见有人往河里倒垃圾，水都臭了", "看见有人往河里倒垃圾", "倾倒垃圾"),
    ("前天跟媳妇吵架，心里烦，结婚证又丢了，急着要用", "结婚证又丢了", "补发结婚证"),
]
"""A complaint, the piece of it that says what it is about, and what the answering duty's name has."""


@pytest.fixture(params=["search", "search_by_meaning"])
def either(request):
    """Return the search without and with the extra semantic."""
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize(("text", "matter", "answer"), COMPLAINTS)
def test_the_piece_about_the_matter_decides_a_complaint(either, text, matter, answer):
    response = either.search(SearchRequest(text=text))
    heaviest = max(response.query.pieces, key=lambda piece: piece.weight)
    assert heaviest.text == matter
    assert answer in response.results[0].duty.name


@pytest.mark.parametrize(("text", "matter", "answer"), COMPLAINTS)
def test_the_weights_of_a_complaint_add_up_to_one(either, text, matter, answer):
    pieces = either.search(SearchRequest(text=text)).query.pieces
    assert [piece.text for piece in pieces] == text.split("，")
    assert sum(piece.weight for piece in pieces) == pytest.approx(1)
    assert min(piece.weight for piece in pieces) > 0


def test_with_meaning_the_matter_stands_out_further(search, search_by_meaning):
    """Circumstances have words of the phrase book by chance; they mean nothing in it."""

    def largest(found_by, text):
        return max(piece.weight for piece in found_by.search(SearchRequest(text)).query.pieces)

    for text, _, _ in COMPLAINTS:
        assert largest(search_by_meaning, text) > largest(search, text)


def test_without_the_pieces_circumstances_come_first(search):
    text = "我们队去年修的路，今年开春烂了三个坑，我家孩子骑摩托摔伤，住院花了一万"
    whole = search.search(SearchRequest(text, parts=ALL_PARTS.without("pieces")))
    assert "未成年人" in whole.results[0].duty.name  # 孩子 has many phrasings
    assert whole.query.pieces == ()
    assert "农村公路" in search.search(SearchRequest(text)).results[0].duty.name


@pytest.mark.parametrize("text", ["", "养犬", "养犬，", "老板拖欠农民工工资不给", "“伤人治安案件”，养犬"])
def test_a_question_of_one_piece_tells_none(either, text):
    assert either.search(SearchRequest(text)).query.pieces == ()


def test_pieces_and_words_are_told_whatever_page_is_asked_for(search):
    text = COMPLAINTS[0][0]
    first, far = search.search(SearchRequest(text)), search.search(SearchRequest(text, page=50))
    assert far.results == ()
    assert (far.query.pieces, far.query.dropped) == (first.query.pieces, first.query.dropped)


def test_words_that_no_result_has_are_dropped(search, tuning):
    response = search.search(SearchRequest(COMPLAINTS[0][0], per_page=100))
    assert response.total == len(response.results)
    shown = {
        token.term
        for result in response.results
        for text in field_texts(result.duty).values()
        for token in tuning.analyzer.words(text)
    }
    assert {"老人", "早出晚归"} <= set(response.query.dropped)
    assert not shown & {"老人", "早出晚归"}
    assert "装修" in shown
    assert "装修" not in response.query.dropped
    assert len(set(response.query.dropped)) == len(response.query.dropped)


def test_a_filter_may_leave_a_word_without_a_result(search):
    """Stray dogs are 抓捕 in 甘沟乡 and 捕捉 in 庙尔沟乡."""
    there = search.search(SearchRequest("养犬 抓捕", filters={"township": ("甘沟乡",)}))
    here = search.search(SearchRequest("养犬 抓捕", filters={"township": ("庙尔沟乡",)}))
    assert (there.total > 0, here.total > 0) == (True, True)
    assert (there.query.dropped, here.query.dropped) == ([], ["抓捕"])


def test_small_talk_stop_words_and_unmatched_words_are_told_in_this_order(search):
    response = search.search(SearchRequest("你好，请问养犬 犇麤归谁管"))
    assert response.query.dropped == ["归谁管", "你好", "请问", "犇", "麤"]


@pytest.mark.parametrize(
    ("text", "whole", "half"),
    [
        ("高龄津贴的发放", "老年人高龄津贴的发放管理", "对违规领取高龄津贴的追缴"),
        ("高龄津贴的追缴", "对违规领取高龄津贴的追缴", "对违规领取80岁"),
        ("文明养犬管理", "文明养犬管理工作", "文明养犬宣传和流浪犬抓捕"),
        ("文明养犬宣传", "文明养犬宣传和流浪犬抓捕", "文明养犬管理工作"),
    ],
)
def test_a_name_that_holds_the_whole_question_comes_before_one_that_holds_half(search, text, whole, half):
    names = [result.duty.name for result in search.search(SearchRequest(text, per_page=100)).results]
    assert names[0].startswith(whole)
    assert half in {name[: len(half)] for name in names[1:]}


def test_a_name_that_holds_the_question_inside_other_words_is_a_result(search):
    """饲养犬只 is cut into 饲养 and 犬只, so no word of it is 养犬."""
    response = search.search(SearchRequest("养犬", filters={"township": ("庙尔沟乡",)}))
    assert [result.duty.name.startswith("文明养犬管理") for result in response.results] == [True, False]
    assert "饲养犬只防疫管理" in response.results[1].duty.name


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
