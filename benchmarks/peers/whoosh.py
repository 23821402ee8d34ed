"""Plain Whoosh: its own searcher, its own facets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from whoosh.analysis import KeywordAnalyzer
from whoosh.collectors import FacetCollector, FilterCollector, TopCollector
from whoosh.fields import ID, KEYWORD, TEXT, Schema
from whoosh.filedb.filestore import FileStorage
from whoosh.query import Or, Term
from whoosh.scoring import BM25F
from whoosh.sorting import Count, Facets
from whoosh.util.numeric import byte_to_length, length_to_byte

from benchmarks.documents import FACETS
from benchmarks.peers.peer import K1, TOP, B, Found, Scoring, positive_idf

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from whoosh.analysis import Analyzer
    from whoosh.collectors import Collector
    from whoosh.searching import Searcher

    from benchmarks.documents import Document

_MEGABYTES = 512
"""What the writer may hold before it goes to the disk."""


def kept_length(terms: int) -> int:
    """Return the length that Whoosh keeps of a document in one byte."""
    return int(byte_to_length(length_to_byte(terms)))


class _Ranking(BM25F):
    """Whoosh's BM25F with the idf of the others: its own is log(N / (n + 1)) + 1."""

    def idf(self, searcher: Any, fieldname: str, text: str) -> float:
        parent = searcher.get_parent()
        return positive_idf(parent.doc_frequency(fieldname, text), parent.doc_count_all())


class Whoosh:
    """One segment; terms with frequencies, no positions."""

    name = "Whoosh"
    scoring = Scoring(length=kept_length, length_error=1 / 8)

    def build(self, documents: Iterable[Document], folder: Path) -> None:
        """Write the documents, the last step merging them into one segment."""
        writer = FileStorage(str(folder)).create_index(_schema()).writer(limitmb=_MEGABYTES)
        for one in documents:
            writer.add_document(
                terms=one.text,
                list_type=one.list_type,
                category=one.category,
                department=",".join(one.departments),
                county=one.county,
                township=one.township,
            )
        writer.commit(optimize=True)

    def open(self, folder: Path) -> OpenWhoosh:
        """Open the index."""
        index = FileStorage(str(folder)).open_index()
        return OpenWhoosh(index.searcher(weighting=_Ranking(B=B, K1=K1)))


class OpenWhoosh:
    """One pass that keeps the best ten and counts by facets.

    The collectors are put together here: ``search(groupedby=…)`` would sort every match. Nothing that
    can't be among the best is skipped (`usequality`, `replace`), or the counts would not be exact.
    """

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher
        self._facets = Facets()
        self._facets.add_field("list_type")
        self._facets.add_field("category")
        self._facets.add_field("department", allow_overlap=True)

    def search(self, terms: Sequence[str], filters: Mapping[str, str]) -> Found:
        """Return what has any of the terms."""
        best = TopCollector(TOP, usequality=False, replace=0)
        collector: Collector = FacetCollector(best, self._facets, maptype=Count)
        for name, value in filters.items():
            collector = FilterCollector(collector, Term(name, value))
        self._searcher.search_with_collector(Or([Term("terms", term) for term in terms]), collector)
        results = collector.results()
        counts = {
            facet: {value: count for value, count in results.groups(facet).items() if value}
            for facet in FACETS
        }
        return Found(
            total=sum(counts["list_type"].values()),
            documents=[hit.docnum for hit in results],
            scores=[hit.score for hit in results],
            counts=counts,
        )

    def close(self) -> None:
        """Close the searcher's files."""
        self._searcher.close()


def _schema() -> Schema:
    return Schema(
        terms=TEXT(analyzer=cast("Analyzer", KeywordAnalyzer()), phrase=False),
        list_type=ID(sortable=True),
        category=ID(sortable=True),
        department=KEYWORD(commas=True),
        county=ID(),
        township=ID(),
    )
