"""The documents behind texts: which list each stands in, and what the chosen places say."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Self

import numpy as np
from cachetools import LRUCache, cachedmethod

from search_service.engines.ranges import concatenated_ranges

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from indexer.index.snapshot import Snapshot

KEPT_BYTES = 64 * 2**20
"""Bytes of places kept in memory, some 10 kB for a township: an operator asks in the same one all day."""


@dataclass(frozen=True, slots=True)
class Place:
    """What the documents of some lists say, text by text.

    Their n-th text is the one numbered `texts[n]` (ascending; None where they say all texts); `copies[n]` of
    them say it, those from `starts[n]` on among `documents`, ascending.
    """

    texts: NDArray[np.intp] | None
    copies: NDArray[np.int64]
    starts: NDArray[np.int64]
    documents: NDArray[np.intp]

    @classmethod
    def of(cls, documents: NDArray[np.int64], texts: NDArray[np.int32]) -> Self:
        """Return the place of `documents`, ascending, which say `texts`."""
        by_text = np.argsort(texts, kind="stable")
        numbers, starts, copies = np.unique(texts[by_text], return_index=True, return_counts=True)
        return cls(numbers.astype(np.intp), copies, starts.astype(np.int64), documents[by_text])

    def having(self, mask: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return which n have a text that the mask of all texts has, ascending."""
        return (mask if self.texts is None else mask[self.texts]).nonzero()[0]

    def numbers(self, of: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the numbers of the texts n among all texts."""
        return of if self.texts is None else self.texts[of]

    def mask(self, count: int) -> NDArray[np.bool_]:
        """Return which of all texts, `count` of them, have documents here."""
        if self.texts is None:
            return np.ones(count, dtype=np.bool_)
        mask = np.zeros(count, dtype=np.bool_)
        mask[self.texts] = True
        return mask

    def saying(self, of: NDArray[np.intp]) -> NDArray[np.intp]:
        """Return the documents that say one of the texts n, text by text."""
        if len(self.documents) == len(self.copies):  # each of its texts once
            return self.documents[of]
        return self.documents[concatenated_ranges(self.starts[of], self.copies[of])]

    @property
    def nbytes(self) -> int:
        """Return the size in bytes, roughly."""
        return 3 * self.copies.nbytes + self.documents.nbytes


class Documents:
    """The documents of one generation, which stand list by list; safe to share between threads.

    Wherever a mask of lists is asked for, None stands for all of them.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        texts = snapshot.texts
        self.text_of = texts.of_documents
        self._lists = snapshot.lists
        self._lengths = np.diff(snapshot.lists)
        self.list_of = np.repeat(np.arange(len(self._lengths), dtype=np.int32), self._lengths)
        self.everywhere = Place(None, texts.copies, texts.starts, texts.documents)
        self._kept: LRUCache[bytes, Place] = LRUCache(KEPT_BYTES, getsizeof=lambda place: place.nbytes)
        self._lock = Lock()

    def __len__(self) -> int:
        """Return the number of documents."""
        return len(self.text_of)

    @property
    def lists(self) -> int:
        """Return the number of lists."""
        return len(self._lengths)

    def place(self, lists: NDArray[np.bool_] | None) -> Place:
        """Return what the documents of the lists say."""
        return self.everywhere if lists is None else self._place(lists.tobytes())

    @cachedmethod(lambda self: self._kept, key=lambda _self, lists: lists, lock=lambda self: self._lock)
    def _place(self, lists: bytes) -> Place:
        documents = self._in_lists(np.frombuffer(lists, dtype=np.bool_))
        return Place.of(documents, self.text_of[documents])

    def _in_lists(self, lists: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the documents of the lists, ascending."""
        chosen = np.flatnonzero(lists)
        return concatenated_ranges(self._lists[chosen], self._lengths[chosen])

    def counts_of_lists(self, texts: NDArray[np.intp]) -> NDArray[np.int64]:
        """Return how many documents of each list say one of `texts`."""
        return np.bincount(self.list_of[self.everywhere.saying(texts)], minlength=self.lists)
