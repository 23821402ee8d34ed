"""Fixtures that tests of both packages share: the real data, read once, and one index built from it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from indexer.catalogue import Catalogue
from indexer.index.build import PHRASES_FOLDER, build_index, stamp_of
from indexer.index.publishing import current_generation
from indexer.index.texts import Texts
from indexer.meaning import VectorCache, load_encoder
from indexer.phrases.snapshot import PhraseSnapshot
from indexer.township_list import read_list
from indexer.tuning import Tuning
from search_service.core.search import Search

if TYPE_CHECKING:
    from indexer.duty import Duty
    from indexer.township_list import TownshipList


@pytest.fixture(scope="session")
def data() -> Path:
    """Return the repository's data folder, with lists/ and dictionaries/."""
    return Path(__file__).parents[1] / "data"


@pytest.fixture(scope="session")
def tuning(data: Path) -> Tuning:
    """Return the repository's dictionaries, loaded once."""
    return Tuning.load(data / "dictionaries")


@pytest.fixture(scope="session")
def catalogue(data: Path) -> Catalogue:
    """Return the repository's catalogue of lists."""
    return Catalogue.load(data / "lists")


@pytest.fixture(scope="session")
def lists(catalogue: Catalogue, tuning: Tuning) -> dict[str, TownshipList]:
    """Return the five real lists by their ids, in the catalogue's order."""
    read = (
        read_list(catalogue.folder / entry.file, entry, tuning.departments, catalogue.corrections)
        for entry in catalogue.entries
    )
    return {one.id: one for one in read}


@pytest.fixture(scope="session")
def duties(lists: dict[str, TownshipList]) -> list[Duty]:
    """Return the duties of all lists, in the order in which they are indexed."""
    return [duty for one in lists.values() for duty in one.duties]


@pytest.fixture(scope="session")
def index_folder(
    data: Path, lists: dict[str, TownshipList], tuning: Tuning, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a folder with a published index of all duties. It is shared: read from it, don't build in it."""
    folder = tmp_path_factory.mktemp("index")
    build_index(list(lists.values()), tuning, stamp_of(data / "lists", tuning), folder)
    return folder


@pytest.fixture(scope="session")
def search(index_folder: Path) -> Search:
    """Return the search core over `index_folder`."""
    return Search.open(index_folder)


@pytest.fixture(scope="session")
def meaning_folder(
    data: Path,
    index_folder: Path,
    duties: list[Duty],
    tuning: Tuning,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Return a copy of the shared index to which the known vectors are added: building anew takes longer."""
    encoder = load_encoder()
    if encoder is None:
        pytest.fail("the extra semantic is part of the development environment; run: make test")
    folder = tmp_path_factory.mktemp("meaning") / "index"
    shutil.copytree(index_folder, folder)
    phrases = current_generation(folder) / PHRASES_FOLDER
    shutil.rmtree(phrases)
    known = VectorCache(data / "vectors.npz", encoder.name)
    examples = [duties[number] for number in Texts.of(duties).first_documents]
    PhraseSnapshot.derive(tuning, examples, lambda texts: known.vectors(texts, encoder)).save(phrases)
    return folder
