"""What an engine gives for exports and maps, on the five real lists.

1. All duties in the order of the lists; under filters those that pass, OR within a facet and AND between facets.
2. The ids of all duties in the same order, without reading a duty.
3. A duty is read when it is asked for, not before.
"""

import pytest

from indexer.index.publishing import current_generation
from indexer.index.records import Records
from search_service.engines.whoosh import WhooshEngine


@pytest.fixture(scope="module")
def engine(index_folder, tuning):
    return WhooshEngine(current_generation(index_folder), tuning.ranking.fusion)


def test_all_duties_in_the_order_of_the_lists(engine, duties):
    assert list(engine.duties()) == duties
    assert list(engine.duties({"township": frozenset()})) == duties


def test_filters(engine, duties):
    townships, lists = frozenset({"三台镇", "甘沟乡"}), frozenset({"reclaimed"})
    assert list(engine.duties({"township": townships, "list_type": lists})) == [
        duty for duty in duties if duty.township in townships and duty.list_type in lists
    ]
    leading = list(engine.duties({"department": frozenset({"公安局"})}))
    assert leading
    assert all("公安局" in [one.canonical for one in duty.departments] for duty in leading)
    assert list(engine.duties({"township": frozenset({"没有乡"})})) == []


def test_ids_without_reading(engine, duties, monkeypatch):
    monkeypatch.setattr(Records, "__getitem__", None)
    assert list(engine.duty_ids()) == [duty.id for duty in duties]


def test_a_duty_is_read_when_it_is_asked_for(engine, monkeypatch):
    read = []
    original = Records.__getitem__
    monkeypatch.setattr(
        Records, "__getitem__", lambda records, number: read.append(number) or original(records, number)
    )
    found = engine.duties({"township": frozenset({"三台镇"})})
    assert read == []
    next(found)
    assert len(read) == 1
