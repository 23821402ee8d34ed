"""Completions while typing, on the five real lists.

1. Every suggestion has results when searched, with and without a township, whatever was typed: Chinese,
   pinyin, initials.
2. A duty's suggestion finds the duty it was made from.
3. What begins with the typed text comes first, then what has a word that does, then what contains it; short
   before long; no text twice.
4. Pinyin (with or without spaces, half-typed, never read over a mark) and initials work, also mixed with Chinese,
   which then must occur as it is; initials with gaps where nothing has them in one run.
5. A filter leaves only texts with a duty in the township; an unknown township is an error.
6. Nothing typed, or only marks, gives nothing; the limit holds; no text fails (property test).
7. They are made once per generation, also when many threads ask at once, and go through its texts once: on a
   cluster that is all of them over the network.
8. A lookup takes about a millisecond.
9. Of the phrase book, only what is short enough to be typed is suggested.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.facets import UnknownFacetValueError
from search_service import SearchRequest
from search_service.core import generation as opened
from search_service.core.short_form import short_form
from search_service.core.suggestions import (
    LONGEST_PHRASING,
    MAX_LIMIT,
    Kind,
    Suggestion,
    Suggestions,
    _read,
    syllables,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from indexer.duty import Duty
    from indexer.tuning import Tuning
    from search_service.core.search import Search

TYPED = [
    *("高", "高龄", "养犬", "公安", "公", "宅基地", "低", "低保", "老人", "拖欠", "饭桌", "对", "“", "负责", "本乡"),
    *("农", "水", "处罚", "木垒", "庙尔沟", "12345", "1", "户口", "结婚", "狗", "垃圾", "党", "森林", "医", "乡", "局"),
    *("yangq", "yang quan", "gongan", "gaoling", "zhaijidi", "dibao", "nongmin", "shui", "xiao", "lv", "qu", "a"),
    *("gllt", "ghjt", "gl", "gaj", "db", "zjd", "sz", "g", "z", "l", "nmgz", "mlhskzzx", "养q", "高l", "ＧＡ"),
]  # fmt: skip
TOWNSHIPS = ["庙尔沟乡", "坎尔孜乡", "大南沟乌孜别克族乡", "三台镇", "甘沟乡"]
FILTERS: list[dict[str, tuple[str, ...]]] = [
    {},
    {"township": ("三台镇",)},
    {"township": ("甘沟乡", "大南沟乌孜别克族乡")},
]


def texts(search: Search, typed: str, limit: int = 8, **filters: tuple[str, ...]) -> list[str]:
    return [one.text for one in search.suggest(typed, filters, limit)]


def total(search: Search, text: str, filters: Mapping[str, tuple[str, ...]]) -> int:
    return search.search(SearchRequest(text=text, filters=filters, per_page=1)).total


@pytest.mark.parametrize("filters", FILTERS, ids=lambda filters: "、".join(filters.get("township", ["all"])))
def test_every_suggestion_has_results(search: Search, filters: dict[str, tuple[str, ...]]) -> None:
    suggested = {one.text for typed in TYPED for one in search.suggest(typed, filters, 8)}
    assert len(suggested) > 100
    assert [text for text in suggested if not total(search, text, filters)] == []


@pytest.mark.parametrize("township", TOWNSHIPS)
def test_every_department_and_place_has_results(search: Search, duties: list[Duty], township: str) -> None:
    here = [duty for duty in duties if duty.township == township]
    names = {department.canonical for duty in here for department in duty.departments}
    names |= {here[0].county, township}
    filters = {"township": (township,)}
    missing = [name for name in names if name not in texts(search, name, **filters)]
    assert missing == []
    assert [name for name in names if not total(search, name, filters)] == []


def test_the_short_form_finds_its_duty(search: Search, duties: list[Duty], tuning: Tuning) -> None:
    for duty in duties[::25]:
        short = short_form(duty.name, tuning.analyzer)
        request = SearchRequest(text=short, filters={"township": (duty.township,)}, per_page=100)
        assert duty.id in [result.duty.id for result in search.search(request).results], short


@pytest.mark.parametrize("typed", ["高", "宅基地", "农村", "公", "水", "低保", "证"])
def test_the_order(search: Search, tuning: Tuning, typed: str) -> None:
    def place(text: str) -> int:
        words = [token.term for token in tuning.analyzer.words(text) if not token.is_part]
        return 0 if text.startswith(typed) else 1 if any(word.startswith(typed) for word in words) else 2

    found = texts(search, typed, limit=20)
    assert len(found) > 5
    assert all(typed in text for text in found)
    assert found == sorted(found, key=lambda text: (place(text), len(text)))
    assert len(set(found)) == len(found)


def test_the_kinds(search: Search) -> None:
    assert search.suggest("公安局", {}, 1) == [Suggestion("公安局", Kind.DEPARTMENT)]
    assert search.suggest("三台", {}, 1) == [Suggestion("三台镇", Kind.PLACE)]
    assert search.suggest("奇台", {}, 1) == [Suggestion("奇台县", Kind.PLACE)]
    assert Suggestion("文明养犬管理工作", Kind.DUTY) in search.suggest("文明养犬", {}, 8)
    assert {one.kind for one in search.suggest("低保", {}, 20)} >= {Kind.PHRASE}
    assert [kind.label for kind in Kind] == ["事项", "部门", "地区", "说法"]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("wenmingyangq", "文明养犬管理工作"),
        ("yang quan", "文明养犬管理工作"),
        ("YANG'QUAN", "文明养犬管理工作"),
        ("ｗｅｎｍｉｎｇｙａｎｇ", "文明养犬管理工作"),
        ("文明yang", "文明养犬管理工作"),
        ("gonganju", "公安局"),
        ("gaj", "公安局"),
        ("mulei", "木垒哈萨克自治县"),
        ("miaoergou", "庙尔沟乡"),
        ("wmyq", "文明养犬管理工作"),
        ("wmyqgz", "文明养犬管理工作"),
    ],
)
def test_latin_letters(search: Search, typed: str, text: str) -> None:
    assert text in texts(search, typed, limit=20)


def test_what_is_typed_in_chinese_is_not_read_as_pinyin(search: Search) -> None:
    assert any("羊" in text for text in texts(search, "yangq"))
    mixed = texts(search, "养q")
    assert mixed
    assert all("养" in text for text in mixed)
    assert texts(search, "羊犬") == []


def test_initials_with_gaps_count_only_where_nothing_has_them_in_one_run(
    search: Search, duties: list[Duty]
) -> None:
    def initials(text: str) -> str:
        return "".join(one[0] for one in syllables("".join(filter(str.isalnum, text))))

    assert "文明养犬管理工作" in {duty.name for duty in duties}
    assert "wmyqgz" not in initials("文明养犬管理工作") == "wmyqglgz"
    assert texts(search, "wmyqgz") == ["文明养犬管理工作"]
    in_one_run = texts(search, "gljt", limit=20)
    assert in_one_run
    assert all("gljt" in initials(text) for text in in_one_run)


def test_long_stories_of_the_phrase_book_are_not_suggested(search: Search) -> None:
    """Nobody types the beginning of somebody's story; that long names of duties are suggested is meant."""
    typed = [*TYPED, "我", "村", "家", "的", "没", "钱", "娃娃", "邻居", "隔壁", "老板"]
    suggested = {one for text in typed for one in search.suggest(text, {}, MAX_LIMIT)}
    phrases = [one.text for one in suggested if one.kind is Kind.PHRASE]
    assert len(phrases) > 100
    assert max(map(len, phrases)) <= LONGEST_PHRASING
    assert max(len(one.text) for one in suggested if one.kind is Kind.DUTY) > LONGEST_PHRASING


def test_a_phrasing_of_just_the_longest_length_is_suggested(search: Search, tuning: Tuning) -> None:
    book = [text for entry in tuning.phrases.entries for ask in entry.asks for text in ask.phrasings]
    longest = [text for text in book if len(text) == LONGEST_PHRASING]
    longer = [text for text in book if len(text) == LONGEST_PHRASING + 1]
    assert len(longest) > 10
    assert len(longer) > 10
    assert [text for text in longest[:50] if text not in texts(search, text, limit=MAX_LIMIT)] == []
    assert [text for text in longer[:50] if text in texts(search, text, limit=MAX_LIMIT)] == []


def test_syllables() -> None:
    assert syllables("重庆12绿a") == ["chong", "qing", "1", "2", "lv", "a"]


@given(text=st.text(max_size=20))
def test_every_character_has_one_syllable(text: str) -> None:
    assert len(syllables(text)) == len(text)


def test_a_township_leaves_only_its_own(search: Search) -> None:
    assert "庙尔沟乡" in texts(search, "庙尔沟")
    assert "庙尔沟乡" not in texts(search, "庙尔沟", township=("三台镇",))
    both = texts(search, "庙尔沟", township=("三台镇", "庙尔沟乡"))
    assert "庙尔沟乡" in both
    with pytest.raises(UnknownFacetValueError, match="庙尔沟乡"):
        search.suggest("高龄", {"township": ("没有乡",)}, 8)


@pytest.mark.parametrize("typed", ["", " ", "“”", "，。", "\n\t", "_", "🐕"])
def test_nothing_typed_gives_nothing(search: Search, typed: str) -> None:
    assert search.suggest(typed, {}, 8) == []


@pytest.mark.parametrize("limit", [1, 3, 20])
def test_the_limit(search: Search, limit: int) -> None:
    assert len(search.suggest("农", {}, limit)) == limit


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300, deadline=None)
@given(
    text=st.text(max_size=100) | st.text(alphabet="abcghjlnqyz'高养犬 1ü", max_size=12),
    filters=st.sampled_from(FILTERS),
)
def test_no_text_fails(search: Search, text: str, filters: dict[str, tuple[str, ...]]) -> None:
    found = texts(search, text, **filters)
    assert len(set(found)) == len(found) <= 8


def test_they_are_made_once(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def make(engine: object, analyzer: object) -> str:
        time.sleep(0.05)
        made.append(engine)
        return "suggestions"

    monkeypatch.setattr(opened, "Suggestions", make)
    generation = replace(search.index.generation)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: generation.suggestions, range(8)))
    assert answers == ["suggestions"] * 8
    assert made == [generation.engine]


def test_the_texts_are_read_once(search: Search, tuning: Tuning) -> None:
    engine = search.index.generation.engine
    with patch.object(engine, "texts", side_effect=engine.texts) as texts:
        Suggestions(engine, tuning.analyzer)
    assert texts.call_count == 1


def test_no_reading_reaches_over_a_mark(tuning: Tuning) -> None:
    """了 is le, and liao only in words such as 了结."""
    assert _read("票画了，结果公不公布", tuning.analyzer).pinyin[2:4] == ("le", "jie")
    assert _read("了结", tuning.analyzer).pinyin == ("liao", "jie")


def test_a_lookup_is_fast(search: Search) -> None:
    search.suggest("高", {}, 8)  # makes them
    times = []
    for typed in TYPED:
        started = time.perf_counter()
        search.suggest(typed, {"township": ("三台镇",)}, 8)
        times.append(time.perf_counter() - started)
    assert sorted(times)[len(times) // 2] < 0.005  # a fifth of it on an idle machine
