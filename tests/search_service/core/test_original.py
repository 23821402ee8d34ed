"""The original wording beside a duty.

1. A duty comes with the cells of its own row as published, titled, in the document's order.
2. Of a corrected duty they are the document's, not the corrected ones.
3. An unknown id has neither a duty nor a row.
4. A search doesn't read rows: a hit has none.
"""

from dataclasses import fields

import pytest

from indexer.duty import Duty
from search_service.core.result import SearchResult


@pytest.mark.parametrize(
    ("duty_id", "titles"),
    [
        ("changji-miaoergou-basic-1", ["事项类别", "事项名称"]),
        (
            "changji-miaoergou-cooperative-19",
            ["事项类别", "事项名称", "对应上级部门", "上级部门职责", "乡镇配合职责"],
        ),
        ("mulei-dananggou-reclaimed-19", ["事项类别", "事项名称", "承接部门及工作方式"]),
    ],
)
def test_a_duty_comes_with_its_row(search, lists, duty_id, titles):
    found = search.duty(duty_id)
    row = lists[found.duty.list_id].originals[duty_id]
    assert [cell.title for cell in found.original] == titles
    assert [cell.text for cell in found.original] == [getattr(row, cell.field) for cell in found.original]


def test_every_duty_has_its_own_row(search, lists):
    engine = search.index.generation.engine
    for one in lists.values():
        for duty in one.duties:
            assert engine.original(duty.id) == one.originals[duty.id]


def test_corrected_duties_have_the_documents_cells(search):
    found = search.duty("qitai-kanerzi-cooperative-73")
    superior = next(cell.text for cell in found.original if cell.field == "superior")
    assert "病影放映" in superior
    assert "病影放映" not in "".join(step.text for step in found.duty.superior_steps)


def test_an_unknown_id_has_neither(search):
    assert search.duty("changji-miaoergou-cooperative-999") is None
    assert search.index.generation.engine.original("changji-miaoergou-cooperative-999") is None


def test_hits_carry_no_row():
    assert "original" not in {field.name for field in (*fields(SearchResult), *fields(Duty))}
