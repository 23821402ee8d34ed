"""Where the duties of an updated list stand in an index: their numbers, groups and entries.

A whole index is grouped by comparing every duty with every other. One list alone is not: a text that the
index knows keeps its group; a new one joins the duties that the phrase book knows as the same; what is left
makes a group of its own until the next whole index.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from indexer.index.texts import content_of
from indexer.opensearch.cluster import SLOW, ClusterUnavailableError, plain_errors
from indexer.opensearch.document import LIST_SIZE, Placed, text_key
from indexer.phrases.matching import match_entries

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from opensearchpy import OpenSearch

    from indexer.duty import Duty
    from indexer.opensearch.stored import Stored
    from indexer.phrases.book import PhraseBook
    from indexer.township_list import TownshipList

_AT_ONCE = 5000
"""Texts asked for in one search."""
_GROUPS_OF_ENTRY = 20
"""Groups of an entry that are considered, those of most duties first; a list has one or two duties of it."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What an index says of a text; `entry` is -1 where it has none."""

    group: int
    entry: int


@dataclass(frozen=True, slots=True)
class _Text:
    """A duty with the number of its text."""

    duty: Duty
    again: int
    key: int


class Elsewhere:
    """What the lists that aren't updated say."""

    def __init__(self, client: OpenSearch, index: str, updated: Sequence[str]) -> None:
        self._client = client
        self._index = index
        self._query = {"bool": {"must_not": [{"terms": {"list": list(updated)}}]}}

    def highest(self, field: str) -> int:
        """Return the highest number of the whole index, updated lists included; -1 where it is empty."""
        found = self._ask({"match_all": {}}, {"highest": {"max": {"field": field}}})["highest"]["value"]
        return -1 if found is None else int(found)

    def known(self, keys: Sequence[int]) -> dict[int, _Known]:
        """Return what is known of texts, for those that some list says."""
        known = {}
        for start in range(0, len(keys), _AT_ONCE):
            some = list(keys[start : start + _AT_ONCE])
            values = {"group": {"min": {"field": "group"}}, "entry": {"min": {"field": "entry"}}}
            aggregation = {"terms": {"field": "text", "size": len(some)}, "aggs": values}
            query = {"bool": {"must": [self._query], "filter": [{"terms": {"text": some}}]}}
            for bucket in self._ask(query, {"texts": aggregation})["texts"]["buckets"]:
                entry = bucket["entry"]["value"]
                known[bucket["key"]] = _Known(
                    int(bucket["group"]["value"]), -1 if entry is None else int(entry)
                )
        return known

    def groups(self, entries: Sequence[int]) -> dict[int, list[int]]:
        """Return the groups of the duties of some entries, those of most duties first."""
        if not entries:
            return {}
        of_entry = {"terms": {"field": "group", "size": _GROUPS_OF_ENTRY}}
        aggregation = {"terms": {"field": "entry", "size": len(entries)}, "aggs": {"groups": of_entry}}
        query = {"bool": {"must": [self._query], "filter": [{"terms": {"entry": list(entries)}}]}}
        buckets = self._ask(query, {"entries": aggregation})["entries"]["buckets"]
        return {one["key"]: [group["key"] for group in one["groups"]["buckets"]] for one in buckets}

    def firsts(self, field: str, most: int) -> dict[str, int]:
        """Return the values of a field, some `most`, each with the number of the first duty that has it."""
        first = {"first": {"min": {"field": "number"}}}
        aggregation = {"terms": {"field": field, "size": most + _AT_ONCE}, "aggs": first}
        buckets = self._ask(self._query, {"values": aggregation})["values"]["buckets"]
        return {one["key"]: int(one["first"]["value"]) for one in buckets}

    def having(self, field: str, terms: Sequence[str]) -> set[str]:
        """Return those of the terms that occur."""
        found: set[str] = set()
        for start in range(0, len(terms), _AT_ONCE // 10):
            some = terms[start : start + _AT_ONCE // 10]
            filters = {f"{number}": {"term": {field: term}} for number, term in enumerate(some)}
            counted = self._ask(self._query, {"terms": {"filters": {"filters": filters}}})["terms"]["buckets"]
            found |= {some[int(number)] for number, bucket in counted.items() if bucket["doc_count"]}
        return found

    def _ask(self, query: Mapping[str, Any], aggregations: Mapping[str, Any]) -> dict[str, Any]:
        body = {"size": 0, "query": query, "aggs": aggregations}
        with plain_errors(f"searching {self._index}"):
            answer = self._client.search(
                index=self._index, body=body, allow_partial_search_results=False, request_timeout=SLOW
            )
        if answer["_shards"]["failed"]:
            raise ClusterUnavailableError(f"searching {self._index}: not all shards answered")
        found: dict[str, Any] = answer["aggregations"]
        return found


def place(
    elsewhere: Elsewhere, lists: Sequence[TownshipList], stored: Mapping[str, Stored], book: PhraseBook
) -> list[Placed]:
    """Return the duties of the updated lists, placed; `stored` are the documents that they replace."""
    texts = {one.id: _texts(one.duties) for one in lists}
    keys = list(dict.fromkeys(text.key for of_list in texts.values() for text in of_list))
    groups = _Groups(elsewhere, keys, stored)
    numbers = _numbers_of_lists(elsewhere, lists, stored)
    placed = []
    for one in lists:
        for at, (text, known) in enumerate(
            zip(texts[one.id], groups.of_list(one.id, texts[one.id], book), strict=True)
        ):
            row, number = one.originals[text.duty.id], numbers[one.id] * LIST_SIZE + at
            placed.append(Placed(text.duty, row, number, text.again, known.group, known.entry))
    return placed


class _Groups:
    """The groups of texts: those of the lists not updated, of the updated ones before, and new ones."""

    def __init__(self, elsewhere: Elsewhere, keys: Sequence[int], stored: Mapping[str, Stored]) -> None:
        self._elsewhere = elsewhere
        self._known = elsewhere.known(keys)
        self._before: dict[str, dict[int, _Known]] = defaultdict(dict)
        for one in stored.values():
            source = one.source
            self._before[one.list_id][source["text"]] = _Known(source["group"], source.get("entry", -1))
        self._next = elsewhere.highest("group") + 1

    def of_list(self, list_id: str, texts: Sequence[_Text], book: PhraseBook) -> list[_Known]:
        """Return what each text of a list belongs to; no two of them to one group, where that can be."""
        found = {text.key: self._known[text.key] for text in texts if text.key in self._known}
        taken = {known.group for known in found.values()}
        before = self._before.get(list_id, {})
        for text in texts:
            own = before.get(text.key)
            if text.key not in found and own and own.group not in taken:
                found[text.key] = own
                taken.add(own.group)
        new = [text for text in texts if text.key not in found]
        matched = match_entries(book, [text.duty for text in new])
        entries = [numbers[0] if numbers else -1 for numbers in matched]
        candidates = self._elsewhere.groups(sorted({entry for entry in entries if entry >= 0}))
        for text, entry in zip(new, entries, strict=True):
            group = next((one for one in candidates.get(entry, []) if one not in taken), None)
            if group is None:
                group, self._next = self._next, self._next + 1
            found[text.key] = _Known(group, entry)
            taken.add(group)
        self._known |= found  # the next list may say the same
        return [found[text.key] for text in texts]


def _texts(duties: Sequence[Duty]) -> list[_Text]:
    said: dict[Hashable, int] = {}
    texts = []
    for duty in duties:
        content = content_of(duty)
        again = said[content] = said.get(content, -1) + 1
        texts.append(_Text(duty, again, text_key(duty, again)))
    return texts


def _numbers_of_lists(
    elsewhere: Elsewhere, lists: Sequence[TownshipList], stored: Mapping[str, Stored]
) -> dict[str, int]:
    """Return the numbers of the lists: a known one keeps its own, a new one gets the next."""
    numbers = {one.list_id: one.source["number"] // LIST_SIZE for one in stored.values()}
    following = elsewhere.highest("number") // LIST_SIZE + 1
    for one in lists:
        if one.id not in numbers:
            numbers[one.id], following = following, following + 1
    return numbers
