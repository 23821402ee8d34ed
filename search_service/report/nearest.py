"""Where phrasings for a question would go: the duties nearest to it, with their phrase-book entries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from indexer.dictionaries import read_toml
from indexer.phrases.book import FOLDER
from indexer.phrases.matching import match_entries
from search_service.core.answers.answering import AnswerRequest, Answers
from search_service.core.request import SearchRequest
from search_service.report.likeness import without_labels

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.duty import Duty
    from search_service.core.answers.result import Status
    from search_service.core.search import Search

MOST: Final = 3
"""Duties shown for a question."""


@dataclass(frozen=True, slots=True)
class PhraseEntry:
    """An entry of the phrase book: its file among those of the phrase book, and the name it begins with."""

    file: str
    name: str


@dataclass(frozen=True, slots=True)
class NearDuty:
    """A duty near to a question; `entry` is None where the phrase book has nothing for it yet."""

    duty: Duty
    entry: PhraseEntry | None


@dataclass(frozen=True, slots=True)
class Prospect:
    """How the index of now takes a question: its nearest duties, and how it would be answered.

    `department` is the body that it would be answered with, None without an answer; `matter` the name of what
    lies outside of all lists, where the question is recognised as such.
    """

    nearest: tuple[NearDuty, ...]
    status: Status | None
    confidence: float
    department: str | None = None
    matter: str | None = None


class Prospects:
    """Looks questions up in one generation of the index."""

    def __init__(self, search: Search) -> None:
        """Raise IndexStateError where no usable index is published."""
        self._search = search
        self._answers = Answers(search.index)
        self._tuning = search.index.generation.tuning
        self._files = _files_of_entries(self._tuning.folder / FOLDER)

    def of(self, question: str) -> Prospect:
        """Return how a masked question is taken now, wherever it is asked."""
        text = without_labels(question)
        if not text:  # all of it was hidden
            return Prospect((), None, 0.0)
        found = self._search.search(SearchRequest(text, collapse=True, per_page=MOST))
        response = self._answers.answer(AnswerRequest(text))
        return Prospect(
            nearest=tuple(NearDuty(one.duty, self._entry(one.duty)) for one in found.results),
            status=response.status,
            confidence=response.confidence,
            department=response.answer.finding.responsible[0].canonical if response.answer else None,
            matter=response.outside.name if response.outside else None,
        )

    def _entry(self, duty: Duty) -> PhraseEntry | None:
        [numbers] = match_entries(self._tuning.phrases, [duty])
        if not numbers:
            return None
        return PhraseEntry(self._files[numbers[0]], self._tuning.phrases.entries[numbers[0]].names[0])


def _files_of_entries(folder: Path) -> list[str]:
    """Return the file of each entry, in the order in which the phrase book has them."""
    return [path.name for path in sorted(folder.glob("*.toml")) for _ in read_toml(path)["duty"]]
