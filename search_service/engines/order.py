"""The documents of a result set in their order, best first or as the lists have them, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from search_service.engines.documents import Documents


class Ranked(Protocol):
    """What the best documents are told by."""

    @property
    def total(self) -> NDArray[np.float32]:
        """Return the texts' scores, wherever they stand."""
        ...

    @property
    def of_lists(self) -> NDArray[np.float32] | None:
        """Return what a document gets on top for its list; None where lists don't matter."""
        ...

    def of_documents(self, texts: NDArray[np.int32], lists: NDArray[np.int32]) -> NDArray[np.float32]:
        """Return the scores of documents, given by their texts and the lists they stand in."""
        ...


class Order:
    """The documents of `lists` (None: of all) that say one of `texts`, in the order asked for."""

    def __init__(
        self,
        documents: Documents,
        texts: NDArray[np.intp],
        copies: NDArray[np.int64],
        lists: NDArray[np.bool_] | None,
        scores: Ranked | None,
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
        texts, copies = self._texts, self._copies
        if self._scores is not None and self._scores.of_lists is None:
            # Each text fills a place at least, so those behind the first `end` can't come in.
            scores = self._scores.total[texts]
            leading = best_places(scores, end, with_equals=True)
            enough = int(copies[leading].cumsum().searchsorted(end))
            if enough < len(leading):
                leading = leading[scores[leading] >= scores[leading[enough]]]
            texts = texts[leading]
        documents = self._ordered(self._documents.saying(texts, self._lists), end)
        page: list[int] = documents[start:end].tolist()
        return page

    def page_of_groups(self, groups: NDArray[np.int32], start: int, end: int) -> list[list[int]]:
        """Return the duty groups from place `start` to `end`, each with its documents.

        A group stands where its best document stands; `groups` are those of the texts.
        """
        if end <= start:
            return []
        texts = self._best_texts(groups[self._texts], end)
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

    def _best_texts(self, groups: NDArray[np.int32], count: int) -> NDArray[np.intp]:
        """Return the texts that the first `count` of their `groups` may stand for.

        Only where texts alone decide the order are there fewer than all.
        """
        if self._scores is None or self._scores.of_lists is not None:
            return self._texts
        scores = self._scores.total[self._texts]
        order = np.argsort(-scores, kind="stable")
        first_of_groups = np.sort(np.unique(groups[order], return_index=True)[1])
        if count >= len(first_of_groups):
            return self._texts
        # Those that score the same too: the lists decide between them.
        best: NDArray[np.intp] = self._texts[scores >= scores[order[first_of_groups[count - 1]]]]
        return best

    def _ordered(self, documents: NDArray[np.int64], count: int | None = None) -> NDArray[np.int64]:
        """Return documents, given as the lists have them, in the order asked for: the first `count`."""
        if self._scores is None:
            return documents
        text_of, list_of = self._documents.text_of[documents], self._documents.list_of[documents]
        return documents[best_places(self._scores.of_documents(text_of, list_of), count)]


def best_places(
    scores: NDArray[np.float32], count: int | None = None, *, with_equals: bool = False
) -> NDArray[np.intp]:
    """Return the places of the `count` highest scores (None: of all), highest first, equals as they stand.

    `with_equals` adds all places that score as much as the last of these.
    """
    if count is None or count >= len(scores):
        everything: NDArray[np.intp] = np.argsort(-scores, kind="stable")
        return everything
    least = np.partition(scores, len(scores) - count)[len(scores) - count]
    places = (scores >= least).nonzero()[0]
    best: NDArray[np.intp] = places[np.argsort(-scores[places], kind="stable")]
    return best if with_equals else best[:count]
