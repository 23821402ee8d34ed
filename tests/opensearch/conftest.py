"""The cluster that the tests of this folder share, and the mark that keeps them out of runs without one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from indexer.index.publishing import current_generation
from indexer.opensearch.cluster import Address, connect
from indexer.opensearch.publishing import publish
from tests.opensearch.cluster import Cluster
from tests.opensearch.cluster.distribution import install

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
ROOT = HERE.parents[1]

# A hanging node is given up after six seconds rather than half a minute: tests wait for it. Shorter would be wrong
# on a busy machine, where nodes that only got no processor for a while would be given up.
QUICKER = {f"cluster.fault_detection.{check}.timeout": "2s" for check in ("follower_check", "leader_check")}
# Compiled once, not better and better: the cluster is there in half the time, and no test runs long enough to gain.
COMPILED_ONCE = "-XX:TieredStopAtLevel=1"


@pytest.hookimpl(tryfirst=True)  # the mark has to be there when pytest looks at -m
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark every test of this folder; skip them, visibly, unless the run asks for the mark."""
    asked = "opensearch" in config.option.markexpr
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.opensearch)
            if not asked:
                item.add_marker(
                    pytest.mark.skip(reason="left out; make test-opensearch runs it, with a real cluster")
                )


@pytest.fixture(scope="session")
def shared_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return three nodes that run until the last test is done. Tests take `cluster`, which mends what they break."""
    home = install(ROOT / "var" / "opensearch")
    folder = tmp_path_factory.mktemp("cluster")
    with Cluster(home, folder, settings=QUICKER, options=[COMPILED_ONCE]) as cluster:
        yield cluster


@pytest.fixture
def cluster(shared_cluster: Cluster) -> Iterator[Cluster]:
    """Return the cluster, green with all nodes, for a test that may kill and pause them."""
    yield shared_cluster
    shared_cluster.heal()


@pytest.fixture(scope="session")
def published(shared_cluster: Cluster, meaning_folder: Path) -> Address:
    """Return the address of the repository's lists on the cluster, in three shards; for tests that only search."""
    address = Address(tuple(shared_cluster.urls), prefix="published")
    publish(
        connect(address, seconds=30), address.names, current_generation(meaning_folder), shards=3, replicas=1
    )
    return address
