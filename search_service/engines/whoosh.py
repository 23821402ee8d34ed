"""The embedded engine: exact phrases from Whoosh, ranking and facets from the snapshot's arrays."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.facets import FACETS, PLACE_FACETS
from indexer.index.build import PHRASES_FOLDER, RECORDS_FOLDER, SNAPSHOT_FOLDER, WHOOSH_FOLDER
from indexer.index.generation import IndexStateError, Manifest
from indexer.index.records import Records
from indexer.index.snapshot import Snapshot
from indexer.phrases.snapshot import PhraseSnapshot
from search_service.engines.documents import Documents, Place
from search_service.engines.exact_phrases import ExactPhrases
from search_service.engines.facet_index import FacetIndex, Kinds
from search_service.engines.order import Order, best_places
from search_service.engines.passing import Passing
from search_service.engines.port import (
    NO_FILTERS,
    EngineResult,
    Hit,
    Leader,
    Leaders,
    Phrasing,
)
from search_service.engines.ranges import in_order
from search_service.engines.scoring import Scorer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.documents.row import Row
    from indexer.duty import Duty
    from indexer.list_info import ListInfo
    from indexer.ranking import Fusion
    from search_service.engines.port import EngineQuery, Wording
    from search_service.engines.scoring import Scores


class WhooshEngine:
    """One generation of the index, opened for searching; safe to share between threads."""

    def __init__(self, folder: Path, fusion: Fusion) -> None:
        """Open the generation in `folder`; `fusion` says what the parts of a score count.

        Raises IndexStateError where its files don't fit together; whether they are as they were written the
        caller has looked at.
        """
        self.manifest = Manifest.read(folder)
        try:
            self._snapshot = Snapshot.load(folder / SNAPSHOT_FOLDER)
            phrases = PhraseSnapshot.load(folder / PHRASES_FOLDER)
            self._records = Records(folder / RECORDS_FOLDER)
            self._phrases = ExactPhrases(folder / WHOOSH_FOLDER)
        except Exception as error:  # whatever a damaged file makes these three libraries raise
            raise IndexStateError(f"{folder}: damaged ({error!r}); run: duty-index build") from error
        if set(self._snapshot.facets) != {facet.name for facet in FACETS}:
            raise IndexStateError(f"{folder}: made with other facets; run: duty-index build")
        if len(self._records) != self.manifest.duties:
            raise IndexStateError(
                f"{folder}: holds {len(self._records)} duties, its manifest says {self.manifest.duties}; "
                "run: duty-index build"
            )
        self._list_ids = [info.id for info in self._records.lists]
        self._facets = {name: FacetIndex(column) for name, column in self._snapshot.facets.items()}
        self._kinds = Kinds(self._snapshot.kinds)
        self._documents = Documents(self._snapshot)
        self._entries = phrases.entries
        self._scorer = Scorer(self._snapshot, phrases, self._facets, fusion)
        self._fusion = fusion

    @property
    def lists(self) -> tuple[ListInfo, ...]:
        """Return what is known of each indexed list, in the catalogue's order."""
        return self._records.lists

    def check(self) -> None:
        """Do nothing: what was opened answers, whatever becomes of its files."""

    def search(self, query: EngineQuery) -> EngineResult:
        """Return one page of hits with the counts of every facet."""
        found = self._scorer.score(query)
        passing = self._passing(query.filters)
        place = self._documents.place(passing.lists())
        match = self._near(query, found, passing, place)
        in_place = place.having(_all(match, passing.texts()))
        order = Order(self._documents, place, in_place, found if query.by_score else None)
        start, end = query.offset, query.offset + query.limit
        if query.collapse:
            total = len(np.unique(self._snapshot.groups[place.numbers(in_place)]))
            page = order.page_of_groups(self._snapshot.groups, start, end)
        else:
            total = int(place.copies[in_place].sum())
            page = [[document] for document in order.page(start, end)]
        of_lists = self._documents.counts_of_lists(np.flatnonzero(_all(match, passing.texts())))
        return EngineResult(
            total=total,
            hits=tuple(self._hit(first, found, tuple(others)) for first, *others in page),
            facets=self._facet_counts(passing, match, place, of_lists),
            lists=dict(zip(self._list_ids, of_lists.tolist(), strict=True)),
            focus=found.book.focus,
            unmatched=_unmatched(query, found, place.numbers(in_place)),
        )

    def _passing(self, filters: Mapping[str, frozenset[str]]) -> Passing:
        return Passing.of(filters, self._facets, self._kinds)

    def _facet_counts(
        self, passing: Passing, match: NDArray[np.bool_], place: Place, of_lists: NDArray[np.int64]
    ) -> dict[str, dict[str, int]]:
        """Return facet → value → number of matching duties, each facet without its own selection."""
        unfiltered = self._weighed_kinds(place, _all(match, passing.texts()))
        counts = {}
        for name, facet in self._facets.items():
            if name in PLACE_FACETS:
                lists = np.flatnonzero(_all(of_lists > 0, passing.lists(but=name)))
                counts[name] = facet.counts(lists, of_lists[lists])
            elif name in passing.kinds:
                counts[name] = facet.counts(*self._weighed_kinds(place, _all(match, passing.texts(but=name))))
            else:
                counts[name] = facet.counts(*unfiltered)
        return counts

    def _weighed_kinds(
        self, place: Place, match: NDArray[np.bool_]
    ) -> tuple[NDArray[np.intp] | None, NDArray[Any]]:
        """Return the kinds of a place's texts that match, and how many documents of each do."""
        matching = place.having(match)
        return self._kinds.weighed(place.numbers(matching), place.copies[matching])

    def leaders(self, query: EngineQuery) -> Leaders:
        """Return the best `query.limit` duties of each list, where anything speaks for them."""
        found = self._scorer.score(query)
        passing = self._passing(query.filters)
        place = self._documents.place(passing.lists())
        eligible = place.having(
            _all(found.total > 0, self._phrases.texts_with(query.phrases), passing.texts())
        )
        documents = in_order(place.saying(eligible), len(self._documents))
        covering = list(self._scorer.book.covering(query, found.book.focus))
        coverage = self._scorer.coverage(covering)
        return Leaders(
            of_lists={
                self.lists[number].id: tuple(
                    self._leader(document, score, found, coverage) for document, score in best
                )
                for number, best in self._best_of_lists(documents, found, query.limit)
            },
            best_score=self._best_score(found),
            outside=self._scorer.book.outside(found.book, covering),
            focus=found.book.focus,
            unmatched=_unmatched(query, found, place.numbers(eligible)),
        )

    def _best_of_lists(
        self, documents: NDArray[np.int64], found: Scores, limit: int
    ) -> Iterator[tuple[int, list[tuple[int, float]]]]:
        """Yield each list that has any of `documents`, with its best ones and their scores."""
        list_of = self._documents.list_of[documents]
        scores = found.of_documents(self._documents.text_of[documents], list_of)
        starts = np.flatnonzero(np.diff(list_of, prepend=-1))
        for start, end in pairwise([*starts.tolist(), len(documents)]):
            best = start + best_places(scores[start:end], limit)[:limit]
            yield int(list_of[start]), list(zip(documents[best].tolist(), scores[best].tolist(), strict=True))

    def _best_score(self, found: Scores) -> float:
        """Return what any duty of the index scores at most."""
        best = found.total.max(initial=0)
        if found.of_lists is None:
            return float(best)
        return float(found.of_documents(self._documents.text_of, self._documents.list_of).max(initial=0))

    def salience(self, wordings: Sequence[Wording]) -> list[float]:
        """Return how well each wording matches the phrase book by words; comparable with each other only."""
        return self._scorer.book.salience(wordings)

    def duty(self, duty_id: str) -> Duty | None:
        """Return a duty by its id, or None."""
        number = self._records.number_of(duty_id)
        return None if number is None else self._records[number]

    def original(self, duty_id: str) -> Row | None:
        """Return the row that a duty was made from, as its document has it, or None."""
        number = self._records.number_of(duty_id)
        return None if number is None else self._records.original(number)

    def same_duties(self, duty_id: str) -> tuple[Duty, ...]:
        """Return the other duties of a duty's group, in list order."""
        number = self._records.number_of(duty_id)
        if number is None:
            return ()
        groups = self._snapshot.groups
        same = np.flatnonzero(groups == groups[self._documents.text_of[number]])
        documents = np.sort(self._documents.everywhere.saying(same))
        return tuple(self._records[other] for other in documents.tolist() if other != number)

    @property
    def knows_meaning(self) -> bool:
        """Return whether the generation holds vectors."""
        return self._scorer.book.knows_meaning

    def knows(self, term: str) -> bool:
        """Return whether any duty, or any phrasing of the phrase book, contains the term."""
        return term in self._snapshot.postings.terms or self._scorer.book.knows(term)

    def facet_values(self, facet: str) -> list[str]:
        """Return all values of a facet, in list order."""
        return self._snapshot.facets[facet].values

    def facet_aliases(self, facet: str) -> Mapping[str, str]:
        """Return other texts that name a facet's values, each with its value."""
        return self._snapshot.facets[facet].aliases

    def counts_by_list(
        self, facet: str, filters: Mapping[str, frozenset[str]]
    ) -> Mapping[str, Mapping[str, int]]:
        """Return list id → value → number of the list's duties that have it and pass the filters."""
        documents = self._passing_documents(filters)
        list_of = self._documents.list_of[documents]
        kinds = self._kinds.of_texts[self._documents.text_of[documents]]
        starts = np.searchsorted(list_of, np.arange(len(self.lists) + 1))
        return {
            info.id: self._facets[facet].counts(kinds[start:end], np.ones(end - start, dtype=np.int64))
            for info, (start, end) in zip(self.lists, pairwise(starts.tolist()), strict=True)
        }

    def duties(self, filters: Mapping[str, frozenset[str]] = NO_FILTERS) -> Iterator[Duty]:
        """Yield every duty that passes the filters, in list order, each read when it is asked for."""
        documents = self._passing_documents(filters)
        return (self._records[number] for number in documents.tolist())

    def _passing_documents(self, filters: Mapping[str, frozenset[str]]) -> NDArray[np.intp]:
        """Return the documents that pass the filters, ascending."""
        passing = self._passing(filters)
        place = self._documents.place(passing.lists())
        texts = _all(np.ones(len(self._snapshot.texts), dtype=np.bool_), passing.texts())
        return in_order(place.saying(place.having(texts)), len(self._documents))

    def duty_ids(self) -> Iterator[str]:
        """Yield every duty's id, in list order, without reading a duty."""
        return self._records.ids()

    def texts(self) -> Iterator[tuple[Duty, int]]:
        """Yield the distinct texts in order of their numbers: a duty that says it, and how many do."""
        texts = self._snapshot.texts
        for document, copies in zip(texts.first_documents.tolist(), texts.copies.tolist(), strict=True):
            yield self._records[document], copies

    def passing(self, filters: Mapping[str, frozenset[str]]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which of the `texts`, and which of the `lists`, have a duty that passes the filters."""
        passing = self._passing(filters)
        lists = passing.lists()
        texts = _all(self._documents.place(lists).mask(len(self._snapshot.texts)), passing.texts())
        return texts, _all(self._documents.counts_of_lists(np.flatnonzero(texts)) > 0, lists)

    def phrasings(self) -> Iterator[tuple[str, Sequence[int]]]:
        """Yield the phrase book's wordings, each with the numbers of the `texts` it asks for."""
        for entry, wordings in enumerate(self._scorer.book.wordings()):
            asked_for = np.flatnonzero(self._entries == entry).tolist()
            for text in wordings:
                yield text, asked_for

    def _near(self, query: EngineQuery, found: Scores, passing: Passing, place: Place) -> NDArray[np.bool_]:
        """Return which texts have the phrases and are near enough to the question to be results.

        What comes near the best is one; in a place, near the best of that place. What has all the question's
        words always is, and what is pinned. Boosts count for the order alone: a place that the question names
        must not become a filter.
        """
        fusion, scores = self._fusion, found.unboosted
        match = self._phrases.texts_with(query.phrases)
        in_place = _all(place.mask(len(scores)), match)
        best = np.multiply(scores, in_place).max(initial=0)  # faster than picking those in the place
        demand = _demand(query, found.matched, match, _all(in_place, passing.texts()))
        has_all: NDArray[np.bool_] = found.matched >= len(query.whole.clauses)
        has_enough = (found.matched >= demand) & (scores >= fusion.keep_partial * best)
        is_close = (scores >= fusion.keep * best) & (scores > 0)
        return _all(has_all | has_enough | is_close | found.pinned, match)

    def _leader(self, document: int, score: float, found: Scores, coverage: NDArray[np.float64]) -> Leader:
        text = self._documents.text_of[document]
        return Leader(
            score=score,
            group=int(self._snapshot.groups[text]),
            nearness=float(found.nearness[text]),
            coverage=float(coverage[text]),
            pinned=bool(found.pinned[text]),
            read=lambda: self._hit(document, found),
        )

    def _hit(self, document: int, found: Scores, others: tuple[int, ...] = ()) -> Hit:
        text = int(self._documents.text_of[document])
        parts = found.parts_of(text, int(self._documents.list_of[document]))
        return Hit(
            duty=self._records[document],
            score=parts.duty + parts.phrases + parts.meaning + parts.boosts,
            parts=parts,
            phrasings=self._phrasings(text, found),
            group=int(self._snapshot.groups[text]),
            others=tuple(self._records[other] for other in others),
        )

    def _phrasings(self, text: int, scores: Scores) -> tuple[Phrasing, ...]:
        """Return the phrasing of each step that counts most, best first; none where none counts."""
        entry = int(self._entries[text])
        if entry < 0 or not scores.phrases[text] + scores.meaning[text]:
            return ()
        return self._scorer.book.phrasings(entry, scores.book)


def _demand(
    query: EngineQuery,
    matched: NDArray[np.uint16],
    match: NDArray[np.bool_] | None,
    filtered: NDArray[np.bool_],
) -> int:
    """Return how many clauses a text must match: as many as asked for, or the most that any does.

    Where the filters leave nothing at all, what matches without them decides: the facets then still tell
    where something would be found.
    """
    if not query.whole.clauses:
        return 0
    everywhere = matched if match is None else matched[match]
    most = int(np.multiply(matched, filtered).max(initial=0)) or int(everywhere.max(initial=0))
    return max(1, min(query.minimum_match, most))


def _unmatched(query: EngineQuery, found: Scores, texts: NDArray[np.intp]) -> tuple[str, ...]:
    """Return the words of the question that none of the texts has."""
    return tuple(
        clause.word
        for clause, has in zip(query.whole.clauses, found.words, strict=True)
        if not has[texts].any()
    )


def _all(first: NDArray[np.bool_], *others: NDArray[np.bool_] | None) -> NDArray[np.bool_]:
    """Return the intersection of masks; None lets all pass."""
    result = first
    for mask in others:
        if mask is not None:
            result = result & mask
    return result
