"""The judged questions measure, so the phrase book must not contain them.

1. No phrasing is a judged question, white space, marks and case aside.
2. No phrasing is nearly one: of five characters or more, its pairs of neighbouring characters and the
   question's have a Jaccard index (common / all) below 0.6.
3. The comparison itself tells copies and near copies from independent wordings.
"""

import re
from itertools import pairwise

import pytest

from indexer.analysis.normalize import normalize
from indexer.phrases.book import PhraseBook
from search_service.evaluation.judged import load_judged

LONG_ENOUGH = 5
TOO_NEAR = 0.6


def plain(text):
    """Return a text without marks and white space, folded."""
    return re.sub(r"[\W_]", "", normalize(text))


def pairs(text):
    return {a + b for a, b in pairwise(text)}


def copies(phrasings, questions):
    """Return every (phrasing, question) that are the same or nearly so."""
    judged = [(question, plain(question), pairs(plain(question))) for question in questions]
    found = []
    for phrasing in phrasings:
        text = plain(phrasing)
        own = pairs(text)
        for question, other, others in judged:
            near = len(text) >= LONG_ENOUGH and len(own & others) >= TOO_NEAR * len(own | others)
            if text == other or near:
                found.append((phrasing, question))
    return found


def test_no_judged_question_stands_in_the_phrase_book(data):
    book = PhraseBook.load(data / "dictionaries" / "phrases")
    phrasings = [text for entry in book.entries for ask in entry.asks for text in ask.phrasings]
    questions = [question.q for question in load_judged(data / "evaluation" / "judged.jsonl")]
    found = copies(phrasings, questions)
    assert not found, "\n".join(f"{phrasing} ~ {question}" for phrasing, question in found)


@pytest.mark.parametrize(
    ("phrasing", "question", "is_copy"),
    [
        ("狗咬人了找谁", "狗咬人了找谁", True),
        ("狗咬人了，找谁？", "狗咬人了找谁", True),
        ("“ｗｉｆｉ”没信号", "wifi没信号", True),
        ("低保", "低保", True),
        ("狗把人咬伤了找谁管", "狗把人咬了找谁管", True),
        ("狗咬了娃娃谁来管", "隔壁的狗半夜叫个不停", False),
        ("低保咋办", "低保咋领", False),
    ],
)
def test_what_counts_as_a_copy(phrasing, question, is_copy):
    assert bool(copies([phrasing], [question])) is is_copy
