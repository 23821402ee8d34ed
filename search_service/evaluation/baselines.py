"""What the search has to beat: plain BM25 and SQLite's full-text search, over the same words of the lists.

Neither knows the phrase book, stop words, synonyms or the parts of a question; both get the township
filter that the question is asked with.
"""

from __future__ import annotations

import sqlite3
import unicodedata
from contextlib import closing
from typing import TYPE_CHECKING

import jieba
import numpy as np

from indexer.index.postings import Postings
from indexer.index.schema import field_texts
from search_service.evaluation.run import evaluate

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from indexer.duty import Duty
    from search_service.evaluation.judged import Judged
    from search_service.evaluation.run import Report

_K1, _B = 1.2, 0.75
"""The textbook values (Robertson & Zaragoza 2009): a baseline isn't tuned."""
_TRIGRAM = 3


class PlainBM25:
    """BM25 over jieba's search-mode words of a duty's fields, taken as one text."""

    def __init__(self, duties: Sequence[Duty]) -> None:
        self._duties = duties
        self._jieba = jieba.Tokenizer()
        # Without jieba's cache file, which lies in a folder that anyone may write to.
        self._jieba.FREQ, self._jieba.total = self._jieba.gen_pfdict(self._jieba.get_dict_file())
        self._jieba.initialized = True
        self._townships = np.array([duty.township for duty in duties])
        self._postings = Postings.from_terms([self._words(_text(duty)) for duty in duties], _K1, _B)

    def find(self, text: str, township: str | None, limit: int) -> list[Duty]:
        """Return the best duties that have any word of the text."""
        words = ((word, 1.0) for word in self._words(text))
        scores = self._postings.scores(words, len(self._duties))
        if township:
            scores[self._townships != township] = 0
        return [self._duties[number] for number in _best(scores, limit)]

    def _words(self, text: str) -> list[str]:
        cut = self._jieba.lcut_for_search(_fold(text))
        return [word for word in cut if any(character.isalnum() for character in word)]


class TrigramFTS5:
    """SQLite FTS5 with its trigram tokenizer; any trigram of the question may match, ``bm25()`` ranks.

    A question shorter than three characters finds nothing, as in SQLite.
    """

    def __init__(self, duties: Sequence[Duty]) -> None:
        self._duties = duties
        self._database = sqlite3.connect(":memory:")
        self._database.execute(
            "CREATE VIRTUAL TABLE duties USING fts5(text, township UNINDEXED, tokenize='trigram')"
        )
        rows = ((number, _fold(_text(duty)), duty.township) for number, duty in enumerate(duties))
        self._database.executemany("INSERT INTO duties (rowid, text, township) VALUES (?, ?, ?)", rows)

    def find(self, text: str, township: str | None, limit: int) -> list[Duty]:
        """Return the best duties that have any three successive characters of the text."""
        trigrams = _trigrams(text)
        if not trigrams:
            return []
        rows = self._database.execute(
            "SELECT rowid FROM duties WHERE duties MATCH :match"
            " AND (:township IS NULL OR township = :township) ORDER BY bm25(duties), rowid LIMIT :limit",
            {"match": " OR ".join(trigrams), "township": township, "limit": limit},
        )
        return [self._duties[number] for (number,) in rows]

    def close(self) -> None:
        """Close the database."""
        self._database.close()


def evaluate_baselines(questions: Iterable[Judged], duties: Sequence[Duty]) -> list[Report]:
    """Ask the same questions of every baseline."""
    asked = list(questions)
    with closing(TrigramFTS5(duties)) as trigram:
        return [
            evaluate(PlainBM25(duties).find, asked, "jieba + BM25"),
            evaluate(trigram.find, asked, "FTS5 trigram"),
        ]


def _text(duty: Duty) -> str:
    return "\n".join(field_texts(duty).values())


def _fold(text: str) -> str:
    """Return the text in half width and lower case: the search's own normalisation does more, and grows."""
    return unicodedata.normalize("NFKC", text).lower()


def _best(scores: NDArray[np.float32], limit: int) -> list[int]:
    """Return the numbers of the best scores above 0, equal ones in list order."""
    order = np.argsort(-scores, kind="stable")[:limit]
    return [int(number) for number in order if scores[number] > 0]


def _trigrams(text: str) -> list[str]:
    """Return the different trigrams of a text as quoted FTS5 strings; white space and marks part them."""
    marked = "".join(character if character.isalnum() else " " for character in _fold(text))
    pieces = marked.split()
    found = (
        piece[start : start + _TRIGRAM] for piece in pieces for start in range(len(piece) - _TRIGRAM + 1)
    )
    return [f'"{trigram}"' for trigram in dict.fromkeys(found)]
