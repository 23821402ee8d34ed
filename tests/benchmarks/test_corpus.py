"""The made-up province.

1. It is the same every time, and holds exactly as many duties as asked for; a smaller one is the beginning of a
   larger one. One that can't be had is refused.
2. Ids of duties and lists are unique, ids of lists as the catalogue wants them; numbers count up without a gap.
3. No name of a real place is left, in any form: not in texts, not in departments' names, not in places.
4. Counties take the real lists in turn; their townships share most texts, and none has all texts of another.
5. Rewording changes one place of a duty and keeps its full stop; a larger share leaves fewer texts alike.
6. It can be indexed: every duty has the row it was made from.
"""

from __future__ import annotations

import random
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from benchmarks.corpus import TOWNSHIPS, corpus
from benchmarks.place_names import place_stems
from benchmarks.wording import reworded
from indexer.catalogue import _ID
from indexer.departments.places import place_forms
from indexer.duty import ListType
from indexer.index.schema import field_texts

if TYPE_CHECKING:
    from indexer.duty import Duty
    from indexer.township_list import TownshipList

SIX_COUNTIES = 6 * TOWNSHIPS * 230


def texts_of(duty: Duty) -> str:
    return "\n".join(field_texts(duty).values())


@pytest.fixture(scope="module")
def townships(templates: list[TownshipList]) -> list[TownshipList]:
    return list(corpus(templates, SIX_COUNTIES))


def test_same_every_time_and_cut_exactly(templates, townships):
    again = list(corpus(templates, 1000))
    duties = [duty for one in again for duty in one.duties]
    assert len(duties) == 1000
    assert duties == [duty for one in townships for duty in one.duties][:1000]
    assert list(corpus(templates, 1000, seed=6)) != again


def test_too_many_are_refused(templates, monkeypatch):
    monkeypatch.setattr("benchmarks.corpus.COUNTIES", 1)
    with pytest.raises(ValueError, match="5000 were asked for"):
        list(corpus(templates, 5000))


def test_ids_are_unique_and_valid(townships):
    ids = [duty.id for one in townships for duty in one.duties]
    assert len(set(ids)) == len(ids)
    assert len({one.id for one in townships}) == len(townships)
    assert all(_ID.fullmatch(one.id) for one in townships)
    for one in townships[:-1]:  # the last is cut off
        for list_type in ListType:
            assert [duty.number for duty in one.duties_of(list_type)] == list(
                range(1, len(one.duties_of(list_type)) + 1)
            )


def test_no_real_place_is_left(templates, townships):
    anywhere = place_forms(None).areas
    real = {
        form
        for template in templates
        for form in place_forms(template.place).areas
        if form not in anywhere and not form.startswith("新疆") and form not in ("区", "本区")
    }
    assert {"木垒", "木垒县", "昌吉州", "大南沟乌孜别克族乡"} <= real
    for one in townships[:: TOWNSHIPS // 2]:
        names = (one.place.prefecture, one.place.county, one.place.township)
        text = "\n".join([*map(texts_of, one.duties), *names])
        assert [form for form in real if form in text] == []
        assert one.place.county in "".join(name.name for duty in one.duties for name in duty.departments)
        assert any(one.place.township in texts_of(duty) for duty in one.duties)


def test_places_are_unique(townships):
    names = {(one.place.county, one.place.township) for one in townships}
    assert len(names) == len({township for _, township in names}) == len(townships)
    stems = list(islice(place_stems(1), 1500))
    assert len(set(stems)) == len(stems)


def test_neighbours_are_alike_but_not_equal(townships):
    first, second = (set(map(texts_of, one.duties)) for one in townships[:2])
    assert 0.5 < len(first & second) / len(first) < 1
    elsewhere = set(map(texts_of, townships[TOWNSHIPS].duties))
    assert len(first & elsewhere) < len(first & second)
    assert townships[0].duties[0].category == townships[5 * TOWNSHIPS].duties[0].category


def test_rewording_changes_one_place(duties):
    chance = random.Random(1)  # noqa: S311
    long = [duty for duty in duties if len(duty.name) > 40 or len(texts_of(duty)) > 200]
    for duty in long[:100]:
        other = reworded(duty, chance)
        before, after = field_texts(duty), field_texts(other)
        assert sum(before[name] != after[name] for name in before) <= 1
        assert texts_of(duty)[-1] == texts_of(other)[-1]
        assert len(other.superior_steps) == len(duty.superior_steps)
    assert sum(reworded(duty, chance) != duty for duty in long) > 0.9 * len(long)


def test_more_rewording_leaves_less_alike(templates):
    def distinct(share: float) -> int:
        return len({texts_of(duty) for one in corpus(templates, 2000, share) for duty in one.duties})

    assert distinct(0.0) < distinct(0.04) < distinct(1.0)


def test_every_duty_has_its_row(townships):
    assert all(duty.id in one.originals for one in townships for duty in one.duties)
