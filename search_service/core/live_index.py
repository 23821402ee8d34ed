"""The index in use: the live generation, opened, and exchanged when another one is published."""

from __future__ import annotations

import json
import logging
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from indexer.dictionaries import DictionaryError
from indexer.index import schema
from indexer.index.build import DICTIONARIES_FOLDER, VOCABULARY_FILE, analyzer_stamp
from indexer.index.generation import IndexStateError, Manifest
from indexer.index.publishing import (
    current_generation,
    generation_folder,
    pointer_state,
    previous_generation,
    refuse_damages,
)
from indexer.meaning import load_encoder
from indexer.tuning import Tuning
from search_service.core.departments import Departments
from search_service.core.places import PlaceNames
from search_service.core.spelling import Speller
from search_service.core.suggestions import Suggestions
from search_service.engines.whoosh import WhooshEngine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from indexer.analysis.analyzer import Analyzer
    from indexer.index.generation import Stamp
    from indexer.meaning import Encoder
    from search_service.engines.port import Engine

logger = logging.getLogger(__name__)

LOOKS = 0.25
"""Seconds between two looks for a new generation."""

RETRY = 30.0
"""Seconds after which a generation that couldn't be opened is tried again."""

_PINNED: ContextVar[dict[LiveIndex, Generation] | None] = ContextVar("pinned", default=None)
"""What was given out in the block of `LiveIndex.pinned` that runs; None outside of one."""


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
    def suggestions(self) -> Suggestions:
        """Return the completions of this generation; made by the first use, in a second or more."""
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


class LiveIndex:
    """Gives the published generation of an index folder.

    What belongs together takes its `generation` in one `pinned` block, so that no answer mixes two. A new
    generation is opened by `follow` in the background, or else by the next request that asks; requests
    meanwhile use the old one. One that can't be opened is reported, the last good one stays in use, and it is
    tried again later.
    """

    def __init__(self, folder: Path, name: str | None = None) -> None:
        """Give the live generation of `folder`, or always the one named `name`."""
        self._folder = folder
        self._name = name
        self._generation: Generation | None = None
        self._opening = threading.Lock()
        self._seen: Path | None = None
        """The published generation that was tried last."""
        self._pointer: object = None
        """What the index's pointer looked like when it was read last: looking costs less than reading."""
        self._retry_at = 0.0
        self._is_followed = False
        self._encoder = load_encoder()
        self.problem: str | None = None
        """Why the generation published last isn't the one in use; None where it is."""

    @property
    def generation(self) -> Generation:
        """Return the generation to use now; raise IndexStateError where there is no usable one."""
        pinned = _PINNED.get()
        if pinned is None:
            return self._latest()
        if self not in pinned:
            pinned[self] = self._latest()
        return pinned[self]

    @property
    def opened(self) -> Generation | None:
        """Return the generation in use without opening or looking for one; None where none was opened yet."""
        pinned = _PINNED.get() or {}
        return pinned.get(self, self._generation)

    @property
    def is_current(self) -> bool:
        """Return whether the generation published last is the one in use."""
        return self.problem is None and pointer_state(self._folder) == self._pointer

    @contextmanager
    def pinned(self) -> Iterator[None]:
        """Give the same generation to all that is done inside of the block, whatever is published."""
        token = _PINNED.set({})
        try:
            yield
        finally:
            _PINNED.reset(token)

    def follow(self, prepare: Callable[[Generation], None]) -> None:
        """Look for new generations as long as the process lives; run it in a thread of its own.

        Each is handed to `prepare`, for what its first questions would wait for, before it is used.
        """
        self._is_followed = True
        while True:
            try:
                self._look(prepare)
            except IndexStateError as error:
                self._report(error)
            time.sleep(LOOKS)

    def _latest(self) -> Generation:
        generation = self._generation
        if generation is None:
            with self._opening:
                return self._generation or self._open_first()
        if not self._is_followed and self._name is None:
            self._look()
        return self._generation or generation

    def _look(self, prepare: Callable[[Generation], None] = lambda generation: None) -> None:
        """Open a generation published since, unless another thread is at it."""
        pointer = pointer_state(self._folder)
        is_due = self.problem is not None and time.monotonic() >= self._retry_at
        if pointer == self._pointer and self._generation and not is_due:
            return
        if self._generation is None:
            with self._opening:
                first = self._generation or self._open_first()
            try:
                prepare(first)
            except Exception as error:  # whatever it is: it is in use already, and following goes on
                logger.error("%s: not prepared, its first questions will wait: %r", self._seen, error)
        elif self._opening.acquire(blocking=False):
            try:
                self._open_published(pointer, prepare, is_due=is_due)
            finally:
                self._opening.release()

    def _open_published(
        self, pointer: object, prepare: Callable[[Generation], None], *, is_due: bool
    ) -> None:
        try:
            published = current_generation(self._folder)
            if published != self._seen or is_due:
                self._seen = published
                before, self._generation = self._generation, self._prepared(published, prepare)
                logger.info("now generation %s, before %s", published.name, before and before.name)
            self.problem = None
        except IndexStateError as error:
            self._report(error)
        self._pointer = pointer

    def _prepared(self, folder: Path, prepare: Callable[[Generation], None]) -> Generation:
        opened = self._opened(folder)
        try:
            prepare(opened)
        except Exception as error:  # whatever it is: what is in use goes on, and so does following
            raise IndexStateError(f"{folder}: can't be used ({error!r}); run: duty-index build") from error
        return opened

    def _open_first(self) -> Generation:
        """Open the live generation, or the one before it where it is damaged."""
        if self._name is not None:
            self._generation = self._opened(generation_folder(self._folder, self._name))
            return self._generation
        while True:
            pointer = pointer_state(self._folder)
            try:
                self._seen = current_generation(self._folder)
                self._generation = self._opened(self._seen)
            except IndexStateError as error:
                if pointer_state(self._folder) != pointer:
                    continue  # another one was published meanwhile, and this one removed
                self._generation = self._opened_instead(error)
                self._report(error)
            self._pointer = pointer
            return self._generation

    def _opened_instead(self, error: IndexStateError) -> Generation:
        """Return the generation that was live before, opened; raise `error` where there is no good one."""
        previous = previous_generation(self._folder)
        if previous is None:
            raise error
        try:
            return self._opened(previous)
        except IndexStateError:
            raise error from None

    def _report(self, error: IndexStateError) -> None:
        self._retry_at = time.monotonic() + RETRY
        # Everybody may read it: what it says of folders is for the log.
        problem = str(error).replace(f"{self._folder / 'generations'}/", "").replace(f"{self._folder}: ", "")
        if problem != self.problem:
            logger.error("the published generation is not used, the last good one is: %s", error)
        self.problem = problem

    def _opened(self, folder: Path) -> Generation:
        stamp = Manifest.read(folder).stamp
        _refuse_other_making(stamp, folder)
        refuse_damages(folder)
        tuning = self._tuning(folder / DICTIONARIES_FOLDER, stamp.dictionaries)
        engine = WhooshEngine(folder, tuning.ranking.fusion)
        encoder = self._encoder if engine.knows_meaning else None
        vocabulary = (folder / VOCABULARY_FILE).read_text(encoding="utf-8")
        return Generation(engine, tuning, PlaceNames(engine.lists), encoder, vocabulary)

    def _tuning(self, folder: Path, digest: str) -> Tuning:
        """Load the generation's dictionaries, or keep those in use where they are the same."""
        if self._generation and self._generation.tuning.digest == digest:
            return self._generation.tuning
        try:
            return Tuning.load(folder)
        except DictionaryError as error:
            raise IndexStateError(f"{error}; run: duty-index build") from error


def _refuse_other_making(stamp: Stamp, folder: Path) -> None:
    """Raise IndexStateError where another version of schema or analyzer made the index."""
    if (stamp.schema, stamp.analyzer) != (schema.VERSION, analyzer_stamp()):
        raise IndexStateError(
            f"{folder}: made with schema {stamp.schema} and {stamp.analyzer}; this program needs schema "
            f"{schema.VERSION} and {analyzer_stamp()}; run: duty-index build"
        )
