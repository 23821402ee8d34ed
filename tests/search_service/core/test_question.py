"""Understanding a question.

1. Words are searched for, each once; the shorter words inside one are weaker terms of the same clause.
2. Stop words are dropped and reported; a question of nothing else is searched as it is.
3. Text in quotes of any kind is an exact phrase and not searched word by word as well.
4. Empty quotes and quotes of white space are no phrase; a question of nothing but marks is one itself.
5. A place in the question is found by its full or short name, cut out, and moves its duties up; a name
   that means two places is left alone.
6. A body in the question is found, by an everyday name too, and moves its duties up; its name stays.
7. Small talk is cut out and reported; a question of nothing else keeps it.
8. Words that ask whether the township still does it move the reclaimed duties up.
9. Synonyms add the words of the lists, weaker than the word said, and are reported.
10. Each part can be switched off.
11. A question of several pieces is cut at its marks, small talk and places already out and slips set right;
    each piece is searched like a question of its own, with the synonyms of what it says. Pieces of fewer than
    three letters and those after the tenth count only in the whole; one said twice is one; one piece alone is
    the whole. Marks at the ends of a wording are no part of it.
12. Numbers of seven and more digits say nothing and are cut out.
13. A place without a list that the question is about is told, one that somebody comes from isn't.
14. A question that names places, bodies and small talk only names no matter; the terms that only a body's name
    gives a text are told apart.
15. No text makes it fail (property test).
"""

import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.list_info import ListInfo
from search_service.core.places import PlaceNames
from search_service.core.question import PART_WEIGHT, understand
from search_service.core.request import Parts
from search_service.core.spelling import Speller
from search_service.engines.port import Boost, Wording


@pytest.fixture(scope="module")
def places(lists):
    return PlaceNames(ListInfo(one.id, one.file, one.place, one.date, {}) for one in lists.values())


def test_words_become_clauses_with_their_parts_as_weaker_terms(tuning, places):
    question = understand("农业发展银行 农业发展银行", tuning, places)
    assert [clause.word for clause in question.clauses] == ["农业发展银行"]
    assert question.clauses[0].terms == (("农业发展银行", 1.0),)
    parts = dict(question.clauses[0].parts)
    assert parts["农业"] == parts["银行"] == PART_WEIGHT < 1


def test_stop_words_are_dropped_and_reported(tuning, places):
    question = understand("请问高龄津贴怎么办", tuning, places)
    assert question.terms == ["高龄津贴"]
    assert set(question.dropped) == {"请问", "怎么办"}
    assert question.whole.text.split() == ["高龄津贴"]


def test_a_question_of_nothing_but_stop_words_is_searched_as_it_is(tuning, places):
    question = understand("怎么办", tuning, places)
    assert question.terms == ["怎么办"]
    assert question.dropped == ()


@pytest.mark.parametrize("text", ['"伤人治安" 养犬', "“伤人治安”养犬", "养犬「伤人治安」"])
def test_quoted_text_is_a_phrase(tuning, places, text):
    question = understand(text, tuning, places)
    assert question.phrases == ("伤人治安",)
    assert [clause.word for clause in question.clauses] == ["养犬"]
    assert question.terms == ["伤人治安", "养犬"]


@pytest.mark.parametrize("text", ['养犬""', '养犬"  "', "“\u200b”养犬", '养犬"'])
def test_empty_quotes_are_no_phrase(tuning, places, text):
    assert understand(text, tuning, places).phrases == ()


@pytest.mark.parametrize("text", ["%", "🐶", '""', "！！！"])
def test_a_question_of_nothing_but_marks_is_looked_up_as_it_is(tuning, places, text):
    assert understand(text, tuning, places).phrases == (text,)


@pytest.mark.parametrize("text", ["", "  ", "\x00\u200b"])
def test_nothing_visible_asks_for_nothing(tuning, places, text):
    question = understand(text, tuning, places)
    assert (question.phrases, question.clauses, question.pieces) == ((), (), ())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text(max_size=80))
def test_no_text_fails(tuning, places, text):
    question = understand(text, tuning, places)
    assert question.text == text
    assert len(question.pieces) in (0, *range(2, 11))
    assert all(piece.text in question.whole.text for piece in question.pieces)


@pytest.mark.parametrize(
    ("text", "facet", "value", "rest"),
    [
        ("庙尔沟养犬", "township", "庙尔沟乡", "养犬"),
        ("大南沟乌孜别克族乡养犬", "township", "大南沟乌孜别克族乡", "养犬"),
        ("木垒县的养犬", "county", "木垒哈萨克自治县", "的养犬"),
        ("在奇台养犬", "county", "奇台县", "在 养犬"),
        ("三台镇上养犬", "township", "三台镇", "上养犬"),
        ("乌鲁木齐县养犬", "county", "乌鲁木齐县", "养犬"),
    ],
)
def test_places_are_found_cut_out_and_preferred(tuning, places, text, facet, value, rest):
    question = understand(text, tuning, places)
    assert getattr(question.detected, facet) == value
    assert question.whole.text.split() == rest.split()
    assert [boost for boost in question.boosts if (boost.facet, boost.value) == (facet, value)]


@pytest.mark.parametrize("text", ["昌吉养犬", "乌鲁木齐养犬", "县里养犬", "乡上养犬", "本乡养犬"])
def test_names_of_two_places_and_words_for_levels_name_none(tuning, places, text):
    question = understand(text, tuning, places)
    assert (question.detected.county, question.detected.township) == (None, None)


def test_a_question_of_nothing_but_a_place_keeps_it(tuning, places):
    assert understand("庙尔沟乡", tuning, places).terms != []


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("水利局管哪些处罚", "水利局"),
        ("人社局培训", "人力资源和社会保障局"),
        ("卫健委查什么", "卫生健康委员会"),
        ("残联发轮椅吗", "残联"),
    ],
)
def test_bodies_are_found_and_preferred(tuning, places, text, canonical):
    question = understand(text, tuning, places)
    assert question.detected.department == canonical
    assert canonical in [boost.value for boost in question.boosts]


def test_small_talk_is_cut_out(tuning, places):
    question = understand("你好，麻烦问一下，高龄津贴找哪个部门，谢谢", tuning, places)
    assert question.terms == ["高龄津贴"]
    assert {"你好", "麻烦", "找哪个部门", "谢谢"} <= set(question.dropped)
    assert understand("谢谢", tuning, places).terms != []


def test_asking_whether_it_is_still_done_means_the_reclaimed(tuning, places):
    boosts = understand("乡上还能办收养登记吗", tuning, places).boosts
    assert [boost for boost in boosts if boost.facet == "list_type"] == [
        Boost("list_type", "reclaimed", 0.25)
    ]
    assert understand("收养登记", tuning, places).boosts == ()


def test_synonyms_add_the_words_of_the_lists(tuning, places):
    question = understand("煤气罐超期", tuning, places)
    assert "燃气" in {one.replacement for one in question.synonyms}
    terms = {term: weight for clause in question.clauses for term, weight in clause.terms}
    assert 0 < terms["燃气"] < 1


def test_parts_can_be_switched_off(tuning, places):
    parts = Parts(
        noise=False,
        places=False,
        departments=False,
        hints=False,
        synonyms=False,
        pieces=False,
        phrase_book=False,
    )
    question = understand("请问庙尔沟的煤气归公安局管吗，乡上还能办吗", tuning, places, None, parts)
    assert question.whole.text == "请问庙尔沟的煤气归公安局管吗,乡上还能办吗"
    assert (question.synonyms, question.boosts, question.whole.spoken) == ((), (), ())
    assert question.detected.township is None
    assert question.pieces == ()


def pieces(question):
    """Return the texts of a question's pieces."""
    return [piece.text for piece in question.pieces]


def words(wording):
    """Return the words of a wording that are searched for."""
    return [clause.word for clause in wording.clauses]


def test_the_whole_is_the_text_in_the_forms_it_is_searched_in(tuning, places):
    question = understand("养犬登记", tuning, places)
    assert question.whole.text == "养犬登记"
    assert words(question.whole) == ["养犬", "登记"]
    assert question.clauses is question.whole.clauses
    spoken = dict(question.whole.spoken)
    assert spoken["养犬"] == spoken["#犬登"] == 1 > spoken["狗"] > 0  # 狗 is a synonym
    assert question.whole.vector is None  # meaning is added by whoever has an encoder


def test_a_question_of_several_pieces_is_cut_at_its_marks(tuning, places):
    question = understand(
        "狗咬人了，路灯不亮；水管漏水：墙裂了！树倒了？井盖丢了。楼道堆杂物、车乱停", tuning, places
    )
    expected = ["狗咬人了", "路灯不亮", "水管漏水", "墙裂了", "树倒了", "井盖丢了", "楼道堆杂物", "车乱停"]
    assert pieces(question) == expected
    assert all(piece.vector is None for piece in question.pieces)


def test_each_piece_is_searched_like_a_question_of_its_own(tuning, places):
    """Nothing of its neighbours is in it: no word, no pair of characters across the comma."""
    question = understand("养犬登记，煤气罐超期", tuning, places)
    alone = [understand(text, tuning, places).whole for text in ("养犬登记", "煤气罐超期")]
    assert list(question.pieces) == alone
    assert words(question.whole) == [*words(alone[0]), *words(alone[1])]
    assert question.terms == words(question.whole)


def test_a_piece_has_the_synonyms_of_what_it_says_and_no_others(tuning, places):
    question = understand("养犬登记，煤气罐超期", tuning, places)
    assert {one.original for one in question.synonyms} == {"养犬", "煤气罐"}
    dog, gas = ({term for clause in piece.clauses for term in clause.all_terms} for piece in question.pieces)
    assert "狗" in dog - gas
    assert "燃气" in gas - dog
    assert "燃气" in dict(question.pieces[1].spoken)
    assert "燃气" not in dict(question.pieces[0].spoken)


@pytest.mark.parametrize(
    "text", ["狗咬人", "狗咬人，", "！狗咬人。", "狗咬人，没拴", "狗，咬，人", "狗咬人，？！，……", "，，，"]
)
def test_one_piece_alone_is_the_whole(tuning, places, text):
    assert understand(text, tuning, places).pieces == ()


def test_pieces_too_short_to_say_anything_count_only_in_the_whole(tuning, places):
    question = understand("狗咬人，没拴，（急），报警了", tuning, places)
    assert pieces(question) == ["狗咬人", "报警了"]
    assert {"拴", "急"} <= set(words(question.whole))


def test_what_comes_after_the_tenth_piece_counts_only_in_the_whole(tuning, places):
    question = understand("，".join(f"第{number}号路灯不亮" for number in range(1, 21)), tuning, places)
    assert pieces(question) == [f"第{number}号路灯不亮" for number in range(1, 11)]
    assert "20" in words(question.whole)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("狗咬人，路灯不亮，狗咬人。", ["狗咬人", "路灯不亮"]),
        ("，".join(["狗咬人"] * 12 + ["路灯不亮"]), ["狗咬人", "路灯不亮"]),
        ("狗咬人，狗咬人", []),
    ],
)
def test_a_piece_said_twice_is_one(tuning, places, text, expected):
    assert pieces(understand(text, tuning, places)) == expected


@pytest.mark.parametrize("text", ["狗咬人！", "，狗咬人。", "狗咬人……？！", "～狗咬人~"])
def test_marks_at_the_ends_are_no_part_of_a_wording(tuning, places, text):
    assert understand(text, tuning, places).whole == understand("狗咬人", tuning, places).whole


@pytest.mark.parametrize(
    "number", ["1234567", "13912345678", "139 1234 5678", "139-1234-5678", "65232719900101123X"]
)
def test_long_numbers_are_cut_out(tuning, places, number):
    assert understand(f"狗咬人{number}", tuning, places).whole.text == "狗咬人"
    alone = understand(number, tuning, places)
    assert (alone.whole.text, alone.clauses, alone.phrases) == ("", (), ())
    assert not alone.scope.names_matter(tuning)


@pytest.mark.parametrize("number", ["12345", "123456"])
def test_shorter_numbers_are_words(tuning, places, number):
    question = understand(f"{number}热线", tuning, places)
    assert question.whole.text == f"{number}热线"
    assert number in words(question.whole)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("阜康市低保", "阜康市"),
        ("上海高龄津贴", "上海"),
        ("你好，上海高龄津贴", "上海"),
        ("吉木萨尔县北庭镇低保", "吉木萨尔县北庭镇"),
        ("吉木萨尔县三台镇低保", None),
        ("吉木萨尔县镇上低保", None),
        ("庙尔沟乡低保", None),
        ("四川来的老板不发工资", None),
        ("上海人办低保", None),
        ("上海", None),
        ("低保", None),
    ],
)
def test_a_place_without_a_list_that_it_is_about_is_told(tuning, places, text, place):
    assert understand(text, tuning, places).scope.other_place(tuning) == place
    assert understand(text, tuning, places, None, Parts(places=False)).scope.other_place(tuning) is None


@pytest.mark.parametrize(
    ("text", "names_matter"),
    [
        ("庙尔沟乡", False),
        ("公安局", False),
        ("民政局在哪", False),
        ("庙尔沟乡民政局", False),
        ("谢谢", False),
        ("信访", True),
        ("消防", True),
        ("公安局分户", True),
        ("庙尔沟乡低保", True),
        ("“公安局”", True),
    ],
)
def test_places_bodies_and_small_talk_name_no_matter(tuning, places, text, names_matter):
    assert understand(text, tuning, places).scope.names_matter(tuning) is names_matter


def test_the_terms_that_only_a_name_of_a_body_gives_are_told_apart(tuning, places):
    names = understand("公安局分户", tuning, places).whole.names
    assert {"公安局", "#公安", "#局分"} <= names
    assert not {"分", "户", "#分户"} & names
    assert understand("公安局", tuning, places).whole.names == frozenset()  # there is nothing else
    assert understand("分户", tuning, places).whole.names == frozenset()


def test_small_talk_and_places_are_in_no_piece(tuning, places):
    question = understand("你好，庙尔沟乡，我家楼上装修，天天砸墙，麻烦问一下归谁管，谢谢", tuning, places)
    assert pieces(question) == ["我家楼上装修", "天天砸墙"]
    assert question.detected.township == "庙尔沟乡"


def test_stop_words_are_in_no_piece_either(tuning, places):
    question = understand("请问高龄津贴的发放，养犬的登记", tuning, places)
    assert [words(piece) for piece in question.pieces] == [["高龄津贴", "发放"], ["养犬", "登记"]]


def test_quoted_text_is_in_no_piece(tuning, places):
    question = understand("“伤人治安”，狗咬人了，没拴绳子", tuning, places)
    assert pieces(question) == ["狗咬人了", "没拴绳子"]
    assert question.phrases == ("伤人治安",)


def test_pieces_are_what_was_meant_not_what_was_mistyped(tuning, places):
    speller = Speller({"低保": 50, "高龄津贴": 50}.items(), tuning.analyzer.frequencies)
    question = understand("第保断了三个月，申请gaolingjintie", tuning, places, speller)
    assert pieces(question) == ["低保断了三个月", "申请高龄津贴"]
    assert question.corrected == "低保断了三个月,申请高龄津贴"


def test_marks_of_full_and_half_width_cut_alike(tuning, places):
    text = "狗咬人了，路灯不亮；墙裂了！"
    half_width = unicodedata.normalize("NFKC", text)
    assert half_width != text
    assert understand(half_width, tuning, places).pieces == understand(text, tuning, places).pieces != ()


def test_pieces_can_be_switched_off_alone(tuning, places):
    text = "狗咬人了，路灯不亮"
    whole = understand(text, tuning, places)
    off = understand(text, tuning, places, None, Parts(pieces=False))
    assert (off.pieces, off.whole, off.synonyms) == ((), whole.whole, whole.synonyms)


def test_without_the_phrase_book_no_piece_is_searched_in_it(tuning, places):
    question = understand("狗咬人了，路灯不亮", tuning, places, None, Parts(phrase_book=False))
    assert [piece.spoken for piece in question.pieces] == [(), ()]
    assert question.whole.spoken == ()


def test_a_question_of_nothing_has_the_empty_whole(tuning, places):
    assert understand("", tuning, places).whole == Wording()
