"""One installation on a cluster, as the commands see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.index.generation import Manifest
from indexer.opensearch.cluster import connect, refuse_other_software
from indexer.opensearch.health import data_nodes
from indexer.opensearch.indexes import aliased, found, live_index, prune
from indexer.opensearch.publishing import default_replicas, default_shards, publish, roll_back
from indexer.opensearch.update import update
from indexer.opensearch.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Self

    from opensearchpy import OpenSearch

    from indexer.opensearch.address import Address
    from indexer.opensearch.indexes import Found
    from indexer.opensearch.names import Names
    from indexer.opensearch.update import Updated
    from indexer.township_list import TownshipList
    from indexer.tuning import Tuning

SECONDS = 30.0
"""How long a call may take: commands have more time than searches."""


@dataclass(frozen=True, slots=True)
class Installation:
    """The indexes under one prefix; every method raises IndexStateError with a message for people."""

    client: OpenSearch
    names: Names

    @classmethod
    def at(cls, address: Address) -> Self:
        """Connect to the cluster; raise IndexStateError where it doesn't answer, or runs other software."""
        client = connect(address, SECONDS, compress=False)
        refuse_other_software(client, address)
        return cls(client, address.names)

    def publish(
        self,
        generation: Path,
        shards: int | None,
        replicas: int | None,
        progress: Callable[[int], None],
        *,
        allow_fewer: bool,
    ) -> str:
        """Publish a generation's folder; see `indexer.opensearch.publishing.publish`.

        Without a number of shards or copies they are as many as befit the duties and the cluster.
        """
        if shards is None:
            shards = default_shards(Manifest.read(generation).duties)
        if replicas is None:
            replicas = default_replicas(data_nodes(self.client))
        return publish(
            self.client, self.names, generation, shards, replicas, progress, allow_fewer=allow_fewer
        )

    def found(self) -> list[Found]:
        """Return the indexes there are, oldest first."""
        return found(self.client, self.names)

    def live(self) -> str:
        """Return the index that is searched."""
        return live_index(self.client, self.names)

    def roll_back(self) -> str:
        """Make the index live that was so before."""
        return roll_back(self.client, self.names)

    def verify(self) -> dict[str, list[str]]:
        """Return what is wrong with the live index, and with the one that a rollback brings back."""
        self.live()
        named = aliased(self.client, self.names)
        return {one: verify(self.client, self.names, one) for one in (named.live, named.previous) if one}

    def prune(self) -> list[str]:
        """Remove what is left over."""
        return prune(self.client, self.names)

    def update(self, read: Callable[[Tuning], Sequence[TownshipList]], *, allow_fewer: bool) -> list[Updated]:
        """Exchange single lists; see `indexer.opensearch.update.update`."""
        return update(self.client, self.names, read, allow_fewer=allow_fewer)
