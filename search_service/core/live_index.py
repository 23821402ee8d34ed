"""The index in use: the live generation, opened, and exchanged when another one is published."""

from __future__ import annotations

import logging
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.index.generation import IndexStateError, IndexUnavailableError
from indexer.time_limit import unhurried
from search_service.core.index_folder import IndexFolder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from search_service.core.generation import Generation
    from search_service.core.source import Source

logger = logging.getLogger(__name__)

RETRY = 30.0
"""Seconds after which a generation that couldn't be opened is tried again."""

_PINNED: ContextVar[dict[LiveIndex, Generation] | None] = ContextVar("pinned", default=None)
"""What was given out in the block of `LiveIndex.pinned` that runs; None outside of one."""


class LiveIndex:
    """Gives the generation that is published in an index folder, or on a cluster.

    What belongs together takes its `generation` in one `pinned` block, so that no answer mixes two. A new
    generation is opened by `follow` in the background, or else by the next request that asks; requests
    meanwhile use the old one. One that can't be opened is reported, the last good one stays in use, and it is
    tried again later.
    """

    def __init__(self, source: Path | Source, name: str | None = None) -> None:
        """Give the live generation of `source`, a folder where it is a path; or always that named `name`."""
        self._source = IndexFolder(source) if isinstance(source, Path) else source
        self._name = name
        self._generation: Generation | None = None
        self._opening = threading.Lock()
        self._seen: str | None = None
        """The published generation that was tried last."""
        self._pointer: object = None
        """What the index's pointer looked like when it was read last: looking costs less than reading."""
        self._seen_pointer: object = None
        """What it looked like when somebody looked last, whether it has been read since or not."""
        self._retry_at = 0.0
        self._is_followed = False
        self._failed_openings = 0
        self._refused: str | None = None
        """Why the generation published last can't be used; None where it can."""
        self._blind: str | None = None
        """Why nobody could see which one that is; None where the last look told."""
        self.is_preparing = False
        """Whether `follow` makes what first questions to the generation in use need: nobody else should."""

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
    def problem(self) -> str | None:
        """Return why the generation published last isn't known to be the one in use; None where it is."""
        return self._blind or self._refused

    @property
    def is_current(self) -> bool:
        """Return whether the generation published last is the one in use, as far as `follow` has seen."""
        if self.problem is not None:
            return False
        if self._is_followed:
            return self._seen_pointer == self._pointer
        try:
            return self._source.pointer() == self._pointer
        except IndexStateError:
            return False

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
        self._is_followed = self.is_preparing = True
        while True:
            try:
                if self.is_preparing:
                    self._prepare_first(prepare)
                self._look(prepare)
            except IndexStateError as error:
                self._lose_sight(self._source.public(error), error)
            except Exception as error:  # whatever it is: following goes on
                self._lose_sight("it can't be seen which generation is published", error)
            time.sleep(self._source.looks)

    def _prepare_first(self, prepare: Callable[[Generation], None]) -> None:
        """Prepare what is in use already, for nothing else could answer, whoever has opened it."""
        first = self._latest()
        try:
            with unhurried():
                prepare(first)
        except IndexStateError:
            raise  # the engine is away: tried again with the next look
        except Exception as error:  # whatever it is: following goes on
            logger.error("%s: not prepared, its first questions will wait: %r", first.name, error)
        self.is_preparing = False

    def _latest(self) -> Generation:
        generation = self._generation
        if generation is None:
            return self._opened_first()
        if not self._is_followed and self._name is None:
            self._look()
        return self._generation or generation

    def _opened_first(self) -> Generation:
        """Return the first generation, opened by one thread while others wait.

        Those who waited for an opening that failed don't try it again one after the other.
        """
        failed_before = self._failed_openings
        with self._opening:
            if self._generation is not None:
                return self._generation
            if self._failed_openings > failed_before:
                raise IndexUnavailableError("the index couldn't be opened just now")
            try:
                return self._open_first()
            except IndexStateError:
                self._failed_openings += 1
                raise

    def _look(self, prepare: Callable[[Generation], None] = lambda generation: None) -> None:
        """Open a generation published since, unless another thread is at it."""
        pointer = self._seen_pointer = self._source.pointer()
        if self._blind is not None:
            logger.info("it can be seen again which generation is published: %s", pointer)
            self._blind = None
        is_due = self._refused is not None and time.monotonic() >= self._retry_at
        if pointer == self._pointer and not is_due:
            return
        if self._opening.acquire(blocking=False):
            try:
                self._open_published(pointer, prepare, is_due=is_due)
            finally:
                self._opening.release()

    def _open_published(
        self, pointer: object, prepare: Callable[[Generation], None], *, is_due: bool
    ) -> None:
        try:
            published = self._source.live()
            if published != self._seen or is_due:
                self._seen = published
                before, self._generation = self._generation, self._prepared(published, prepare)
                logger.info("now generation %s, before %s", published, before and before.name)
            self._refused = None
        except IndexStateError as error:
            self._refuse(error)
        self._pointer = pointer

    def _prepared(self, name: str, prepare: Callable[[Generation], None]) -> Generation:
        opened = self._open(name)
        try:
            with unhurried():
                prepare(opened)
        except IndexStateError:
            raise
        except Exception as error:  # whatever it is: what is in use goes on, and so does following
            raise IndexStateError(f"{name}: can't be used ({error!r}); run: duty-index build") from error
        return opened

    def _open_first(self) -> Generation:
        """Open the live generation, or the one before it where it is damaged."""
        if self._name is not None:
            self._generation = self._open(self._name)
            return self._generation
        while True:
            pointer = self._source.pointer()
            try:
                self._seen = self._source.live()
                self._generation = self._open(self._seen)
            except IndexStateError as error:
                if self._source.pointer() != pointer:
                    continue  # another one was published meanwhile, and this one removed
                self._generation = self._opened_instead(error)
                self._refuse(error)
            self._pointer = self._seen_pointer = pointer
            return self._generation

    def _opened_instead(self, error: IndexStateError) -> Generation:
        """Return the generation that was live before, opened; raise `error` where there is no good one."""
        previous = self._source.previous()
        if previous is None:
            raise error
        try:
            return self._open(previous)
        except IndexStateError:
            raise error from None

    def _refuse(self, error: IndexStateError) -> None:
        """Note why the published generation can't be used, and when to try it again."""
        self._retry_at = time.monotonic() + RETRY
        refused = self._source.public(error)
        if refused != self._refused:
            logger.error("the published generation is not used, the last good one is: %s", error)
        self._refused = refused

    def _lose_sight(self, problem: str, error: Exception) -> None:
        """Note that a look failed; the log says so once, however long it lasts."""
        if self._blind is None:
            told = error if isinstance(error, IndexStateError) else repr(error)
            logger.error("it can't be seen which generation is published: %s", told)
        self._blind = problem

    def _open(self, name: str) -> Generation:
        return self._source.open(name, self._generation)
