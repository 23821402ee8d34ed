"""What java is called with: the options of a production node, made fit for a small machine."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from tests.opensearch.cluster.errors import ClusterError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.opensearch.cluster.java import Java

VECTORS = "jdk.incubator.vector"

# OpenSearch refuses to run as root, which is what many CI machines are. It learns who it is through JNA; without JNA
# it doesn't ask. Another user wouldn't do: it couldn't read a checkout or a test's folder that only root may read.
# What else goes with JNA, memory locking and the system call filter, concerns no test.
AS_ROOT = ("-Djna.nosys=true", "-Djna.nounpack=true", "-Djna.boot.library.path=/nonexistent")

# To the console only, which becomes log.txt: the rolling files of the distribution need JNA.
LOGGING = """\
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] [%node_name]%marker %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
"""


def runs_as_root() -> bool:
    """Return whether this process, and so its nodes, runs as root."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def classpath(home: Path, java: Java) -> str:
    """Return where Java finds OpenSearch.

    OpenSearch makes all analyzers for every index, the Thai one too, and fails where Java doesn't know Thai. ICU knows
    it, in Java's own way of adding languages.
    """
    return f"{home}/lib/*" if java.knows_thai else f"{home}/lib/*:{home}/languages/*"


def java_command(home: Path, java: Java, heap: str, folder: Path) -> list[str]:
    """Return the java command with all options that are the same for every node of a cluster in the folder.

    The distribution's own parser makes them from its own jvm.options, as bin/opensearch does, but once for all nodes:
    that script starts Java four times before it starts the node.
    """
    shared = folder / "options"
    temporary = folder / "tmp"
    # logs: the parser starts Java with these options to see what it makes of them, and that writes a log.
    for one in (shared / "logs", temporary):
        one.mkdir(parents=True, exist_ok=True)
    lines = (home / "config" / "jvm.options").read_text(encoding="utf-8").splitlines()
    kept = [
        # Nodes run in their own folders.
        line.replace("agent/opensearch-agent.jar", str(home / "agent" / "opensearch-agent.jar"))
        for line in lines
        # A module that a small Java lacks: vector search is slower without it, nothing else.
        if not (VECTORS in line and VECTORS not in java.modules)
    ]
    (shared / "jvm.options").write_text("\n".join(kept) + "\n", encoding="utf-8")
    extra = [f"-Xms{heap}", f"-Xmx{heap}", "-XX:-AlwaysPreTouch", *(AS_ROOT if runs_as_root() else ())]
    done = subprocess.run(
        [
            str(java.command),
            "-cp",
            f"{home}/lib/*",
            "org.opensearch.tools.launchers.JvmOptionsParser",
            str(shared),
        ],
        env={**os.environ, "OPENSEARCH_TMPDIR": str(temporary), "OPENSEARCH_JAVA_OPTS": " ".join(extra)},
        cwd=shared,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ClusterError(f"OpenSearch's options can't be made:\n{done.stdout}{done.stderr}")
    return [
        str(java.command),
        *done.stdout.split(),
        f"-Dopensearch.path.home={home}",
        "-Dopensearch.distribution.type=zip",
        "-Dopensearch.bundled_jdk=false",
        "-cp",
        classpath(home, java),
    ]
