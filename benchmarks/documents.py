"""What every peer indexes: the duties' terms, cut once by our own analyzer, in a file."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Self

import numpy as np

from indexer.index.schema import field_texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from indexer.analysis.analyzer import Analyzer
    from indexer.duty import Duty
    from indexer.township_list import TownshipList

FACETS = ("list_type", "category", "department")
"""What is counted over all matches."""

_TEXTS_REMEMBERED = 20_000
"""A county's townships, which follow each other, share most of their texts."""


@dataclass(frozen=True, slots=True)
class Document:
    """A duty to be indexed. `text` holds the terms of all its fields, repetitions too, parted by spaces."""

    number: int
    text: str
    list_type: str
    category: str
    departments: tuple[str, ...]
    county: str
    township: str

    @property
    def terms(self) -> list[str]:
        """Return the terms."""
        return self.text.split(" ")

    def values_of(self, facet: str) -> tuple[str, ...]:
        """Return the values that the document counts for."""
        return self.departments if facet == "department" else (getattr(self, facet),)

    def to_line(self) -> str:
        """Return the document as one line of the file."""
        departments = ";".join(self.departments)
        parts = (self.list_type, self.category, departments, self.county, self.township, self.text)
        return "\t".join(parts)

    @classmethod
    def from_line(cls, number: int, line: str) -> Self:
        """Rebuild the document from a line."""
        list_type, category, departments, county, township, text = line.rstrip("\n").split("\t")
        names = tuple(departments.split(";")) if departments else ()
        return cls(number, text, list_type, category, names, county, township)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a corpus as a whole: what a BM25 score needs, and how varied the texts are."""

    documents: int
    terms: int
    """Terms of all documents, repetitions too."""
    distinct_texts: int
    townships: list[str]
    counties: list[str]
    document_frequencies: dict[str, int]

    @property
    def average_length(self) -> float:
        """Return the mean number of terms of a document."""
        return self.terms / self.documents


class Documents:
    """The documents of one corpus in their folder; iterated over, or read one by one."""

    def __init__(self, folder: Path) -> None:
        """Open what `write_documents` wrote; raise OSError where it hasn't."""
        self._file = folder / "documents.tsv"
        self._starts = np.load(folder / "starts.npy", mmap_mode="r")
        self.facts = Facts(**json.loads((folder / "facts.json").read_text(encoding="utf-8")))

    def __len__(self) -> int:
        return self.facts.documents

    def __iter__(self) -> Iterator[Document]:
        with self._file.open(encoding="utf-8", newline="\n") as lines:
            for number, line in enumerate(lines):
                yield Document.from_line(number, line)

    def __getitem__(self, number: int) -> Document:
        with self._file.open("rb") as lines:
            lines.seek(int(self._starts[number]))
            return Document.from_line(number, lines.readline().decode("utf-8"))


def write_documents(townships: Iterable[TownshipList], analyzer: Analyzer, folder: Path) -> None:
    """Cut the duties of `townships` into terms and write them into a new folder, one township at a time."""
    folder.mkdir(parents=True)
    texts: set[int] = set()
    frequencies: Counter[str] = Counter()
    starts: list[int] = []
    terms = at = 0
    places: dict[str, str] = {}
    cut = lru_cache(_TEXTS_REMEMBERED)(lambda text: _terms(text, analyzer))
    with (folder / "documents.tsv").open("wb") as file:
        for township in townships:
            for duty in township.duties:
                document = _document(len(starts), duty, [cut(text) for text in field_texts(duty).values()])
                line = f"{document.to_line()}\n".encode()
                file.write(line)
                starts.append(at)
                at += len(line)
                terms += len(document.terms)
                frequencies.update(set(document.terms))
                texts.add(hash(document.text))
                places[document.township] = document.county
    np.save(folder / "starts.npy", np.array(starts, dtype=np.int64))
    facts = Facts(
        documents=len(starts),
        terms=terms,
        distinct_texts=len(texts),
        townships=list(places),
        counties=list(dict.fromkeys(places.values())),
        document_frequencies=dict(frequencies),
    )
    (folder / "facts.json").write_text(json.dumps(asdict(facts), ensure_ascii=False), encoding="utf-8")


def _terms(text: str, analyzer: Analyzer) -> str:
    return " ".join(token.term for token in analyzer.words(text))


def _document(number: int, duty: Duty, terms: Iterable[str]) -> Document:
    return Document(
        number=number,
        text=" ".join(filter(None, terms)),
        list_type=duty.list_type.value,
        category=duty.category,
        departments=tuple(dict.fromkeys(one.canonical for one in duty.departments)),
        county=duty.county,
        township=duty.township,
    )
