"""Judged questions and a search that always answers the same, for the evaluation's tests."""

from __future__ import annotations

import pytest

from indexer.duty import Duty, ListType, Source
from search_service.evaluation.judged import Judged, Relevant


def make_duty(number: int, name: str, township: str = "庙尔沟乡") -> Duty:
    """Return a basic duty with nothing but a name."""
    return Duty(
        id=f"{township}-basic-{number}",
        list_id=township,
        province="新疆维吾尔自治区",
        prefecture="昌吉回族自治州",
        county="昌吉市",
        township=township,
        list_type=ListType.BASIC,
        number=number,
        category="民生服务",
        name=name,
        marked=False,
        departments=(),
        superior_steps=(),
        township_steps=(),
        source=Source("庙尔沟乡.txt", number),
    )


def make_question(
    number: str, q: str, right: tuple[int, ...], related: tuple[int, ...] = (), **changes
) -> Judged:
    """Return a question that the basic duties `right` of 庙尔沟乡 answer and `related` are near to."""
    graded = [*((one, 2) for one in right), *((one, 1) for one in related)]
    fields = {
        "id": number,
        "kind": "keyword",
        "q": q,
        "township": None,
        "relevant": tuple(Relevant("庙尔沟乡", ListType.BASIC, one, grade) for one, grade in graded),
        "responsible": ("乡镇",),
        "township_role": "responsible",
        "split": "report",
    }
    return Judged(**{**fields, **changes})


@pytest.fixture
def some_duties() -> list[Duty]:
    """Return four duties, numbered from 1."""
    names = ("文明养犬管理", "最低生活保障申请受理", "高龄津贴发放", "扬尘污染防治")
    return [make_duty(number, name) for number, name in enumerate(names, 1)]


@pytest.fixture
def some_questions() -> list[Judged]:
    """Return a question of two kinds each and one that nobody answers."""
    return [
        make_question("q1", "养狗谁管", right=(1,), related=(4,)),
        make_question("q2", "低保咋领", right=(2,), kind="colloquial"),
        make_question("q3", "老人的钱", right=(3,), related=(2,), kind="colloquial", township="庙尔沟乡"),
        make_question(
            "q4", "飞机晚点赔不赔", right=(), kind="no_answer", responsible=None, township_role=None
        ),
    ]


@pytest.fixture
def find_in_order(some_duties):
    """Return a search that gives every duty in list order, whatever is asked; it keeps what it was asked."""

    def find(text, township, limit):
        find.asked.append((text, township, limit))
        return some_duties[:limit]

    find.asked = []
    return find
