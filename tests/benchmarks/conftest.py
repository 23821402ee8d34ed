"""A corpus of a few hundred duties, and its documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.corpus import corpus
from benchmarks.documents import Documents, write_documents

if TYPE_CHECKING:
    from indexer.township_list import TownshipList
    from indexer.tuning import Tuning

DUTIES = 300
"""A township and a quarter."""


@pytest.fixture(scope="session")
def templates(lists: dict[str, TownshipList]) -> list[TownshipList]:
    """Return the real lists."""
    return list(lists.values())


@pytest.fixture(scope="session")
def documents(
    templates: list[TownshipList], tuning: Tuning, tmp_path_factory: pytest.TempPathFactory
) -> Documents:
    """Return the documents of a small corpus."""
    folder = tmp_path_factory.mktemp("corpus") / "documents"
    write_documents(corpus(templates, DUTIES), tuning.analyzer, folder)
    return Documents(folder)
