"""Understanding a question.

1. Words are searched for, each once; the shorter words inside one are weaker terms of the same clause.
2. Stop words are dropped and reported; a question of nothing else is searched as it is.
3. Text in quotes of any kind is an exact phrase and not searched word by word as well.
4. Empty quotes and quotes of white space are no phrase; a question of nothing but marks is one itself.
5. No text makes it fail (property test).
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search_service.core.question import PART_WEIGHT, understand


def test_words_become_clauses_with_their_parts_as_weaker_terms(tuning):
    question = understand("农业发展银行 农业发展银行", tuning)
    assert [clause.word for clause in question.clauses] == ["农业发展银行"]
    terms = dict(question.clauses[0].terms)
    assert terms["农业发展银行"] == 1.0
    assert terms["农业"] == terms["银行"] == PART_WEIGHT < 1


def test_stop_words_are_dropped_and_reported(tuning):
    question = understand("请问高龄津贴怎么办", tuning)
    assert question.terms == ["高龄津贴"]
    assert set(question.dropped) == {"请问", "怎么办"}


def test_a_question_of_nothing_but_stop_words_is_searched_as_it_is(tuning):
    question = understand("怎么办", tuning)
    assert question.terms == ["怎么办"]
    assert question.dropped == ()


@pytest.mark.parametrize("text", ['"伤人治安" 养犬', "“伤人治安”养犬", "养犬「伤人治安」"])
def test_quoted_text_is_a_phrase(tuning, text):
    question = understand(text, tuning)
    assert question.phrases == ("伤人治安",)
    assert [clause.word for clause in question.clauses] == ["养犬"]
    assert question.terms == ["伤人治安", "养犬"]


@pytest.mark.parametrize("text", ['养犬""', '养犬"  "', "“\u200b”养犬", '养犬"'])
def test_empty_quotes_are_no_phrase(tuning, text):
    assert understand(text, tuning).phrases == ()


@pytest.mark.parametrize("text", ["%", "🐶", '""', "！！！"])
def test_a_question_of_nothing_but_marks_is_looked_up_as_it_is(tuning, text):
    assert understand(text, tuning).phrases == (text,)


@pytest.mark.parametrize("text", ["", "  ", "\x00\u200b"])
def test_nothing_visible_asks_for_nothing(tuning, text):
    question = understand(text, tuning)
    assert (question.phrases, question.clauses) == ((), ())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.text(max_size=80))
def test_no_text_fails(tuning, text):
    question = understand(text, tuning)
    assert question.text == text
