"""Departments: from the names in the documents to one name per body.

1. Every spelling of a body in the five lists has the same canonical name: abbreviation, variant, party
   prefix, branch, place in front in any form of the document's own place.
2. A place of elsewhere is not taken for the own one; an unknown name stays unresolved.
3. A full name begins with the county as the place writes it, and is mended of spaces and line ends.
4. A raw cell gives its bodies in order and once each, whether a space parts names or breaks one.
5. What names no body is flagged and never becomes a department; an unknown name becomes one and is flagged.
6. A reclaimed cell parts into departments and methods; no colon inside a method parts it.
7. In running text a name is found with its place and branch, the longest first, never inside a word.
8. Every department cell of the five lists resolves; the phrases that name no body are exactly these.
9. 甘沟乡's 38 and 17 departments are reproduced by the count that docs/departments.md explains.
10. The register refuses what could not be meant, naming file and entry.
11. A hostile cell takes no more time than its length explains.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from indexer.departments.cell import read_department_cell, split_reclaimed_cell
from indexer.departments.register import DepartmentRegister
from indexer.dictionaries import DictionaryError
from indexer.documents.pdf_text import read_rows
from indexer.duty import ListType, Place

DATA = Path(__file__).parents[3] / "data"
XINJIANG = "新疆维吾尔自治区"
CHANGJI = "昌吉回族自治州"
MIAOERGOU = Place(XINJIANG, CHANGJI, "昌吉市", "庙尔沟乡")
SANTAI = Place(XINJIANG, CHANGJI, "吉木萨尔县", "三台镇")
KANERZI = Place(XINJIANG, CHANGJI, "奇台县", "坎尔孜乡")
GANGOU = Place(XINJIANG, "乌鲁木齐市", "乌鲁木齐县", "甘沟乡")
DANANGGOU = Place(XINJIANG, CHANGJI, "木垒哈萨克自治县", "大南沟乌孜别克族乡")
LISTS = {
    "changji-miaoergou": MIAOERGOU,
    "jimsar-santai": SANTAI,
    "qitai-kanerzi": KANERZI,
    "urumqi-gangou": GANGOU,
    "mulei-dananggou": DANANGGOU,
}


@pytest.fixture(scope="module")
def register() -> DepartmentRegister:
    return DepartmentRegister.load(DATA / "dictionaries" / "departments.toml")


def department_cells(list_id: str) -> dict[str, list[str]]:
    """Return the raw department cells of a list: `cooperative` ones, and the parts of `reclaimed` ones."""
    lines = (DATA / "lists" / f"{list_id}.txt").read_text(encoding="utf-8").splitlines()
    if list_id == "mulei-dananggou":
        rows, _ = read_rows(lines, list_id)
        cooperative = [row.departments for row in rows if row.list_type is ListType.COOPERATIVE]
        reclaimed = [row.superior for row in rows if row.list_type is ListType.RECLAIMED]
    else:
        table = [line.split("\t") for line in lines if re.match(r"\d+\t", line)]
        cooperative = [row[3] for row in table if len(row) == 6]
        reclaimed = [row[3] for row in table if len(row) == 4]
    parts = [department for cell in reclaimed for department, _ in split_reclaimed_cell(cell)]
    return {"cooperative": cooperative, "reclaimed": parts}


# ── 1, 2: canonical names ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "place", "canonical"),
    [
        ("市公安局", MIAOERGOU, "公安局"),
        ("昌吉市公安局", MIAOERGOU, "公安局"),
        ("奇台公安局", KANERZI, "公安局"),
        ("昌吉人力资源和社会保障局", MIAOERGOU, "人力资源和社会保障局"),
        ("乌鲁木齐县人社局", GANGOU, "人力资源和社会保障局"),
        ("乌鲁木齐县发展改革委员会", GANGOU, "发展和改革委员会"),
        ("昌吉市发展 和改革 委员会", MIAOERGOU, "发展和改革委员会"),
        ("县卫健委", KANERZI, "卫生健康委员会"),
        ("木垒县残疾人联合会", DANANGGOU, "残联"),
        ("昌吉市残联", MIAOERGOU, "残联"),
        ("木垒哈萨克自治县公安局", DANANGGOU, "公安局"),
        ("木垒县公安局\n", DANANGGOU, "公安局"),
        ("木垒县委机构编制委员会办公室", DANANGGOU, "编办"),
        ("奇台县委编办", KANERZI, "编办"),
        ("木垒县委统一战线工作部", DANANGGOU, "统战部"),
        ("统战部", SANTAI, "统战部"),
        ("市委社会工作部", MIAOERGOU, "社会工作部"),
        ("州党委组织部", MIAOERGOU, "组织部"),
        ("吉木萨尔县委政法委", SANTAI, "政法委"),
        ("乌鲁木齐县人大办公室", GANGOU, "人大"),
        ("昌吉市人民政府办公室", MIAOERGOU, "政府办公室"),
        ("昌吉州生态环境局昌吉市分局", MIAOERGOU, "生态环境局"),
        ("州生态环境局县分局", KANERZI, "生态环境局"),
        ("乌鲁木齐市生态环境局乌鲁木齐县分局", GANGOU, "生态环境局"),
        ("乌鲁木齐县生态环境局", GANGOU, "生态环境局"),
        ("自治区天山东部国有林管理局吉木萨尔分局", SANTAI, "国有林管理局"),
        ("国家统计局奇台调查队", KANERZI, "调查队"),
        ("乌鲁木齐市南山景区管委会", GANGOU, "景区管委会"),
        ("县文体旅游局", GANGOU, "文化体育广播电视和旅游局"),
        ("吉木萨尔县文化体育广播电视台和旅游局", SANTAI, "文化体育广播电视和旅游局"),
        ("乌鲁木齐县交通局", GANGOU, "交通运输局"),
        ("乌鲁木齐水务局", GANGOU, "水务局"),
        ("昌吉市水利局", MIAOERGOU, "水利局"),
        ("乌鲁木齐县建设局", GANGOU, "建设局"),
        ("县社保分中心", GANGOU, "社会保险分中心"),
        ("市市场监督管理局", MIAOERGOU, "市场监督管理局"),
        ("市场监督管理局", MIAOERGOU, "市场监督管理局"),
        ("昌吉市场监督管理局", MIAOERGOU, "市场监督管理局"),
        ("新疆维吾尔自治区昌吉州昌吉市公安局", MIAOERGOU, "公安局"),
        ("州党史研究室（地方志办公室）", KANERZI, "党史和文献研究室"),
        ("县农业农村局职责", GANGOU, "农业农村局"),
        ("市公安局", None, "公安局"),
    ],
)
def test_every_spelling_has_one_name(register, name, place, canonical):
    assert register.canonical(name, place) == canonical


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("呼图壁县公安局", KANERZI),
        ("州生态环境局玛纳斯县分局", KANERZI),
        ("市公安局", KANERZI),
        ("省水利局", KANERZI),
        ("县委公安局", KANERZI),
        ("县神秘管理局", KANERZI),
        ("公安局治安大队", KANERZI),
        ("", KANERZI),
        ("县", KANERZI),
        ("公安局" * 40, KANERZI),
    ],
)
def test_unknown_names_stay_unresolved(register, name, place):
    assert register.canonical(name, place) is None


# ── 3: full names ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "place", "name"),
    [
        ("市公安局", MIAOERGOU, "昌吉市公安局"),
        ("公安局", MIAOERGOU, "昌吉市公安局"),
        ("奇台公安局", KANERZI, "奇台县公安局"),
        ("昌吉州奇台县公安局", KANERZI, "奇台县公安局"),
        ("县公安局", DANANGGOU, "木垒县公安局"),
        ("木垒哈萨克自治县公安局", DANANGGOU, "木垒县公安局"),
        ("木垒县住房\n和城乡建设局", DANANGGOU, "木垒县住房和城乡建设局"),
        ("市委宣传部", MIAOERGOU, "昌吉市委宣传部"),
        ("统战部", SANTAI, "吉木萨尔县委统战部"),
        ("乌鲁木齐水务局", GANGOU, "乌鲁木齐县水务局"),
        ("乌鲁木齐市卫生健康委员会", GANGOU, "乌鲁木齐市卫生健康委员会"),
        ("州林业和草原局", MIAOERGOU, "州林业和草原局"),
        ("昌吉州生态环境局 昌吉市分局", MIAOERGOU, "昌吉州生态环境局昌吉市分局"),
        ("国家统计局奇台调查队", KANERZI, "国家统计局奇台调查队"),
        ("自治区天山东部国有林管理局吉木萨尔分局", SANTAI, "自治区天山东部国有林管理局吉木萨尔分局"),
        ("本乡派出所", MIAOERGOU, "庙尔沟乡派出所"),
        ("司法所", DANANGGOU, "大南沟乌孜别克族乡司法所"),
    ],
)
def test_full_names_begin_with_the_county_as_the_place_writes_it(register, cell, place, name):
    assert [department.name for department in read_department_cell(cell, place, register).departments] == [
        name
    ]


# ── 4, 5: cells ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "place", "canonical"),
    [
        ("昌吉市委组织部、昌吉市委编办、昌吉市人力资源和社会保障局", MIAOERGOU,
         "组织部 编办 人力资源和社会保障局"),
        ("市委宣传部 昌吉市文化体育广播电视台和旅游局", MIAOERGOU, "宣传部 文化体育广播电视和旅游局"),
        ("市林业和草原局 昌吉市林业和草原局、昌吉市消防救援局", MIAOERGOU, "林业和草原局 消防救援局"),
        ("木垒县公安局\n、木垒县住房\n和城乡建设局\n、木垒县农业\n\n农村局", DANANGGOU,
         "公安局 住房和城乡建设局 农业农村局"),
        ("<p>县公安局，县民政局；</p><p>县财政局</p>", SANTAI, "公安局 民政局 财政局"),
        ("<p>县公</p> <p>安局</p>", SANTAI, "公安局"),
        ("县教育局和县公安局及县民政局", SANTAI, "教育局 公安局 民政局"),
        ("县发展和改革委员会和县公安局", SANTAI, "发展和改革委员会 公安局"),
        ("县公安局（牵头）、县民政局", SANTAI, "公安局 民政局"),
        ("县公安 局 县民 政局 县财政局", SANTAI, "公安局 民政局 财政局"),
        ("", SANTAI, ""),
        ("<p></p> 、", SANTAI, ""),
    ],
)  # fmt: skip
def test_a_cell_gives_its_bodies_in_order_and_once(register, cell, place, canonical):
    read = read_department_cell(cell, place, register)
    assert [department.canonical for department in read.departments] == canonical.split()
    assert read.unresolved == ()
    assert read.not_bodies == ()


@pytest.mark.parametrize(
    ("cell", "canonical", "phrases"),
    [
        ("县应急管理局及其他负有安全生产监督管理职责的部门", "应急管理局",
         "及其他负有安全生产监督管理职责的部门"),
        ("县应急管\n理局及其他负\n有安全生产监\n督管理职责的\n部门", "应急管理局",
         "及其他负有安全生产监督管理职责的部门"),
        ("县公安局 县应急管理局 及其他有关部门", "公安局 应急管理局", "及其他有关部门"),
        ("县公安局、负有安全监管职责的其他部门", "公安局", "负有安全监管职责的其他部门"),
        ("县公安局 县民政局 县残联 相关部门", "公安局 民政局 残联", "相关部门"),
        ("各行业主管部门", "", "各行业主管部门"),
        ("县公安局、各成员单位", "公安局", "各成员单位"),
    ],
)  # fmt: skip
def test_what_names_no_body_is_flagged(register, cell, canonical, phrases):
    read = read_department_cell(cell, SANTAI, register)
    assert [department.canonical for department in read.departments] == canonical.split()
    assert read.not_bodies == tuple(phrases.split())
    assert read.unresolved == ()


@pytest.mark.parametrize(
    ("cell", "canonical", "unresolved"),
    [
        ("吉木萨尔县神秘 管理局、县公安局", "神秘管理局 公安局", "吉木萨尔县神秘管理局"),
        ("县公安局 县神秘管理局 县民政局", "公安局 神秘管理局 民政局", "县神秘管理局"),
        ("县公安局和县神秘管理局", "公安局 神秘管理局", "县神秘管理局"),
        ("县神秘管理局及其他县直部门", "神秘管理局", "县神秘管理局"),
        ("市场发展服务局", "市场发展服务局", "市场发展服务局"),
    ],
)
def test_an_unknown_name_becomes_a_department_and_is_flagged(register, cell, canonical, unresolved):
    read = read_department_cell(cell, SANTAI, register)
    assert [department.canonical for department in read.departments] == canonical.split()
    assert read.unresolved == (unresolved,)


# ── 6: reclaimed cells ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("cell", "pairs"),
    [
        ("昌吉市民政局： 依据档案，出具证明。", [("昌吉市民政局", "依据档案，出具证明。")]),
        ("昌吉市交通运输局: 负责执法检查；开展立案。", [("昌吉市交通运输局", "负责执法检查；开展立案。")]),
        ("<p>奇台县农业农村局：</p> <p>1.在江河处理；</p>",
         [("奇台县农业农村局", "</p> <p>1.在江河处理；</p>")]),
        ("木垒县人力资源\n和社会保障局：\n\n负责认定。", [("木垒县人力资源\n和社会保障局", "负责认定。")]),
        (
            "乌鲁木齐县人社局、乌鲁木齐县社会保险分中心：负责追回。",
            [("乌鲁木齐县人社局、乌鲁木齐县社会保险分中心", "负责追回。")],
        ),
        (
            "乌鲁木齐县自然资源局：负责处罚。 乌鲁木齐县城市管理行政执法局：负责拆除。",
            [("乌鲁木齐县自然资源局", "负责处罚。"), ("乌鲁木齐县城市管理行政执法局", "负责拆除。")],
        ),
        ("昌吉市水利局：负责检查 昌吉市公安局：负责查处",
         [("昌吉市水利局", "负责检查"), ("昌吉市公安局", "负责查处")]),
        ("昌吉市民政局：流程如下：1.受理；2.移交昌吉市公安局：当日移交。",
         [("昌吉市民政局", "流程如下：1.受理；2.移交昌吉市公安局：当日移交。")]),
        ("昌吉市民政局：受理时间10:00至12:30。", [("昌吉市民政局", "受理时间10:00至12:30。")]),
        ("负责登记工作。", [("", "负责登记工作。")]),
        ("", []),
    ],
)  # fmt: skip
def test_a_reclaimed_cell_parts_into_departments_and_methods(cell, pairs):
    assert split_reclaimed_cell(cell) == pairs


# ── 7: running text ──────────────────────────────────────────────────────────────────────────────


def mentions(register: DepartmentRegister, text: str, place: Place | None, **options: bool) -> list[str]:
    return [f"{text[m.start : m.end]}={m.canonical}" for m in register.names_in(text, place, **options)]


@pytest.mark.parametrize(
    ("text", "place", "found"),
    [
        ("1.市公安局负责查处，报市消防救援局处理", MIAOERGOU, ["市公安局=公安局", "市消防救援局=消防救援局"]),
        ("与市市场监督管理局共同", MIAOERGOU, ["市市场监督管理局=市场监督管理局"]),
        ("由州生态环境局昌吉市分局负责", MIAOERGOU, ["州生态环境局昌吉市分局=生态环境局"]),
        ("报州生态环境局，", MIAOERGOU, ["州生态环境局=生态环境局"]),
        ("县城市管理行政执法局负责", GANGOU, ["县城市管理行政执法局=城市管理行政执法局"]),
        ("县委组织部、统战部和政协党组", SANTAI, ["县委组织部=组织部", "统战部=统战部", "政协=政协"]),
        ("县公安局治安大队", GANGOU, ["县公安局=公安局"]),
        ("自治区天山东部国有林管理局吉木萨尔分局负责", SANTAI,
         ["自治区天山东部国有林管理局吉木萨尔分局=国有林管理局"]),
        ("县残联联合县民政局", SANTAI, ["县残联=残联", "县民政局=民政局"]),
        ("昌吉市公安局", None, ["市公安局=公安局"]),
        ("公安局", None, ["公安局=公安局"]),
        ("人大", None, ["人大=人大"]),
        # never inside another word, never a body of elsewhere
        ("报省水利局批准", MIAOERGOU, []),
        ("国家税务局", MIAOERGOU, []),
        ("按照工作部署，组织部署宣传部署", MIAOERGOU, []),
        ("协助组织部门", MIAOERGOU, []),
        ("县人大代表、各级政协委员、政法委员", SANTAI, []),
        ("当地人大多赞成，学科协作，整编办理", SANTAI, []),
        ("政府办理", SANTAI, []),
        ("配合铁路公安局", SANTAI, []),
        ("县级普查调查队", SANTAI, []),
        ("", SANTAI, []),
    ],
)  # fmt: skip
def test_names_are_found_in_running_text(register, text, place, found):
    assert mentions(register, text, place) == found


def test_everyday_names_are_for_questions_only(register):
    question = "城管和工商局谁管"
    assert mentions(register, question, None) == []
    city, trade = register.names_in(question, None, everyday=True)
    assert (city.canonical, city.others) == ("城市管理局", ("城市管理行政执法局",))
    assert (trade.canonical, trade.others) == ("市场监督管理局", ())


# ── 8, 9: the five lists ─────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("list_id", "bodies", "phrases"),
    [
        ("changji-miaoergou", 38, ["及其他负有安全生产监督管理职责的部门"]),
        ("jimsar-santai", 38, ["及其他负有安全生产监督管理职责的部门"]),
        ("qitai-kanerzi", 36, ["及其他负有安全生产监督管理职责的部门"]),
        ("mulei-dananggou", 35, ["及其他负有安全生产监督管理职责的部门"]),
        ("urumqi-gangou", 39, ["负有安全监管职责的其他部门", "其他负有安全监管职责的部门"]),
    ],
)
def test_every_department_cell_of_the_lists_resolves(register, list_id, bodies, phrases):
    cells = [cell for kind in department_cells(list_id).values() for cell in kind]
    read = [read_department_cell(cell, LISTS[list_id], register) for cell in cells]
    assert all(cell.departments for cell in read)
    assert [name for cell in read for name in cell.unresolved] == []
    assert [phrase for cell in read for phrase in cell.not_bodies] == phrases
    assert len({department.canonical for cell in read for department in cell.departments}) == bodies


def gangou(register: DepartmentRegister, kind: str) -> tuple[set[str], set[str]]:
    """Return 甘沟乡's canonical names, and those bodies told apart by the authority they belong to."""
    cells = [read_department_cell(cell, GANGOU, register) for cell in department_cells("urumqi-gangou")[kind]]
    found = {department for cell in cells for department in cell.departments}
    by_authority = {f"{d.name.startswith('乌鲁木齐县')}{d.canonical}" for d in found}
    return {department.canonical for department in found}, by_authority


def test_the_38_cooperative_departments_of_gangou(register):
    canonical, by_authority = gangou(register, "cooperative")
    assert len(canonical) == 35
    # + the city's health commission beside the county's, + 县生态环境局 beside the city's branch,
    # + "other departments with duties in work safety", counted once in its two wordings.
    only_worded_apart = {"卫生健康委员会", "生态环境局"}
    assert len(by_authority) == 35 + len(only_worded_apart)
    assert len(by_authority) + 1 == 38


def test_the_17_reclaimed_departments_of_gangou(register):
    canonical, by_authority = gangou(register, "reclaimed")
    assert len(canonical) == len(by_authority) == 17  # 乌鲁木齐水务局 in row 29 is 乌鲁木齐县水务局


# ── 10: the register's file ──────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", r"departments\.toml: no \[\[body\]\]"),
        ("[[body]]\ncanonical = '公安局'\nalias = ['警局']", "公安局.*unknown key alias"),
        ("bodies = []", "unknown key bodies"),
        ("[[body]]\naliases = ['警局']", r"\[\[body\]\] 1.*canonical"),
        ("[[body]]\ncanonical = ''", "canonical = ''"),
        ("[[body]]\ncanonical = '公安局'\naliases = '警局'", "公安局.*aliases = '警局'; expected a list"),
        ("[[body]]\ncanonical = '公安局'\naliases = [1]", "公安局.*aliases = 1"),
        ("[[body]]\ncanonical = '公安局'\naliases = ['公 安']", "公安局.*without spaces"),
        ("[[body]]\ncanonical = '公安局'\nparty = 1", "公安局.*party = 1; expected true or false"),
        ("[[body]]\ncanonical = '所'\nparty = true\ntownship = true", "exclude each other"),
        ("[[body]]\ncanonical = '公安局'\naliases = ['警局', '警局']", "公安局.*警局.*already"),
        ("[[body]]\ncanonical = '公安局'\naliases = ['公安局']", "公安局.*already"),
        ("[[body]]\ncanonical = '公安局'\n[[body]]\ncanonical = '公安局'", "公安局.*listed twice"),
        ("[[body]]\ncanonical = '甲局'\naliases = ['丙局']\n[[body]]\ncanonical = '乙局'\naliases = ['丙局']",
         "乙局.*丙局.*already a name of '甲局'"),
        ("[[body]]\ncanonical = '甲局'\naliases = ['乙局']\n[[body]]\ncanonical = '乙局'",
         "甲局.*already a name of '乙局'"),
        ("[[body]]\ncanonical = '甲局'\naliases = ['乙局']\ncommon = ['乙局']", "甲局.*common name"),
        ("[[body]]\ncanonical = '甲局'\nneeds_place = ['丙局']", "甲局.*丙局"),
        ("[[body]]\ncanonical = '甲局'\n[[not_a_body]]\ntext = '部门'",
         r"\[\[not_a_body\]\] 1: expected a reason"),
        ("[[body]]\ncanonical = '甲局'\n[[not_a_body]]\ntext = '甲'\nending = '乙'\nreason = 'r'",
         "either text or ending"),
        ("body = 1", r"expected \[\[body\]\] entries"),
        ("[[body]\n", "not valid TOML"),
    ],
)  # fmt: skip
def test_the_register_refuses_what_could_not_be_meant(tmp_path, content, message):
    path = tmp_path / "departments.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DictionaryError, match=message) as caught:
        DepartmentRegister.load(path)
    assert str(path) in str(caught.value)


def test_a_missing_register_is_named(tmp_path):
    with pytest.raises(DictionaryError, match=r"none\.toml"):
        DepartmentRegister.load(tmp_path / "none.toml")


def test_canonical_names_carry_no_place_and_no_party_prefix(register):
    assert {
        "公安局",
        "组织部",
        "编办",
        "水利局",
        "水务局",
        "建设局",
        "住房和城乡建设局",
    } <= register.canonical_names
    assert [name for name in register.canonical_names if re.match(r"[县州委]|市(?!场)", name)] == []


# ── 11: hostile cells ────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "unit",
    ["县", "委", "昌吉市", "公安局和", "公安局 ", "昌吉市公 ", "和 ",
     "（", "公安局：", "：", "<", "及其他", "其他部门、", "a "],
)  # fmt: skip
def test_a_hostile_cell_costs_time_in_proportion(register, unit):
    cell = unit * 20_000
    start = time.perf_counter()
    read_department_cell(cell, MIAOERGOU, register)
    split_reclaimed_cell(cell)
    register.canonical(cell, MIAOERGOU)
    register.names_in(cell, MIAOERGOU)
    assert time.perf_counter() - start < 10  # about half a second; what is not linear takes minutes
