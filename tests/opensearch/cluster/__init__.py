"""A real OpenSearch cluster on this machine, one process per node, for tests and for development."""

from tests.opensearch.cluster.cluster import Cluster
from tests.opensearch.cluster.errors import ClusterError

__all__ = ["Cluster", "ClusterError"]
