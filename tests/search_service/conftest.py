"""Fixtures of the service's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from search_service.app import create_app

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

    from search_service.core.search import Search


@pytest.fixture(scope="session")
def app(search: Search) -> Flask:
    """Return the web application over the shared index."""
    return create_app(search)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of the application."""
    return app.test_client()
