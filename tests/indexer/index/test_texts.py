"""The distinct texts of an index.

1. Duties that say the same, wherever they stand, share a text; any difference in what is searched or shown parts them.
2. No list says a text twice.
3. Texts count up in the order of their first duties; documents of a text are ascending; copies add up (property test).
4. A snapshot of repeated lists ranks as if every duty had postings of its own: same impacts, copy by copy.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.duty import Department, Duty, ListType, Source, Step
from indexer.index.texts import Texts

from .test_snapshot import derive, impacts_of, reference_impacts

if TYPE_CHECKING:
    from indexer.tuning import Tuning

DUTY = Duty(
    id="a-cooperative-1", list_id="a", province="新疆维吾尔自治区", prefecture="昌吉回族自治州", county="昌吉市",
    township="庙尔沟乡", list_type=ListType.COOPERATIVE, number=1, category="平安法治", name="文明养犬管理工作",
    marked=False, departments=(Department("昌吉市公安局", "公安局"),),
    superior_steps=(Step(1, "负责查处养犬扰民、伤人治安案件", None, ("公安局",)),), township_steps=(Step(None, "入户走访"),),
    source=Source("a.txt", 7),
)  # fmt: skip


def elsewhere(duty: Duty, list_id: str, number: int = 1) -> Duty:
    """Return what another township's list says in the same words."""
    return replace(
        duty,
        id=f"{list_id}-{duty.list_type}-{number}",
        list_id=list_id,
        county="奇台县",
        township="坎尔孜乡",
        number=number,
        source=Source(f"{list_id}.txt", number),
    )


def numbers(*duties: Duty) -> list[int]:
    return Texts.of(duties).of_documents.tolist()


def test_the_same_words_are_one_text_wherever_they_stand() -> None:
    assert numbers(DUTY, elsewhere(DUTY, "b", 9), replace(elsewhere(DUTY, "c"), marked=True)) == [0, 0, 0]


@pytest.mark.parametrize(
    "change",
    [
        {"name": "养犬管理工作"},
        {"category": "民生服务"},
        {"list_type": ListType.RECLAIMED},
        {"departments": (Department("奇台县公安局", "公安局"),)},
        {"superior_steps": ()},
        {"superior_steps": (Step(1, "负责查处养犬扰民、伤人治安案件", None, ("城市管理局",)),)},
        {"township_steps": (Step(None, "入户走访", "乡镇："),)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_any_difference_parts_them(change: dict[str, object]) -> None:
    assert numbers(DUTY, replace(elsewhere(DUTY, "b"), **change)) == [0, 1]  # type: ignore[arg-type]


def test_no_list_says_a_text_twice() -> None:
    again = replace(DUTY, id="a-cooperative-2", number=2)
    assert numbers(DUTY, again, elsewhere(DUTY, "b", 1), elsewhere(DUTY, "b", 2)) == [0, 1, 0, 1]


@given(st.lists(st.lists(st.sampled_from("养犬噪声"), max_size=6), min_size=1, max_size=6))
def test_documents_and_copies(lists: list[list[str]]) -> None:
    duties = [
        replace(elsewhere(DUTY, f"l{which}", number), name=name)
        for which, names in enumerate(lists)
        for number, name in enumerate(names, 1)
    ]
    texts = Texts.of(duties)
    assert texts.copies.sum() == len(duties)
    assert list(dict.fromkeys(texts.of_documents.tolist())) == list(range(len(texts)))
    for text, (start, copies) in enumerate(zip(texts.starts, texts.copies, strict=True)):
        documents = texts.documents[start : start + copies].tolist()
        assert documents == [one for one, of in enumerate(texts.of_documents) if of == text]
        assert len({duties[one].name for one in documents}) == 1
        assert len({duties[one].list_id for one in documents}) == len(documents)


def test_repeated_lists_rank_as_if_every_duty_had_postings_of_its_own(
    duties: list[Duty], tuning: Tuning
) -> None:
    """Else the same sentence in a thousand townships would look as rare as one of a single township."""
    few = [duties[number] for number in (3, 120, 180, 200)]
    repeated = (
        few
        + [replace(one, list_id="b", id=f"b-{one.id}") for one in few[:3]]
        + [replace(few[0], list_id="c")]
    )
    snapshot = derive(repeated, tuning)
    assert len(snapshot.texts) == 4
    expected = reference_impacts(repeated, tuning)
    assert list(snapshot.postings.terms) == sorted(expected)
    for term, of_documents in expected.items():
        assert impacts_of(snapshot, term) == pytest.approx(of_documents, rel=1e-5), term
