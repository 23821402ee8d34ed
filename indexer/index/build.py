"""Building an index: duties in, a checked and published generation out."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from indexer.analysis.line_cache import LineCache
from indexer.duty import ListType
from indexer.groups import group_duties
from indexer.index import schema
from indexer.index.checks import refuse_bad_ranking, refuse_silent_loss, refuse_wrong_number
from indexer.index.generation import IndexStateError, Manifest, Stamp
from indexer.index.publishing import current_generation, generation_name, new_generation
from indexer.index.records import Records, read_lists
from indexer.index.shards import write_shards
from indexer.index.snapshot import Snapshot
from indexer.index.texts import Texts
from indexer.list_info import ListInfo
from indexer.meaning import VectorCache, load_encoder
from indexer.phrases.snapshot import PhraseSnapshot
from indexer.tuning import digest_of
from indexer.vocabulary import vocabulary_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from indexer.duty import Duty
    from indexer.township_list import TownshipList
    from indexer.tuning import Tuning

WHOOSH_FOLDER = "whoosh"
SNAPSHOT_FOLDER = "snapshot"
RECORDS_FOLDER = "records"
VOCABULARY_FILE = "vocabulary.json"
PHRASES_FOLDER = "phrases"
DICTIONARIES_FOLDER = "dictionaries"


@dataclass(frozen=True, slots=True)
class Publishing:
    """How a finished index is published: not yet, where `staged`; though lists are gone, if `allow_fewer`."""

    staged: bool = False
    allow_fewer: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """Who is told how far a build is: duties indexed so far; texts encoded, and how many there are."""

    indexed: Callable[[int], None] = lambda done: None
    encoded: Callable[[int, int], None] = lambda done, total: None


PUBLISHED = Publishing()
SILENT = Progress()


def analyzer_stamp() -> str:
    """Return what cuts and stores text here; another version may cut differently."""
    names = ("jieba", "opencc-python-reimplemented", "whoosh3")
    return ", ".join(f"{name} {version(name)}" for name in names)


def stamp_of(lists: Path, tuning: Tuning) -> Stamp:
    """Return the stamp of an index built now from the folder `lists` with these dictionaries."""
    return Stamp(
        schema=schema.VERSION,
        analyzer=analyzer_stamp(),
        dictionaries=tuning.digest,
        code=_code_digest(),
        lists=digest_of(sorted(lists.glob("*"))),  # empty where the folder is missing: reading says so
    )


def _vectors(
    file: Path | None, encoded: Callable[[int, int], None]
) -> Callable[[Sequence[str]], NDArray[np.float16] | None]:
    def vectors(texts: Sequence[str]) -> NDArray[np.float16] | None:
        encoder = load_encoder() if file else None
        if file is None or encoder is None:
            return None
        cache = VectorCache(file, encoder.name)
        found = cache.vectors(texts, encoder, encoded)
        cache.save_if_new(texts)
        return found

    return vectors


def _code_digest() -> str:
    """Return a digest of this package: a changed parser makes other records of the same documents."""
    return digest_of(sorted(Path(__file__).parents[1].rglob("*.py")))


def build_index(
    lists: Sequence[TownshipList],
    tuning: Tuning,
    stamp: Stamp,
    index: Path,
    vector_cache: Path | None = None,
    publishing: Publishing = PUBLISHED,
    progress: Progress = SILENT,
) -> Manifest:
    """Index the duties of `lists` in their order and publish the result in the folder `index`.

    `vector_cache` is a file with the meaning of texts already known; what is missing there is encoded, if
    the encoder is installed, and kept in it. Without a file no meaning is indexed.

    Raises IndexStateError where the folder can't be written, another build is running, lists of the live
    index are missing and that isn't allowed, or the finished index fails its checks; the live generation is
    then untouched.
    """
    duties = [duty for township_list in lists for duty in township_list.duties]
    _refuse_doubled_ids(duties)
    if not duties:
        raise IndexStateError(
            f"{index}: there is no duty to index, nothing was published; see duty-index check"
        )
    texts = Texts.of(duties)
    examples = [duties[number] for number in texts.first_documents.tolist()]
    infos = [list_info(one) for one in lists]
    if not publishing.allow_fewer:
        refuse_silent_loss(_live_lists(index), infos)
    with new_generation(index, staged=publishing.staged) as folder:
        lines = LineCache(tuning.analyzer)
        postings = write_shards(
            examples, lines, folder / WHOOSH_FOLDER, _progress_in_duties(texts, progress.indexed)
        )
        phrases = PhraseSnapshot.derive(tuning, examples, _vectors(vector_cache, progress.encoded))
        groups = group_duties(examples, phrases.entries.tolist(), _lists_of_texts(duties, texts))
        snapshot = Snapshot.derive(postings, duties, texts, groups, tuning.ranking)
        snapshot.save(folder / SNAPSHOT_FOLDER)
        phrases.save(folder / PHRASES_FOLDER)
        originals = [one.originals[duty.id] for one in lists for duty in one.duties]
        Records.write(folder / RECORDS_FOLDER, duties, originals, infos)
        _write_vocabulary(examples, tuning, lines, folder / VOCABULARY_FILE)
        # The dictionaries travel with the index: whoever searches it understands questions as it was built.
        shutil.copytree(tuning.folder, folder / DICTIONARIES_FOLDER)
        _check_again(folder, duties, examples, lines)
        manifest = Manifest(
            generation=generation_name(folder),
            stamp=stamp,
            duties=len(duties),
            built_at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
        manifest.write(folder)
    return manifest


def _progress_in_duties(texts: Texts, progress: Callable[[int], None]) -> Callable[[int], None]:
    """Return a function that takes a number of texts and tells how many duties come before the next."""
    seen = [*texts.first_documents.tolist()[1:], len(texts.of_documents)]
    return lambda done: progress(seen[done - 1])


def _lists_of_texts(duties: Sequence[Duty], texts: Texts) -> list[list[int]]:
    """Return the numbers of the lists that say each text."""
    numbers: dict[str, int] = {}
    of_texts: list[list[int]] = [[] for _ in range(len(texts))]
    for duty, text in zip(duties, texts.of_documents.tolist(), strict=True):
        of_texts[text].append(numbers.setdefault(duty.list_id, len(numbers)))
    return of_texts


def _write_vocabulary(duties: Sequence[Duty], tuning: Tuning, lines: LineCache, file: Path) -> None:
    """Write which words occur in duties and phrasings, and how often: what a mistyped word may mean."""
    texts = {text for duty in duties for text in schema.field_texts(duty).values()}
    texts |= {text for entry in tuning.phrases.entries for ask in entry.asks for text in ask.phrasings}
    # Line by line: two words that stand side by side are in one.
    words = vocabulary_of(
        (lines.tokens(line) for text in sorted(texts) for line in text.split("\n")), tuning.stop_words
    )
    file.write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")


def list_info(read: TownshipList) -> ListInfo:
    """Return what an index knows of a list beside its duties; raise ValueError for one without a place."""
    if read.place is None:
        raise ValueError(f"{read.file}: a list without a place can't be indexed")
    counts = {list_type: len(read.duties_of(list_type)) for list_type in ListType}
    return ListInfo(id=read.id, file=read.file, place=read.place, date=read.date, counts=counts)


def _refuse_doubled_ids(duties: Sequence[Duty]) -> None:
    seen: set[str] = set()
    for duty in duties:
        if duty.id in seen:
            raise IndexStateError(f"two duties have the id {duty.id}; give their lists different ids")
        seen.add(duty.id)


def _live_lists(index: Path) -> tuple[ListInfo, ...]:
    """Return the lists of the live generation, none where there is no good one."""
    try:
        return read_lists(current_generation(index) / RECORDS_FOLDER)
    except (IndexStateError, OSError, ValueError, TypeError, KeyError):
        return ()


def _check_again(folder: Path, duties: Sequence[Duty], texts: Sequence[Duty], lines: LineCache) -> None:
    """Open what was written the way a server will, so that nothing unusable is published."""
    snapshot = Snapshot.load(folder / SNAPSHOT_FOLDER)
    PhraseSnapshot.load(folder / PHRASES_FOLDER)
    refuse_wrong_number(len(Records(folder / RECORDS_FOLDER)), len(duties))
    refuse_bad_ranking(snapshot, texts, lines)
