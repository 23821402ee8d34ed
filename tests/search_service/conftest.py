"""Fixtures of the service's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from search_service import Search
from search_service.app import create_app
from search_service.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture(scope="session")
def app(search: Search) -> Flask:
    """Return the web application over the shared index; tests ask it as often as they like."""
    return create_app(search, Settings(rate_limit=None, page_rate_limit=None))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of the application."""
    return app.test_client()


@pytest.fixture(scope="session")
def search_by_meaning(meaning_folder: Path) -> Search:
    """Return the search core over `meaning_folder`: everything that the extra semantic adds is at work."""
    return Search.open(meaning_folder)
