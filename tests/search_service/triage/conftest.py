"""Fixtures of the triage's tests."""

import pytest

from search_service.core.answers.answering import Answers
from search_service.core.live_index import LiveIndex
from search_service.triage.townships import TownshipNames


@pytest.fixture(scope="session")
def live(index_folder):
    """Return the shared index, opened."""
    return LiveIndex(index_folder)


@pytest.fixture(scope="session")
def answer(live):
    """Return the function that answers questions over the shared index."""
    return Answers(live).answer


@pytest.fixture(scope="session")
def townships(live):
    """Return the names of the townships of the shared index."""
    return TownshipNames(live.generation.places, live.generation.engine.lists)
