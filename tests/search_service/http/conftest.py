"""Fixtures of the tests of what HTTP asks of every response."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from search_service.app import create_app
from search_service.keys.key_file import add_key
from search_service.keys.portal_key import PortalKey, digest_of, new_token
from search_service.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flask.testing import FlaskClient

    from search_service.core.search import Search

NO_LIMITS: dict[str, Any] = {"rate_limit": None, "page_rate_limit": None}


@pytest.fixture
def client_with(search: Search) -> Callable[..., FlaskClient]:
    """Return a function that gives a client of an application with settings; without limits unless set."""

    def client_with(**settings: Any) -> FlaskClient:
        return create_app(search, Settings(**{**NO_LIMITS, **settings})).test_client()

    return client_with


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    """Return where a file of keys may be made."""
    return tmp_path / "keys.json"


@pytest.fixture
def new_key(key_file: Path) -> Callable[..., str]:
    """Return a function that adds a key to the file and gives its token."""

    def new_key(id_: str = "changji", limit: str | None = None, **filters: tuple[str, ...]) -> str:
        token = new_token()
        add_key(key_file, PortalKey(id_, "昌吉市政务网", digest_of(token), "2026-01-01", limit, filters))
        return token

    return new_key


@pytest.fixture
def keyed_client(client_with: Callable[..., FlaskClient], key_file: Path) -> FlaskClient:
    """Return a client of an application that knows the keys of the file."""
    return client_with(api_keys=key_file)


@pytest.fixture
def own_index(index_folder: Path, tmp_path: Path) -> Path:
    """Return a copy of the shared index, to publish to."""
    return shutil.copytree(index_folder, tmp_path / "index")
