"""The search core's engine port on an OpenSearch cluster.

A question takes three rounds: the best scores that its parts are divided by; how well the best duty of the
place does; the page with its counts. Terms, phrase book and formula are those of the embedded engine, and so
are totals, counts and pages.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from indexer.documents.row import Row
from indexer.duty import Duty
from indexer.facets import FACETS, PLACE_FACETS
from indexer.time_limit import limited
from search_service.engines.opensearch.calls import MOST_HITS
from search_service.engines.opensearch.duties import FIELDS, LaterRead, Stored
from search_service.engines.opensearch.queries import (
    EVERYTHING,
    Bests,
    Queries,
    Question,
    all_of,
    any_of,
    facet_filters,
    has_word,
    named,
    pinned,
    reaching,
    scored,
    with_phrases,
    words_matched,
)
from search_service.engines.opensearch.texts import Texts, buckets
from search_service.engines.phrase_scorer import BY_MEANING, PhraseScorer
from search_service.engines.port import (
    NO_FILTERS,
    EngineResult,
    Hit,
    Leader,
    Leaders,
    ScoreParts,
)
from search_service.engines.scoring import PINNED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from indexer.index.generation import Manifest
    from indexer.list_info import ListInfo
    from indexer.opensearch.companion import Growing
    from indexer.phrases.snapshot import PhraseSnapshot
    from indexer.ranking import Ranking
    from search_service.engines.opensearch.calls import Calls
    from search_service.engines.opensearch.queries import Query
    from search_service.engines.phrase_scorer import CoveringTerm
    from search_service.engines.port import Clause, EngineQuery, Wording

QUESTION_SECONDS = 6.0
"""How long the rounds of one question may take together."""

_BEST_FIRST = [{"_score": "desc"}, {"number": "asc"}]
_AS_LISTED = [{"number": "asc"}]
_MOST_GROUPS = 65_535
_LISTS_AT_ONCE = 500
"""Lists whose departments are counted in one search: its buckets are limited."""
_PAGE = 1000
"""Duties of an export that are read at a time."""
_KEPT_FILTERS = 256


class OpenSearchEngine:
    """One generation on the cluster; safe to share between threads."""

    def __init__(
        self,
        calls: Calls,
        index: str,
        manifest: Manifest,
        growing: Growing,
        book: PhraseSnapshot,
        ranking: Ranking,
    ) -> None:
        """Search the index named `index`; what belongs to it has been read from its companion."""
        self.manifest = manifest
        self.lists: tuple[ListInfo, ...] = growing.lists
        self._calls = calls
        self._index = index
        self._facets = growing.facets
        self._terms = growing.terms
        self._book = PhraseScorer(book, ranking.fusion)
        self._queries = Queries(ranking)
        self._fusion = ranking.fusion
        self._passing = lru_cache(_KEPT_FILTERS)(self._passing_of)

    def check(self) -> None:
        """Raise ClusterUnavailableError where the cluster is away, or some of the index is."""
        self._calls.search(self._index, {"size": 0, "track_total_hits": False})

    @limited(QUESTION_SECONDS)
    def search(self, query: EngineQuery) -> EngineResult:
        """Return one page of hits."""
        question = self._question(query)
        filters = facet_filters(query.filters)
        phrases = with_phrases(query.phrases)
        bests, demand = self._bests(question, filters, phrases)
        found = [*phrases, self._near(question, bests, demand, filters, phrases)]
        body = {
            "query": scored(self._queries.total(question, bests), found),
            "post_filter": all_of(filters.values()),
            "aggs": self._aggregations(question, filters, collapse=query.collapse),
            "track_scores": True,
        }
        answer, hits = self._page(body, query, filters)
        counts = answer["aggregations"]
        return EngineResult(
            total=len(counts["groups"]["of"]["buckets"])
            if query.collapse
            else answer["hits"]["total"]["value"],
            hits=tuple(
                self._hit(one, question, tuple(Stored.of(other["_source"]).duty for other in others))
                for one, *others in hits
            ),
            facets={facet.name: self._counts(facet.name, counts[facet.name]) for facet in FACETS},
            lists=_by_list(self.lists, counts["lists"]),
            focus=question.book.focus,
            unmatched=_unmatched(query, counts),
        )

    @limited(QUESTION_SECONDS)
    def leaders(self, query: EngineQuery) -> Leaders:
        """Return the best `query.limit` duties of each list, where anything speaks for them."""
        question = self._question(query)
        filters = facet_filters(query.filters)
        required = [*with_phrases(query.phrases), *filters.values()]
        bests = self._best_scores(question)
        total = self._queries.total(question, bests)
        covering = list(self._book.covering(query, question.book.focus))
        speaking = {
            "bool": {
                "must": [total],
                "filter": required,
                "should": [named(one.term, has_word([one.term])) for one in covering],
            }
        }
        best, answer = self._calls.searches(
            self._index, [_only_best(total), self._leading(speaking, question, query)]
        )
        of_lists = self._hits_of_lists(answer)
        later = LaterRead(self._calls, self._index, [hits[0]["_id"] for hits in of_lists.values()])
        return Leaders(
            of_lists={
                name: tuple(self._leader(hit, question, covering, later) for hit in hits)
                for name, hits in of_lists.items()
            },
            best_score=_best(best),
            outside=self._book.outside(question.book, covering),
            focus=question.book.focus,
            unmatched=_unmatched(query, answer["aggregations"]),
        )

    def salience(self, wordings: Sequence[Wording]) -> list[float]:
        """Return how well each wording matches the phrase book by words; comparable with each other only."""
        return self._book.salience(wordings)

    def duty(self, duty_id: str) -> Duty | None:
        """Return a duty by its id, or None."""
        source = self._calls.source(self._index, duty_id, ["duty"])
        return Duty.from_record(source["duty"]) if source else None

    def original(self, duty_id: str) -> Row | None:
        """Return the row that a duty was made from, as its document has it, or None."""
        source = self._calls.source(self._index, duty_id, ["row"])
        return Row.from_record(source["row"]) if source else None

    def same_duties(self, duty_id: str) -> tuple[Duty, ...]:
        """Return the other duties of a duty's group, in list order."""
        source = self._calls.source(self._index, duty_id, ["group"])
        if source is None:
            return ()
        others = all_of([{"term": {"group": source["group"]}}])
        return tuple(duty for duty in self._all(others) if duty.id != duty_id)

    @property
    def knows_meaning(self) -> bool:
        """Return whether the phrase book holds vectors."""
        return self._book.knows_meaning

    def knows(self, term: str) -> bool:
        """Return whether any duty, or any phrasing of the phrase book, contains the term."""
        return term in self._terms or self._book.knows(term)

    def facet_values(self, facet: str) -> list[str]:
        """Return all values of a facet, in list order."""
        values: list[str] = self._facets[facet]["values"]
        return values

    def facet_aliases(self, facet: str) -> Mapping[str, str]:
        """Return other texts that name a facet's values, each with its value."""
        aliases: Mapping[str, str] = self._facets[facet]["aliases"]
        return aliases

    def counts_by_list(
        self, facet: str, filters: Mapping[str, frozenset[str]]
    ) -> Mapping[str, Mapping[str, int]]:
        """Return list id → value → number of the list's duties that have it and pass the filters."""
        counts: dict[str, Mapping[str, int]] = {info.id: {} for info in self.lists}
        ids = list(counts)
        for start in range(0, len(ids), _LISTS_AT_ONCE):
            some = ids[start : start + _LISTS_AT_ONCE]
            body = {
                "size": 0,
                "query": all_of([{"terms": {"list": some}}, *facet_filters(filters).values()]),
                "aggs": {"lists": {**_terms("list", len(some)), "aggs": {"of": self._values(facet)}}},
            }
            for bucket in self._calls.search(self._index, body)["aggregations"]["lists"]["buckets"]:
                counts[bucket["key"]] = self._counts(facet, bucket)
        return counts

    def duties(self, filters: Mapping[str, frozenset[str]] = NO_FILTERS) -> Iterator[Duty]:
        """Yield every duty that passes the filters, in list order, a page of them read at a time."""
        return self._all(all_of(facet_filters(filters).values()))

    def duty_ids(self) -> Iterator[str]:
        """Yield every duty's id, in list order, without reading a duty."""
        return (hit["_id"] for hit in self._walk({"query": EVERYTHING, "_source": False}, MOST_HITS))

    def texts(self) -> Iterator[tuple[Duty, int]]:
        """Yield the distinct texts in order of their first duties: that duty, and how many say the same."""
        texts = self._texts
        for start in range(0, len(texts), _PAGE):
            first = texts.first[start : start + _PAGE].tolist()
            body = {"query": all_of([{"terms": {"number": first}}]), "_source": ["duty"]}
            copies = texts.copies[start : start + _PAGE].tolist()
            for hit, count in zip(self._walk(body, _PAGE), copies, strict=True):
                yield Duty.from_record(hit["_source"]["duty"]), count

    def passing(self, filters: Mapping[str, frozenset[str]]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return which of the `texts`, and which of the `lists`, have a duty that passes the filters."""
        return self._passing(tuple(sorted((facet, tuple(sorted(of))) for facet, of in filters.items() if of)))

    def phrasings(self) -> Iterator[tuple[str, Sequence[int]]]:
        """Yield the phrase book's wordings, each with the numbers of the `texts` it asks for."""
        by_entry = self._texts_by_entry()
        for entry, wordings in enumerate(self._book.wordings()):
            asked_for = by_entry.get(entry, [])
            for text in wordings:
                yield text, asked_for

    # A question, and what must be known before its page can be asked for.

    def _question(self, query: EngineQuery) -> Question:
        return Question(query, self._book.score(query), tuple(map(self._word, query.whole.clauses)))

    def _word(self, clause: Clause) -> tuple[str, ...]:
        """Return the terms by which a duty has a word; a part of it counts only where none has the word."""
        of_word = tuple(term for term, _ in clause.terms if term in self._terms)
        return of_word or tuple(term for term, _ in clause.parts if term in self._terms)

    def _bests(
        self, question: Question, filters: Mapping[str, Query], phrases: list[Query]
    ) -> tuple[Bests, int]:
        """Return the best scores, and how many of its words a duty must have."""
        if not question.words:
            return self._best_scores(question), 0
        matched = words_matched(question)
        bests, (here, everywhere) = self._rounds(
            question, [_only_best(matched, [*filters.values(), *phrases]), _only_best(matched, phrases)]
        )
        # Where the filters leave nothing at all, what matches without them decides.
        most = round(_best(here)) or round(_best(everywhere))
        return bests, max(1, min(question.asked.minimum_match, most))

    def _best_scores(self, question: Question) -> Bests:
        return self._rounds(question, [])[0]

    def _rounds(self, question: Question, others: list[dict[str, Any]]) -> tuple[Bests, list[dict[str, Any]]]:
        """Return the best scores, and the responses to `others` asked along with them."""
        bodies = [_only_best(self._queries.of_whole(question)), _only_best(self._queries.of_pieces(question))]
        whole, pieces, *rest = self._calls.searches(self._index, [*bodies, *others])
        return Bests(_best(whole), _best(pieces)), rest

    def _near(
        self,
        question: Question,
        bests: Bests,
        demand: int,
        filters: Mapping[str, Query],
        phrases: list[Query],
    ) -> Query:
        """Return the filter for the duties near enough to the question to be results (docs/ranking.md)."""
        if not question.words and not question.asked.whole.text:
            return EVERYTHING
        fusion, unboosted = self._fusion, self._queries.unboosted(question, bests)
        places = [query for facet, query in filters.items() if facet in PLACE_FACETS]
        best = _best(self._calls.search(self._index, _only_best(unboosted, [*places, *phrases])))
        words = [has_word(terms) for terms in question.words]
        enough = {"bool": {"should": words, "minimum_should_match": demand}} if words else EVERYTHING
        near = [
            all_of(words),
            all_of([enough, *([reaching(unboosted, fusion.keep_partial * best)] if best else [])]),
            reaching(unboosted, fusion.keep * best),
            *([pinned(question.asked)] if question.asked.pinned else []),
        ]
        return any_of(near)

    # A page of results and its counts.

    def _aggregations(
        self, question: Question, filters: Mapping[str, Query], *, collapse: bool
    ) -> dict[str, Any]:
        """Return each facet's counts without its own filter, the lists' without those of place, and so on."""
        kinds = [query for facet, query in filters.items() if facet not in PLACE_FACETS]
        every = list(filters.values())
        aggregations = {
            facet.name: _filtered(
                [query for name, query in filters.items() if name != facet.name], self._values(facet.name)
            )
            for facet in FACETS
        }
        aggregations["lists"] = _filtered(kinds, _terms("list", len(self.lists)))
        aggregations["words"] = _words_found(question, every)
        if collapse:
            aggregations["groups"] = _filtered(every, _terms("group", _MOST_GROUPS))
        return aggregations

    def _page(
        self, body: dict[str, Any], query: EngineQuery, filters: Mapping[str, Query]
    ) -> tuple[dict[str, Any], list[list[dict[str, Any]]]]:
        """Return the response, and the page's hits, each followed by those it stands for."""
        body = {
            **body,
            "sort": _BEST_FIRST if query.by_score else _AS_LISTED,
            "track_total_hits": True,
            "_source": FIELDS,
        }
        if query.collapse:
            return self._page_of_groups(body, query, filters)
        if query.offset + query.limit <= MOST_HITS:
            answer = self._calls.search(self._index, {**body, "from": query.offset, "size": query.limit})
            return answer, [[hit] for hit in answer["hits"]["hits"]]
        answer = self._calls.search(self._index, {**body, "size": 0})
        bare = {key: value for key, value in body.items() if key != "aggs"}
        return answer, [[hit] for hit in self._deep(bare, query.offset, query.limit)]

    def _deep(self, body: dict[str, Any], offset: int, limit: int) -> list[dict[str, Any]]:
        """Return a page behind what one search returns, reached from the end of one search to the next."""
        after: dict[str, Any] = {}
        while offset:
            step = min(offset, MOST_HITS)
            skipped = self._calls.search(self._index, {**body, **after, "_source": False, "size": step})
            hits = skipped["hits"]["hits"]
            if not hits:
                return []
            after = {"search_after": hits[-1]["sort"]}
            offset -= step
        found: list[dict[str, Any]] = self._calls.search(self._index, {**body, **after, "size": limit})[
            "hits"
        ]["hits"]
        return found

    def _page_of_groups(
        self, body: dict[str, Any], query: EngineQuery, filters: Mapping[str, Query]
    ) -> tuple[dict[str, Any], list[list[dict[str, Any]]]]:
        """Return a page of groups, each standing where its best duty stands; all of it has the same order."""
        paged = {"from": query.offset, "size": query.limit}
        answer = self._calls.search(self._index, {**body, **paged, "collapse": {"field": "group"}})
        members: dict[int, list[dict[str, Any]]] = {
            hit["_source"]["group"]: [] for hit in answer["hits"]["hits"]
        }
        if members:
            of_groups = all_of([*filters.values(), {"terms": {"group": list(members)}}])
            bare = {key: value for key, value in body.items() if key != "aggs"} | {"post_filter": of_groups}
            for hit in self._walk(bare, MOST_HITS):
                members[hit["_source"]["group"]].append(hit)
        return answer, list(members.values())

    def _values(self, facet: str) -> dict[str, Any]:
        return _terms(facet, len(self.facet_values(facet)))

    def _counts(self, facet: str, aggregation: Mapping[str, Any]) -> dict[str, int]:
        """Return value → number of duties, in list order."""
        counted = {bucket["key"]: bucket["doc_count"] for bucket in aggregation["of"]["buckets"]}
        return {value: counted[value] for value in self.facet_values(facet) if value in counted}

    # Hits and leaders.

    def _hit(self, found: Mapping[str, Any], question: Question, others: tuple[Duty, ...] = ()) -> Hit:
        return self._hit_of(Stored.of(found["_source"]), found["_score"] or 0.0, question, others)

    def _hit_of(self, stored: Stored, score: float, question: Question, others: tuple[Duty, ...] = ()) -> Hit:
        phrases, meaning = self._queries.phrases_of(stored.entry, question.book)
        boosts = min(self._boosts(stored, question.asked), score)  # what scores nothing else gets none
        speaks = stored.entry is not None and bool(phrases + meaning)
        return Hit(
            duty=stored.duty,
            score=score,
            parts=ScoreParts(max(score - phrases - meaning - boosts, 0.0), phrases, meaning, boosts),
            phrasings=self._book.phrasings(stored.entry, question.book)
            if speaks and stored.entry is not None
            else (),
            group=stored.group,
            others=others,
        )

    def _boosts(self, stored: Stored, asked: EngineQuery) -> float:
        """Return what a duty gets for its place, body or kind, and for being pinned."""
        values = {facet.name: facet.values(stored.duty) for facet in FACETS}
        named_by = sum(one.weight for one in asked.boosts if one.value in values[one.facet])
        return named_by + (PINNED if stored.entry in asked.pinned else 0.0)

    def _leading(self, speaking: Query, question: Question, query: EngineQuery) -> dict[str, Any]:
        """Return the search for the best of each list that passes."""
        best = {
            "size": query.limit,
            "sort": _BEST_FIRST,
            "_source": False,
            "docvalue_fields": ["entry", "group"],
        }
        lists = max(1, self._lists_in(query.filters))
        return {
            "size": 0,
            "query": speaking,
            "aggs": {
                "lists": {**_terms("list", lists), "aggs": {"best": {"top_hits": best}}},
                "words": _words_found(question, []),
            },
        }

    def _hits_of_lists(self, answer: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
        """Return list id → its best hits, in the order of the lists."""
        found = {
            bucket["key"]: bucket["best"]["hits"]["hits"]
            for bucket in answer["aggregations"]["lists"]["buckets"]
        }
        return {info.id: found[info.id] for info in self.lists if info.id in found}

    def _leader(
        self,
        found: Mapping[str, Any],
        question: Question,
        covering: Iterable[CoveringTerm],
        later: LaterRead,
    ) -> Leader:
        fields = found.get("fields", {})
        entry = fields["entry"][0] if "entry" in fields else None
        in_duty = set(found.get("matched_queries", ()))
        # Its score comes first among the values it was sorted by.
        name, score = found["_id"], found["sort"][0]
        coverage = sum(
            one.share
            for one in covering
            if one.term in in_duty or (entry is not None and one.in_entries[entry])
        )
        return Leader(
            score=score,
            group=fields["group"][0],
            nearness=0.0 if entry is None else float(question.book.of_entries[BY_MEANING, entry]),
            coverage=coverage,
            pinned=entry in question.asked.pinned,
            read=lambda: self._hit_of(later[name], score, question),
        )

    def _lists_in(self, filters: Mapping[str, frozenset[str]]) -> int:
        """Return how many lists pass the filters of place."""
        places = [(facet, values) for facet, values in filters.items() if values and facet in PLACE_FACETS]
        return sum(
            all(getattr(info.place, facet) in values for facet, values in places) for info in self.lists
        )

    # All that passes some filters.

    def _all(self, query: Query) -> Iterator[Duty]:
        found = self._walk({"query": query, "_source": ["duty"]}, _PAGE)
        return (Duty.from_record(hit["_source"]["duty"]) for hit in found)

    def _walk(self, body: dict[str, Any], size: int) -> Iterator[dict[str, Any]]:
        """Return all hits of a search, a page of `size` read at a time; in list order where it names none.

        The first page is read now: where nobody answers, who asks is told so and not half an answer.
        """
        body = {"sort": _AS_LISTED, "track_total_hits": False, **body, "size": size}
        return self._walk_on(body, self._calls.search(self._index, body)["hits"]["hits"])

    def _walk_on(self, body: dict[str, Any], hits: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        while True:
            yield from hits
            if len(hits) < body["size"]:
                return
            body = {**body, "search_after": hits[-1]["sort"]}
            hits = self._calls.search(self._index, body)["hits"]["hits"]

    @cached_property
    def _texts(self) -> Texts:
        return Texts.of(self._calls, self._index)

    def _texts_by_entry(self) -> dict[int, list[int]]:
        """Return entry → numbers of the texts it asks for."""
        number = {first: text for text, first in enumerate(self._texts.first.tolist())}
        body = {
            "query": all_of([{"exists": {"field": "entry"}}]),
            "_source": False,
            "docvalue_fields": ["entry", "number"],
        }
        by_entry: dict[int, list[int]] = {}
        for hit in self._walk(body, MOST_HITS):
            text = number.get(hit["fields"]["number"][0])
            if text is not None:
                by_entry.setdefault(hit["fields"]["entry"][0], []).append(text)
        return by_entry

    def _passing_of(
        self, filters: tuple[tuple[str, tuple[str, ...]], ...]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        query = all_of(facet_filters({facet: frozenset(values) for facet, values in filters}).values())
        texts = self._texts.mask([one["key"]["text"] for one in buckets(self._calls, self._index, query)])
        body = {"size": 0, "query": query, "aggs": {"lists": _terms("list", len(self.lists))}}
        found = self._calls.search(self._index, body)["aggregations"]["lists"]["buckets"]
        passing = {bucket["key"] for bucket in found}
        return texts, np.array([info.id in passing for info in self.lists], dtype=np.bool_)


def _terms(field: str, size: int) -> dict[str, Any]:
    """Return the aggregation that counts all values of a field; asked for all, the counts are exact."""
    return {"terms": {"field": field, "size": max(1, size)}}


def _filtered(filters: Sequence[Query], aggregation: dict[str, Any]) -> dict[str, Any]:
    return {"filter": all_of(filters), "aggs": {"of": aggregation}}


def _words_found(question: Question, filters: Sequence[Query]) -> dict[str, Any]:
    """Return the aggregation that counts the hits with each word of the question."""
    words = {f"{number}": has_word(terms) for number, terms in enumerate(question.words)}
    return _filtered(filters, {"filters": {"filters": words or {"none": {"match_none": {}}}}})


def _unmatched(query: EngineQuery, counts: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words of the question that no hit has."""
    found = counts["words"]["of"]["buckets"]
    return tuple(
        clause.word
        for number, clause in enumerate(query.whole.clauses)
        if not found[f"{number}"]["doc_count"]
    )


def _by_list(lists: Iterable[ListInfo], aggregation: Mapping[str, Any]) -> dict[str, int]:
    counted = {bucket["key"]: bucket["doc_count"] for bucket in aggregation["of"]["buckets"]}
    return {info.id: counted.get(info.id, 0) for info in lists}


def _only_best(query: Query, filters: Sequence[Query] = ()) -> dict[str, Any]:
    """Return the search for the best score alone; the cluster leaves out what can't have it."""
    asked = {"bool": {"must": [query], "filter": list(filters)}} if filters else query
    return {"query": asked, "size": 1, "_source": False, "track_total_hits": False}


def _best(answer: Mapping[str, Any]) -> float:
    """Return the best score of a search, 0 where it found nothing."""
    return float(answer["hits"]["max_score"] or 0.0)
