"""Exact phrases, looked up in Whoosh by the positions of their characters."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

import numpy as np
from whoosh.query import And, Phrase, Term

from indexer.analysis.analyzer import phrase_terms
from indexer.index import schema
from indexer.index.shards import open_shards

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from whoosh.query import Query
    from whoosh.searching import Searcher


class ExactPhrases:
    """The Whoosh index of one generation, opened; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """Open the index in `folder`; a damaged one raises whatever its files make Whoosh raise."""
        # Opened now, not at the first phrase: the folder may be gone by then.
        self._searchers = [index.searcher() for index in open_shards(folder)]
        # Nobody knows which request is the last of a generation: forgotten, it closes its files.
        weakref.finalize(self, _close, self._searchers)
        # Whoosh's files keep a position, so threads take turns; only questions with quotes come here.
        self._one_at_a_time = threading.Lock()

    def texts_with(self, phrases: Sequence[str]) -> NDArray[np.bool_] | None:
        """Return the mask of the texts that contain every phrase exactly; None where there is no phrase."""
        queries = [_phrase_query(phrase) for phrase in phrases]
        if not queries:
            return None
        masks = []
        with self._one_at_a_time:
            for searcher in self._searchers:
                masks.append(mask := np.zeros(searcher.doc_count_all(), dtype=np.bool_))
                mask[list(searcher.docs_for_query(And(queries)))] = True
        return np.concatenate(masks)


def _close(searchers: Sequence[Searcher]) -> None:
    for searcher in searchers:
        searcher.close()


def _phrase_query(phrase: str) -> Query:
    terms = phrase_terms(phrase)
    return Phrase(schema.EXACT, terms) if len(terms) > 1 else Term(schema.EXACT, terms[0])
