"""What of a duty goes into which Whoosh field, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh.fields import ID, TEXT, Schema
from whoosh.formats import Positions

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from indexer.analysis.line_cache import LineCache
    from indexer.duty import Duty, Step

VERSION = 6
"""Raised by one whenever the fields, their content or the records change: older indexes are then refused."""

EXACT = "exact"
"""The field that phrases are looked up in: see `indexer.analysis.analyzer.exact_terms`."""


_POSITIONS = Positions()
"""How Whoosh's text fields write the positions of a term."""


class TermsField(TEXT):
    """A text field that takes terms already cut, as (term, position) pairs, in order of position.

    So our one analyzer serves documents and questions, with its own positions, and Whoosh pickles into
    the index no more of it than this class.
    """

    def index(
        self, value: Sequence[tuple[str, int]], **kwargs: Any
    ) -> Generator[tuple[bytes, int, float, bytes], Any, None]:
        """Yield (term, frequency, weight, encoded positions) of each different term."""
        positions: dict[str, list[int]] = {}
        for term, position in value:
            positions.setdefault(term, []).append(position)
        for term, found in positions.items():
            yield term.encode("utf-8"), len(found), float(len(found)), _POSITIONS.encode(found)


def schema() -> Schema:
    """Return the Whoosh schema of the index."""
    words = TermsField()
    return Schema(
        id=ID(stored=True, unique=True),
        name=words,
        category=words,
        departments=words,
        superior_steps=words,
        township_steps=words,
        exact=words,
    )


def document(duty: Duty, lines: LineCache) -> dict[str, Any]:
    """Return the Whoosh document of a text, given by the first duty that says it."""
    texts = field_texts(duty)
    fields: dict[str, Any] = {field: lines.words(text) for field, text in texts.items()}
    return fields | {"id": duty.id, EXACT: lines.exact(iter(texts.values()))}


def field_texts(duty: Duty) -> dict[str, str]:
    """Return the text of each searched field (`indexer.ranking.FIELDS`)."""
    return {
        "name": duty.name,
        "category": duty.category,
        "departments": "\n".join(
            text for department in duty.departments for text in {department.name, department.canonical}
        ),
        "superior_steps": _steps_text(duty.superior_steps),
        "township_steps": _steps_text(duty.township_steps),
    }


def _steps_text(steps: tuple[Step, ...]) -> str:
    parts: list[str] = []
    heading = None
    for step in steps:
        if step.heading and step.heading != heading:
            parts.append(step.heading)
        heading = step.heading
        parts.append(step.text)
    return "\n".join(parts)
