"""The embedded engine: exact phrases from Whoosh, ranking and facets from the snapshot's arrays."""

from __future__ import annotations

import threading
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from whoosh.filedb.filestore import FileStorage
from whoosh.query import And, Phrase, Term

from indexer.analysis.analyzer import phrase_terms
from indexer.facets import FACETS
from indexer.index import schema
from indexer.index.build import PHRASES_FOLDER, RECORDS_FOLDER, SNAPSHOT_FOLDER, WHOOSH_FOLDER, analyzer_stamp
from indexer.index.generation import IndexStateError, Manifest
from indexer.index.records import Records
from indexer.index.snapshot import Snapshot
from indexer.phrases.snapshot import PhraseSnapshot
from search_service.engines.facet_index import FacetIndex
from search_service.engines.port import (
    NO_FILTERS,
    PLACE_FACETS,
    EngineResult,
    Hit,
    Leader,
    Leaders,
    Phrasing,
)
from search_service.engines.scoring import Scorer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from whoosh.query import Query

    from indexer.documents.row import Row
    from indexer.duty import Duty
    from indexer.list_info import ListInfo
    from indexer.ranking import Fusion
    from search_service.engines.port import EngineQuery, Wording
    from search_service.engines.scoring import Coverage, Scores


class WhooshEngine:
    """One generation of the index, opened for searching; safe to share between threads."""

    def __init__(self, folder: Path, fusion: Fusion) -> None:
        """Open the generation in `folder`; `fusion` says what the parts of a score count.

        Raises IndexStateError where it is damaged or was made by another version of schema or analyzer.
        """
        self.manifest = Manifest.read(folder)
        _check_stamp(self.manifest, folder)
        try:
            self._snapshot = Snapshot.load(folder / SNAPSHOT_FOLDER)
            phrases = PhraseSnapshot.load(folder / PHRASES_FOLDER)
            self._records = Records(folder / RECORDS_FOLDER)
            # Opened now, not at the first phrase: the folder may be gone by then.
            self._searcher = FileStorage(str(folder / WHOOSH_FOLDER)).open_index().searcher()
        except Exception as error:  # whatever a damaged file makes these three libraries raise
            raise IndexStateError(f"{folder}: damaged ({error!r}); run: duty-index build") from error
        if set(self._snapshot.facets) != {facet.name for facet in FACETS}:
            raise IndexStateError(f"{folder}: made with other facets; run: duty-index build")
        if len(self._records) != self.manifest.duties:
            raise IndexStateError(
                f"{folder}: holds {len(self._records)} duties, its manifest says {self.manifest.duties}; "
                "run: duty-index build"
            )
        self._facets = {name: FacetIndex(column) for name, column in self._snapshot.facets.items()}
        self._phrase_book = phrases
        self._scorer = Scorer(self._snapshot, phrases, self._facets, fusion)
        self._fusion = fusion
        # Whoosh's files keep a position, so threads take turns; only questions with quotes come here.
        self._one_at_a_time = threading.Lock()

    @property
    def lists(self) -> tuple[ListInfo, ...]:
        """Return what is known of each indexed list, in the catalogue's order."""
        return self._records.lists

    def search(self, query: EngineQuery) -> EngineResult:
        """Return one page of hits with the counts of every facet."""
        found = self._scorer.score(query)
        text_match = self._phrase_match(query.phrases)
        passes = {
            name: self._facets[name].documents_with(values)
            for name, values in query.filters.items()
            if values
        }
        text_match &= self._near(query, found, text_match, passes)
        order = _order(_all(text_match, *passes.values()), found.total, by_score=query.by_score)
        total, page = self._page(order, query)
        return EngineResult(
            total=total,
            hits=tuple(
                self._hit(number, found, self._others(number, order) if query.collapse else ())
                for number in page
            ),
            facets={
                name: index.counts(
                    _all(text_match, *(mask for other, mask in passes.items() if other != name))
                )
                for name, index in self._facets.items()
            },
            lists=self._counts_of_lists(
                _all(text_match, *(mask for name, mask in passes.items() if name not in PLACE_FACETS))
            ),
            focus=found.focus,
            unmatched=_unmatched(query, found, order),
        )

    def leaders(self, query: EngineQuery, facet: str) -> Leaders:
        """Return the best `query.limit` duties of each value of a facet, where anything speaks for them."""
        found = self._scorer.score(query)
        passes = [self._facets[name].documents_with(values) for name, values in query.filters.items()]
        eligible = _all(self._phrase_match(query.phrases), *passes) & (found.total > 0)
        coverage = self._scorer.coverage(query, found.focus)
        index = self._facets[facet]
        of_values = {}
        for value in self.facet_values(facet):
            best = _order(eligible & index.documents_with(frozenset({value})), found.total, by_score=True)
            numbers = best[: query.limit].tolist()
            of_values[value] = tuple(self._leader(number, found, coverage) for number in numbers)
        return Leaders(
            of_values={value: leaders for value, leaders in of_values.items() if leaders},
            best_score=float(found.total.max(initial=0)),
            outside=self._scorer.outside(found, coverage),
            focus=found.focus,
            unmatched=_unmatched(query, found, np.flatnonzero(eligible)),
        )

    def salience(self, wordings: Sequence[Wording]) -> list[float]:
        """Return how well each wording matches the phrase book by words; comparable with each other only."""
        return self._scorer.salience(wordings)

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
        members = np.flatnonzero(groups == groups[number]).tolist()
        return tuple(self._records[other] for other in members if other != number)

    @property
    def knows_meaning(self) -> bool:
        """Return whether the generation holds vectors."""
        return self._phrase_book.vectors is not None

    def knows(self, term: str) -> bool:
        """Return whether any duty, or any phrasing of the phrase book, contains the term."""
        return term in self._snapshot.postings.terms or term in self._phrase_book.postings.terms

    def facet_values(self, facet: str) -> list[str]:
        """Return all values of a facet, in list order."""
        return self._snapshot.facets[facet].values

    def facet_aliases(self, facet: str) -> Mapping[str, str]:
        """Return other texts that name a facet's values, each with its value."""
        return self._snapshot.facets[facet].aliases

    def duties(self, filters: Mapping[str, frozenset[str]] = NO_FILTERS) -> Iterator[Duty]:
        """Yield every duty that passes the filters, in list order, each read when it is asked for."""
        passes = [self._facets[name].documents_with(values) for name, values in filters.items() if values]
        everything = np.ones(len(self._records), dtype=np.bool_)
        return (self._records[int(number)] for number in np.flatnonzero(_all(everything, *passes)))

    def duty_ids(self) -> Iterator[str]:
        """Yield every duty's id, in list order, without reading a duty."""
        return self._records.ids()

    def phrasings(self) -> Iterator[tuple[str, Sequence[int]]]:
        """Yield the phrase book's texts, each with the places in `duties()` of those it asks for."""
        book = self._phrase_book
        for entry, (start, end) in enumerate(pairwise(book.starts.tolist())):
            duties = np.flatnonzero(book.entries == entry).tolist()
            for text in book.texts[start:end]:
                yield text, duties

    def _counts_of_lists(self, mask: NDArray[np.bool_]) -> dict[str, int]:
        """Return list id → number of masked documents; the documents stand list by list."""
        ends = np.cumsum([info.duties for info in self.lists])
        before = np.concatenate(([0], np.cumsum(mask)))
        counts = np.diff(before[np.concatenate(([0], ends))]).tolist()
        return {info.id: count for info, count in zip(self.lists, counts, strict=True)}

    def _near(
        self,
        query: EngineQuery,
        found: Scores,
        text_match: NDArray[np.bool_],
        passes: Mapping[str, NDArray[np.bool_]],
    ) -> NDArray[np.bool_]:
        """Return which documents are near enough to the question to be results.

        What comes near the best is one; in a place, near the best of that place. What has all the question's
        words always is, and what is pinned. Boosts count for the order alone: a place that the question names
        must not become a filter.
        """
        fusion, scores = self._fusion, found.unboosted
        in_place = _all(text_match, *(passes[name] for name in PLACE_FACETS if name in passes))
        best = scores[in_place].max(initial=0)
        demand = _demand(query, found.matched, text_match, _all(text_match, *passes.values()))
        has_all: NDArray[np.bool_] = found.matched >= len(query.whole.clauses)
        has_enough = (found.matched >= demand) & (scores >= fusion.keep_partial * best)
        is_close = (scores >= fusion.keep * best) & (scores > 0)
        near: NDArray[np.bool_] = has_all | has_enough | is_close | found.pinned
        return near

    def _phrase_match(self, phrases: tuple[str, ...]) -> NDArray[np.bool_]:
        """Return the mask of the documents that contain every phrase exactly."""
        mask = np.ones(len(self._records), dtype=np.bool_)
        queries = [_phrase_query(phrase) for phrase in phrases]
        if queries:
            with self._one_at_a_time:
                found = list(self._searcher.docs_for_query(And(queries)))
            mask[:] = False
            mask[found] = True
        return mask

    def _page(self, order: NDArray[np.intp], query: EngineQuery) -> tuple[int, list[int]]:
        """Return the number of hits and the documents of the page asked for."""
        if query.collapse:
            _, first = np.unique(self._snapshot.groups[order], return_index=True)
            order = order[np.sort(first)]
        return len(order), order[query.offset : query.offset + query.limit].tolist()

    def _leader(self, number: int, found: Scores, coverage: Coverage) -> Leader:
        return Leader(
            self._hit(number, found),
            nearness=float(found.nearness[number]),
            coverage=float(coverage.of_documents[number]),
            pinned=bool(found.pinned[number]),
        )

    def _others(self, number: int, order: NDArray[np.intp]) -> tuple[Duty, ...]:
        """Return the other duties of a document's group among those found."""
        groups = self._snapshot.groups
        members = order[groups[order] == groups[number]].tolist()
        return tuple(self._records[other] for other in members if other != number)

    def _hit(self, number: int, scores: Scores, others: tuple[Duty, ...] = ()) -> Hit:
        return Hit(
            duty=self._records[number],
            score=float(scores.total[number]),
            parts=scores.parts_of(number),
            phrasings=self._phrasings(number, scores),
            others=others,
        )

    def _phrasings(self, number: int, scores: Scores) -> tuple[Phrasing, ...]:
        """Return the phrasing of each step that counts most, best first; none where none counts."""
        book = self._phrase_book
        entry = int(book.entries[number])
        if entry < 0 or not scores.phrases[number] + scores.meaning[number]:
            return ()
        start, end = book.starts[entry : entry + 2].tolist()
        of_steps: dict[str, list[int]] = {}
        for phrasing in sorted(range(start, end), key=lambda one: -scores.of_phrasings[one]):
            of_steps.setdefault(book.steps[phrasing], []).append(phrasing)
        # One phrasing alone may be near by chance: its neighbours count as much.
        found = [
            Phrasing(
                book.texts[nearest[0]],
                step,
                float((scores.of_phrasings[nearest[0]] + scores.of_phrasings[nearest[:2]].mean()) / 2),
            )
            for step, nearest in of_steps.items()
        ]
        return tuple(sorted(found, key=lambda one: -one.score))


def _demand(
    query: EngineQuery,
    matched: NDArray[np.int64],
    text_match: NDArray[np.bool_],
    filtered: NDArray[np.bool_],
) -> int:
    """Return how many clauses a document must match: as many as asked for, or the most that any does.

    Where the filters leave nothing at all, what matches without them decides: the facets then still tell
    where something would be found.
    """
    if not query.whole.clauses:
        return 0
    most = int(matched[filtered].max(initial=0)) or int(matched[text_match].max(initial=0))
    return max(1, min(query.minimum_match, most))


def _unmatched(query: EngineQuery, found: Scores, documents: NDArray[np.intp]) -> tuple[str, ...]:
    """Return the words of the question that none of the documents has."""
    return tuple(
        clause.word
        for clause, has in zip(query.whole.clauses, found.words, strict=True)
        if not has[documents].any()
    )


def _order(mask: NDArray[np.bool_], scores: NDArray[np.float32], *, by_score: bool) -> NDArray[np.intp]:
    """Return the masked documents, best first or in list order."""
    found = np.flatnonzero(mask)
    return found[np.argsort(-scores[found], kind="stable")] if by_score else found


def _check_stamp(manifest: Manifest, folder: Path) -> None:
    if (manifest.stamp.schema, manifest.stamp.analyzer) != (schema.VERSION, analyzer_stamp()):
        raise IndexStateError(
            f"{folder}: made with schema {manifest.stamp.schema} and {manifest.stamp.analyzer}; this program "
            f"needs schema {schema.VERSION} and {analyzer_stamp()}; run: duty-index build"
        )


def _phrase_query(phrase: str) -> Query:
    terms = phrase_terms(phrase)
    return Phrase(schema.EXACT, terms) if len(terms) > 1 else Term(schema.EXACT, terms[0])


def _all(first: NDArray[np.bool_], *others: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the intersection of masks, as a new array."""
    result = first.copy()
    for mask in others:
        result &= mask
    return result
