"""The peers on a small corpus.

1. All answer every question of the log with equal work, in every series: see `benchmarks.equality`.
2. The check notices a peer that counts wrongly, misses a match, scores otherwise, or lists worse documents.
3. Lengths kept in one byte are off by no more than an eighth.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

pytest.importorskip("tantivy", reason="the extra bench is not installed")

from benchmarks.equality import UnequalWorkError, _score, check_equal
from benchmarks.peers import PEERS
from benchmarks.peers.fts5 import _spelled
from benchmarks.peers.peer import TOP
from benchmarks.query_log import SERIES, Asked, asked_in, read_log

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.peers.peer import Found, Opened


@pytest.fixture(scope="module")
def opened(documents, tmp_path_factory) -> Iterator[dict[str, Opened]]:
    with ExitStack() as stack:
        found = {}
        for name, peer in PEERS.items():
            folder = tmp_path_factory.mktemp(name)
            peer.build(documents, folder)
            found[name] = stack.enter_context(closing(peer.open(folder)))
        yield found


@pytest.mark.parametrize("series", SERIES)
def test_equal_work(series, opened, documents, tuning):
    for asked in asked_in(series, read_log(), documents.facts, tuning.analyzer, tuning.stop_words):
        answers = {name: one.search(asked.terms, asked.filters) for name, one in opened.items()}
        check_equal(asked, answers, PEERS, documents)


@pytest.fixture
def asked(documents) -> Asked:
    return Asked("keyword", ("登记", "管理", "服务"), {})


@pytest.fixture
def answers(opened, asked) -> dict[str, Found]:
    return {name: one.search(asked.terms, asked.filters) for name, one in opened.items()}


def test_a_question_that_nothing_answers(opened, documents):
    asked = Asked("keyword", ("没有这个词",), {})
    answers = {name: one.search(asked.terms, asked.filters) for name, one in opened.items()}
    assert {found.total for found in answers.values()} == {0}
    check_equal(asked, answers, PEERS, documents)


def wrong(found: Found, what: str) -> Found:
    if what == "total":
        return replace(found, total=found.total - 1)
    if what == "counts":
        counts = found.counts | {"category": found.counts["category"] | {"党的建设": 0}}
        return replace(found, counts=counts)
    if what == "score":
        return replace(found, scores=[found.scores[0] * 1.01, *found.scores[1:]])
    if what == "document":
        return replace(found, documents=[found.documents[1], *found.documents[1:]])
    return replace(found, documents=found.documents[1:], scores=found.scores[1:])


@pytest.mark.parametrize("name", PEERS)
@pytest.mark.parametrize("what", ["total", "counts", "score", "document", "missing"])
def test_a_wrong_answer_is_noticed(name, what, answers, asked, documents):
    check_equal(asked, answers, PEERS, documents)
    with pytest.raises(UnequalWorkError, match="登记 管理 服务"):
        check_equal(asked, answers | {name: wrong(answers[name], what)}, PEERS, documents)


def test_worse_documents_are_noticed(answers, asked, documents):
    scoring = PEERS["ours"].scoring
    scores = {number: _score(number, scoring, asked, documents) for number in range(len(documents))}
    worst = sorted((number for number in scores if scores[number]), key=lambda number: scores[number])[:TOP]
    found = replace(answers["ours"], documents=worst[::-1], scores=[scores[number] for number in worst[::-1]])
    with pytest.raises(UnequalWorkError, match="ours and tantivy: rank 1"):
        check_equal(asked, answers | {"ours": found}, PEERS, documents)


@pytest.mark.parametrize("name", PEERS)
def test_kept_lengths(name):
    scoring = PEERS[name].scoring
    assert all(
        abs(scoring.length(terms) - terms) <= scoring.length_error * terms for terms in range(1, 20_000)
    )


def test_fts5_spelling():
    assert _spelled(["养犬", "12345", "a·b"]).split(" ")[:2] == ["养犬", "12345"]
    assert _spelled(["a·b"]).isalnum()
