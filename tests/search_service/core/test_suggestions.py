"""Completions while typing, on the five real lists.

1. Every suggestion has results when searched, with and without a township, whatever was typed: Chinese,
   pinyin, initials.
2. A duty's suggestion finds the duty it was made from.
3. What begins with the typed text comes first, then what has a word that does, then what contains it; short
   before long; no text twice.
4. Pinyin (with or without spaces, half-typed) and initials work, also mixed with Chinese, which then must
   occur as it is.
5. A filter leaves only texts with a duty in the township; an unknown township is an error.
6. Nothing typed, or only marks, gives nothing; the limit holds; no text fails (property test).
7. They are made once per generation, also when many threads ask at once.
8. A lookup takes about a millisecond.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.facets import UnknownFacetValueError
from search_service import SearchRequest
from search_service.core import suggestions
from search_service.core.short_form import short_form
from search_service.core.suggestions import Kind, LatestSuggestions, Suggestion, syllables

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
        ("gllt", "对违规领取80岁（含）以上高龄老人津贴"),
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


def test_they_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    def make(engine: object, analyzer: object) -> object:
        time.sleep(0.05)
        made.append(engine)
        return ("suggestions", engine)

    monkeypatch.setattr(suggestions, "Suggestions", make)
    latest, first, second = LatestSuggestions(), object(), object()
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: latest.of(first, None), range(8)))  # type: ignore[arg-type]
    assert answers == [("suggestions", first)] * 8
    assert made == [first]
    assert latest.of(second, None) == ("suggestions", second)  # type: ignore[arg-type]
    assert made == [first, second]


def test_a_lookup_is_fast(search: Search) -> None:
    search.suggest("高", {}, 8)  # makes them
    times = []
    for typed in TYPED:
        started = time.perf_counter()
        search.suggest(typed, {"township": ("三台镇",)}, 8)
        times.append(time.perf_counter() - started)
    assert sorted(times)[len(times) // 2] < 0.005  # a fifth of it on an idle machine
