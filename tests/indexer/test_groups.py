"""Duty groups: the same duty in the lists of several townships.

1. The same duty is one group although its names differ: by township or town, by wording, by list type.
2. Different duties are different groups, however alike their wording.
3. No group holds two duties of one list; over the real lists, neither more nor less than that.
4. Groups are numbered in the order of their first duties, and the result depends on the texts alone.
5. No duties, one duty, duties without text: no error.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from indexer.groups import group_duties

if TYPE_CHECKING:
    from indexer.duty import Duty


@pytest.fixture(scope="module")
def groups(duties: list[Duty]) -> dict[str, int]:
    """Return each duty's group by its id."""
    return dict(zip([duty.id for duty in duties], group_duties(duties), strict=True))


def ids(**numbers: str) -> list[str]:
    names = {
        "changji": "changji-miaoergou",
        "qitai": "qitai-kanerzi",
        "mulei": "mulei-dananggou",
        "jimsar": "jimsar-santai",
        "urumqi": "urumqi-gangou",
    }
    return [f"{names[key]}-{value}" for key, value in numbers.items()]


@pytest.mark.parametrize(
    ("together", "names"),
    [
        pytest.param(
            # Basic in four lists, cooperative in the fifth.
            ids(changji="basic-77", qitai="basic-75", mulei="basic-75", jimsar="basic-77", urumqi="cooperative-48"),
            {
                "做好本乡测量标志保护工作，加强测绘基础设施保护工作",
                "做好本镇测量标志保护工作，加强测绘基础设施保护工作",
                "测绘基础设施保护工作",
            },
            id="测量标志",
        ),
        pytest.param(
            ids(
                changji="cooperative-15", qitai="cooperative-15", mulei="cooperative-15", jimsar="cooperative-15"
            ),
            {
                "对本乡户籍人员或居住人员中生活无着的流浪乞讨人员的救助及安置",
                "对本镇户籍人员或居住人员中生活无着的流浪乞讨人员的救助及安置",
            },
            id="流浪乞讨",
        ),
        pytest.param(
            # Numbers differ from list to list.
            ids(
                changji="cooperative-19", qitai="cooperative-19", mulei="cooperative-19", jimsar="cooperative-19"
            ),
            {"文明养犬管理工作"},
            id="养犬",
        ),
        pytest.param(
            ids(changji="reclaimed-31", qitai="reclaimed-37", mulei="reclaimed-32", jimsar="reclaimed-28"),
            {"建立微型消防站"},
            id="微型消防站",
        ),
        pytest.param(
            ids(
                changji="cooperative-3",
                qitai="cooperative-3",
                mulei="cooperative-3",
                jimsar="cooperative-3",
                urumqi="cooperative-2",
            ),
            {"党内统计工作"},
            id="党内统计",
        ),
        pytest.param(
            ids(changji="cooperative-66", mulei="cooperative-67", jimsar="cooperative-67"),
            {
                "做好建制乡建设统计调查填报和村庄建设统计调查填报工作",
                "做好建制镇建设统计调查填报和村庄建设统计调查填报工作",
            },
            id="建制乡",
        ),
    ],
)  # fmt: skip
def test_the_same_duty(
    groups: dict[str, int], duties: list[Duty], together: list[str], names: set[str]
) -> None:
    assert len({groups[duty_id] for duty_id in together}) == 1
    assert {duty.name for duty in duties if duty.id in together} == names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # 高龄津贴: paying it is not claiming it back.
        ("changji-miaoergou-cooperative-16", "changji-miaoergou-reclaimed-2"),
        ("changji-miaoergou-cooperative-16", "qitai-kanerzi-reclaimed-1"),
        # 养犬: keeping dogs is not vaccinating animals.
        ("changji-miaoergou-cooperative-19", "qitai-kanerzi-basic-43"),
        # 消防: a station is not an inspection.
        ("changji-miaoergou-reclaimed-31", "qitai-kanerzi-cooperative-83"),
        ("qitai-kanerzi-cooperative-83", "mulei-dananggou-cooperative-88"),
        # 污染源普查 is not 污染防治.
        ("changji-miaoergou-cooperative-61", "qitai-kanerzi-cooperative-56"),
        # Many of the same words, something else meant.
        ("changji-miaoergou-cooperative-39", "urumqi-gangou-basic-34"),
        ("changji-miaoergou-cooperative-27", "urumqi-gangou-basic-78"),
        ("changji-miaoergou-cooperative-11", "urumqi-gangou-basic-20"),
        ("changji-miaoergou-basic-91", "qitai-kanerzi-cooperative-72"),
    ],
)
def test_different_duties(groups: dict[str, int], one: str, other: str) -> None:
    assert groups[one] != groups[other]


def test_no_group_holds_two_duties_of_a_list(groups: dict[str, int], duties: list[Duty]) -> None:
    per_group = Counter((groups[duty.id], duty.list_id) for duty in duties)
    assert max(per_group.values()) == 1


def test_equal_names_of_different_lists_are_together(groups: dict[str, int], duties: list[Duty]) -> None:
    """Where a name stands once per list and with much the same text; 农村饮用水源地保护工作 has two texts."""
    by_name: dict[str, list[Duty]] = defaultdict(list)
    for duty in duties:
        by_name[f"{duty.list_type} {duty.name}"].append(duty)
    apart = [
        name
        for name, same in by_name.items()
        if len({duty.list_id for duty in same}) == len(same) and len({groups[duty.id] for duty in same}) > 1
    ]
    assert len(apart) <= 1


def test_most_duties_are_shared(groups: dict[str, int]) -> None:
    sizes = Counter(groups.values())
    assert 400 < len(sizes) < 600
    assert sum(size > 1 for size in sizes.values()) > 200
    assert max(sizes.values()) == 5


def test_numbers_count_up_in_order_of_first_duties(groups: dict[str, int]) -> None:
    first_seen = list(dict.fromkeys(groups.values()))
    assert first_seen == list(range(len(first_seen)))


def test_the_order_of_the_lists_does_not_matter(groups: dict[str, int], duties: list[Duty]) -> None:
    def partition(numbered: dict[str, int]) -> set[frozenset[str]]:
        members: dict[int, set[str]] = defaultdict(set)
        for duty_id, number in numbered.items():
            members[number].add(duty_id)
        return {frozenset(one) for one in members.values()}

    backwards = duties[::-1]
    again = dict(zip([duty.id for duty in backwards], group_duties(backwards), strict=True))
    same = partition(groups) & partition(again)
    assert len(same) > 0.97 * len(partition(groups))  # ties may fall either way


def test_the_place_in_a_name_says_nothing(duties: list[Duty]) -> None:
    duty = next(duty for duty in duties if duty.name == "文明养犬管理工作")
    here = replace(duty, name=f"{duty.township}文明养犬管理工作", superior_steps=(), township_steps=())
    there = replace(
        here, id="x", list_id="x", county="奇台县", township="坎尔孜乡", name="奇台县坎尔孜乡文明养犬管理工作"
    )
    other = replace(there, list_id="y", name="坎尔孜乡机电井管理")
    assert group_duties([here, there, other]) == [0, 0, 1]


def test_one_list_twice_the_same_name(duties: list[Duty]) -> None:
    assert group_duties([duties[0], duties[0]]) == [0, 1]


def test_few_duties(duties: list[Duty]) -> None:
    assert group_duties([]) == []
    assert group_duties(duties[:1]) == [0]
    blank = replace(duties[0], name="")
    assert group_duties([blank, replace(blank, list_id="x")]) == [0, 1]


def test_what_the_phrase_book_knows_as_one_is_one_group_unless_it_stands_in_one_list(
    duties: list[Duty],
) -> None:
    dogs = next(duty for duty in duties if duty.name == "文明养犬管理工作")
    other = replace(dogs, id="x", list_id="x", name="林木采伐", superior_steps=(), township_steps=())
    here_too = replace(other, id="y", list_id=dogs.list_id)
    assert group_duties([dogs, other], [-1, -1]) == [0, 1]
    assert group_duties([dogs, other], [7, 7]) == [0, 0]
    assert group_duties([dogs, here_too], [7, 7]) == [0, 1]
    assert group_duties([dogs, other], [7, 8]) == [0, 1]
