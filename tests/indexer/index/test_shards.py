"""The Whoosh index in shards.

1. Several shards, written by several processes, hold what one shard holds: the same postings, in the same texts.
2. Phrases are found in every shard, and a snapshot made of several is the one made of one.
3. Progress goes up to all texts.
4. A folder without shards, or with one missing, can't be opened.
5. Postings of parts that share terms are joined term by term.
6. A process that is killed while it writes is an IndexStateError, and no process stays behind.
"""

from __future__ import annotations

import multiprocessing
import shutil
from typing import TYPE_CHECKING

import numpy as np
import pytest

from indexer.analysis.line_cache import LineCache
from indexer.index import shards
from indexer.index.field_postings import FieldPostings, joined
from indexer.index.generation import IndexStateError
from indexer.index.schema import field_texts
from indexer.index.shards import open_shards, write_shards
from indexer.index.texts import Texts
from indexer.ranking import FIELDS
from search_service.engines.exact_phrases import ExactPhrases

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.duty import Duty
    from indexer.tuning import Tuning


@pytest.fixture(scope="module")
def examples(duties: list[Duty]) -> list[Duty]:
    """Return a duty of each text."""
    return [duties[number] for number in Texts.of(duties).first_documents]


@pytest.fixture(scope="module")
def lines(tuning: Tuning) -> LineCache:
    return LineCache(tuning.analyzer)


@pytest.fixture(scope="module")
def several(
    examples: list[Duty], lines: LineCache, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, FieldPostings], list[int]]:
    """Write three shards: their folder, their postings, and what was told of the progress."""
    folder = tmp_path_factory.mktemp("shards") / "whoosh"
    told: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shards, "TEXTS", 400)
        postings = write_shards(examples, lines, folder, told.append)
    return folder, postings, told


def as_set(postings: FieldPostings) -> set[tuple[str, int, float]]:
    terms = [postings.terms[number] for number in postings.of_terms]
    return set(zip(terms, postings.items.tolist(), postings.frequencies.tolist(), strict=True))


def test_several_shards_hold_what_one_holds(
    examples: list[Duty],
    lines: LineCache,
    several: tuple[Path, dict[str, FieldPostings], list[int]],
    tmp_path: Path,
) -> None:
    one = write_shards(examples, lines, tmp_path / "whoosh", lambda done: None)
    folder, postings, told = several
    assert [index.doc_count() for index in open_shards(folder)] == [400, 400, len(examples) - 800]
    assert len(open_shards(tmp_path / "whoosh")) == 1
    for name in FIELDS:
        assert as_set(postings[name]) == as_set(one[name])
        assert len(postings[name].items) == len(one[name].items) > 1000
    assert told[-1] == len(examples)


@pytest.mark.parametrize("phrase", ["伤人治安案件", "高龄津贴", "犬", "养犬管理工作"])
def test_phrases_are_found_in_every_shard(
    examples: list[Duty], several: tuple[Path, dict[str, FieldPostings], list[int]], phrase: str
) -> None:
    found = ExactPhrases(several[0]).texts_with([phrase])
    assert found is not None
    expected = [any(phrase in text for text in field_texts(duty).values()) for duty in examples]
    assert found.tolist() == expected
    assert sum(expected) > 0


def test_a_missing_shard(several: tuple[Path, dict[str, FieldPostings], list[int]], tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    shutil.copytree(several[0], tmp_path / "some")
    shutil.rmtree(tmp_path / "some" / "1")
    for name in ("none", "some", "nowhere"):
        with pytest.raises(Exception, match=name):
            open_shards(tmp_path / name)


def test_joined_terms() -> None:
    first = FieldPostings(["养犬", "登记"], np.array([0, 1]), np.array([0, 1]), np.array([1.0, 2.0]))
    second = FieldPostings(["登记", "证"], np.array([0, 1]), np.array([0, 0]), np.array([3.0, 4.0]))
    both = joined([first, second], [0, 10])
    assert as_set(both) == {("养犬", 0, 1.0), ("登记", 1, 2.0), ("登记", 10, 3.0), ("证", 10, 4.0)}


def test_a_process_that_dies_is_told(
    examples: list[Duty], lines: LineCache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shards, "TEXTS", 100)

    def kill_one(_done: int) -> None:
        (process, *_) = multiprocessing.active_children()
        process.kill()

    with pytest.raises(IndexStateError, match="a process that wrote it died; is there memory left"):
        write_shards(examples, lines, tmp_path / "whoosh", kill_one)
    assert not multiprocessing.active_children()
