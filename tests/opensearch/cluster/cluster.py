"""The cluster: nodes that find each other, to be started, stopped, killed and paused."""

from __future__ import annotations

import http.client
import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from tests.opensearch.cluster.errors import ClusterError
from tests.opensearch.cluster.java import find_java
from tests.opensearch.cluster.node import HOST, PREFIX, Node, stop_nodes
from tests.opensearch.cluster.options import LOGGING, java_command, runs_as_root
from tests.opensearch.cluster.ports import TRANSPORT, free_ports, taken

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

Status = Literal["green", "yellow", "red"]

ROOT = Path(__file__).parents[3]
START_SECONDS = 120  # three nodes take 15 to 25 on two cores; a busy machine takes longer
ANSWER_SECONDS = 5


class Cluster:
    """A cluster of processes, one per node, with their data in a folder; nodes are named by number, from 0.

    With `guarded`, a process beside this one ends the nodes once this one is gone, however it went; without it, they
    outlive this one.
    """

    def __init__(
        self,
        home: Path,
        folder: Path,
        *,
        nodes: int = 3,
        heap: str = "512m",
        ports: Sequence[int] | None = None,
        settings: Mapping[str, object] | None = None,
        options: Sequence[str] = (),
        guarded: bool = True,
    ) -> None:
        """Take the unpacked distribution and a folder.

        The ports are for HTTP, the settings go into every opensearch.yml, and the options to Java.
        """
        self.home = home.absolute()
        self.folder = folder.absolute()
        self.ports = list(ports or free_ports(nodes))
        self.nodes = [Node(self.folder / f"{PREFIX}{number}") for number in range(1, nodes + 1)]
        self._heap = heap
        self._settings = dict(settings or {})
        self._options = tuple(options)
        self._guarded = guarded
        self._guard: subprocess.Popen[bytes] | None = None
        self._java: list[str] = []
        self._paused: set[int] = set()

    def __enter__(self) -> Cluster:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def urls(self) -> list[str]:
        """Return where the nodes answer HTTP, in their order, whether they run or not."""
        return [f"http://{HOST}:{port}" for port in self.ports]

    def start(self) -> None:
        """Start all nodes that don't run, and wait until the cluster is green; end all nodes where that fails."""
        if not self._java and any(node.running for node in self.nodes):
            raise ClusterError(f"Nodes run in {self.folder} already")
        try:
            self._prepare()
            for node in self.nodes:
                self._start(node)
            self.wait_for("green", len(self.nodes), START_SECONDS)
        except BaseException:  # Ctrl-C too
            self.stop()
            raise

    def stop(self) -> None:
        """End all nodes; nothing where none runs."""
        stop_nodes(self.nodes)
        self._paused.clear()
        if self._guard and self._guard.stdin:
            self._guard.stdin.close()
            self._guard.wait(60)
            self._guard = None

    def clear(self) -> None:
        """Remove all data of a stopped cluster."""
        for node in self.nodes:
            shutil.rmtree(node.folder, ignore_errors=True)

    def kill(self, node: int) -> None:
        """End a node's process at once (kill -9)."""
        self.nodes[node].kill()
        self._paused.discard(node)

    def pause(self, node: int) -> None:
        """Let a node hang: its connections stay open and nothing answers (SIGSTOP)."""
        self.nodes[node].send(signal.SIGSTOP)
        self._paused.add(node)

    def resume(self, node: int) -> None:
        """Let a paused node go on (SIGCONT)."""
        self.nodes[node].send(signal.SIGCONT)
        self._paused.discard(node)

    def restart(self, node: int) -> None:
        """Start a node again with its data, after it was ended where it runs; `wait_for` tells when it's back."""
        stop_nodes([self.nodes[node]])
        self._paused.discard(node)
        self._start(self.nodes[node])

    def heal(self) -> None:
        """Let paused nodes go on, start those that were ended, and wait until all is as after `start`."""
        for number, node in enumerate(self.nodes):
            self.resume(number)
            self._start(node)
        self.wait_for("green", len(self.nodes), START_SECONDS)

    def wait_for(self, status: Status, nodes: int, seconds: float = 60) -> None:
        """Wait until the cluster has so many nodes and a status at least as good, by the word of all that are awake."""
        started = time.monotonic()
        query = f"?wait_for_status={status}&wait_for_nodes={nodes}&timeout=1s"
        while time.monotonic() < started + seconds:
            awake = [
                node for number, node in enumerate(self.nodes) if number not in self._paused and node.running
            ]
            # A node that just went on may still believe what was true when it was paused: so all are asked.
            if awake and all(
                (health := self.health(node, query)) and not health["timed_out"] for node in awake
            ):
                return
            if len(awake) < nodes:  # ended, as by a wrong setting: waiting won't bring them
                break
            time.sleep(0.2)
        said = [
            f"{node.name}: {(self.health(node) or 'no answer') if node.running else 'not running'}"
            for number, node in enumerate(self.nodes)
            if number not in self._paused
        ]
        raise ClusterError(
            f"The cluster isn't {status} with {nodes} nodes after {time.monotonic() - started:.0f} seconds.\n"
            + "\n".join([*said, *(node.tail() for node in self.nodes)])
        )

    def health(self, node: Node, query: str = "") -> dict[str, object] | None:
        """Return what a node says of the cluster's health; None where it doesn't answer."""
        connection = http.client.HTTPConnection(HOST, node.port, timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", f"/_cluster/health{query}")
            said: dict[str, object] = json.load(connection.getresponse())
        except (OSError, ValueError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        # Any other answer is an error: the node knows no cluster yet.
        return said if "timed_out" in said else None

    def _prepare(self) -> None:
        if any(node.running for node in self.nodes):
            return
        if busy := taken(self.ports):
            raise ClusterError(f"Something else listens on {', '.join(map(str, busy))}")
        self._java = [*java_command(self.home, find_java(), self._heap, self.folder), *self._options]
        for node, port in zip(self.nodes, self.ports, strict=True):
            node.configure(self._configuration(node, port), LOGGING)
        if self._guarded and not self._guard:
            self._guard = subprocess.Popen(
                [sys.executable, "-m", "tests.opensearch.cluster.guard", str(self.folder)],
                stdin=subprocess.PIPE,
                cwd=ROOT,
                start_new_session=True,
            )

    def _start(self, node: Node) -> None:
        node.start(self._java)

    def _configuration(self, node: Node, port: int) -> dict[str, object]:
        return {
            "cluster.name": f"duty-search-{self.ports[0]}",
            "node.name": node.name,
            "path.data": str(node.folder / "data"),
            "path.logs": str(node.folder / "logs"),
            "path.repo": [str(self.folder / "snapshots")],
            "network.host": HOST,
            "http.port": port,
            "transport.port": port + TRANSPORT,
            "discovery.seed_hosts": [f"{HOST}:{one + TRANSPORT}" for one in self.ports],
            # Only heeded by nodes without data.
            "cluster.initial_cluster_manager_nodes": [one.name for one in self.nodes],
            # Disks of development and CI machines may well be nine tenths full.
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "bootstrap.system_call_filter": not runs_as_root(),
            **self._settings,
        }
