"""The analyzer.

1. Words are cut by jieba in search mode: a word is followed by the shorter words and characters in it.
2. Every term's position is the offset of its first character: words that touch differ by their length,
   and a part has its true place inside its word.
3. Offsets name the term's own characters in the text as given, folding undone.
4. Single characters and digits are terms; punctuation and white space are not.
5. Full-width and upper-case forms give the same terms as half-width and lower-case ones.
6. Words of the user dictionary stay whole.
7. The cut of a word doesn't depend on unknown neighbours: a question finds what a document says.
8. Exact terms find any phrase by successive positions, whatever the cut, and nothing that isn't there.
9. No text makes the analyzer fail, and no letter or digit is lost (property test).
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.analysis.analyzer import Analyzer, exact_terms, phrase_terms
from indexer.analysis.normalize import normalize


@pytest.fixture(scope="module")
def analyzer():
    return Analyzer()


def terms(analyzer, text):
    return [token.term for token in analyzer.words(text)]


def test_a_long_word_is_followed_by_the_words_inside_it(analyzer):
    tokens = analyzer.words("中国农业发展银行")
    assert [token.term for token in tokens if not token.is_part] == ["中国", "农业发展银行"]
    parts = [token.term for token in tokens if token.is_part]
    assert [part for part in parts if len(part) > 1] == ["农业", "发展", "银行"]
    assert "".join(part for part in parts if len(part) == 1) == "中国农业发展银行"


def test_positions_count_characters(analyzer):
    positions = {token.term: token.position for token in analyzer.words("查处养犬扰民、伤人治安案件")}
    assert positions["查处"] == 0
    assert positions["扰民"] == 4
    assert positions["伤人"] == 7  # the mark between them counts: 扰民伤人 is no phrase of this text
    assert positions["治安案件"] == 9
    assert positions["治安"] == 9
    assert positions["案件"] == 11


def test_offsets_name_the_characters_of_the_source(analyzer):
    source = "办理\u200bＡＰＰ、第１２３４５号"
    for token in analyzer.words(source):
        assert normalize(source[token.start : token.end]) == token.term


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("犬", ["犬"]),
        ("狗 咬 人", ["狗", "咬", "人"]),
        ("C、D级", ["c", "d", "级"]),
        ("打12345", ["打", "12345"]),
        ("，。！？（）“”…… \n", []),
        ("", []),
    ],
)
def test_single_characters_and_digits_are_kept_and_marks_are_not(analyzer, text, expected):
    assert terms(analyzer, text) == expected


def test_width_and_case_make_no_difference(analyzer):
    assert terms(analyzer, "政务ＡＰＰ１２３") == terms(analyzer, "政务app123")


def test_words_of_the_user_dictionary_stay_whole(analyzer, tmp_path):
    words = tmp_path / "words.txt"
    words.write_text("# a comment\n\n流浪犬 200 n\n", encoding="utf-8")
    assert "流浪犬" not in terms(analyzer, "捕捉流浪犬")
    assert "流浪犬" in terms(Analyzer(words), "捕捉流浪犬")


@pytest.mark.parametrize("question", ["收容流浪犬", "养犬扰民", "坎尔孜乡的水渠", "犇羴公司的狗"])
def test_words_are_cut_alike_in_question_and_document(analyzer, question):
    document = f"某某负责{question}的管理工作"
    assert set(terms(analyzer, question)) <= set(terms(analyzer, document))


@pytest.mark.parametrize("phrase", ["伤人治安", "公安局负责", "犬", "扰民、伤人", "安案", "１.市公安"])
def test_a_phrase_is_found_by_successive_positions(phrase):
    text = "1.市公安局负责查处养犬扰民、伤人治安案件；"
    assert _contains(text, phrase)


@pytest.mark.parametrize("phrase", ["扰民伤人", "公安案件", "负责养犬", "狗"])
def test_a_phrase_that_is_not_there_is_not_found(phrase):
    assert not _contains("1.市公安局负责查处养犬扰民、伤人治安案件；", phrase)


@given(
    text=st.text(alphabet="养犬管理扰民伤人1a 、", max_size=30),
    start=st.integers(0, 30),
    end=st.integers(0, 30),
)
def test_every_substring_is_found_as_a_phrase(text, start, end):
    phrase = text[start:end]
    if "".join(phrase.split()):
        assert _contains(text, phrase)


@settings(max_examples=200)
@given(st.text(max_size=60))
def test_no_text_fails_and_no_letter_or_digit_is_lost(analyzer, text):
    tokens = analyzer.words(text)
    normal = normalize(text)
    covered = {at for token in tokens for at in range(token.position, token.position + len(token.term))}
    assert {at for at, one in enumerate(normal) if one.isalnum()} <= covered
    assert all(0 <= token.start < token.end <= len(text) for token in tokens)


def _contains(text, phrase):
    """Look a phrase up the way the index does: its terms at successive positions."""
    found = exact_terms(text)
    wanted = phrase_terms(phrase)
    starts = {position for term, position in found if term == wanted[0]}
    return any(all((term, start + shift) in found for shift, term in enumerate(wanted)) for start in starts)
