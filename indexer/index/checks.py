"""What a finished index must pass before it is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from indexer.index.generation import IndexStateError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.analysis.line_cache import LineCache
    from indexer.duty import Duty
    from indexer.index.snapshot import Snapshot
    from indexer.list_info import ListInfo

SAMPLED = 100
"""Duties whose names are asked for, spread over the whole index."""

BEST = 10
FOUND = 0.9
"""The share of names that must bring their duty among so many best: some duties share most of their names."""

FEWEST = 0.8
"""The share of its duties that a list must still have."""


def refuse_wrong_number(found: int, expected: int) -> None:
    """Raise IndexStateError where the finished index doesn't hold all duties."""
    if found != expected:
        raise IndexStateError(f"the finished index holds {found} duties instead of {expected}; not published")


def refuse_silent_loss(live: Iterable[ListInfo], new: Iterable[ListInfo]) -> None:
    """Raise IndexStateError where lists of the live index are gone, or have far fewer duties."""
    totals = {info.id: info.duties for info in new}
    losses = [
        f"{info.id} had {info.duties} duties, now {totals.get(info.id, 'none')}"
        for info in live
        if totals.get(info.id, 0) < FEWEST * info.duties
    ]
    if losses:
        raise IndexStateError(
            f"fewer duties than in the live index: {'; '.join(losses)}; nothing was published. Correct the "
            "documents, or pass --allow-fewer if it is meant so"
        )


def refuse_bad_ranking(snapshot: Snapshot, texts: Sequence[Duty], lines: LineCache) -> None:
    """Raise IndexStateError where asking a township for the names of its duties doesn't bring these duties.

    `texts` are a duty of each distinct text, in the order of the snapshot.
    """
    sample = np.unique(np.linspace(0, len(texts) - 1, SAMPLED, dtype=np.int64)).tolist()
    missed = [texts[number] for number in sample if not _finds(snapshot, number, texts[number].name, lines)]
    if len(missed) > (1 - FOUND) * len(sample):
        names = ", ".join(f"{duty.id} {duty.name}" for duty in missed[:3])
        raise IndexStateError(
            f"the finished index doesn't find {len(missed)} of {len(sample)} duties by their own names "
            f"({names}); not published"
        )


def _finds(snapshot: Snapshot, text: int, name: str, lines: LineCache) -> bool:
    terms = dict.fromkeys(term for term, _ in lines.words(name))
    scores = snapshot.postings.scores([(term, 1.0) for term in terms], len(snapshot.texts))
    # In its own township: elsewhere others have the same name, and as good a right to come first.
    place = np.searchsorted(snapshot.lists, snapshot.texts.first_documents[text], side="right") - 1
    beside = snapshot.texts.of_documents[snapshot.lists[place] : snapshot.lists[place + 1]]
    return bool(scores[text] > 0 and np.count_nonzero(scores[beside] > scores[text]) < BEST)
