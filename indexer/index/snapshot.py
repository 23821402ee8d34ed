"""The ranking snapshot: arrays derived from a finished Whoosh index, memory-mapped when searched.

Whoosh keeps the documents, the postings and the phrases. Ranking every match of a question by walking
Whoosh's postings in Python costs tens of milliseconds; the same sums over these arrays cost a fraction of
one. For each term the snapshot holds the documents it occurs in and the BM25F impact it has in each, so that
a question's score is a sum of array slices:

    norm_f(d)    = 1 - b_f + b_f * length_f(d) / average_f
    tf(t, d)     = sum over fields f of  weight_f * frequency_f(t, d) / norm_f(d)
    idf(t)       = ln(1 + (N - n_t + 0.5) / (n_t + 0.5))
    impact(t, d) = idf(t) * tf(t, d) * (k1 + 1) / (k1 + tf(t, d))

with n_t the documents that have t in any field and length_f(d) the number of terms of d's field f. (Simple
BM25F: Zaragoza et al., "Microsoft Cambridge at TREC-13", 2004; idf kept positive by the 1 + as in Lucene.)
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from indexer.facets import FACETS
from indexer.index.postings import Postings, mapped
from indexer.phrases.terms import character_pairs
from indexer.ranking import FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from whoosh.reading import IndexReader

    from indexer.duty import Duty
    from indexer.facets import Facet
    from indexer.ranking import Ranking


NAMES_FOLDER = "names"


@dataclass(frozen=True)
class FacetColumn:
    """One facet's values: those of document d are `ordinals[starts[d]:starts[d + 1]]`."""

    values: list[str]
    aliases: dict[str, str]
    """Other texts a filter accepts, each with the value it means."""
    starts: NDArray[np.int32]
    ordinals: NDArray[np.int32]


@dataclass(frozen=True)
class Snapshot:
    """Postings, facet columns and duty groups; items are Whoosh's document numbers.

    `names` holds the pairs of neighbouring characters in the duties' names, each worth 1. `groups[d]` is the
    number of d's duty group: the same duty of several townships.
    """

    postings: Postings
    names: Postings
    groups: NDArray[np.int32]
    facets: dict[str, FacetColumn]

    @classmethod
    def derive(
        cls, reader: IndexReader, duties: Sequence[Duty], groups: Sequence[int], ranking: Ranking
    ) -> Self:
        """Compute the snapshot of a Whoosh index that holds exactly `duties`, in this order."""
        frequencies = _normalised_frequencies(_read_postings(reader), len(duties), ranking)
        return cls(
            postings=Postings.from_frequencies(frequencies, len(duties), ranking.k1),
            names=_name_pairs(duties),
            groups=np.asarray(groups, dtype=np.int32),
            facets={facet.name: _facet_column(facet, duties) for facet in FACETS},
        )

    def save(self, folder: Path) -> None:
        """Write the snapshot into a new folder."""
        folder.mkdir()
        self.postings.save(folder)
        (folder / NAMES_FOLDER).mkdir()
        self.names.save(folder / NAMES_FOLDER)
        np.save(folder / "groups.npy", self.groups)
        facets = {}
        for name, column in self.facets.items():
            np.save(folder / f"facet-{name}-starts.npy", column.starts)
            np.save(folder / f"facet-{name}-ordinals.npy", column.ordinals)
            facets[name] = {"values": column.values, "aliases": column.aliases}
        (folder / "facets.json").write_text(json.dumps(facets, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the snapshot in `folder` into memory; raise OSError, EOFError or ValueError if damaged."""
        facets = {
            name: FacetColumn(
                values=facet["values"],
                aliases=facet["aliases"],
                starts=mapped(folder, f"facet-{name}-starts"),
                ordinals=mapped(folder, f"facet-{name}-ordinals"),
            )
            for name, facet in json.loads((folder / "facets.json").read_text(encoding="utf-8")).items()
        }
        return cls(
            Postings.load(folder), Postings.load(folder / NAMES_FOLDER), mapped(folder, "groups"), facets
        )


def _read_postings(reader: IndexReader) -> dict[str, dict[str, list[tuple[int, float]]]]:
    """Return field → term → [(document, frequency)] of every searched field."""
    postings: dict[str, dict[str, list[tuple[int, float]]]] = {field: {} for field in FIELDS}
    for field, term in reader.all_terms():
        if field in postings:
            matcher = reader.postings(field, term)
            found = postings[field][term.decode("utf-8")] = []
            while matcher.is_active():
                found.append((matcher.id(), matcher.weight()))
                matcher.next()
    return postings


def _normalised_frequencies(
    postings: dict[str, dict[str, list[tuple[int, float]]]], count: int, ranking: Ranking
) -> dict[str, dict[int, float]]:
    """Return term → document → tf(t, d), over `count` documents."""
    totals: dict[str, dict[int, float]] = {}
    for field, terms in postings.items():
        lengths = np.zeros(count)
        for found in terms.values():
            for document, frequency in found:
                lengths[document] += frequency
        parameters = ranking.fields[field]
        average = lengths.mean() if lengths.any() else 1.0
        norms = 1 - parameters.b + parameters.b * lengths / average
        scale = parameters.weight / np.where(lengths > 0, norms, 1)  # an empty field may have the norm 0
        for term, found in terms.items():
            total = totals.setdefault(term, {})
            for document, frequency in found:
                total[document] = total.get(document, 0.0) + float(scale[document]) * frequency
    return totals


def _name_pairs(duties: Sequence[Duty]) -> Postings:
    impacts: dict[str, dict[int, float]] = {}
    for number, duty in enumerate(duties):
        for pair in character_pairs(duty.name):
            impacts.setdefault(pair, {})[number] = 1.0
    return Postings.from_impacts(impacts)


def _facet_column(facet: Facet, duties: Sequence[Duty]) -> FacetColumn:
    per_duty = [facet.values(duty) for duty in duties]
    # In the order of the documents: places stay together, lists keep their official sequence.
    values = list(dict.fromkeys(value for values in per_duty for value in values))
    number = {value: ordinal for ordinal, value in enumerate(values)}
    aliases: dict[str, str] = {}
    for duty in duties:
        aliases |= facet.aliases(duty)
    lengths = [len(values) for values in per_duty]
    return FacetColumn(
        values=values,
        aliases=aliases,
        starts=np.concatenate(([0], np.cumsum(lengths))).astype(np.int32),
        ordinals=np.array([number[value] for values in per_duty for value in values], dtype=np.int32),
    )
