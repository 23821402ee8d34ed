"""The documents of a result set in their order, best first or as the lists have them, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from search_service.engines.documents import Documents
    from search_service.engines.scoring import Scores

    SoFar = Callable[[NDArray[Any]], NDArray[np.int64]]


class Order:
    """The documents of `lists` (None: of all) that say one of `texts`, in the order asked for."""

    def __init__(
        self,
        documents: Documents,
        texts: NDArray[np.intp],
        copies: NDArray[np.int64],
        lists: NDArray[np.bool_] | None,
        scores: Scores | None,
    ) -> None:
        """Take what was found; `copies[n]` documents of the lists say `texts[n]`.

        Without `scores` the order is that of the lists.
        """
        self._documents = documents
        self._texts = texts
        self._copies = copies
        self._lists = lists
        self._scores = scores

    def page(self, start: int, end: int) -> list[int]:
        """Return the documents from place `start` to `end`."""
        if end <= start:
            return []
        texts = self._best_texts(np.cumsum, self._copies, end)
        documents = self._ordered(self._documents.saying(texts, self._lists), end)
        return [int(document) for document in documents[start:end]]

    def page_of_groups(self, groups: NDArray[np.int32], start: int, end: int) -> list[list[int]]:
        """Return the duty groups from place `start` to `end`, each with its documents.

        A group stands where its best document stands; `groups` are those of the texts.
        """
        if end <= start:
            return []
        texts = self._best_texts(_distinct_so_far, groups[self._texts], end)
        documents = self._ordered(self._documents.saying(texts, self._lists))
        of_documents = groups[self._documents.text_of[documents]]
        _, first = np.unique(of_documents, return_index=True)
        return self._members(groups, of_documents[np.sort(first)[start:end]])

    def _members(self, groups: NDArray[np.int32], wanted: NDArray[np.int32]) -> list[list[int]]:
        """Return the documents of each group wanted."""
        texts = self._texts[np.isin(groups[self._texts], wanted)]
        documents = self._ordered(self._documents.saying(texts, self._lists))
        members: dict[int, list[int]] = {group: [] for group in wanted.tolist()}
        of_documents = groups[self._documents.text_of[documents]].tolist()
        for document, group in zip(documents.tolist(), of_documents, strict=True):
            members[group].append(document)
        return list(members.values())

    def _best_texts(self, amounts: SoFar, of_texts: NDArray[Any], count: int) -> NDArray[np.intp]:
        """Return the texts that the first `count` places may come from.

        `amounts` tells how many places the texts up to each fill, going by what they have `of_texts`. Only
        where texts alone decide the order are there fewer than all.
        """
        scores = self._scores
        if scores is None or scores.of_lists is not None:
            return self._texts
        found = scores.total[self._texts]
        order = np.argsort(-found, kind="stable")
        enough = int(np.searchsorted(amounts(of_texts[order]), count))
        if enough >= len(order):
            return self._texts
        # Those that score the same too: the lists decide between them.
        best: NDArray[np.intp] = self._texts[found >= found[order[enough]]]
        return best

    def _ordered(self, documents: NDArray[np.int64], count: int | None = None) -> NDArray[np.int64]:
        """Return documents, given as the lists have them, in the order asked for: the first `count`."""
        if self._scores is None:
            return documents
        text_of, list_of = self._documents.text_of[documents], self._documents.list_of[documents]
        return documents[best_places(self._scores.of_documents(text_of, list_of), count)]


def best_places(scores: NDArray[np.float32], count: int | None = None) -> NDArray[np.intp]:
    """Return the places of the `count` highest scores (None: of all), highest first, equals as they stand."""
    if count is None or count >= len(scores):
        everything: NDArray[np.intp] = np.argsort(-scores, kind="stable")
        return everything
    least = np.partition(scores, len(scores) - count)[len(scores) - count]
    places = np.flatnonzero(scores >= least)
    best: NDArray[np.intp] = places[np.argsort(-scores[places], kind="stable")][:count]
    return best


def _distinct_so_far(values: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return how many different values there are up to each."""
    is_new = np.zeros(len(values), dtype=np.int64)
    is_new[np.unique(values, return_index=True)[1]] = 1
    return np.cumsum(is_new)
