"""An opened generation of the index, whatever engine searches it."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from indexer.dictionaries import DictionaryError
from indexer.index import schema
from indexer.index.build import analyzer_stamp
from indexer.index.generation import IndexStateError
from indexer.tuning import Tuning
from search_service.core.departments import Departments
from search_service.core.spelling import Speller
from search_service.core.suggestions import Suggestions

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.analysis.analyzer import Analyzer
    from indexer.index.generation import Stamp
    from indexer.meaning import Encoder
    from search_service.core.places import PlaceNames
    from search_service.engines.port import Engine

REMEDY = "run: duty-index build"


@dataclass(frozen=True)
class Generation:
    """An opened generation: the engine and the dictionaries it was built with. Never changes."""

    engine: Engine
    tuning: Tuning
    places: PlaceNames
    encoder: Encoder | None
    vocabulary: str
    """JSON. Read when the generation is opened: its folder may be gone when it is needed."""
    _completing: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    @cached_property
    def speller(self) -> Speller:
        """Return the speller over the words of this generation; made by the first question, in a second."""
        return _speller(self.vocabulary, self.tuning.analyzer)

    @property
    def name(self) -> str:
        """Return the name of its folder."""
        return self.engine.manifest.generation

    @property
    def has_suggestions(self) -> bool:
        """Return whether the completions are made already."""
        return "_suggestions" in self.__dict__

    @property
    def suggestions(self) -> Suggestions:
        """Return the completions of this generation; made by the first use, of a process in seconds."""
        with self._completing:  # once, however many ask meanwhile
            return self._suggestions

    @cached_property
    def _suggestions(self) -> Suggestions:
        return Suggestions(self.engine, self.tuning.analyzer)

    @cached_property
    def departments(self) -> Departments:
        """Return the departments' view of this generation; kept for the counts that its first use makes."""
        return Departments(self)


@lru_cache(2)  # the next generation often has the same words
def _speller(vocabulary: str, analyzer: Analyzer) -> Speller:
    return Speller(json.loads(vocabulary).items(), analyzer.frequencies)


def refuse_other_making(stamp: Stamp, where: object, remedy: str = REMEDY) -> None:
    """Raise IndexStateError where another version of schema or analyzer made the index."""
    if (stamp.schema, stamp.analyzer) != (schema.VERSION, analyzer_stamp()):
        raise IndexStateError(
            f"{where}: made with schema {stamp.schema} and {stamp.analyzer}; this program needs schema "
            f"{schema.VERSION} and {analyzer_stamp()}; {remedy}"
        )


def load_tuning(folder: Path, digest: str, before: Generation | None, remedy: str = REMEDY) -> Tuning:
    """Load a generation's dictionaries, or keep those of the one `before` where they are the same.

    Raises IndexStateError where they are damaged.
    """
    in_use = before.tuning if before else None
    if in_use and in_use.digest == digest:
        return in_use
    try:
        return Tuning.load(folder, in_use)
    except DictionaryError as error:
        raise IndexStateError(f"{error}; {remedy}") from error
