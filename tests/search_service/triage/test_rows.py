"""Rows answered.

1. Each row gets the body, the sentence, the duty and the township's part, or why not; order is kept.
2. A row's own township comes before the default; without any, bodies that differ by place have a common name
   or none.
3. Bad rows are reported in their place: no text, a township without a list, too few or too many cells, a text
   too long.
4. What several rows ask in one place is asked once; blank rows stay blank.
"""

from dataclasses import replace

import pytest

from indexer.facets import UnknownFacetValueError
from search_service.core.answers.answering import AnswerRequest
from search_service.core.answers.result import Status
from search_service.core.request import MAX_QUERY_LENGTH
from search_service.triage.columns import Columns
from search_service.triage.rows import OUR_COLUMNS, Result, answer_rows
from search_service.triage.table import make_table


@pytest.fixture
def answered(answer, townships):
    """Return a function that answers rows of complaint and township, as mappings of our columns."""

    def answered(*rows, default=None, answer=answer, columns=None):
        table = make_table([("诉求内容", "乡镇"), *rows])
        found = answer_rows(table, columns or Columns(0, 1), answer, townships, default or {})
        return [dict(zip(OUR_COLUMNS, row.cells, strict=True)) for row in found]

    return answered


@pytest.fixture
def asked(answer):
    """Return a function that answers and remembers, and what it was asked."""
    requests = []

    def remembering(request):
        requests.append(request)
        return answer(request)

    remembering.requests = requests
    return remembering


def test_a_cooperative_duty(answered, duties):
    [row] = answered(("养犬扰民", "昌吉市庙尔沟乡"))
    assert row["处理结果"] == "已找到"
    assert row["责任部门"] == "昌吉市公安局"
    assert row["责任部门规范名"] == "公安局"
    assert row["事项名称"] == "文明养犬管理工作"
    assert row["清单"] == "配合"
    duty = next(one for one in duties if (one.township, one.name) == ("庙尔沟乡", row["事项名称"]))
    assert any(row["依据原文"] in step.text for step in duty.superior_steps)
    assert row["依据"] == "庙尔沟乡配合履职事项清单第19项（2025年7月）"
    assert row["乡镇职责"] == "配合"
    assert 0.5 < float(row["把握"]) <= 1
    assert len(row["把握"]) == 4
    assert "昌吉市公安局" in row["说明"]


def test_each_list_means_another_answer(answered, duties):
    here = {(duty.list_type.label, duty.name): duty for duty in duties if duty.township == "庙尔沟乡"}
    names = {label: next(name for kind, name in here if kind == label) for label in ("基本", "收回")}
    basic, reclaimed = answered((names["基本"], "庙尔沟"), (names["收回"], "庙尔沟"))
    assert (basic["清单"], basic["乡镇职责"], basic["责任部门"]) == ("基本", "负责", "庙尔沟乡")
    assert basic["责任部门规范名"] == "乡镇"
    assert (reclaimed["清单"], reclaimed["乡镇职责"]) == ("收回", "不再承担")
    assert reclaimed["责任部门"] == here["收回", names["收回"]].departments[0].name


def test_no_list_has_it(answered):
    [row] = answered(("飞机晚点航空公司不赔钱", "庙尔沟乡"))
    assert row["处理结果"] == "清单无此事项"
    assert row["说明"]
    assert not any(row[column] for column in OUR_COLUMNS[1:-1])


def test_places_that_differ_name_no_body(answered, answer):
    def differing(request):
        response = answer(request)
        found = replace(response.answer, summary="各地不一样，请先问清在哪个乡镇。")
        return replace(response, status=Status.AMBIGUOUS, answer=found)

    [row] = answered(("养犬扰民", ""), answer=differing)
    assert row["处理结果"] == "各地不同"
    assert row["责任部门"] == row["责任部门规范名"] == row["依据"] == ""
    assert row["事项名称"]
    assert "哪个乡镇" in row["说明"]


def test_bodies_of_several_places_have_a_common_name(answered, answer):
    findings = answer(AnswerRequest("养犬扰民")).answer.by_township
    assert len({finding.responsible[0].department for finding in findings}) > 1
    [row] = answered(("养犬扰民", ""))
    assert row["处理结果"] == "已找到"
    assert row["责任部门"] == "当地公安局"
    assert row["责任部门规范名"] == "公安局"


def test_whose_list_answers_a_row_without_a_place(answered):
    nowhere, here, named = answered(("养犬扰民", ""), ("养犬扰民", "庙尔沟"), ("甘沟乡养犬扰民", ""))
    township = nowhere["依据"].partition("配合")[0]
    assert nowhere["说明"].endswith(f"（没有写明乡镇，依据的是{township}的清单）")
    assert "没有写明" not in here["说明"] + named["说明"]


def test_the_rows_own_township_comes_first(answered):
    default = {"township": ("坎尔孜乡",)}
    rows = answered(("养犬扰民", "庙尔沟"), ("养犬扰民", ""), ("养犬扰民", "不详"), default=default)
    assert [row["责任部门"] for row in rows] == ["昌吉市公安局", "奇台县公安局", "奇台县公安局"]


def test_without_a_township_column(answered):
    default = {"township": ("坎尔孜乡",)}
    [row] = answered(("养犬扰民", "庙尔沟"), default=default, columns=Columns(0, None))
    assert row["责任部门"] == "奇台县公安局"


@pytest.mark.parametrize("text", ["", "  \n", "？！", "——", "\u200b"])
def test_no_text(answered, text):
    [row] = answered((text, "庙尔沟乡"))
    assert row["处理结果"] == "未处理"
    assert row["说明"] == "这一行没有写诉求内容。"


def test_a_township_without_a_list(answered):
    rows = answered(("养犬扰民", "北庭镇"), ("养犬扰民", "奇台县庙尔沟乡"), default={"township": ("甘沟乡",)})
    assert [row["处理结果"] for row in rows] == ["未处理", "未处理"]
    assert "北庭镇" in rows[0]["说明"]
    assert "奇台县庙尔沟乡" in rows[1]["说明"]


def test_a_township_that_a_new_index_no_longer_has(answered):
    def refusing(request):
        raise UnknownFacetValueError("township", "庙尔沟乡", [])

    [row] = answered(("养犬扰民", "庙尔沟乡"), answer=refusing)
    assert row["处理结果"] == "未处理"
    assert "庙尔沟乡" in row["说明"]


def test_rows_of_another_length(answered):
    short, long, padded = answered(
        ("养犬扰民",), ("养犬扰民", "庙尔沟乡", "", "急"), ("养犬扰民", "庙尔沟乡", "")
    )
    assert short["处理结果"] in ("已找到", "各地不同")
    assert short["说明"].endswith("（这一行比表头少1格）")
    assert long["责任部门"] == "昌吉市公安局"
    assert long["说明"].endswith("（这一行比表头多2格）")
    assert "格" not in padded["说明"]


def test_a_row_without_its_text_cell(answered):
    [row] = answered(("养犬扰民",), columns=Columns(1, None))
    assert row["处理结果"] == "未处理"
    assert row["说明"] == "这一行没有写诉求内容。（这一行比表头少1格）"


def test_a_text_too_long(answered, asked):
    text = "养犬扰民" * MAX_QUERY_LENGTH
    [row] = answered((f" {text}", "庙尔沟乡"), answer=asked)
    assert asked.requests[0].text == text[:MAX_QUERY_LENGTH]
    assert row["责任部门"] == "昌吉市公安局"
    assert row["说明"].endswith("（原文超过500字，只用了前500字）")
    [row] = answered((text[:MAX_QUERY_LENGTH], "庙尔沟乡"))
    assert "原文" not in row["说明"]


def test_what_is_asked_twice_is_answered_once(answered, asked):
    rows = answered(
        ("养犬扰民", "庙尔沟"), ("养犬扰民 ", "昌吉市庙尔沟乡"), ("养犬扰民", "坎尔孜"), ("养犬扰民", "庙尔沟乡", "多"),
        answer=asked,
    )  # fmt: skip
    assert [request.places["township"] for request in asked.requests] == [("庙尔沟乡",), ("坎尔孜乡",)]
    assert rows[0] == rows[1]
    assert rows[3]["说明"] == rows[0]["说明"] + "（这一行比表头多1格）"


def test_blank_rows_stay_blank(answered, answer, townships):
    rows = answered(("养犬扰民", "庙尔沟乡"), (), (" ", ""), ("", "庙尔沟乡"))
    assert [row["处理结果"] for row in rows] == ["已找到", "", "", "未处理"]
    assert not any(rows[1].values())
    table = make_table([("诉求内容",), ("养犬扰民",), (), ("",), ("路灯",)])
    results = [row.result for row in answer_rows(table, Columns(0, None), answer, townships, {})]
    assert results[1:3] == [None, None]
    assert set(results) - {None} <= set(Result)
