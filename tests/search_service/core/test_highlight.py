"""Highlighting.

1. Every occurrence of a word is marked; words that touch share one mark.
2. Marks stand around the characters as written, whatever was folded to match them.
3. All other text is escaped: nothing but <mark> can come out as a tag.
4. Longer words win over shorter ones inside them.
5. The best texts are those with the most different words; they keep their order, others are left out.
6. For any text and words, taking the marks out and unescaping gives the text back (property test).
"""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.core.highlight import Highlighter


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (["犬"], "文明养犬，犬只", "文明养<mark>犬</mark>，<mark>犬</mark>只"),
        (["养", "犬"], "文明养犬管理", "文明<mark>养犬</mark>管理"),
        (["养犬", "犬"], "养犬与犬只", "<mark>养犬</mark>与<mark>犬</mark>只"),
        (["app"], "政务ＡＰＰ", "政务<mark>ＡＰＰ</mark>"),
        (["养犬"], "养\u200b犬", "<mark>养\u200b犬</mark>"),
        (["津贴"], "养犬", "养犬"),
        ([], "养犬", "养犬"),
        (["", " "], "养犬", "养犬"),
    ],
)
def test_marking(words, text, expected):
    assert Highlighter(words).mark(text) == expected


def test_text_of_documents_is_escaped():
    marked = Highlighter(["犬"]).mark("<script>alert('犬')</script>&")
    assert marked == "&lt;script&gt;alert(&#39;<mark>犬</mark>&#39;)&lt;/script&gt;&amp;"


def test_the_texts_with_most_different_words_are_the_best():
    texts = ["养犬养犬养犬", "收养流浪犬只", "垃圾清运", "养犬扰民"]
    assert Highlighter(["养犬", "扰民", "犬"]).best(texts, 2) == [
        "<mark>养犬养犬养犬</mark>",
        "<mark>养犬扰民</mark>",
    ]
    assert Highlighter(["津贴"]).best(texts, 2) == []


@given(st.text(max_size=40), st.lists(st.text(max_size=3), max_size=4))
def test_nothing_is_lost(text, words):
    marked = Highlighter(words).mark(text)
    plain = marked.replace("<mark>", "").replace("</mark>", "")
    assert html.unescape(plain) == html.unescape(html.escape(text))
