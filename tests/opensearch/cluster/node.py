"""One node: its folder, its process, and the signals a test may send it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.opensearch.cluster.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Sequence

PREFIX = "node-"
HOST = "127.0.0.1"
_ours: dict[int, subprocess.Popen[bytes]] = {}  # children of this process, which have to be waited for


class Node:
    """A node in a folder of its own: conf/, data/, logs/, pid and log.txt."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = folder.name
        self.conf = folder / "conf"
        self.log = folder / "log.txt"
        self._pid_file = folder / "pid"

    @property
    def port(self) -> int:
        """Return the port for HTTP, as the node's opensearch.yml says."""
        return int(json.loads((self.conf / "opensearch.yml").read_text(encoding="utf-8"))["http.port"])

    @property
    def url(self) -> str:
        """Return where the node answers HTTP."""
        return f"http://{HOST}:{self.port}"

    def configure(self, settings: dict[str, object], logging: str) -> None:
        """Write the node's configuration; data that is there stays."""
        for folder in (self.conf, self.folder / "data", self.folder / "logs"):
            folder.mkdir(parents=True, exist_ok=True)
        # YAML includes JSON.
        (self.conf / "opensearch.yml").write_text(json.dumps(settings, indent=1), encoding="utf-8")
        (self.conf / "log4j2.properties").write_text(logging, encoding="utf-8")

    def start(self, java: Sequence[str]) -> None:
        """Start the node's process, unless it runs; don't wait until it answers."""
        if self.running:
            return
        command = [*java, f"-Dopensearch.path.conf={self.conf}", "org.opensearch.bootstrap.OpenSearch"]
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,  # the options name data/ and logs/ relative to it
                start_new_session=True,  # Ctrl-C is for the tests, which stop the nodes in order
            )
        _ours[process.pid] = process
        self._pid_file.write_text(str(process.pid), encoding="utf-8")

    @property
    def pid(self) -> int | None:
        """Return the process id where the process lives; a paused one lives."""
        try:
            pid = int(self._pid_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if pid in _ours:
            return None if _ours[pid].poll() is not None else pid
        # Ids are given anew: only a process with our folder in its command line is ours.
        return pid if str(self.conf) in _command_of(pid) else None

    @property
    def running(self) -> bool:
        """Return whether the process lives."""
        return self.pid is not None

    def send(self, number: signal.Signals) -> None:
        """Send the process a signal; nothing where it doesn't run."""
        if pid := self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        """End the process at once, as a power cut would, and wait until it's gone."""
        self.send(signal.SIGKILL)
        self.wait(30)

    def wait(self, seconds: float) -> bool:
        """Wait until the process is gone; return whether it is."""
        until = time.monotonic() + seconds
        while self.running:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return True

    def tail(self, lines: int = 30) -> str:
        """Return the end of the node's log."""
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            text = "(no log)"
        return f"--- {self.log}\n" + "\n".join(line[:400] for line in text.splitlines()[-lines:])


def nodes_in(folder: Path) -> list[Node]:
    """Return the nodes that were ever configured in a cluster's folder."""
    return [Node(conf.parent) for conf in sorted(folder.glob(f"{PREFIX}*/conf"))]


def stop_nodes(nodes: Sequence[Node], seconds: float = 20) -> None:
    """Ask every node to end, and end those that don't."""
    for node in nodes:
        node.send(signal.SIGTERM)
        node.send(signal.SIGCONT)  # a paused process takes no other signal
    until = time.monotonic() + seconds
    for node in nodes:
        if not node.wait(max(0.0, until - time.monotonic())):
            node.kill()
    if left := [node.name for node in nodes if node.running]:
        raise ClusterError(f"{', '.join(left)} can't be ended")


def _command_of(pid: int) -> str:
    """Return a process's command line; empty where it's gone, or dead and not yet waited for."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().decode("utf-8", "replace")
        except OSError:
            return ""
    ps = shutil.which("ps") or "/bin/ps"
    asked = subprocess.run(
        [ps, "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return asked.stdout
