"""A phrase book and an index small enough to reckon with by hand, for the engines' tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.index.postings import Postings
from indexer.index.snapshot import FacetColumn, Snapshot
from indexer.index.texts import Texts
from indexer.phrases.snapshot import PhraseSnapshot
from indexer.phrases.terms import character_pairs
from search_service.engines.facet_index import FacetIndex
from search_service.engines.port import Clause, Wording
from search_service.engines.scoring import Scorer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from indexer.ranking import Fusion

NAMES = ("文明养犬管理工作", "对装修砸墙的处罚", "高龄津贴发放", "养犬宣传")
"""The duties, each with a text of its own; the phrase book has the first three, in this order, and nothing of
the fourth."""
TOWNSHIPS = ("庙尔沟乡", "庙尔沟乡", "三台镇", "三台镇")
LISTS = np.array([0, 0, 1, 1], dtype=np.int32)
"""The list that each stands in."""
WORDS = {
    "养犬": {0: 2.0, 3: 1.0},
    "装修": {1: 3.0},
    "津贴": {2: 1.5},
    "犬": {0: 0.5, 3: 0.5},
    "高龄": {2: 1.0},
}
"""Word → duty → impact."""
PHRASINGS = (("狗咬人", "狗乱叫"), ("楼上砸墙",), ("老人领钱",))
"""Entry → its phrasings."""
SPOKEN = {
    "狗": {0: 2.0, 1: 1.0},
    "咬": {0: 2.0},
    "砸墙": {2: 4.0},
    "老人": {3: 1.2},
    "儿子": {3: 1.2},
    "上班": {3: 1.2},
    "睡": {3: 1.2},
}
"""Term → number of phrasing → impact."""


def make_postings(impacts: Mapping[str, Mapping[int, float]]) -> Postings:
    """Return the postings of term → item → impact."""
    terms = sorted(impacts)
    found = [sorted(impacts[term].items()) for term in terms]
    return Postings.arranged(
        terms={term: number for number, term in enumerate(terms)},
        offsets=np.cumsum([0, *map(len, found)]),
        items=np.array([item for one in found for item, _ in one], dtype=np.intp),
        impacts=np.array([impact for one in found for _, impact in one]),
        count=1 + max((item for one in found for item, _ in one), default=-1),
    )


def make_book(
    entries: Sequence[int],
    phrasings: Sequence[Sequence[str]] = PHRASINGS,
    spoken: Mapping[str, Mapping[int, float]] = SPOKEN,
    vectors: NDArray[np.float16] | None = None,
) -> PhraseSnapshot:
    """Return a phrase book; `entries` gives each text's entry, -1 for none.

    `vectors` are those of all phrasings, then one of each entry's name.
    """
    texts = [text for of_entry in phrasings for text in of_entry]
    return PhraseSnapshot(
        postings=make_postings(spoken),
        starts=np.cumsum([0, *map(len, phrasings)]).astype(np.int64),
        entries=np.array(entries, dtype=np.int32),
        texts=texts,
        steps=[""] * len(texts),
        matters=0,
        vectors=vectors,
    )


def make_scorer(fusion: Fusion, vectors: NDArray[np.float16] | None = None) -> Scorer:
    """Return a scorer of the four duties."""
    townships = list(dict.fromkeys(TOWNSHIPS))
    column = FacetColumn(
        values=townships,
        aliases={},
        starts=np.arange(len(townships) + 1, dtype=np.int32),
        ordinals=np.arange(len(townships), dtype=np.int32),
    )
    snapshot = Snapshot(
        postings=make_postings(WORDS),
        names=Postings.from_sets([set(character_pairs(name)) for name in NAMES]),
        texts=Texts(np.arange(len(NAMES), dtype=np.int32)),
        groups=np.arange(len(NAMES), dtype=np.int32),
        kinds=np.arange(len(NAMES)),
        lists=np.array([0, 2, 4]),
        facets={"township": column},
    )
    book = make_book(entries=(0, 1, 2, -1), vectors=vectors)
    return Scorer(snapshot, book, {"township": FacetIndex(column)}, fusion)


def said(
    text: str = "", words: Sequence[str] = (), spoken: Sequence[str] = (), vector: object = None
) -> Wording:
    """Return a text with the words and terms it is searched by."""
    return Wording(
        text=text,
        clauses=tuple(Clause(word, ((word, 1.0),)) for word in words),
        spoken=tuple((term, 1.0) for term in spoken),
        vector=None if vector is None else np.asarray(vector, dtype=np.float32),
    )
