"""Which ports the nodes listen on: as asked, or some that are free."""

from __future__ import annotations

import random
import socket

from tests.opensearch.cluster.errors import ClusterError
from tests.opensearch.cluster.node import HOST

TRANSPORT = 100  # a node talks to the others on a port this far above the one for HTTP
# Below the ports that systems give to outgoing connections: one of those could sit on the port of a killed node.
LOWEST, HIGHEST = 20000, 30000


def free_ports(nodes: int) -> list[int]:
    """Return free HTTP ports in a row, whose transport ports are free as well."""
    for _ in range(100):
        base = random.randrange(LOWEST, HIGHEST)  # noqa: S311 - only to stay out of each other's way
        ports = list(range(base, base + nodes))
        if not taken(ports):
            return ports
    raise ClusterError(f"no {nodes} free ports in a row were found between {LOWEST} and {HIGHEST}")


def taken(ports: list[int]) -> list[int]:
    """Return which of these HTTP ports, and of the transport ports that go with them, something listens on."""
    return [port for http in ports for port in (http, http + TRANSPORT) if not _is_free(port)]


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        # As servers do: a port whose last connections are only fading away counts as free.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except OSError:
            return False
    return True
