"""Which entries of the phrase book belong to which duties: by name, or by likeness for a new wording."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from indexer.analysis.normalize import normalize
from indexer.likeness import ALIKE, character_pairs, cosines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.duty import Duty
    from indexer.phrases.book import PhraseBook


def match_entries(book: PhraseBook, duties: Sequence[Duty]) -> list[list[int]]:
    """Return for each duty the numbers of its entries; an empty list where nobody has written any.

    A name that an entry knows (white space, marks and the word for the township aside) belongs to it. A
    revised or new list words the same duty a little otherwise: then the entry with the name most like it,
    if it is alike enough to be the same duty.
    """
    known: dict[str, list[int]] = {}
    for number, entry in enumerate(book.entries):
        for name in entry.names:
            numbers = known.setdefault(_key(name), [])
            if number not in numbers:
                numbers.append(number)
    found = [known.get(_key(duty.name), []) for duty in duties]
    unknown = [index for index, numbers in enumerate(found) if not numbers]
    for index, likeliest in zip(unknown, _likeliest(book, [duties[i] for i in unknown]), strict=True):
        found[index] = [] if likeliest is None else [likeliest]
    return found


def _key(name: str) -> str:
    return re.sub(r"[\W_]|本乡镇|本[乡镇]|[市县区](?=委|直|级)", "", normalize(name))


def _likeliest(book: PhraseBook, duties: Sequence[Duty]) -> list[int | None]:
    names = [(number, name) for number, entry in enumerate(book.entries) for name in entry.names]
    if not duties or not names:
        return [None] * len(duties)
    likeness = cosines(
        [character_pairs(duty.name, (duty.prefecture, duty.county, duty.township)) for duty in duties],
        [character_pairs(name) for _, name in names],
    )
    best = np.argmax(likeness, axis=1)
    return [
        names[column][0] if likeness[row, column] >= ALIKE else None
        for row, column in enumerate(best.tolist())
    ]
