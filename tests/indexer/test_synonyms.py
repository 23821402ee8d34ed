"""Scoped synonyms, `synonyms.toml`.

1. A word of a question is expanded to every word that it stands for, with place and weight.
2. One direction only, unless an entry holds both ways.
3. At every place the longest word counts; a word inside a longer one is not expanded as well.
4. Neighbours that make another word of it (看书|记, 国|家教|育) keep an entry from holding.
5. Words are matched as questions are normalised: full width and case make no difference.
6. Whatever is wrong is refused with a message that names file and entry.
7. The repository's own file: everyday words find the words of the lists, in all categories; every word that
   something stands for occurs in a list or in the phrase book; official wording is left alone.
8. No text makes it fail, every expansion is where it says (property test).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.analysis.normalize import normalize
from indexer.dictionaries import DictionaryError
from indexer.synonyms import Expansion, Synonyms

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.duty import Duty
    from indexer.tuning import Tuning

GOOD = """synonym = [
  { from = ["煤气", "煤气罐"], to = ["燃气", "液化气"], weight = 0.9, reason = "the lists write 燃气" },
  { from = ["气罐"], to = ["液化气"], weight = 0.5, reason = "the bottle" },
  { from = ["机井"], to = ["机电井"], weight = 1, reason = "short name", both = true },
  { from = ["看书"], to = ["阅读"], weight = 0.7, reason = "everyday name", not_followed_by = ["记"] },
  { from = ["家教"], to = ["培训"], weight = 0.7, reason = "everyday name", not_preceded_by = ["国"] },
  { from = ["ＨＩＶ"], to = ["艾滋病"], weight = 0.7, reason = "short name" },
]
"""


def load(folder: Path, text: str) -> Synonyms:
    file = folder / "synonyms.toml"
    file.write_text(text, encoding="utf-8")
    return Synonyms.load(file)


@pytest.fixture
def synonyms(tmp_path: Path) -> Synonyms:
    return load(tmp_path, GOOD)


@pytest.fixture(scope="module")
def real(data: Path) -> Synonyms:
    return Synonyms.load(data / "dictionaries" / "synonyms.toml")


def pairs(synonyms: Synonyms, text: str) -> set[tuple[str, str]]:
    return {(one.word, one.replacement) for one in synonyms.expand(normalize(text))}


def test_every_replacement_with_place_and_weight(synonyms: Synonyms) -> None:
    assert synonyms.expand("家里煤气漏") == [
        Expansion(2, 4, "煤气", "燃气", 0.9),
        Expansion(2, 4, "煤气", "液化气", 0.9),
    ]


def test_a_word_that_occurs_twice_is_expanded_twice(synonyms: Synonyms) -> None:
    assert [one.start for one in synonyms.expand("气罐和气罐")] == [0, 3]


def test_one_direction_only(synonyms: Synonyms) -> None:
    assert synonyms.expand("燃气") == []


def test_both_directions_where_the_entry_says_so(synonyms: Synonyms) -> None:
    assert pairs(synonyms, "机井") == {("机井", "机电井")}
    assert pairs(synonyms, "机电井") == {("机电井", "机井")}


def test_the_longest_word_counts_alone(synonyms: Synonyms) -> None:
    assert {one.word for one in synonyms.expand("煤气罐")} == {"煤气罐"}


def test_neighbours_that_make_another_word(synonyms: Synonyms) -> None:
    assert pairs(synonyms, "去看书") == {("看书", "阅读")}
    assert pairs(synonyms, "去看书记") == set()
    assert pairs(synonyms, "请家教") == {("家教", "培训")}
    assert pairs(synonyms, "国家教育") == set()


@pytest.mark.parametrize("text", ["HIV", "hiv", "ＨＩＶ"])
def test_words_are_matched_normalised(synonyms: Synonyms, text: str) -> None:
    assert pairs(synonyms, text) == {("hiv", "艾滋病")}


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ('{ from = ["狗"], to = ["犬"], weight = 1 }', "expected the keys from, reason, to, weight"),
        ('{ from = ["狗"], to = ["犬"], weight = 1, reason = "r", colour = "red" }', "colour"),
        ('{ from = [], to = ["犬"], weight = 1, reason = "r" }', "from: expected a list of words"),
        ('{ from = ["狗"], to = [], weight = 1, reason = "r" }', "to: expected a list of words"),
        ('{ from = "狗", to = ["犬"], weight = 1, reason = "r" }', "from: expected a list of words"),
        ('{ from = [" "], to = ["犬"], weight = 1, reason = "r" }', "from: ' ' is not a word"),
        ('{ from = [1], to = ["犬"], weight = 1, reason = "r" }', "from: 1 is not a word"),
        ('{ from = ["狗", "狗"], to = ["犬"], weight = 1, reason = "r" }', "from: 狗 stands twice"),
        ('{ from = ["狗"], to = ["犬"], weight = 0, reason = "r" }', "weight: 0; expected a number"),
        ('{ from = ["狗"], to = ["犬"], weight = 1.1, reason = "r" }', "weight: 1.1"),
        ('{ from = ["狗"], to = ["犬"], weight = true, reason = "r" }', "weight: True"),
        ('{ from = ["狗"], to = ["犬"], weight = nan, reason = "r" }', "weight: nan"),
        ('{ from = ["狗"], to = ["犬"], weight = 1, reason = " " }', "reason must say why"),
        ('{ from = ["狗"], to = ["犬"], weight = 1, reason = "r", both = 1 }', "both: 1; expected true"),
        ('{ from = ["狗", "犬"], to = ["犬"], weight = 1, reason = "r" }', "犬 stands in from and in to"),
        ("3", "found 3"),
    ],
)
def test_mistakes_name_file_and_entry(tmp_path: Path, entry: str, message: str) -> None:
    text = f'synonym = [\n{{ from = ["羊"], to = ["牲畜"], weight = 1, reason = "r" }},\n{entry},\n]'
    with pytest.raises(DictionaryError, match=f"{re.escape(str(tmp_path))}.*synonym 2.*{re.escape(message)}"):
        load(tmp_path, text)


@pytest.mark.parametrize(
    "second",
    [
        '{ from = ["狗"], to = ["犬"], weight = 0.5, reason = "r" }',
        '{ from = ["犬"], to = ["狗"], weight = 0.5, reason = "r", both = true }',
    ],
)
def test_a_pair_that_stands_twice(tmp_path: Path, second: str) -> None:
    text = f'synonym = [{{ from = ["狗"], to = ["犬"], weight = 1, reason = "r" }}, {second}]'
    with pytest.raises(DictionaryError, match=r"synonym 2: 狗 → 犬 already stands in .*synonym 1"):
        load(tmp_path, text)


@pytest.mark.parametrize("text", ["", "synonyms = []", "[synonym]\na = 1", 'synonym = []\nother = ""'])
def test_a_file_of_another_shape(tmp_path: Path, text: str) -> None:
    with pytest.raises(DictionaryError, match="expected the list synonym and nothing else"):
        load(tmp_path, text)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match="no such file"):
        Synonyms.load(tmp_path / "synonyms.toml")


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("煤气罐谁检查", ("煤气罐", "燃气")),
        ("野狗太多", ("野狗", "犬")),
        ("五保户住哪", ("五保户", "特困人员")),
        ("吃低保的条件", ("吃低保", "最低生活保障")),
        ("土管所在哪", ("土管所", "自然资源")),
        ("旱厕改造", ("旱厕", "农村厕所")),
        ("厂里欠工资", ("欠工资", "拖欠")),
        ("想打井浇苹果树", ("打井", "凿井")),
        ("巴扎几点开", ("巴扎", "集贸市场")),
        ("苞谷地里的草", ("苞谷", "玉米")),
        ("种地补贴少了", ("种地补贴", "耕地地力补贴")),
        ("房产证丢了", ("房产证", "不动产")),
        ("给羊打针收费吗", ("给羊打针", "强制免疫")),
        ("死羊往哪埋", ("死羊", "无害化处理")),
        ("对面补习班太吵", ("补习班", "学科类培训")),
        ("锅盖收台", ("锅盖", "卫星电视接收设施")),
        ("院里种了罂粟", ("罂粟", "毒品原植物")),
        ("轮椅坏了", ("轮椅", "残疾人辅具")),
        ("彩礼涨价", ("彩礼", "移风易俗")),
        ("地里烧麦茬", ("烧麦茬", "秸秆禁烧")),
        ("草场让人占了", ("草场", "草原")),
        ("电瓶车在楼道充电", ("电瓶车", "电动自行车")),
        ("当过兵有啥待遇", ("当过兵", "退役军人")),
        ("饭馆泔水倒哪", ("泔水", "餐厨垃圾")),
        ("村里办酒席要报备吗", ("办酒席", "农村集体聚餐")),
    ],
)
def test_everyday_words_find_the_words_of_the_lists(real: Synonyms, text: str, pair: tuple[str, str]) -> None:
    assert pair in pairs(real, text)


@pytest.mark.parametrize(
    "text",
    [
        "国家教育政策", "宣传教育", "书记看书记员", "部分居民", "热狗", "整体检查", "土地补偿", "道路长期不修",
        "监测土壤", "慢性病", "上环境课", "大麻烦", "设立户外", "下礼拜", "集中医疗队", "动物疫情", "残疾人",
    ],
)  # fmt: skip
def test_what_only_looks_like_an_everyday_word(real: Synonyms, text: str) -> None:
    wrong = {
        "家教",
        "传教",
        "看书",
        "分居",
        "狗",
        "体检",
        "地补",
        "路长",
        "测土",
        "性病",
        "上环",
        "大麻",
        "立户",
    }
    wrong |= {"礼拜", "中医", "疫情", "残疾"}
    assert not wrong & {word for word, _ in pairs(real, text)}


def test_replacements_occur_in_the_lists_or_the_phrase_book(
    real: Synonyms, duties: list[Duty], tuning: Tuning
) -> None:
    steps = (step.text for duty in duties for step in (*duty.superior_steps, *duty.township_steps))
    phrasings = (text for entry in tuning.phrases.entries for ask in entry.asks for text in ask.phrasings)
    everything = normalize("\n".join([*(duty.name for duty in duties), *steps, *phrasings]))
    assert [word for word in sorted(real.replacements()) if word not in everything] == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text() | st.text(alphabet="狗咬人煤气罐看书记国家教育低保户养犬吵架"))
def test_no_text_fails(real: Synonyms, text: str) -> None:
    ends = [0]
    for one in real.expand(text):
        assert text[one.start : one.end] == one.word != one.replacement
        assert 0 < one.weight <= 1
        assert one.end >= ends[-1]
        ends.append(one.end)
