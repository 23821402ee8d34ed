"""Fixtures of the pages' tests: pages read as trees, and an index in which townships share their names."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import pytest
from bs4 import BeautifulSoup

from indexer.index.build import build_index, stamp_of
from search_service.app import create_app
from search_service.core.search import Search

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from indexer.township_list import TownshipList
    from indexer.tuning import Tuning

KEPT = ("文明养犬管理工作", "开展预防未成年人犯罪教育，做好未成年人保护工作", "动物及动物产品检疫")
SHARED_NAMES = (
    ("甲州", "甲县", "城关镇"),
    ("甲州", "乙县", "城关镇"),
    ("甲州", "新区", "河口镇"),
    ("乙州", "新区", "河口镇"),
    *(("乙州", "丙县", f"第{name}乡") for name in "一二三四五六七八九十"),
)


class Read(Protocol):
    """Reads a page; the status is checked."""

    def __call__(self, path: str, status: int = 200, via: FlaskClient | None = None) -> BeautifulSoup:
        """Return the page as a tree."""
        ...


@pytest.fixture
def read(client: FlaskClient) -> Read:
    """Return a function that gives a page as a tree."""

    def read(path: str, status: int = 200, via: FlaskClient | None = None) -> BeautifulSoup:
        response = (via or client).get(path)
        assert (response.status_code, response.mimetype) == (status, "text/html"), path
        return BeautifulSoup(response.text, "html.parser")

    return read


@pytest.fixture(scope="session")
def shared_names_app(
    data: Path, lists: dict[str, TownshipList], tuning: Tuning, tmp_path_factory: pytest.TempPathFactory
) -> Flask:
    """Return the application over 14 townships of three duties each, whose names are shared in two ways.

    Two counties have a 城关镇, and two prefectures a 新区 with a 河口镇.
    """
    model = lists["changji-miaoergou"]
    kept = [duty for duty in model.duties if duty.name in KEPT]
    made = []
    for number, (prefecture, county, township) in enumerate(SHARED_NAMES):
        place = {"prefecture": prefecture, "county": county, "township": township}
        duties = [
            replace(duty, id=f"t{number}-{duty.list_type}-{duty.number}", list_id=f"t{number}", **place)
            for duty in kept
        ]
        made.append(
            replace(
                model,
                id=f"t{number}",
                place=replace(model.place, **place),
                duties=tuple(duties),
                originals={new.id: model.originals[old.id] for new, old in zip(duties, kept, strict=True)},
            )
        )
    folder = tmp_path_factory.mktemp("shared-names")
    build_index(made, tuning, stamp_of(data / "lists", tuning), folder)
    return create_app(Search.open(folder))


@pytest.fixture
def shared_names(shared_names_app: Flask) -> FlaskClient:
    """Return a client of the application over townships of the same names."""
    return shared_names_app.test_client()
