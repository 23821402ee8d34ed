"""Making corpora and indexes, each in a process of its own: so its peak of memory is its own."""

from __future__ import annotations

import multiprocessing
import resource
import shutil
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.corpus import corpus, read_templates
from benchmarks.documents import Documents, write_documents
from benchmarks.peers import PEERS
from indexer.paths import data_folder
from indexer.tuning import Tuning, digest_of

if TYPE_CHECKING:
    from collections.abc import Callable

_DIGEST = "digest.txt"
_STATUS = Path("/proc/self/status")


@dataclass(frozen=True, slots=True)
class Build:
    """What one peer's index took: seconds, bytes on the disk, bytes of memory at most."""

    seconds: float
    size: int
    peak: int


def prepared_corpus(duties: int, reworded: float, work: Path) -> Documents:
    """Return the corpus of so many duties in the folder `work`, made anew if it isn't today's.

    `reworded` is the share of its duties that a township words in its own way.
    """
    folder = work / f"{duties}" / "documents"
    digest = f"{_input_digest()} {reworded}"
    if not (folder / _DIGEST).is_file() or (folder / _DIGEST).read_text(encoding="utf-8") != digest:
        shutil.rmtree(folder, ignore_errors=True)
        in_a_process(_write_corpus, duties, reworded, folder)
        (folder / _DIGEST).write_text(digest, encoding="utf-8")
    return Documents(folder)


def build(peer: str, duties: int, work: Path) -> tuple[Build, Path]:
    """Build a peer's index of a prepared corpus; return what it took and where it is."""
    folder = work / f"{duties}" / peer
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    built: Build = in_a_process(_build, peer, work / f"{duties}" / "documents", folder)
    return built, folder


def _build(peer: str, documents: Path, folder: Path) -> Build:
    started = time.perf_counter()
    PEERS[peer].build(Documents(documents), folder)
    seconds = time.perf_counter() - started
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    return Build(seconds, size, peak_of_process())


def _write_corpus(duties: int, reworded: float, folder: Path) -> None:
    data = data_folder()
    tuning = Tuning.load(data / "dictionaries")
    templates = read_templates(data / "lists", tuning.departments)
    write_documents(corpus(templates, duties, reworded), tuning.analyzer, folder)


def in_a_process(work: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function gives in a process made for it."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(work, *arguments).result()


def peak_of_process() -> int:
    """Return the most bytes of memory that this process held."""
    if _STATUS.is_file():
        # Linux's getrusage counts the process that this one was started from as well.
        lines = _STATUS.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def _input_digest() -> str:
    """Return a digest of all that makes a corpus what it is."""
    code = Path(__file__).parent
    files = [code / name for name in ("corpus.py", "documents.py", "place_names.py", "wording.py")]
    indexer = sorted((code.parent / "indexer").rglob("*.py"))
    data = data_folder()
    lists, dictionaries = sorted((data / "lists").glob("*")), sorted((data / "dictionaries").rglob("*"))
    return digest_of([*files, *indexer, *lists, *dictionaries])
