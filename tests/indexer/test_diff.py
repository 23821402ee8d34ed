"""Differences of two versions of a list.

1. A list compared with itself has none.
2. Duties added, dropped, moved between lists, re-assigned, reworded and renumbered are told apart.
3. A duty whose name is reworded a little is the same duty; of one duty every change is listed.
4. The order is that of the kinds, whatever the order of the duties.
"""

from dataclasses import replace

import pytest

from indexer.diff import Change, compare
from indexer.duty import Department, ListType


@pytest.fixture(scope="module")
def old(lists):
    return lists["changji-miaoergou"].duties


def with_change(duties, duty_id, **changes):
    return [replace(duty, **changes) if duty.id == duty_id else duty for duty in duties]


def found(old, new):
    return [(one.change, one.old_id, one.new_id, one.what) for one in compare(old, new)]


def test_a_list_equals_itself(old):
    assert compare(old, old) == []


def test_added_and_dropped(old):
    dog = "changji-miaoergou-cooperative-19"
    rest = [duty for duty in old if duty.id != dog]
    assert found(old, rest) == [(Change.DROPPED, dog, "", "duty")]
    assert found(rest, old) == [(Change.ADDED, "", dog, "duty")]


def test_reassigned(old):
    dog = "changji-miaoergou-cooperative-19"
    new = with_change(old, dog, departments=(Department("昌吉市公安局", "公安局"),))
    difference = compare(old, new)[0]
    assert (difference.change, difference.what) == (Change.REASSIGNED, "departments")
    assert difference.before.startswith("公安局、城市管理局")
    assert difference.after == "公安局"


def test_reworded_and_moved_at_once(old):
    proof = "changji-miaoergou-reclaimed-1"
    new = with_change(
        old,
        proof,
        id="changji-miaoergou-basic-108",
        list_type=ListType.BASIC,
        number=108,
        name="出具婚姻状况证明（含婚姻关系证明、分居证明）",
    )
    moved = "changji-miaoergou-basic-108"
    assert found(old, new) == [
        (Change.MOVED, proof, moved, "list"),
        (Change.REWORDED, proof, moved, "name"),
        (Change.RENUMBERED, proof, moved, "number"),
    ]


def test_a_reworded_step_is_told(old):
    dog = next(duty for duty in old if duty.id == "changji-miaoergou-cooperative-19")
    steps = (replace(dog.township_steps[0], text="组织村开展巡查。"),)
    assert found(old, with_change(old, dog.id, township_steps=steps)) == [
        (Change.REWORDED, dog.id, dog.id, "township_steps")
    ]


def test_records_are_plain_data(old):
    new = with_change(old, "changji-miaoergou-basic-28", category="社会保障")
    assert [one.to_record() for one in compare(old, new)] == [
        {
            "change": "reworded",
            "old_id": "changji-miaoergou-basic-28",
            "new_id": "changji-miaoergou-basic-28",
            "name": next(duty.name for duty in old if duty.id == "changji-miaoergou-basic-28"),
            "what": "category",
            "before": "民生服务",
            "after": "社会保障",
        }
    ]
