"""Installations on the real cluster for tests that publish: a prefix for each, and small indexes to be published."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from indexer.index.build import build_index, stamp_of
from indexer.index.publishing import current_generation
from indexer.opensearch import bulk, cluster
from indexer.opensearch.address import Address
from indexer.opensearch.indexes import Aliased, aliased
from indexer.opensearch.publishing import publish
from indexer.tuning import Tuning
from tests.generations import publish_copy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from opensearchpy import OpenSearch

    from indexer.opensearch.names import Names
    from indexer.township_list import TownshipList
    from tests.opensearch.cluster import Cluster

MIAOERGOU, KANERZI, SANTAI = "changji-miaoergou", "qitai-kanerzi", "jimsar-santai"
EVERY = 7
LENGTH = 30
DUTIES = 2 * LENGTH
"""Of the real lists only so many are taken, every seventh: tests publish dozens of times."""


@dataclass(frozen=True)
class Site:
    """An installation of a test's own."""

    client: OpenSearch
    address: Address

    @property
    def names(self) -> Names:
        return self.address.names

    def indexes(self) -> list[str]:
        """Return all that the installation has on the cluster, the lock aside."""
        found = self.client.indices.get_alias(index=f"{self.address.prefix}-*")
        return sorted(name for name in found if name != self.names.lock)

    def aliases(self) -> Aliased:
        return aliased(self.client, self.names)

    def count(self) -> int:
        return int(self.client.count(index=self.names.live)["count"])

    def lists(self) -> dict[str, int]:
        """Return list id → number of duties that a search finds."""
        body = {"size": 0, "aggs": {"lists": {"terms": {"field": "list", "size": 100}}}}
        answer = self.client.search(index=self.names.live, body=body)
        return {one["key"]: one["doc_count"] for one in answer["aggregations"]["lists"]["buckets"]}

    def named(self, word: str) -> list[str]:
        """Return the ids of the duties with a word in their names."""
        body = {"query": {"match": {"words_name": word}}, "size": 100, "sort": [{"number": "asc"}]}
        return [hit["_id"] for hit in self.client.search(index=self.names.live, body=body)["hits"]["hits"]]

    def documents(self) -> dict[str, dict[str, Any]]:
        """Return the live duties' documents by their ids, as far as the cluster gives them back."""
        body = {"size": 5000, "sort": [{"number": "asc"}], "version": True}
        hits = self.client.search(index=self.names.live, body=body)["hits"]["hits"]
        return {hit["_id"]: {**hit["_source"], "version": hit["_version"]} for hit in hits}

    def publish(self, generation: Path, **options: Any) -> str:
        return publish(self.client, self.names, generation, **{"shards": 1, "replicas": 0, **options})


@pytest.fixture
def site(cluster: Cluster, tuning: Tuning, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Return an installation with nothing in it; what a test leaves is removed."""
    load = Tuning.load
    # Making an analyzer takes longer than all else that publishing a small index takes.
    monkeypatch.setattr(Tuning, "load", lambda folder, before=None: load(folder, before or tuning))
    address = Address(tuple(cluster.urls), prefix=f"pub-{secrets.token_hex(4)}")
    with connect_for_writing(address) as client:
        yield Site(client, address)
        client.indices.delete(index=f"{address.prefix}-*")
        client.indices.delete_index_template(name=address.names.template, ignore=[404])


def connect_for_writing(address: Address) -> OpenSearch:
    return cluster.connect(address, 30, compress=False)


@pytest.fixture(scope="session")
def small(lists: dict[str, TownshipList]) -> dict[str, TownshipList]:
    """Return three of the real lists, each with 30 of its duties."""
    return {
        name: replace(lists[name], duties=lists[name].duties[::EVERY][:LENGTH])
        for name in (MIAOERGOU, KANERZI, SANTAI)
    }


@pytest.fixture(scope="session")
def two_lists(
    data: Path, tuning: Tuning, small: dict[str, TownshipList], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return the folder of a generation with two small lists. It is shared: don't change it."""
    return built([small[MIAOERGOU], small[KANERZI]], data, tuning, tmp_path_factory.mktemp("two"))


@pytest.fixture
def generations(two_lists: Path, tmp_path: Path) -> Iterator[Path]:
    """Return generations that hold the same, each with a name of its own."""
    return _generations(two_lists, tmp_path / "index")


def _generations(first: Path, index: Path) -> Iterator[Path]:
    yield first
    shutil.copytree(first.parent.parent, index)
    while True:
        yield index / "generations" / publish_copy(index)


def built(lists: Sequence[TownshipList], data: Path, tuning: Tuning, folder: Path) -> Path:
    """Build the index of some lists and return its generation's folder."""
    build_index(list(lists), tuning, stamp_of(data / "lists", tuning), folder)
    return current_generation(folder)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is tried again be so after a moment."""
    for module in (bulk, cluster):
        monkeypatch.setattr(module, "FIRST_PAUSE", 0.05)
