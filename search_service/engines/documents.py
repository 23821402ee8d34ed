"""The documents behind texts: which list each stands in, and which texts the chosen places say."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from search_service.engines.ranges import concatenated_ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.index.snapshot import Snapshot

KEPT_PLACES = 256
"""Choices of places whose texts are kept in memory: an operator asks in the same township all day."""

SPARSE = 8
"""Documents behind chosen texts are looked up text by text where they are fewer than one in so many of all;
else all documents are gone through in one sweep, which costs less for each."""


class Documents:
    """The documents of one generation, which stand list by list; safe to share between threads.

    Wherever a mask of lists is asked for, None stands for all of them.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self._texts = snapshot.texts
        self.text_of = snapshot.texts.of_documents
        self._copies = snapshot.texts.copies
        self._starts, self._by_text = snapshot.texts.starts, snapshot.texts.documents
        self._lists = snapshot.lists
        self._lengths = np.diff(snapshot.lists)
        self._all_texts = np.arange(len(snapshot.texts))
        self._known_texts_in = lru_cache(KEPT_PLACES)(self._find_texts_in)
        self.list_of = np.repeat(np.arange(len(self._lengths), dtype=np.int32), self._lengths)

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.text_of)

    @property
    def lists(self) -> int:
        """Return the number of lists."""
        return len(self._lengths)

    def in_lists(self, lists: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Return the documents of the lists, ascending."""
        if lists is None:
            return np.arange(len(self))
        chosen = np.flatnonzero(lists)
        return concatenated_ranges(self._lists[chosen], self._lengths[chosen])

    def copies(self, lists: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Return how many documents of the lists say each text."""
        if lists is None:
            return self._copies
        copies = np.zeros(len(self._texts), dtype=np.int64)
        texts, counts = self.texts_in(lists)
        copies[texts] = counts
        return copies

    def texts_in(self, lists: NDArray[np.bool_] | None) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Return the texts that documents of the lists say, ascending, and how many of these say each."""
        if lists is None:
            return self._all_texts, self._copies
        return self._known_texts_in(lists.tobytes())

    def _find_texts_in(self, lists: bytes) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        documents = self.in_lists(np.frombuffer(lists, dtype=np.bool_))
        texts, copies = np.unique(self.text_of[documents], return_counts=True)
        return texts.astype(np.intp), copies

    def saying(self, texts: NDArray[np.intp], lists: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Return the documents of the lists that say one of `texts`, ascending."""
        copies = self._copies[texts]
        if lists is None and copies.sum() * SPARSE < len(self):
            documents = self._by_text[concatenated_ranges(self._starts[texts], copies)]
            documents.sort()
            return documents
        chosen = np.zeros(len(self._texts), dtype=np.bool_)
        chosen[texts] = True
        if lists is None:
            return np.flatnonzero(chosen[self.text_of])
        documents = self.in_lists(lists)
        return documents[chosen[self.text_of[documents]]]

    def counts_of_lists(self, texts: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return how many documents of each list say one of `texts`."""
        return np.bincount(self.list_of[self.saying(texts)], minlength=self.lists)
