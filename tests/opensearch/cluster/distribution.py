"""Get OpenSearch itself: Maven brings it from its central repository, and a folder keeps it unpacked."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree

from tests.opensearch.cluster.errors import ClusterError
from tests.opensearch.cluster.java import find_java

POM = Path(__file__).with_name("pom.xml")
DOWNLOAD_SECONDS = 900  # 160 MB, on a slow line


def version() -> str:
    """Return the version that pom.xml pins."""
    found = ElementTree.parse(POM).findtext(".//{*}opensearch.version")  # noqa: S314 - our own file
    if not found:
        raise ClusterError(f"{POM} names no opensearch.version")
    return found


def install(folder: Path) -> Path:
    """Return the unpacked distribution below the folder, which is got first where it isn't there yet."""
    folder = folder.absolute()  # Maven would take it relative to pom.xml
    # Another pom.xml is another folder: nothing that a cluster may be running from is changed.
    home = folder / f"opensearch-{version()}-{sha256(POM.read_bytes()).hexdigest()[:8]}"
    if home.is_dir():
        return home
    folder.mkdir(parents=True, exist_ok=True)
    # Unpacked beside and renamed: an interrupted download leaves nothing that looks complete.
    with tempfile.TemporaryDirectory(prefix="unpack-", dir=folder) as scratch:
        _run_maven(Path(scratch))
        try:
            (Path(scratch) / f"opensearch-{version()}").rename(home)
        except OSError:
            if not home.is_dir():  # another process may have been quicker, with the same files
                raise
    return home


def _run_maven(folder: Path) -> None:
    maven = shutil.which("mvn")
    if not maven:
        raise ClusterError(
            "Maven (the command mvn) is needed to get OpenSearch: apt-get install maven, or brew install maven"
        )
    # Strict: a file whose checksum differs is refused.
    command = [maven, "--batch-mode", "--no-transfer-progress", "--strict-checksums", f"--file={POM}"]
    try:
        done = subprocess.run(
            [*command, f"-Dunpack.folder={folder}", "generate-resources"],
            env=_environment(),
            capture_output=True,
            text=True,
            timeout=DOWNLOAD_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as expired:
        raise ClusterError(f"Maven didn't bring OpenSearch within {DOWNLOAD_SECONDS} seconds") from expired
    if done.returncode:
        raise ClusterError(f"Maven couldn't bring OpenSearch:\n{done.stdout[-3000:]}{done.stderr[-1000:]}")


def _environment() -> dict[str, str]:
    """Return the environment for Maven, which takes any Java that it finds; where it would find none, ours."""
    if shutil.which("java") or "JAVA_HOME" in os.environ:
        return dict(os.environ)
    return {**os.environ, "JAVA_HOME": str(find_java().home)}
