"""The index in use: the live generation, opened, and exchanged when another one is published."""

from __future__ import annotations

import json
import logging
import threading
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from indexer.dictionaries import DictionaryError
from indexer.index.build import DICTIONARIES_FOLDER, VOCABULARY_FILE
from indexer.index.generation import IndexStateError, Manifest, current_generation, pointer_state
from indexer.meaning import load_encoder
from indexer.tuning import Tuning
from search_service.core.departments import Departments
from search_service.core.places import PlaceNames
from search_service.core.spelling import Speller
from search_service.engines.whoosh import WhooshEngine

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.meaning import Encoder
    from search_service.engines.port import Engine

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Generation:
    """An opened generation: the engine and the dictionaries it was built with. Never changes."""

    engine: Engine
    tuning: Tuning
    places: PlaceNames
    encoder: Encoder | None
    folder: Path

    @cached_property
    def speller(self) -> Speller:
        """Return the speller over the words of this generation; made by the first question, in a second."""
        words = json.loads((self.folder / VOCABULARY_FILE).read_text(encoding="utf-8"))
        return Speller(words.items(), self.tuning.analyzer.frequencies)

    @cached_property
    def departments(self) -> Departments:
        """Return the departments' view of this generation; kept for the counts that its first use makes."""
        return Departments(self)


class LiveIndex:
    """Gives the published generation of an index folder.

    Whoever answers a request takes one `generation` and uses it to the end, so that no answer mixes two.
    A new generation is noticed at the next request and opened by it; requests meanwhile use the old one.
    A generation that can't be opened is reported once and the last good one stays in use.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._generation: Generation | None = None
        self._opening = threading.Lock()
        self._seen: Path | None = None
        self._pointer: object = None
        """What the index's pointer looked like when it was read last: looking costs less than reading."""
        self._encoder = load_encoder()

    @property
    def generation(self) -> Generation:
        """Return the generation to use now; raise IndexStateError where there is no usable one."""
        generation = self._generation
        if generation is None:
            with self._opening:
                return self._generation or self._open(current_generation(self._folder))
        self._follow()
        return self._generation or generation

    @property
    def in_use(self) -> Generation | None:
        """Return the generation given out last, without a look for a newer one; None before the first use."""
        return self._generation

    def _follow(self) -> None:
        """Open a generation published since, unless another thread is at it."""
        pointer = pointer_state(self._folder)
        if pointer == self._pointer:
            return
        try:
            published = current_generation(self._folder)
        except IndexStateError:
            return  # the pointer was removed: what is open stays good
        if published == self._seen:
            self._pointer = pointer
        if published == self._seen or not self._opening.acquire(blocking=False):
            return
        try:
            self._open(published)
        except IndexStateError as error:
            logger.error("the new generation is not used: %s", error)
        finally:
            self._opening.release()

    def _open(self, folder: Path) -> Generation:
        self._seen = folder
        tuning = self._tuning(folder / DICTIONARIES_FOLDER, Manifest.read(folder).stamp.dictionaries)
        engine = WhooshEngine(folder, tuning.ranking.fusion)
        encoder = self._encoder if engine.knows_meaning else None
        self._generation = Generation(engine, tuning, PlaceNames(engine.lists), encoder, folder)
        return self._generation

    def _tuning(self, folder: Path, digest: str) -> Tuning:
        """Load the generation's dictionaries, or keep those in use where they are the same."""
        if self._generation and self._generation.tuning.digest == digest:
            return self._generation.tuning
        try:
            return Tuning.load(folder)
        except DictionaryError as error:
            raise IndexStateError(f"{error}; run: duty-index build") from error
