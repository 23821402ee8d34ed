"""An index whose every text is a probe, and how many examples property tests try."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from indexer.duty import Department, ListType
from indexer.index.build import build_index, stamp_of
from search_service.app import create_app
from search_service.core.search import Search
from search_service.settings import Settings
from tests.fuzz.probes import PROBES

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient

    from indexer.duty import Duty, Step
    from indexer.township_list import TownshipList
    from indexer.tuning import Tuning


def probed(duty: Duty, probe: str, **place: str) -> Duty:
    """Return a duty whose texts all begin with a probe."""

    def steps(found: tuple[Step, ...]) -> tuple[Step, ...]:
        return tuple(
            replace(one, text=f"{probe}{one.text}", heading=one.heading and f"{probe}{one.heading}")
            for one in found
        )

    return replace(
        duty,
        **place,
        category=f"{probe}{duty.category}",
        name=f"{probe}{duty.name}",
        departments=tuple(
            Department(f"{probe}{one.name}", f"{probe}{one.canonical}") for one in duty.departments
        ),
        superior_steps=steps(duty.superior_steps),
        township_steps=steps(duty.township_steps),
        source=replace(duty.source, file=f"{probe}.txt", original={"name": f"{probe}{duty.name}"}),
    )


def probed_list(model: TownshipList, number: int, probe: str) -> TownshipList:
    """Return a list of one duty of each kind, all of whose texts begin with a probe, those of its place, too."""
    place = {level: f"{probe}{getattr(model.place, level)}" for level in ("prefecture", "county", "township")}
    list_id = f"probe{number}"
    made = []
    for kind in ListType:
        old = model.duties_of(kind)[number]
        new = replace(probed(old, probe, **place), id=f"{list_id}-{kind}-1", list_id=list_id, number=1)
        row = replace(model.originals[old.id], name=new.name, superior=new.name, township=new.name, number=1)
        made.append((new, row))
    return replace(
        model,
        id=list_id,
        file=f"{probe}.txt",
        place=replace(model.place, **place),
        duties=tuple(duty for duty, _ in made),
        originals={duty.id: row for duty, row in made},
    )


@pytest.fixture(scope="session")
def probed_folder(
    data: Path, lists: dict[str, TownshipList], tuning: Tuning, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return a folder with a published index in which every text of the lists is a probe."""
    model = lists["changji-miaoergou"]
    folder = tmp_path_factory.mktemp("probed")
    made = [probed_list(model, number, probe) for number, probe in enumerate(PROBES)]
    build_index(made, tuning, stamp_of(data / "lists", tuning), folder)
    return folder


@pytest.fixture(scope="session")
def probed_app(probed_folder: Path) -> Flask:
    """Return the application over `probed_folder`."""
    return create_app(Search.open(probed_folder), Settings(rate_limit=None, page_rate_limit=None))


@pytest.fixture
def probed_client(probed_app: Flask) -> FlaskClient:
    """Return a client of `probed_app`."""
    return probed_app.test_client()


@pytest.fixture(scope="session")
def app(search: Search) -> Flask:
    """Return the application over the real lists."""
    return create_app(search, Settings(rate_limit=None, page_rate_limit=None))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Return a client of `app`."""
    return app.test_client()
