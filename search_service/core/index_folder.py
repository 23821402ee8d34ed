"""Generations in an index folder, searched by the embedded engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.index.build import DICTIONARIES_FOLDER, VOCABULARY_FILE
from indexer.index.generation import Manifest
from indexer.index.publishing import (
    current_generation,
    generation_folder,
    pointer_state,
    previous_generation,
    refuse_damages,
)
from indexer.meaning import load_encoder
from search_service.core.generation import Generation, load_tuning, refuse_other_making
from search_service.core.places import PlaceNames
from search_service.engines.whoosh import WhooshEngine

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.index.generation import IndexStateError


class IndexFolder:
    """The generations that `duty-index build` publishes in a folder."""

    looks = 0.25

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._encoder = load_encoder()

    def pointer(self) -> tuple[int, int] | None:
        """Return what changes whenever another generation goes live; None where none was published."""
        return pointer_state(self._folder)

    def live(self) -> str:
        """Return the name of the live generation; raise IndexStateError where there is none."""
        return current_generation(self._folder).name

    def previous(self) -> str | None:
        """Return the name of the generation that was live before; None where there is none."""
        previous = previous_generation(self._folder)
        return previous.name if previous else None

    def open(self, name: str, before: Generation | None) -> Generation:
        """Open a generation; raise IndexStateError where it can't be used."""
        folder = generation_folder(self._folder, name)
        stamp = Manifest.read(folder).stamp
        refuse_other_making(stamp, folder)
        refuse_damages(folder)
        tuning = load_tuning(folder / DICTIONARIES_FOLDER, stamp.dictionaries, before)
        engine = WhooshEngine(folder, tuning.ranking.fusion)
        encoder = self._encoder if engine.knows_meaning else None
        vocabulary = (folder / VOCABULARY_FILE).read_text(encoding="utf-8")
        return Generation(engine, tuning, PlaceNames(engine.lists), encoder, vocabulary)

    def public(self, error: IndexStateError) -> str:
        """Return an error's message without the folders of this machine."""
        return str(error).replace(f"{self._folder / 'generations'}/", "").replace(f"{self._folder}: ", "")
