"""Fixtures of the service's tests."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from indexer.index.build import PHRASES_FOLDER
from indexer.index.publishing import current_generation
from indexer.index.texts import Texts
from indexer.meaning import VectorCache, load_encoder
from indexer.phrases.snapshot import PhraseSnapshot
from search_service import Search
from search_service.app import create_app
from search_service.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from indexer.duty import Duty
    from indexer.tuning import Tuning


@pytest.fixture(scope="session")
def app(search: Search) -> Flask:
    """Return the web application over the shared index; tests ask it as often as they like."""
    return create_app(search, Settings(rate_limit=None, page_rate_limit=None))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of the application."""
    return app.test_client()


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


@pytest.fixture(scope="session")
def search_by_meaning(meaning_folder: Path) -> Search:
    """Return the search core over `meaning_folder`: everything that the extra semantic adds is at work."""
    return Search.open(meaning_folder)
