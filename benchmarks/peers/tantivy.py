"""Tantivy, the Rust library, through its own Python package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import tantivy
from tantivy import Occur, Query

from benchmarks.documents import FACETS
from benchmarks.peers.peer import TOP, Found, Scoring

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.documents import Document

_HEAP = 2_000_000_000
"""Bytes that the writer may fill before it begins another segment: enough for one, the fastest to search."""
_MOST_VALUES = 10_000
"""Values that a facet may have; fewer than it has would make its counts inexact."""
_KEPT_EXACTLY = 40
_FREE_VALUES = 24
_MANTISSA_BITS = 4


def kept_length(terms: int) -> int:
    """Return the length that Tantivy keeps of a document in one byte: up to an eighth too short.

    Exact up to 40, then three bits behind the first of what exceeds 24 (Lucene's SmallFloat).
    """
    if terms <= _KEPT_EXACTLY:
        return terms
    rest = terms - _FREE_VALUES
    shift = rest.bit_length() - _MANTISSA_BITS
    return _FREE_VALUES + (rest >> shift << shift)


class Tantivy:
    """One segment, written by one thread; terms with frequencies, no positions."""

    name = "Tantivy"
    scoring = Scoring(length=kept_length, length_error=1 / 8)

    def build(self, documents: Iterable[Document], folder: Path) -> None:
        """Write the documents."""
        writer = tantivy.Index(_schema(), str(folder)).writer(_HEAP, 1)
        for one in documents:
            document = tantivy.Document()
            document.add_text("terms", one.text)
            document.add_unsigned("number", one.number)
            for facet in FACETS:
                for value in one.values_of(facet):
                    document.add_text(facet, value)
            document.add_text("county", one.county)
            document.add_text("township", one.township)
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path) -> OpenTantivy:
        """Open the index."""
        return OpenTantivy(tantivy.Index.open(str(folder)))


class OpenTantivy:
    """Two calls a question: the best by block-max WAND, then one pass that counts all facets.

    Measured on all three sizes, that is faster than asking the first call for the total as well: each
    document stands in exactly one list, so the counts of the lists add up to it.
    """

    def __init__(self, index: tantivy.Index) -> None:
        self._schema = index.schema
        self._searcher = index.searcher()
        self._counting = {facet: {"terms": {"field": facet, "size": _MOST_VALUES}} for facet in FACETS}

    def search(self, terms: Sequence[str], filters: Mapping[str, str]) -> Found:
        """Return what has any of the terms."""
        query = self._query(terms, filters)
        hits = self._searcher.search(query, TOP, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
        counted = self._searcher.aggregate(query, self._counting)
        counts = {
            facet: {bucket["key"]: bucket["doc_count"] for bucket in counted[facet]["buckets"]}
            for facet in FACETS
        }
        return Found(
            total=sum(counts["list_type"].values()),
            documents=[int(number or 0) for number in numbers],
            scores=[score for score, _ in hits],
            counts=counts,
        )

    def close(self) -> None:
        """Tantivy lets go of its files by itself."""

    def _query(self, terms: Sequence[str], filters: Mapping[str, str]) -> Query:
        words = Query.boolean_query([(Occur.Should, self._term("terms", term, "freq")) for term in terms])
        if not filters:
            return words
        # A filter decides, but counts nothing.
        passes = [
            Query.const_score_query(self._term(name, value, "basic"), 0.0) for name, value in filters.items()
        ]
        return Query.boolean_query([(Occur.Must, one) for one in (words, *passes)])

    def _term(self, field: str, value: str, kept: str) -> Query:
        return Query.term_query(self._schema, field, value, kept)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field("number", fast=True)
    for facet in FACETS:
        builder.add_text_field(facet, tokenizer_name="raw", index_option="basic", fast=True)
    for place in ("county", "township"):
        builder.add_text_field(place, tokenizer_name="raw", index_option="basic")
    return builder.build()
