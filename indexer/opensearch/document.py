"""A duty as a document on the cluster."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from indexer.analysis.analyzer import exact_terms
from indexer.facets import FACETS
from indexer.index import schema
from indexer.index.texts import content_of
from indexer.opensearch.mapping import EVERY
from indexer.phrases.terms import character_pairs

if TYPE_CHECKING:
    from indexer.analysis.line_cache import LineCache
    from indexer.documents.row import Row
    from indexer.duty import Duty

LIST_SIZE = 1_000_000
"""More duties than any list has: `number` is the list's number times this, plus the duty's place in it."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A duty with what the whole index says of it.

    `again` counts the duties of its list before it that read the same; `entry` is its entry of the phrase
    book, -1 where it has none.
    """

    duty: Duty
    row: Row
    number: int
    again: int
    group: int
    entry: int


def document(placed: Placed, lines: LineCache) -> dict[str, Any]:
    """Return the fields of a duty's document, in the form of `indexer.opensearch.mapping`."""
    duty = placed.duty
    return {
        "number": placed.number,
        "list": duty.list_id,
        "group": placed.group,
        **({"entry": placed.entry} if placed.entry >= 0 else {}),
        **{facet.name: list(facet.values(duty)) for facet in FACETS if facet.of_place},
        **text_fields(duty, placed.again, lines),
        "duty": duty.to_record(),
        "row": placed.row.to_record(),
    }


def text_fields(duty: Duty, again: int, lines: LineCache) -> dict[str, Any]:
    """Return the fields that are the same for every duty that says the same."""
    texts = schema.field_texts(duty)
    words = {name: " ".join(term for term, _ in lines.words(text)) for name, text in texts.items()}
    exact = [exact_terms(line) for text in texts.values() for line in text.split("\n")]
    return {
        "text": text_key(duty, again),
        **{facet.name: list(facet.values(duty)) for facet in FACETS if not facet.of_place},
        EVERY: " ".join(words.values()),
        **{f"words_{name}": terms for name, terms in words.items()},
        "name_pairs": " ".join(sorted(set(character_pairs(duty.name)))),
        "exact": [" ".join(term for term, _ in line if len(term) > 1) for line in exact],
        "characters": " ".join(sorted({term for line in exact for term, _ in line if len(term) == 1})),
    }


def text_key(duty: Duty, again: int) -> int:
    """Return the number of a duty's text: the same in every index, and for every duty that says the same."""
    content = json.dumps([again, content_of(duty)], ensure_ascii=False, default=asdict)
    return int.from_bytes(hashlib.blake2b(content.encode(), digest_size=8).digest(), signed=True)
