"""The ranking snapshot.

1. The impact of every term in every duty is the one of the BM25F formula, computed here once more, slowly,
   from the texts themselves; a term stands in exactly the duties that have it.
2. The names' postings hold each pair of neighbouring characters of each name once, marks and white space
   aside, in any width and case, and every one is worth the same.
3. Facet columns are what counting the records gives: values in the order of the duties, aliases included.
4. Saved and loaded, the snapshot is the same; the group numbers travel with it.
5. A damaged snapshot is refused, not half-read.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from whoosh.filedb.filestore import RamStorage

from indexer.analysis.line_cache import LineCache
from indexer.duty import Duty, ListType
from indexer.facets import FACETS
from indexer.index import schema
from indexer.index.build import SNAPSHOT_FOLDER
from indexer.index.field_postings import read_postings
from indexer.index.publishing import current_generation
from indexer.index.snapshot import Snapshot
from indexer.index.texts import Texts
from indexer.ranking import FIELDS, Ranking

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.tuning import Tuning

RANKING = Ranking(
    k1=1.7,
    b=0.7,
    fields={
        "name": 8.0,
        "category": 1.0,
        "departments": 3.5,
        "superior_steps": 2.0,
        "township_steps": 4.0,
    },
    minimum_match={1: 1},
)
"""Unlike the repository's, every field has a weight of its own, so that none can stand for another."""


@pytest.fixture(scope="module")
def sample(duties: list[Duty]) -> list[Duty]:
    """Return 62 duties of all lists and list types."""
    return duties[::20][:62]


def derive(duties: list[Duty], tuning: Tuning) -> Snapshot:
    index = RamStorage().create_index(schema.schema())
    writer = index.writer()
    texts = Texts.of(duties)
    lines = LineCache(tuning.analyzer)
    for number in texts.first_documents:
        writer.add_document(**schema.document(duties[number], lines))
    writer.commit()
    with index.reader() as reader:
        return Snapshot.derive(read_postings(reader), duties, texts, range(len(texts)), RANKING)


@pytest.fixture(scope="module")
def snapshot(sample: list[Duty], tuning: Tuning) -> Snapshot:
    return derive(sample, tuning)


def reference_impacts(duties: list[Duty], tuning: Tuning) -> dict[str, dict[int, float]]:
    """Return term → duty number → impact, straight from the formula."""
    counts = [
        {
            field: Counter(token.term for token in tuning.analyzer.words(text))
            for field, text in schema.field_texts(duty).items()
        }
        for duty in duties
    ]
    weighed = [
        [(1.0, sum(field.total() for field in of_duty.values()))]
        + [(RANKING.fields[field] - 1, terms.total()) for field, terms in of_duty.items()]
        for of_duty in counts
    ]
    average = sum(weight * length for of_duty in weighed for weight, length in of_duty) / len(duties)
    lengths = [
        in_a_byte(math.floor(sum(weight * in_a_byte(length) for weight, length in of_duty) + 0.5))
        for of_duty in weighed
    ]
    terms = {term for of_duty in counts for field in of_duty.values() for term in field}
    impacts: dict[str, dict[int, float]] = {}
    for term in terms:
        holders = [
            number for number, of_duty in enumerate(counts) if any(term in c for c in of_duty.values())
        ]
        idf = math.log(1 + (len(duties) - len(holders) + 0.5) / (len(holders) + 0.5))
        impacts[term] = {}
        for number in holders:
            norm = 1 - RANKING.b + RANKING.b * lengths[number] / average
            tf = sum(weight * counts[number][field][term] / norm for field, weight in RANKING.fields.items())
            impacts[term][number] = idf * tf * (RANKING.k1 + 1) / (RANKING.k1 + tf)
    return impacts


def in_a_byte(length: int) -> int:
    """Return what Lucene's one byte keeps of a length: its first four binary digits beyond 24."""
    digits = f"{length - 24:b}" if length >= 24 else ""
    return length if length < 24 else 24 + int(digits[:4] + "0" * len(digits[4:]), 2)


def test_impacts_are_those_of_the_formula(snapshot: Snapshot, sample: list[Duty], tuning: Tuning) -> None:
    expected = reference_impacts(sample, tuning)
    assert list(snapshot.postings.terms) == sorted(expected)
    assert len(expected) > 1000
    for term, of_documents in expected.items():
        assert impacts_of(snapshot, term) == pytest.approx(of_documents, rel=1e-5), term
    assert snapshot.postings.offsets[-1] == len(snapshot.postings.items) == len(snapshot.postings.impacts)


def test_the_sample_covers_every_field(sample: list[Duty]) -> None:
    """Without this the comparison above could pass on empty fields."""
    assert {duty.list_type for duty in sample} == set(ListType)
    assert len({duty.list_id for duty in sample}) == 5
    for field in FIELDS:
        assert sum(bool(schema.field_texts(duty)[field]) for duty in sample) > 10


def impacts_of(snapshot: Snapshot, term: str) -> dict[int, float]:
    """Return document → impact of a term."""
    number = snapshot.postings.terms[term]
    span = slice(snapshot.postings.offsets[number], snapshot.postings.offsets[number + 1])
    items, impacts = snapshot.postings.items[span].tolist(), snapshot.postings.impacts[span].tolist()
    assert items == sorted(set(items))
    of_texts = dict(zip(items, impacts, strict=True))
    return {
        number: of_texts[text]
        for number, text in enumerate(snapshot.texts.of_documents.tolist())
        if text in of_texts
    }


def duties_with(snapshot: Snapshot, pair: str) -> list[int]:
    """Return the numbers of the duties whose name has a pair."""
    texts = set(snapshot.names.items_of(pair).tolist())
    return [number for number, text in enumerate(snapshot.texts.of_documents.tolist()) if text in texts]


def test_the_names_postings_hold_every_pair_of_characters(snapshot: Snapshot, sample: list[Duty]) -> None:
    expected: dict[str, set[int]] = {}
    for number, duty in enumerate(sample):
        letters = [one for one in unicodedata.normalize("NFKC", duty.name).lower() if one.isalnum()]
        for first, second in pairwise(letters):
            expected.setdefault(f"#{first}{second}", set()).add(number)
    assert len(expected) > 500
    assert list(snapshot.names.terms) == sorted(expected)
    for pair, holders in expected.items():
        assert duties_with(snapshot, pair) == sorted(holders), pair


def test_every_pair_of_a_name_is_worth_the_same(snapshot: Snapshot) -> None:
    """However long the name, and however often it has the pair: shares of a question are added up."""
    assert set(snapshot.names.impacts.tolist()) == {1.0}
    assert snapshot.names.offsets[-1] == len(snapshot.names.items) == len(snapshot.names.impacts)


def test_names_as_people_write_them(duties: list[Duty], tuning: Tuning) -> None:
    written = ["养犬、养犬，养 犬（ＷｉＦｉ）", "犬", ""]
    named = [replace(duty, name=name) for duty, name in zip(duties, written, strict=False)]
    snapshot = derive(named, tuning)
    assert {pair: duties_with(snapshot, pair) for pair in snapshot.names.terms} == {
        f"#{pair}": [0] for pair in ("养犬", "犬养", "犬w", "wi", "if", "fi")
    }


@pytest.mark.parametrize("facet", FACETS, ids=lambda facet: facet.name)
def test_facet_columns_are_straight_counts(index_folder: Path, duties: list[Duty], facet: object) -> None:
    snapshot = Snapshot.load(current_generation(index_folder) / SNAPSHOT_FOLDER)
    column = snapshot.facets[facet.name]  # type: ignore[attr-defined]
    straight = {
        "prefecture": lambda duty: [duty.prefecture],
        "county": lambda duty: [duty.county],
        "township": lambda duty: [duty.township],
        "list_type": lambda duty: [str(duty.list_type)],
        "category": lambda duty: [duty.category],
        "department": lambda duty: [body.canonical for body in duty.departments],
    }[facet.name]  # type: ignore[attr-defined]
    if facet.of_place:  # type: ignore[attr-defined]
        items = [
            duty for before, duty in pairwise([None, *duties]) if not before or before.list_id != duty.list_id
        ]
    else:
        texts = [duties[number] for number in Texts.of(duties).first_documents]
        items = [texts[number] for number in np.unique(snapshot.kinds, return_index=True)[1]]
        # A text has the values of its kind.
        assert [straight(duty) for duty in texts] == [straight(items[kind]) for kind in snapshot.kinds]
    of_duties = [straight(duty) for duty in items]
    assert len(column.starts) == len(items) + 1
    for number, values in enumerate(of_duties):
        ordinals = column.ordinals[column.starts[number] : column.starts[number + 1]]
        assert [column.values[ordinal] for ordinal in ordinals] == values
    # Counting in one step over the whole column gives the same as counting the records.
    counts = np.bincount(column.ordinals, minlength=len(column.values)).tolist()
    assert dict(zip(column.values, counts, strict=True)) == Counter(v for values in of_duties for v in values)
    assert column.values == list(dict.fromkeys(value for duty in duties for value in straight(duty)))


def test_no_duty_has_a_department_twice(duties: list[Duty]) -> None:
    """Else a facet would count it twice."""
    for duty in duties:
        names = [body.canonical for body in duty.departments]
        assert len(names) == len(set(names)), duty.id


def test_aliases(snapshot: Snapshot, sample: list[Duty]) -> None:
    assert snapshot.facets["list_type"].aliases == {
        "基本": "basic",
        "配合": "cooperative",
        "收回": "reclaimed",
    }
    assert snapshot.facets["department"].aliases == {
        body.name: body.canonical for duty in sample for body in duty.departments
    }
    assert snapshot.facets["county"].aliases == {}


def test_saved_and_loaded(snapshot: Snapshot, tmp_path: Path) -> None:
    groups = np.arange(len(snapshot.groups), dtype=np.int32)[::-1]
    replace(snapshot, groups=groups).save(tmp_path / "snapshot")
    loaded = Snapshot.load(tmp_path / "snapshot")
    assert loaded.postings.terms == snapshot.postings.terms
    assert loaded.groups.tolist() == groups.tolist()
    assert loaded.names.terms == snapshot.names.terms != snapshot.postings.terms
    for kind in ("postings", "names"):
        for name in ("offsets", "items", "impacts"):
            read, written = (getattr(getattr(one, kind), name) for one in (loaded, snapshot))
            assert np.array_equal(read, written)
            assert read.dtype == written.dtype
    assert loaded.texts.of_documents.tolist() == snapshot.texts.of_documents.tolist()
    assert loaded.lists.tolist() == snapshot.lists.tolist()
    assert list(loaded.facets) == list(snapshot.facets) == [facet.name for facet in FACETS]
    for name, column in snapshot.facets.items():
        assert loaded.facets[name].values == column.values
        assert loaded.facets[name].aliases == column.aliases
        assert np.array_equal(loaded.facets[name].starts, column.starts)
        assert np.array_equal(loaded.facets[name].ordinals, column.ordinals)


DAMAGED = ("impacts.npy", "terms.json", "names/items.npy", "names/terms.json", "rows.npy")


@pytest.mark.parametrize("name", DAMAGED)
@pytest.mark.parametrize("content", [None, b"", b"{"], ids=["missing", "empty", "broken"])
def test_a_damaged_snapshot(snapshot: Snapshot, tmp_path: Path, name: str, content: bytes | None) -> None:
    snapshot.save(tmp_path / "snapshot")
    file = tmp_path / "snapshot" / name
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    with pytest.raises((OSError, EOFError, ValueError)):
        Snapshot.load(tmp_path / "snapshot")
