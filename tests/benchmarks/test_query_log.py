"""The questions.

1. About three hundred, of three kinds, none twice, complaints being long; mixed in the same order every time.
2. A question's terms are its words and the shorter words in them, without stop words, none twice; a question of
   nothing but stop words keeps them.
3. Within a place, every question has one of the corpus, and it isn't always the same.
"""

from __future__ import annotations

from collections import Counter

from benchmarks.query_log import KINDS, asked_in, query_terms, read_log


def test_kinds():
    log = read_log()
    kinds = Counter(one.kind for one in log)
    assert set(kinds) == set(KINDS)
    assert min(kinds.values()) >= 100
    assert len({one.text for one in log}) == len(log)
    assert all(55 <= len(one.text) <= 180 for one in log if one.kind == "complaint")
    assert len({one.kind for one in log[:20]}) == len(KINDS)
    assert read_log() == log


def test_terms(tuning):
    terms = query_terms("请问养犬登记，养犬登记", tuning.analyzer, tuning.stop_words)
    assert "登记" in terms
    assert "请问" not in terms
    assert len(set(terms)) == len(terms)
    assert query_terms("怎么办", tuning.analyzer, tuning.stop_words) != ()


def test_places(documents, tuning):
    log = read_log()
    known = (documents.facts, tuning.analyzer, tuning.stop_words)
    assert all(asked.filters == {} for asked in asked_in("everywhere", log, *known))
    places = {asked.filters["township"] for asked in asked_in("township", log, *known)}
    assert places == set(documents.facts.townships)
    assert [asked.kind for asked in asked_in("county", log, *known)] == [one.kind for one in log]
