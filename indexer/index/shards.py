"""The Whoosh index of a generation: shards of so many texts, written by processes side by side.

Whoosh writes on one processor. A shard is a Whoosh index of its own; texts keep their order, those of shard n
being the ones from n times `TEXTS` on.
"""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING

from whoosh.filedb.filestore import FileStorage

from indexer.analysis.analyzer import Analyzer
from indexer.analysis.line_cache import LineCache
from indexer.index import schema
from indexer.index.field_postings import FieldPostings, joined, read_postings
from indexer.index.generation import IndexStateError
from indexer.ranking import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from whoosh.index import Index

    from indexer.duty import Duty

TEXTS = 4096
"""Texts of a shard: so few that writing one takes a second or ten, and half a gigabyte."""
_MEMORY = 512
"""Megabytes of postings that Whoosh sorts before it writes them to a file to be merged."""


def write_shards(
    duties: Sequence[Duty], lines: LineCache, folder: Path, progress: Callable[[int], None]
) -> dict[str, FieldPostings]:
    """Write the texts, each given by a duty that says it, and return the postings that the shards hold.

    One shard is written here; several by processes, which cut lines as `lines` does. `progress` is called
    with the number of texts written. Raises IndexStateError where a shard doesn't hold what was written, or a
    process dies.
    """
    folder.mkdir()
    starts = range(0, len(duties), TEXTS)
    parts = [duties[start : start + TEXTS] for start in starts]
    if len(parts) == 1:
        return _write(parts[0], lines, folder / "0", progress)
    found: dict[int, dict[str, FieldPostings]] = {}
    # Spawned: a fork would copy whatever locks the threads of this process hold.
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(len(parts), os.cpu_count() or 1), mp_context=spawn) as processes:
        tasks = {
            processes.submit(_write_there, part, lines.user_dictionary, folder / f"{number}"): number
            for number, part in enumerate(parts)
        }
        try:
            for done, task in enumerate(as_completed(tasks), 1):
                found[tasks[task]] = task.result()
                progress(min(done * TEXTS, len(duties)))
        except BrokenProcessPool as error:
            raise IndexStateError(f"{folder}: a process that wrote it died; is there memory left?") from error
        except BaseException:
            processes.shutdown(cancel_futures=True)
            raise
    in_order = [found[number] for number in range(len(parts))]
    return {name: joined([part[name] for part in in_order], starts) for name in FIELDS}


def open_shards(folder: Path) -> list[Index]:
    """Open all shards, in order; what a damaged one raises is whatever its files make Whoosh raise."""
    count = max(1, sum(1 for one in folder.iterdir() if one.is_dir()))  # none at all is as bad as one missing
    return [FileStorage(str(folder / f"{number}")).open_index() for number in range(count)]


def _write_there(
    duties: Sequence[Duty], user_dictionary: Path | None, folder: Path
) -> dict[str, FieldPostings]:
    """Write a shard in a process that is there for nothing else."""
    return _write(duties, _lines(user_dictionary), folder, lambda done: None)


@cache
def _lines(user_dictionary: Path | None) -> LineCache:
    return LineCache(Analyzer(user_dictionary))


def _write(
    duties: Sequence[Duty], lines: LineCache, folder: Path, progress: Callable[[int], None]
) -> dict[str, FieldPostings]:
    folder.mkdir()
    storage = FileStorage(str(folder))
    # Not as one compound file: of that Whoosh would keep a copy in the memory of every process that opens it.
    writer = storage.create_index(schema.schema()).writer(limitmb=_MEMORY, compound=False)
    try:
        for done, duty in enumerate(duties, 1):
            writer.add_document(**schema.document(duty, lines))
            progress(done)
    except BaseException:
        writer.cancel()
        raise
    writer.commit(optimize=True)  # one segment: document numbers are the order of adding
    with closing(storage.open_index()) as index, index.reader() as reader:
        if reader.doc_count() != len(duties):
            raise IndexStateError(
                f"the finished index holds {reader.doc_count()} texts instead of {len(duties)}; not published"
            )
        return read_postings(reader)
