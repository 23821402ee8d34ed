"""SQLite with its full-text search, FTS5, and the facets in tables beside it."""

from __future__ import annotations

import math
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from benchmarks.peers.peer import TOP, Found, Scoring

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from benchmarks.documents import Document

_FILE = "duties.sqlite"

# Contentless: the texts themselves are not stored. `detail=full` stays, because bm25() counts occurrences.
_TABLES = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    CREATE VIRTUAL TABLE words USING fts5(terms, content='', tokenize="unicode61 remove_diacritics 0");
    CREATE TABLE duty (number INTEGER PRIMARY KEY, list_type TEXT, category TEXT);
    CREATE TABLE department (number INTEGER, name TEXT, PRIMARY KEY (number, name)) WITHOUT ROWID;
    CREATE TABLE place (name TEXT PRIMARY KEY, first INTEGER, last INTEGER) WITHOUT ROWID;
"""
_READ_PRAGMAS = """
    PRAGMA mmap_size = 4000000000;
    PRAGMA cache_size = -200000;
    PRAGMA temp_store = MEMORY;
"""
_MATCHES = """
    INSERT INTO temp.match SELECT rowid, bm25(words) FROM words
    WHERE words MATCH :terms AND rowid BETWEEN :first AND :last
"""


def idf(holders: int, documents: int) -> float:
    """Return FTS5's inverse document frequency: next to nothing for what half of the documents have."""
    found = math.log((documents - holders + 0.5) / (holders + 0.5))
    return found if found > 0 else 1e-6


class Fts5:
    """A contentless FTS5 table of the terms; lists, categories and departments in tables of their own."""

    name = "SQLite FTS5"
    scoring = Scoring(idf=idf)

    def build(self, documents: Iterable[Document], folder: Path) -> None:
        """Write the documents, then merge the full-text index into one part."""
        places: dict[str, list[int]] = {}
        with closing(sqlite3.connect(folder / _FILE)) as database:
            database.executescript(_TABLES)
            database.execute("INSERT INTO words (words, rank) VALUES ('hashsize', 64000000)")
            for one in documents:
                database.execute(
                    "INSERT INTO words (rowid, terms) VALUES (?, ?)", (one.number, _spelled(one.terms))
                )
                database.execute(
                    "INSERT INTO duty VALUES (?, ?, ?)", (one.number, one.list_type, one.category)
                )
                names = [(one.number, name) for name in one.departments]
                database.executemany("INSERT INTO department VALUES (?, ?)", names)
                for place in (one.county, one.township):
                    places.setdefault(place, [one.number, one.number])[1] = one.number
            rows = [(name, first, last) for name, (first, last) in places.items()]
            database.executemany("INSERT INTO place VALUES (?, ?, ?)", rows)
            database.execute("INSERT INTO words (words) VALUES ('optimize')")
            database.commit()
            database.execute("ANALYZE")
            database.execute("VACUUM")

    def open(self, folder: Path) -> OpenFts5:
        """Open the database."""
        return OpenFts5(sqlite3.connect(f"file:{folder / _FILE}?mode=ro", uri=True))


class OpenFts5:
    """The matches go with their scores into a table in memory; the answer is read from there.

    One pass over the full-text index instead of five. A place's duties follow each other, so its filter is a
    range of numbers, which FTS5 uses while it matches.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        database.executescript(_READ_PRAGMAS)
        database.execute("CREATE TEMP TABLE match (number INTEGER PRIMARY KEY, score REAL)")

    def search(self, terms: Sequence[str], filters: Mapping[str, str]) -> Found:
        """Return what has any of the terms."""
        first, last = self._range(filters)
        self._database.execute("DELETE FROM temp.match")
        quoted = " OR ".join(f'"{term}"' for term in _spelled(terms).split(" "))
        self._database.execute(_MATCHES, {"terms": quoted, "first": first, "last": last})
        best = self._database.execute(
            "SELECT number, score FROM temp.match ORDER BY score, number LIMIT ?", (TOP,)
        ).fetchall()
        counts: dict[str, dict[str, int]] = {"list_type": {}, "category": {}, "department": {}}
        # Both columns in one pass: there are few pairs of them, which are added up here.
        for list_type, category, count in self._database.execute(
            "SELECT list_type, category, count(*) FROM temp.match JOIN duty USING (number) GROUP BY 1, 2"
        ):
            for facet, value in (("list_type", list_type), ("category", category)):
                counts[facet][value] = counts[facet].get(value, 0) + count
        counts["department"] = dict(
            self._database.execute(
                "SELECT name, count(*) FROM temp.match JOIN department USING (number) GROUP BY 1"
            )
        )
        return Found(
            total=sum(counts["list_type"].values()),
            documents=[number for number, _ in best],
            scores=[-score for _, score in best],
            counts=counts,
        )

    def close(self) -> None:
        """Close the database."""
        self._database.close()

    def _range(self, filters: Mapping[str, str]) -> tuple[int, int]:
        """Return the first and the last number that pass the filters."""
        spans = list(self._spans(filters))
        return max((first for first, _ in spans), default=0), min((last for _, last in spans), default=2**31)

    def _spans(self, filters: Mapping[str, str]) -> Iterator[tuple[int, int]]:
        for name in filters.values():
            yield from self._database.execute("SELECT first, last FROM place WHERE name = ?", (name,))


def _spelled(terms: Sequence[str]) -> str:
    """Return the terms, parted by spaces; what FTS5's tokenizer would part or fold becomes digits."""
    return " ".join(term if _is_plain(term) else f"x{term.encode().hex()}" for term in terms)


def _is_plain(term: str) -> bool:
    return all("\u4e00" <= one <= "\u9fa5" or (one.isascii() and one.isalnum()) for one in term)
