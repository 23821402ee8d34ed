"""The words of a text with its own place masked.

1. The words' texts together are the text, whatever it is (property test).
2. The place's names, in full, in short and by their level (本市, 全县, 乡), have the same key in every place.
3. Bodies have the same key with any or no place in front, and whatever spelling; a prefecture's body another one.
4. Levels stay apart: a county is no township, no prefecture.
5. 市, 县, 乡 and 镇 inside other words are no places.
6. Marks, width and traditional characters don't count; an opening bracket belongs to the word behind it.
7. What stands in front and is not compared has no key.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.duty import Place
from search_service.core.masked_words import MaskedText, words_of

REGION = "新疆维吾尔自治区"
MIAOERGOU = Place(REGION, "昌吉回族自治州", "昌吉市", "庙尔沟乡")
KANERZI = Place(REGION, "昌吉回族自治州", "奇台县", "坎尔孜乡")
DANANGOU = Place(REGION, "昌吉回族自治州", "木垒哈萨克自治县", "大南沟乌孜别克族乡")
SANTAI = Place(REGION, "昌吉回族自治州", "吉木萨尔县", "三台镇")
GANGOU = Place(REGION, "乌鲁木齐市", "乌鲁木齐县", "甘沟乡")


@pytest.fixture
def key(tuning):
    """Return a function from a text and its place to what it says."""
    return lambda text, place: MaskedText(text, place, tuning).key


@given(
    st.text(
        st.sampled_from("昌吉市奇台县庙尔沟乡三台镇公安局本州级政府分局城场（）《》“”、，。；1一 \nAb"),
        max_size=40,
    )
)
def test_the_words_are_the_text(tuning, text):
    assert "".join(word.text for word in words_of(text, MIAOERGOU, tuning)) == text


@pytest.mark.parametrize(
    ("ours", "theirs", "place"),
    [
        ("报本市", "报本县", KANERZI),
        ("全市规划", "全县规划", SANTAI),
        ("市级以上", "县级以上", DANANGOU),
        ("报市人民政府批准", "报县人民政府批准", KANERZI),
        ("经市人大常委会", "经县人大常委会", KANERZI),
        ("昌吉市行政区域", "木垒哈萨克自治县行政区域", DANANGOU),
        ("昌吉市行政区域", "木垒县行政区域", DANANGOU),
        ("收到庙尔沟乡反馈", "收到大南沟乌孜别克族乡反馈", DANANGOU),
        ("收到庙尔沟乡反馈", "收到三台镇反馈", SANTAI),
        ("本乡规划", "本镇规划", SANTAI),
        ("本乡规划", "乡镇规划", KANERZI),
        ("乡党委审查", "镇党委审查", SANTAI),
        ("报昌吉州备案", "报乌鲁木齐市备案", GANGOU),
        ("联合市和乡", "联合县和镇", SANTAI),
    ],
)
def test_places_say_the_same(key, ours, theirs, place):
    assert key(ours, MIAOERGOU) == key(theirs, place)


@pytest.mark.parametrize(
    ("ours", "theirs", "place"),
    [
        ("市公安局负责", "县公安局负责", KANERZI),
        ("昌吉市公安局负责", "奇台县公安局负责", KANERZI),
        ("市公安局负责", "公安局负责", KANERZI),
        ("市市场监督管理局检查", "市场监督管理局检查", SANTAI),
        ("州生态环境局昌吉市分局", "昌吉州生态环境局木垒县分局", DANANGOU),
        ("市卫生健康委员会负责", "县卫健委负责", SANTAI),
        ("报送本乡派出所", "报送本镇派出所", SANTAI),
        ("市委组织部审批", "县委组织部审批", KANERZI),
    ],
)
def test_bodies_say_the_same(key, ours, theirs, place):
    assert key(ours, MIAOERGOU) == key(theirs, place)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("市公安局负责", "市教育局负责"),
        ("市生态环境局", "州生态环境局"),
        ("州生态环境局昌吉市分局", "州生态环境局"),
        ("报本市", "报本乡"),
        ("报昌吉市", "报昌吉州"),
        ("市级", "州级"),
        ("组织村", "组织村（社区）"),
        ("报奇台县", "报昌吉市"),
    ],
)
def test_what_is_not_the_same(key, ours, theirs):
    assert key(ours, MIAOERGOU) != key(theirs, MIAOERGOU)


@pytest.mark.parametrize(
    "word", ["市场", "超市", "城市", "市民", "城乡", "乡风", "乡愁", "返乡", "乡村振兴", "城市内涝"]
)
def test_other_words_with_a_level_in_them(key, word):
    text = f"做好{word}工作"
    assert "<" not in key(text, MIAOERGOU)
    assert key(text, MIAOERGOU) == key(text, SANTAI) == key(text, GANGOU)


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("检疫、建档，", "检疫，建档；"),
        ("（一）检疫", "(一)检疫"),
        ("３张照片", "3张照片"),
        ("養犬登記", "养犬登记"),
        ("“三会一课”", "三会一课"),
    ],
)
def test_marks_and_forms_of_characters_do_not_count(key, ours, theirs):
    assert key(ours, MIAOERGOU) == key(theirs, KANERZI)


def test_brackets_belong_to_what_they_enclose(tuning):
    words = words_of("组织村（社区）巡查，报《公报》。", MIAOERGOU, tuning)
    assert [word.text for word in words] == ["组织", "村", "（社区）", "巡查，", "报", "《公报》。"]


def test_mere_marks_say_nothing(tuning):
    assert [(word.text, word.key) for word in words_of("……；", MIAOERGOU, tuning)] == [("……；", "")]
    assert words_of("", MIAOERGOU, tuning) == ()


def test_a_front_that_does_not_count(tuning):
    text = MaskedText("一、市公安局：", MIAOERGOU, tuning, front=2)
    assert "".join(word.text for word in text.words) == text.text
    assert text.key == MaskedText("县公安局", KANERZI, tuning).key
