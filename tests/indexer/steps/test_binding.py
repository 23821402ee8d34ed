"""Binding the steps of a cell to the bodies that act in them.

1. Hand-checked steps of all five lists: subject, else heading, else the duty's departments; 乡镇 in the
   township's cell. The dog duty (19), headings that name bodies (甘沟乡 39, 42, 72, 85), restarts.
2. A body that is only mentioned does not act: reported to, transferred to, joined, assisted, consulted.
3. Several subjects: joined by 、 or 和, in a later sentence, behind 由.
4. What is no body (各行业主管部门, 承保机构) binds nothing of its own.
5. Canonical names only, in the order of the document, each once; every step of the lists has at least one.
6. `explain` says on what the bodies rest.
7. Hostile steps take linear time.
"""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path

import pytest

from indexer.departments.cell import read_department_cell, split_reclaimed_cell
from indexer.departments.register import DepartmentRegister
from indexer.documents import pdf_text
from indexer.duty import Department, Place
from indexer.steps.binding import Basis, Binding, bind, explain
from indexer.steps.split import RawStep, split_steps

DATA = Path(__file__).parents[3] / "data"
REGION, PREFECTURE = "新疆维吾尔自治区", "昌吉回族自治州"
PLACES = {
    "changji-miaoergou": Place(REGION, PREFECTURE, "昌吉市", "庙尔沟乡"),
    "qitai-kanerzi": Place(REGION, PREFECTURE, "奇台县", "坎尔孜乡"),
    "mulei-dananggou": Place(REGION, PREFECTURE, "木垒哈萨克自治县", "大南沟乌孜别克族乡"),
    "jimsar-santai": Place(REGION, PREFECTURE, "吉木萨尔县", "三台镇"),
    "urumqi-gangou": Place(REGION, "乌鲁木齐市", "乌鲁木齐县", "甘沟乡"),
}


@cache
def register() -> DepartmentRegister:
    return DepartmentRegister.load(DATA / "dictionaries" / "departments.toml")


@cache
def duties(name: str) -> dict[str, tuple[str, str, str]]:
    """Return departments, superior's cell and township's cell of each duty: "19", "R7" if reclaimed."""
    lines = (DATA / "lists" / f"{name}.txt").read_text(encoding="utf-8").split("\n")
    found: dict[str, tuple[str, str, str]] = {}
    if name == "mulei-dananggou":
        for row in pdf_text.read_rows(lines, name)[0]:
            if row.list_type == "cooperative":
                found[str(row.number)] = (row.departments, row.superior, row.township)
            elif row.list_type == "reclaimed":
                found[f"R{row.number}"] = (_reclaimers(row.superior), row.superior, "")
        return found
    for line in lines:
        match line.split("\t"):
            case [number, _, _, departments, superior, township] if number.strip().isdigit():
                found[number.strip()] = (departments, superior, township)
            case [number, _, _, reclaimed] if number.strip().isdigit():
                found[f"R{number.strip()}"] = (_reclaimers(reclaimed), reclaimed, "")
    return found


def _reclaimers(cell: str) -> str:
    return "、".join(name for name, _ in split_reclaimed_cell(cell))


def bindings(name: str, duty: str, *, township_side: bool) -> list[Binding]:
    departments, superior, township = duties(name)[duty]
    return explain(
        split_steps(township if township_side else superior),
        read_department_cell(departments, PLACES[name], register()).departments,
        PLACES[name],
        register(),
        township_side=township_side,
    )


def found(name: str, duty: str, beginning: str, *, township_side: bool) -> list[tuple[str, Basis]]:
    """Return bodies and basis of the steps of a duty's cell whose text begins so."""
    return [
        (" ".join(binding.step.departments), binding.basis)
        for binding in bindings(name, duty, township_side=township_side)
        if binding.step.text.startswith(beginning)
    ]


SUBJECT, HEADING, DUTY, TOWNSHIP = Basis.SUBJECT, Basis.HEADING, Basis.DUTY, Basis.TOWNSHIP

SUPERIOR = [
    # the dog duty
    ("changji-miaoergou", "19", "市公安局负责收集养犬", "公安局", SUBJECT),
    ("changji-miaoergou", "19", "市城市管理局负责查处", "城市管理局", SUBJECT),
    ("changji-miaoergou", "19", "市农业农村局负责犬只", "农业农村局", SUBJECT),
    ("changji-miaoergou", "19", "市行政审批局负责犬只", "行政审批局", SUBJECT),
    ("changji-miaoergou", "19", "市市场监督管理局对", "市场监督管理局", SUBJECT),
    ("changji-miaoergou", "19", "市卫生健康委员会负责", "卫生健康委员会", SUBJECT),
    ("mulei-dananggou", "19", "县住房和城乡建设局负责", "住房和城乡建设局", SUBJECT),
    ("jimsar-santai", "19", "县公安局负责收集", "公安局", SUBJECT),
    ("urumqi-gangou", "23", "开展文明养犬宣传", "公安局", HEADING),
    ("urumqi-gangou", "23", "对接乌鲁木齐县农业农村局", "公安局", HEADING),
    ("urumqi-gangou", "23", "流浪犬、猫防疫管理工作", "农业农村局", HEADING),
    # several subjects in a row
    ("changji-miaoergou", "24", "市行政审批局、市税务局", "行政审批局 税务局", SUBJECT),
    ("changji-miaoergou", "11", "市委组织部、统战部和政协", "组织部 统战部 政协", SUBJECT),
    (
        "qitai-kanerzi",
        "66",
        "县住房和城乡建设局、县交通",
        "住房和城乡建设局 交通运输局 市场监督管理局 公安局",
        SUBJECT,
    ),
    (
        "urumqi-gangou",
        "70",
        "县公安局治安大队",
        "公安局 文化体育广播电视和旅游局 市场监督管理局 自然资源局 建设局 卫生健康委员会 "
        "景区管委会 生态环境局",
        SUBJECT,
    ),
    ("urumqi-gangou", "70", "县卫生健康委员会：（1）", "卫生健康委员会", SUBJECT),
    ("urumqi-gangou", "95", "县教育局、县文化体育和县", "教育局 文化体育广播电视和旅游局", SUBJECT),
    # a second subject behind 由
    ("qitai-kanerzi", "11", "县委统战部汇总并征求", "统战部 组织部", SUBJECT),
    ("urumqi-gangou", "47", "分类对不动产确权登记", "自然资源局 不动产登记中心", SUBJECT),
    # a condition before the subject; who the case goes to does not act
    ("mulei-dananggou", "96", "如涉嫌违法行为属实", "市场监督管理局", SUBJECT),
    # the township takes part
    ("jimsar-santai", "66", "县住房和城乡建设局、三台镇分别", "住房和城乡建设局 乡镇", SUBJECT),
    ("changji-miaoergou", "16", "市民政局与乡、村同步", "民政局 乡镇", SUBJECT),
    # with, for or towards others
    ("changji-miaoergou", "101", "市教育局发挥", "教育局", SUBJECT),
    ("mulei-dananggou", "101", "县教育局联合县公安局", "教育局", SUBJECT),
    ("jimsar-santai", "24", "县农业农村局根据三台镇", "农业农村局", SUBJECT),
    ("jimsar-santai", "17", "县财政局组织县农业农村局", "财政局", SUBJECT),
    ("changji-miaoergou", "17", "市农业农村局接收承保机构和庙尔沟乡", "农业农村局", SUBJECT),
    ("changji-miaoergou", "86", "通知可能受到事故影响", "应急管理局", DUTY),
    ("qitai-kanerzi", "6", "会同县委编办", "组织部 编办 人力资源和社会保障局", DUTY),
    ("qitai-kanerzi", "R35", "联合县公安局组织查处", "应急管理局", HEADING),
    # headings
    ("changji-miaoergou", "85", "统筹地质灾害监测", "自然资源局", HEADING),
    ("changji-miaoergou", "85", "与市住房和城乡建设局或其他", "水利局", HEADING),
    ("mulei-dananggou", "92", "做好突发事件", "消防救援局", HEADING),
    ("jimsar-santai", "94", "依法查处破坏", "公安局", HEADING),
    ("jimsar-santai", "R23", "核实建筑物", "自然资源局", HEADING),
    ("jimsar-santai", "R23", "根据移交的线索", "住房和城乡建设局", HEADING),
    ("urumqi-gangou", "3", "做好境内外来访", "宣传部", HEADING),
    ("urumqi-gangou", "4", "配合县委组织部审核", "人力资源和社会保障局", HEADING),
    ("urumqi-gangou", "4", "县委组织部负责审批", "组织部", SUBJECT),
    (
        "urumqi-gangou",
        "39",
        "负责向参保群众",
        "人力资源和社会保障局 社会保险分中心 医疗保障局 医保分中心",
        HEADING,
    ),
    ("urumqi-gangou", "39", "提供城乡居民", "税务局", HEADING),
    ("urumqi-gangou", "42", "乡镇无法处理的个人", "自然资源局", HEADING),
    ("urumqi-gangou", "42", "对争议情况进行了解", "农业农村局", HEADING),
    ("urumqi-gangou", "72", "负责景区、景点", "文化体育广播电视和旅游局", HEADING),
    ("urumqi-gangou", "72", "对哄抬物价", "市场监督管理局", HEADING),
    ("urumqi-gangou", "85", "负责矿山单位", "应急管理局", HEADING),
    ("urumqi-gangou", "85", "依照《自治区实施", "消防救援局", HEADING),
    ("urumqi-gangou", "89", "统筹、组织农业防灾", "农业农村局", HEADING),
    # a heading that names no body leaves the subject, else the duty
    ("qitai-kanerzi", "60", "昌吉州生态环境局奇台县分局", "生态环境局", SUBJECT),
    ("urumqi-gangou", "13", "卫生部门发放", "卫生健康委员会", DUTY),
    # what is no body
    ("changji-miaoergou", "84", "市应急管理局及其他负有", "应急管理局", SUBJECT),
    ("jimsar-santai", "24", "各行业主管部门依据", "农业农村局 市场监督管理局 税务局", DUTY),
    ("jimsar-santai", "17", "承保机构每季度", "农业农村局 林业和草原局 财政局", DUTY),
    ("qitai-kanerzi", "R3", "由县民政局负责收养", "民政局", SUBJECT),
    (
        "urumqi-gangou",
        "R33",
        "负责实施对在村庄、集镇规划区内的街道、广场、市场和车站等场所未取得",
        "城市管理行政执法局",
        HEADING,
    ),
]

TOWNSHIP_SIDE = [
    ("changji-miaoergou", "19", "组织村结合走访", "乡镇", TOWNSHIP),
    ("changji-miaoergou", "63", "发现露天焚烧", "乡镇", TOWNSHIP),
    ("changji-miaoergou", "85", "对本乡低洼易涝点", "乡镇", TOWNSHIP),
    ("changji-miaoergou", "87", "根据工作需要，与市消防", "乡镇", TOWNSHIP),
    ("qitai-kanerzi", "34", "村民委员会、坎尔孜乡", "乡镇", TOWNSHIP),
    ("qitai-kanerzi", "80", "协助县应急管理局和其他负有安全监管职责的部门核实", "乡镇", TOWNSHIP),
    ("mulei-dananggou", "96", "会同县市场监督管理局", "乡镇", TOWNSHIP),
    ("mulei-dananggou", "92", "开展电动自行车入户、飞线", "乡镇", TOWNSHIP),
    ("mulei-dananggou", "1", "乡党委根据多数", "乡镇", SUBJECT),
    ("jimsar-santai", "28", "严格执行农田水利", "乡镇", TOWNSHIP),
    ("urumqi-gangou", "30", "组织辖区内基地", "乡镇 科协", SUBJECT),
    ("urumqi-gangou", "42", "对指界情况核对", "乡镇", TOWNSHIP),
    ("urumqi-gangou", "45", "将野生动物致害", "乡镇 林业和草原局", SUBJECT),
    ("urumqi-gangou", "49", "在县自然资源局、县应急管理局指导下", "乡镇", TOWNSHIP),
    ("urumqi-gangou", "70", "实地勘查：配合县公安局", "乡镇", TOWNSHIP),
    ("urumqi-gangou", "91", "对不能当场改正的，上报", "乡镇", TOWNSHIP),
]


@pytest.mark.parametrize(("name", "duty", "beginning", "expected", "basis"), SUPERIOR)
def test_superiors_steps_of_the_lists(
    name: str, duty: str, beginning: str, expected: str, basis: Basis
) -> None:
    result = found(name, duty, beginning, township_side=False)
    assert result
    assert result[0] == (expected, basis)


@pytest.mark.parametrize(("name", "duty", "beginning", "expected", "basis"), TOWNSHIP_SIDE)
def test_townships_steps_of_the_lists(
    name: str, duty: str, beginning: str, expected: str, basis: Basis
) -> None:
    assert found(name, duty, beginning, township_side=True) == [(expected, basis)]


@pytest.mark.parametrize("name", PLACES)
def test_every_step_of_the_lists_has_canonical_bodies_once(name: str) -> None:
    known = {*register().canonical_names, "乡镇"}
    for duty in duties(name):
        for township_side in (False, True):
            for binding in bindings(name, duty, township_side=township_side):
                departments = binding.step.departments
                assert departments, binding
                assert len(set(departments)) == len(departments), binding
                assert known.issuperset(departments), binding


def acting(
    text: str, *, duty: str = "财政局 审计局", heading: str | None = None, township_side: bool = False
) -> str:
    steps = [RawStep(1, text, (heading,) if heading else (), "1.")]
    departments = [Department(f"昌吉市{name}", name) for name in duty.split()]
    place = PLACES["changji-miaoergou"]
    return " ".join(bind(steps, departments, place, register(), township_side=township_side)[0].departments)


@pytest.mark.parametrize(
    "text",
    [
        "报市消防救援局处理；",
        "及时上报市农业农村局；",
        "收集线索，移送市公安局；",
        "会同市公安局开展检查；",
        "发现问题，配合市水利局处置；",
        "联合市公安局、市水利局开展执法；",
        "协助市公安局做好秩序维护；",
        "向市应急管理局报告；",
        "由市水利局批准后实施；",
        "报由市水利局审定；",
        "将名单推送至市公安局；",
        "服从市水利局调度指令；",
        "市水利局下达的指令及时执行；",
        "按照市委宣传部对外宣传口径做好工作；",
        "经市财政局审核，报州财政局；",
        "参加市委组织部组织的培训；",
    ],
)
def test_who_is_only_mentioned_does_not_act(text: str) -> None:
    assert acting(text, township_side=True) == "乡镇"
    assert acting(text, duty="民政局") == "民政局"
    assert acting(text, heading="市司法局：") == "司法局"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("市公安局负责甲；市水利局负责乙。", "公安局 水利局"),
        ("市水利局和市公安局负责甲，市水利局备案。", "水利局 公安局"),
        ("由市水利局、市公安局共同实施。", "水利局 公安局"),
        ("接到报告后，市公安局及时处置。", "公安局"),
        ("市公安局会同市水利局开展检查。", "公安局"),
        ("市公安局：负责甲。", "公安局"),
        ("庙尔沟乡申请后，进行审核。", "财政局 审计局"),
        ("乡村公益性岗位的审核。", "财政局 审计局"),
        ("各行业主管部门负责本行业。", "财政局 审计局"),
    ],
)
def test_subjects(text: str, expected: str) -> None:
    assert acting(text) == expected


def test_a_deed_before_the_second_subject_stays_with_the_definite_body() -> None:
    text = "组织调查取证；市公安局负责立案。"
    assert acting(text, duty="水利局") == "水利局 公安局"
    assert acting(text, heading="二、市水利局：") == "水利局 公安局"
    assert acting(text, township_side=True) == "乡镇 公安局"
    # With several departments nobody can say which of them: only who is named is bound.
    assert acting(text, duty="水利局 财政局") == "公安局"


def test_the_innermost_heading_that_names_a_body_counts() -> None:
    step = RawStep(1, "开展巡查；", ("一、市公安局：", "市水利局：", "具体工作："), "1.", 3)
    bound = bind([step], [], PLACES["changji-miaoergou"], register(), township_side=False)
    assert bound[0].departments == ("水利局",)
    assert bound[0].heading == "一、市公安局： / 市水利局： / 具体工作："


def test_a_heading_that_only_mentions_a_body_binds_nothing() -> None:
    assert acting("开展巡查；", heading="一、配合市公安局做好犬只管理") == "财政局 审计局"


def test_a_heading_of_the_townships_cell_names_whom_it_assists() -> None:
    assert acting("上报线索；", heading="市公安局：", township_side=True) == "乡镇"


def test_a_labelled_heading_names_the_body() -> None:
    cell = "承接部门：市民政局；工作方式：负责登记。"
    bound = bind(split_steps(cell), [], PLACES["changji-miaoergou"], register(), township_side=False)
    assert [step.departments for step in bound] == [("民政局",)]


@pytest.mark.parametrize("unit", ["县公安局", "县公安局负责，", "由县公安局、", "乡，", "县公安局的", "负责"])
def test_hostile_steps_take_linear_time(unit: str) -> None:
    step = RawStep(None, unit * (300_000 // len(unit)))
    started = time.process_time()
    bind([step], [], PLACES["mulei-dananggou"], register(), township_side=True)
    assert time.process_time() - started < 10
