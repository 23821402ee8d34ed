"""Whatever is asked, in a few milliseconds there is an answer, or an error that is documented.

1. Any text is searched, answered, completed and marked; marks are the only markup.
2. Long questions of one repeated piece take no longer than any other of their length.
3. Parts of the core that are asked for names, places and pinyin take any text.
"""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.facets import UnknownFacetValueError
from search_service.core.answers.answering import AnswerRequest, Answers
from search_service.core.highlight import Highlighter
from search_service.core.question import understand
from search_service.core.request import MAX_QUERY_LENGTH, SearchRequest
from search_service.core.short_form import short_form
from search_service.core.suffix_index import SuffixIndex
from tests.fuzz.examples import HOSTILE, WORDS, fuzz, made_of, nothing_but

SOON = 2.0
"""Seconds of the processor for one question, on a machine that does other things, too."""

questions = made_of(HOSTILE, WORDS, most=30).map(lambda text: text[:MAX_QUERY_LENGTH])
filters = st.dictionaries(
    st.sampled_from(["township", "county", "category", "department", "list_type"]),
    st.tuples(made_of(HOSTILE, WORDS, most=3)),
    max_size=2,
)


@pytest.fixture(scope="module")
def answers(search):
    return Answers(search.index)


def only_marks(text):
    return re.sub(r"</?mark>|&(?:lt|gt|amp|#39|#34);", "", text)


@fuzz
@given(text=questions, page=st.integers(1, 10**6), per_page=st.integers(1, 100))
def test_any_question_is_searched(search, text, page, per_page):
    begin = time.process_time()
    response = search.search(SearchRequest(text, page=page, per_page=per_page))
    assert time.process_time() - begin < SOON
    assert len(response.results) <= per_page
    for result in response.results:
        shown = [result.highlights.name, *result.highlights.superior_steps, *result.highlights.township_steps]
        assert not set("<>&\"'") & set("".join(map(only_marks, filter(None, shown))))


@fuzz
@given(text=questions, given=filters)
def test_any_filter_is_one_that_duties_have_or_an_error(search, text, given):
    with nothing_but(UnknownFacetValueError):
        assert search.search(SearchRequest(text, filters=given)).total >= 0


@fuzz
@given(text=questions)
def test_any_question_is_answered(answers, text):
    begin = time.process_time()
    response = answers.answer(AnswerRequest(text))
    assert time.process_time() - begin < SOON
    assert response.status in {"answered", "ambiguous", "not_found"}


@fuzz
@given(text=questions)
def test_any_letters_are_completed(search, text):
    assert len(search.suggest(text, {}, 8)) <= 8


@fuzz
@given(text=made_of(HOSTILE, WORDS), words=st.lists(made_of(HOSTILE, WORDS, most=3), max_size=6))
def test_marks_are_the_only_markup(text, words):
    marked = Highlighter(words).mark(text)
    assert not set("<>\"'") & set(only_marks(marked))
    assert marked.count("<mark>") == marked.count("</mark>")


@fuzz
@given(name=made_of(HOSTILE, WORDS))
def test_any_name_has_a_short_form(tuning, name):
    assert len(short_form(name, tuning.analyzer)) <= len(name) + 1


@pytest.mark.parametrize("text", ["\0\r\0", "\u200b\n\u200b", "\ufeff\r\n\u2060", "“\u200b”\n「\0」"])
def test_line_ends_between_what_nobody_sees(search, answers, text):
    assert search.search(SearchRequest(text)).total > 0  # it asks for nothing, so everything is shown
    assert answers.answer(AnswerRequest(text)).status == "not_found"


UNITS = [
    "的",
    "一",
    "养犬",
    '"',
    "“养”",
    "1 ",
    "a",
    "ng",
    "zhongg",
    "，",
    "？",
    "\n",
    " ",
    "昌吉市",
    "公安局",
    "市",
    "(",
    "\u200b",
    "\ud800",
]


@pytest.mark.parametrize("unit", UNITS)
def test_a_piece_repeated(search, answers, unit):
    text = (unit * MAX_QUERY_LENGTH)[:MAX_QUERY_LENGTH]
    search.search(SearchRequest(unit))
    begin = time.process_time()
    search.search(SearchRequest(text))
    answers.answer(AnswerRequest(text))
    search.suggest(text, {}, 8)
    assert time.process_time() - begin < 3 * SOON


@pytest.mark.parametrize("unit", UNITS)
def test_texts_that_no_limit_shortened(tuning, search, unit):
    """The command line and a table of complaints may hand on longer ones than the interface takes."""
    begin = time.process_time()
    understand(unit * 5000, tuning, search.index.generation.places)
    assert time.process_time() - begin < 3 * SOON


def test_letters_scattered_over_names_of_one_letter():
    name = "a" * 60 + "c"
    index = SuffixIndex([list(name)] * 50, [[True] * len(name)] * 50)
    begin = time.process_time()
    assert index.scattered("a" * 30 + "b", 2, 62) == []
    assert set(index.scattered("aac", 2, 62)) == set(range(50))
    assert time.process_time() - begin < SOON


def test_scattered_letters_stay_in_one_text():
    index = SuffixIndex([list("ab"), list("cd")], [[True, True]] * 2)
    assert index.scattered("abcd", 2, 10) == []
    assert index.scattered("ab", 2, 2) == [0]
