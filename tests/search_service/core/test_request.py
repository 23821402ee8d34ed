"""What a caller can ask of a search: the parts of understanding.

1. The parts have distinct names; all of them are at work unless an evaluation asks otherwise.
2. Switching some off leaves the others as they are, in whatever order and however often they are named.
3. A part that doesn't exist can't be switched off: an error, not a measurement of nothing.
"""

import pytest

from search_service import SearchRequest
from search_service.core.request import ALL_PARTS, Parts


def states(parts):
    return {name: getattr(parts, name) for name in Parts.names()}


def test_all_parts_are_at_work_and_named():
    assert set(Parts.names()) >= {
        "noise",
        "places",
        "synonyms",
        "spelling",
        "pieces",
        "phrase_book",
        "meaning",
    }
    assert len(set(Parts.names())) == len(Parts.names())
    assert all(states(ALL_PARTS).values())
    assert SearchRequest("养犬").parts == ALL_PARTS


@pytest.mark.parametrize("name", Parts.names())
def test_switching_one_off_leaves_the_others(name):
    assert states(ALL_PARTS.without(name)) == {other: other != name for other in Parts.names()}
    assert all(states(ALL_PARTS).values())  # the parts themselves never change


def test_switching_off_adds_up():
    assert ALL_PARTS.without() == ALL_PARTS
    assert ALL_PARTS.without("pieces", "noise") == ALL_PARTS.without("noise").without("pieces", "pieces")
    assert not any(states(ALL_PARTS.without(*Parts.names())).values())
    assert Parts(noise=False).without("pieces") == Parts(noise=False, pieces=False)


@pytest.mark.parametrize("name", ["piece", "", "names", "标点"])
def test_a_part_that_does_not_exist_can_not_be_switched_off(name):
    with pytest.raises(TypeError):
        ALL_PARTS.without(name)
