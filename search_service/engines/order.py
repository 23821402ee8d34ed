"""The documents of a result set in their order, best first or as the lists have them, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

from search_service.engines.ranges import in_order

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from search_service.engines.documents import Documents, Place


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
    """The documents of a place that say one of the texts found, in the order asked for."""

    def __init__(
        self, documents: Documents, place: Place, found: NDArray[np.intp], scores: Ranked | None
    ) -> None:
        """Take which of the place's texts were found. Without `scores` the order is that of the lists."""
        self._documents = documents
        self._place = place
        self._found = found
        self._scores = scores

    def page(self, start: int, end: int) -> list[int]:
        """Return the documents from place `start` to `end`."""
        if end <= start:
            return []
        found = self._found
        if self._scores is not None and self._scores.of_lists is None and len(found) > end:
            # Each text fills a place at least, so those behind the first `end` can't come in.
            scores = self._scores.total[self._place.numbers(found)]
            leading = best_places(scores, end, with_equals=True)
            enough = int(self._place.copies[found[leading]].cumsum().searchsorted(end))
            if enough < len(leading):
                leading = leading[scores[leading] >= scores[leading[enough]]]
            found = found[leading]
        page: list[int] = self._ordered(found, end)[start:end].tolist()
        return page

    def page_of_groups(self, groups: NDArray[np.int32], start: int, end: int) -> list[list[int]]:
        """Return the duty groups from place `start` to `end`, each with its documents.

        A group stands where its best document stands; `groups` are those of the texts.
        """
        if end <= start:
            return []
        of_found = groups[self._place.numbers(self._found)]
        documents = self._ordered(self._leading(of_found, end))
        of_documents = groups[self._documents.text_of[documents]]
        _, first = np.unique(of_documents, return_index=True)
        wanted = of_documents[np.sort(first)[start:end]]
        members: dict[int, list[int]] = {group: [] for group in wanted.tolist()}
        documents = self._ordered(self._found[np.isin(of_found, wanted)])
        of_documents = groups[self._documents.text_of[documents]]
        for document, group in zip(documents.tolist(), of_documents.tolist(), strict=True):
            members[group].append(document)
        return list(members.values())

    def _leading(self, groups: NDArray[np.int32], count: int) -> NDArray[np.intp]:
        """Return what was found that the first `count` of its `groups` may stand for.

        Only where texts alone decide the order is that less than all.
        """
        if self._scores is None or self._scores.of_lists is not None:
            return self._found
        scores = self._scores.total[self._place.numbers(self._found)]
        order = np.argsort(-scores, kind="stable")
        first_of_groups = np.sort(np.unique(groups[order], return_index=True)[1])
        if count >= len(first_of_groups):
            return self._found
        # Those that score the same too: the lists decide between them.
        leading: NDArray[np.intp] = self._found[scores >= scores[order[first_of_groups[count - 1]]]]
        return leading

    def _ordered(self, found: NDArray[np.intp], count: int | None = None) -> NDArray[np.intp]:
        """Return the documents that say what was found in the order asked for: the first `count`."""
        documents = in_order(self._place.saying(found), len(self._documents))
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
