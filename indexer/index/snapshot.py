"""The ranking snapshot: arrays derived from a finished Whoosh index, memory-mapped when searched.

Whoosh keeps the documents, the postings and the phrases. Ranking every match of a question by walking
Whoosh's postings in Python costs tens of milliseconds; the same sums over these arrays cost a fraction of
one. For each term the snapshot holds the documents it occurs in and the BM25F impact it has in each, so that
a question's score is a sum of array slices:

    norm(d)      = 1 - b + b * length(d) / average
    tf(t, d)     = sum over fields f of  weight_f * frequency_f(t, d) / norm(d)
    idf(t)       = ln(1 + (N - n_t + 0.5) / (n_t + 0.5))
    impact(t, d) = idf(t) * tf(t, d) * (k1 + 1) / (k1 + tf(t, d))

with n_t the documents that have t in any field and length(d) the weighted number of d's terms as
`indexer.index.lengths` has it. (Simple BM25F: Robertson, Zaragoza, Taylor, "Simple BM25 extension to multiple
weighted fields", 2004; idf kept positive by the 1 + as in Lucene.)

Documents that say the same have the same impacts, so the index holds, and a question touches, each text once
(`indexer.index.texts`); N, n_t and the averages still count documents.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from indexer.facets import FACETS
from indexer.index.field_postings import joined
from indexer.index.lengths import lengths_of
from indexer.index.postings import Occurrences, Postings, mapped
from indexer.index.texts import Texts
from indexer.phrases.terms import character_pairs
from indexer.ranking import FIELDS

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.duty import Duty
    from indexer.facets import Facet
    from indexer.index.field_postings import FieldPostings
    from indexer.ranking import Ranking


NAMES_FOLDER = "names"


@dataclass(frozen=True)
class FacetColumn:
    """One facet's values: those of item i are `ordinals[starts[i]:starts[i + 1]]`.

    Items are lists where the facet is one of place, else kinds.
    """

    values: list[str]
    aliases: dict[str, str]
    """Other texts a filter accepts, each with the value it means."""
    starts: NDArray[np.int32]
    ordinals: NDArray[np.int32]


@dataclass(frozen=True)
class Snapshot:
    """What ranking, filtering and counting need of the duties. Items are texts, in the order of `texts`.

    `names` holds the pairs of neighbouring characters in the duties' names, each worth 1. `groups[t]` is the
    number of text t's duty group: the same duty of several townships. `kinds[t]` is the number of its kind:
    texts of one kind have the same values of all facets but those of place. Documents stand list by list,
    those of list l from `lists[l]` to `lists[l + 1]`.
    """

    postings: Postings
    names: Postings
    texts: Texts
    groups: NDArray[np.int32]
    kinds: NDArray[np.intp]
    lists: NDArray[np.int64]
    facets: dict[str, FacetColumn]

    @classmethod
    def derive(
        cls,
        postings: Mapping[str, FieldPostings],
        duties: Sequence[Duty],
        texts: Texts,
        groups: Sequence[int],
        ranking: Ranking,
    ) -> Self:
        """Compute the snapshot of the `texts` of `duties`, whose `postings` a Whoosh index holds, by field.

        `groups` are the texts' duty groups.
        """
        examples = [duties[number] for number in texts.first_documents.tolist()]
        lists = [number for number, duty in enumerate(duties) if _begins_a_list(duties, number)]
        of_lists = [duties[number] for number in lists]
        kinds, of_kinds = _kinds(examples)
        occurrences = _normalised_occurrences(postings, texts.copies, ranking)
        return cls(
            postings=Postings.from_occurrences(occurrences, texts.copies, ranking.k1),
            names=Postings.from_sets([set(character_pairs(duty.name)) for duty in examples]),
            texts=texts,
            groups=np.asarray(groups, dtype=np.int32),
            kinds=kinds,
            lists=np.array([*lists, len(duties)], dtype=np.int64),
            facets={
                facet.name: _facet_column(facet, of_lists if facet.of_place else of_kinds, examples)
                for facet in FACETS
            },
        )

    def save(self, folder: Path) -> None:
        """Write the snapshot into a new folder."""
        folder.mkdir()
        self.postings.save(folder)
        (folder / NAMES_FOLDER).mkdir()
        self.names.save(folder / NAMES_FOLDER)
        self.texts.save(folder)
        np.save(folder / "groups.npy", self.groups)
        np.save(folder / "kinds.npy", self.kinds)
        np.save(folder / "lists.npy", self.lists)
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
            postings=Postings.load(folder),
            names=Postings.load(folder / NAMES_FOLDER),
            texts=Texts.load(folder),
            groups=mapped(folder, "groups"),
            kinds=mapped(folder, "kinds"),
            lists=mapped(folder, "lists"),
            facets=facets,
        )


def _begins_a_list(duties: Sequence[Duty], number: int) -> bool:
    return number == 0 or duties[number].list_id != duties[number - 1].list_id


def _kinds(examples: Sequence[Duty]) -> tuple[NDArray[np.intp], list[Duty]]:
    """Return the kind of each text, shown by one of its duties, and a duty of each kind."""
    numbers: dict[Hashable, int] = {}
    of_texts = [
        numbers.setdefault(
            tuple(tuple(facet.values(duty)) for facet in FACETS if not facet.of_place), len(numbers)
        )
        for duty in examples
    ]
    kinds = np.array(of_texts, dtype=np.intp)
    first = np.unique(kinds, return_index=True)[1]
    return kinds, [examples[text] for text in first.tolist()]


def _normalised_occurrences(
    postings: Mapping[str, FieldPostings], copies: NDArray[np.int64], ranking: Ranking
) -> Occurrences:
    """Return what each occurrence of a term in a field adds to tf(t, d)."""
    every = joined([postings[name] for name in FIELDS], [0] * len(FIELDS))
    weighted = [ranking.fields[name] * postings[name].frequencies for name in FIELDS]
    of_fields = {
        name: np.bincount(one.items, weights=one.frequencies, minlength=len(copies))
        for name, one in postings.items()
    }
    lengths, average = lengths_of(of_fields, ranking.fields, copies)
    norms = 1 - ranking.b + ranking.b * lengths / average
    normalised = np.concatenate(weighted) / norms[every.items]
    return Occurrences(every.terms, every.of_terms, every.items, normalised)


def _facet_column(facet: Facet, of_items: Sequence[Duty], examples: Sequence[Duty]) -> FacetColumn:
    """Return a facet's column, of which each item is shown by one of its duties, each text by one as well."""
    per_item = [facet.values(duty) for duty in of_items]
    # In the order of the documents: places stay together, lists keep their official sequence.
    values = list(dict.fromkeys(value for values in per_item for value in values))
    number = {value: ordinal for ordinal, value in enumerate(values)}
    aliases: dict[str, str] = {}
    for duty in examples:
        aliases |= facet.aliases(duty)
    lengths = [len(values) for values in per_item]
    return FacetColumn(
        values=values,
        aliases=aliases,
        starts=np.concatenate(([0], np.cumsum(lengths))).astype(np.int32),
        ordinals=np.array([number[value] for values in per_item for value in values], dtype=np.int32),
    )
