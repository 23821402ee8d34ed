"""The reader of a PDF's text layer finds every cell of the one real example, and of documents like it.

1. It recognises its own layout and no other document's.
2. The real document has 103 basic, 101 cooperative and 37 reclaimed rows, numbered without a gap, each
   with the line its number stands on, and nothing in it is doubtful.
3. No character is lost, invented or moved: all cells in their order are the document without its page
   headers and footers, and every line of a cell is a line of the document.
4. Every cooperative row whose cells are hard to tell apart has its borders where they belong. With
   property 3 a row is wholly fixed by its category, name, departments, the last line of the superior's
   cell and the first of the township's.
5. Whole records are right: one row where both cells are plain text under 一、 二、, and one whose
   departments end in the word 部门.
6. Basic and reclaimed rows keep category and name apart; a reclaimed row keeps its department with its
   text. Categories of basic rows 89 to 98 stay as the document has them, wrong as they are.
7. Duties that stand in a neighbouring county's list too, where cells are parted by tabs, have the same
   cells here.
8. Nothing is tailored to the one example: lists of other counties, set in columns of other widths, are
   read back cell by cell; so is a small hand-made document, with a name and a department on one line,
   a page footer, a lone 。, a title between two lists and a broken header.
9. What can't be read is an error that names the row: no row at all, a number given twice, a number left
   out, a row without a name, without departments, with one cell of responsibilities only, and a
   reclaimed row without a department.
10. Where several borders are possible, the one whose lines fit the widths of the columns is taken.
11. What was guessed is a warning that names the row: a border that nothing marks, or one of several that
    fit equally well, and departments without a place this document is known to use.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from pathlib import Path

import pytest

from indexer.documents.pdf_text import read_rows, recognises
from indexer.documents.row import Row
from indexer.duty import ListType
from indexer.problems import Level, Problem

LISTS = Path(__file__).parents[3] / "data" / "lists"
FILE = "mulei-dananggou.txt"
LINES = (LISTS / FILE).read_text(encoding="utf-8").splitlines()
ROWS, PROBLEMS = read_rows(LINES, FILE)
TABLES = ("changji-miaoergou", "qitai-kanerzi", "jimsar-santai", "urumqi-gangou")

# Category, name, departments, last line of the superior's cell, first line of the township's; a "/" is a
# line end of the document.
TRAPS: dict[int, tuple[str, str, str, str, str]] = {
    2: (
        "党的建设",
        "县级以上党内表彰激/励",
        "木垒县委组织/部",
        "得表彰的党组织颁发证书、奖牌。",
        "向上级党组织上报本乡推荐对象信息。",
    ),
    5: (
        "党的建设",
        "干部人事档案工作",
        "木垒县委组织/部、木垒县人/力资源和社会/保障局",
        "2.审核把关报送档案并整理归档。",
        "收集干部档案新增资料、缺失材料，分类整理后分别",
    ),
    12: (
        "经济发展",
        "农业水价调整工作",
        "木垒县水利局",
        "技术人员开展培训工作。",
        "向农户宣讲法律法规、解读相关政策，督促村级“大",
    ),
    19: (
        "平安法治",
        "文明养犬管理工作",
        "木垒县公安局/、木垒县住房/和城乡建设局/、木垒县农业/农村局、木垒/"
        "县市场监督管/理局、木垒县/卫生健康委员/会",
        "和教育工作。",
        "组织村结合走访入户、政策宣传，第一时间将发现的",
    ),
    21: (
        "平安法治",
        "维护学校周边秩序，/保护学生、教师、学/校的合法权益，为学/校提供安全保障",
        "木垒县教育局/、木垒县公安/局、木垒县卫/生健康委员会/、木垒县文化/"
        "体育广播电视/和旅游局、木/垒县市场监督/管理局、木垒/县消防救援局/"
        "、木垒县住房/和城乡建设局/、木垒县发展/和改革委员会",
        "设施设备运行及电力安全情况。",
        "1.开展校园周边防火、用水、用电、饮食卫生、交通",
    ),
    30: (
        "乡村振兴",
        "农药使用指导、服务/工作，做好农药包装/废弃物回收清理工作",
        "木垒县农业农/村局",
        "行为。",
        "一、农药使用指导、服务工作",
    ),
    32: (
        "乡村振兴",
        "农村供水保障工作",
        "木垒县水利局",
        "加强培训、演练，强化应急准备和应急响应能力/。",
        "1.负责农村饮水工程提升改造项目申报及设施建设；",
    ),
    33: (
        "乡村振兴",
        "机电井管理",
        "木垒县水利局",
        "机电井维修申请进行审批。",
        "1.每季度上报本乡机电井用水量，年底进行决算；",
    ),
    35: (
        "社会管理",
        "农村户籍分户、落户/工作",
        "木垒县公安局",
        "办理落户。",
        "一、分户工作",
    ),
    36: (
        "社会管理",
        "地名管理",
        "木垒县民政局",
        "2.做好地名监督管理。",
        "1.开展地名管理法律法规的宣传；",
    ),
    38: (
        "社会保障",
        "困难重度残疾人家庭/无障碍改造",
        "木垒县残疾人/联合会、木垒/县住房和城乡/建设局、木垒/县财政局、木/垒县民政局",
        "入残疾人就业保障金支出范围。",
        "1.开展困难重度残疾人家庭无障碍设施改造政策宣",
    ),
    44: (
        "社会保障",
        "对普通高考报名考生/的鉴定",
        "木垒县教育局",
        "将终审合格的考生进行公示。",
        "1.摸排本乡无就读学校或工作单位的考生本人现实表",
    ),
    46: (
        "自然资源",
        "土地复垦验收确认",
        "木垒县自然资/源局",
        "公示。",
        "会同县自然资源局做好现场核验工作，并签字确认。",
    ),
    47: (
        "自然资源",
        "国土调查工作",
        "木垒县自然资/源局",
        "用状况进行监测和更新。",
        "开展土地调查的宣传、动员工作。",
    ),
    51: (
        "自然资源",
        "农村集体经营性建设/用地入市出让出租",
        "木垒县自然资/源局、木垒县/农业农村局",
        "络、督促落实等日常工作职责。",
        "1.在本乡宣传收集村民对集体经营性建设用地入市流",
    ),
    58: (
        "生态环保",
        "开展生态环境保护督/察反馈问题整改工作",
        "昌吉州生态环/境局木垒县分/局",
        "3.根据上级部门要求定期开展“回头看”。",
        "1.针对反馈问题进行全面自查，建立整改任务清单，",
    ),
    59: (
        "生态环保",
        "大气、水、土壤、固/体废物、畜禽养殖、/噪声等污染防治和监/督管理工作",
        "昌吉州生态环/境局木垒县分/局",
        "管理工作。",
        "1.开展日常巡查，协助相关部门开展监督检查；",
    ),
    60: (
        "生态环保",
        "突发环境事件应对处/置工作",
        "昌吉州生态环/境局木垒县分/局",
        "局和县人民政府。",
        "1.对容易引发突发环境事件的生产经营单位及其周边",
    ),
    61: (
        "生态环保",
        "污染源普查工作",
        "昌吉州生态环/境局木垒县分/局",
        "资料，并提交全县污染源普查数据工作。",
        "做好污染源普查摸底填报工作。",
    ),
    62: (
        "生态环保",
        "农村饮用水源地保护/工作",
        "木垒县水利局",
        "4.负责已建饮水工程的日常运行管理。",
        "1.开展饮水安全相关政策法律法规宣传工作；",
    ),
    64: (
        "生态环保",
        "水土保持监督管理",
        "木垒县水利局",
        "5.查处上报的违法线索。",
        "1.开展水土保持宣传和教育工作；",
    ),
    65: (
        "生态环保",
        "农作物秸秆禁烧、综/合利用工作",
        "木垒县农业农/村局、木垒县/公安局、昌吉/州生态环境局/木垒县分局",
        "南沟乌孜别克族乡，督促落实整改。",
        "一、农作物秸秆综合利用",
    ),
    66: (
        "生态环保",
        "开展清洁能源改造工/作",
        "木垒县住房和/城乡建设局、/昌吉州生态环/境局木垒县分/局",
        "治工作。",
        "1.通知各村按照方案要求开展排查，并上报符合农户",
    ),
    67: (
        "城乡建设",
        "做好建制乡建设统计/调查填报和村庄建设/统计调查填报工作",
        "木垒县住房和/城乡建设局",
        "、汇总，并提交上级主管部门。",
        "组织各村填报统计调查表，对各村上报统计表进行初",
    ),
    68: (
        "城乡建设",
        "做好产生厨余垃圾的/餐饮经营者、国家机/关、学校、企业事业/单位的集体食堂和其/"
        "他生产经营者餐厨垃/圾的监管",
        "木垒县住房和/城乡建设局",
        "对拒不整改的依法查处。",
        "大南沟乌孜别克族乡在日常巡查或收到群众举报发现",
    ),
    75: (
        "文化和旅游",
        "协助县文化体育广播/电视和旅游局开展非/法卫星电视接收设施/整治工作",
        "木垒县文化体/育广播电视和/旅游局",
        "修的，进行免费上门维修。",
        "1.开展卫星电视传播专项整治工作；",
    ),
    76: (
        "文化和旅游",
        "举办重大体育赛事活/动，做好赛事活动保/障工作",
        "木垒县文化体/育广播电视和/旅游局",
        "4.总结评估赛事活动，相关材料整理归档。",
        "组织人员参与赛事活动。",
    ),
    77: (
        "文化和旅游",
        "农村公益电影放映",
        "木垒县委宣传/部",
        "2.安排放映人员到各村开展“一月一电影”放映工作/。",
        "根据农村电影放映工程要求，落实行政村“一村一月",
    ),
    78: (
        "文化和旅游",
        "“全民阅读”工作",
        "木垒县委宣传/部、木垒县文/化体育广播电/视和旅游局",
        "指导大南沟乌孜别克族乡分类整理图书编目。",
        "1.做好图书选购；",
    ),
    79: (
        "文化和旅游",
        "“我们的中国梦”——/文化进万家活动和“/万村千乡文化产品惠/民行动”工作，推动/优质文化资源直达基/层",
        "木垒县委宣传/部、木垒县文/化体育广播电/视和旅游局",
        "村千乡文化产品惠民行动”工作。",
        "1.开展“我们的中国梦”——文化进万家活动等文化服",
    ),
    82: (
        "卫生健康",
        "疫苗接种工作",
        "木垒县卫生健/康委员会",
        "3.指导医疗卫生机构完成疫苗接种和登记上报。",
        "开展免疫规划疫苗接种的健康教育，摸排适龄儿童底",
    ),
    83: (
        "应急管理及/消防",
        "自然灾害的防范处置/救助工作",
        "木垒县应急管/理局",
        "督使用。",
        "1.开展宣传教育，提升群众自救能力，制定应急预案",
    ),
    84: (
        "应急管理及/消防",
        "开展安全生产监督检/查",
        "木垒县应急管/理局及其他负/有安全生产监/督管理职责的/部门",
        "全生产违法行为，整改事故隐患。",
        "1.组织开展安全生产知识普及，按照本乡综合应急预",
    ),
    85: (
        "应急管理及/消防",
        "开展防灾减灾检查",
        "木垒县应急管/理局、木垒县/自然资源局、/木垒县住房和/城乡建设局、/木垒县水利局",
        "水域的安全防护设施、警示标牌。",
        "1.开展防灾减灾的宣传；",
    ),
    86: (
        "应急管理及/消防",
        "生产安全事故应急救/援工作",
        "木垒县应急管/理局",
        "4.依法发布调用和征用应急资源的决定。",
        "1.启动应急救援工作预案，开展先期处置，并及时上",
    ),
    87: (
        "应急管理及/消防",
        "消防安全监督检查和/消防安全举报投诉核/查工作",
        "木垒县消防救/援局",
        "装简易喷淋装置、独立式感烟火灾探测报警器。",
        "1.按照本乡综合应急预案，开展消防演练；",
    ),
    88: (
        "应急管理及/消防",
        "消防安全重点单位的/摸排、确定工作",
        "木垒县消防救/援局",
        "为火灾高危单位。",
        "结合消防网格巡查，督促符合界定标准的消防安全重",
    ),
    89: (
        "应急管理及/消防",
        "城乡火灾扑救和火灾/事故调查工作",
        "木垒县消防救/援局",
        "统计火灾损失，组织开展火灾事故延伸调查。",
        "1.接到火情后，立即组织乡应急救援力量赶赴现场开",
    ),
    90: (
        "应急管理及/消防",
        "编制防汛、抗旱预/案，开展演练、隐患/排查整治以及物资储/备监督检查等工作",
        "木垒县水利局/、木垒县应急/管理局",
        "和物资。",
        "1.开展防汛抗旱宣传教育；",
    ),
    91: (
        "应急管理及/消防",
        "森林草原防灭火",
        "木垒县林业和/草原局、木垒/县消防救援局",
        "开展防灭火工作。",
        "1.制定森林草原防灭火应急预案，做好值班值守，组",
    ),
    92: (
        "应急管理及/消防",
        "电动自行车安全管理",
        "木垒县消防救/援局、木垒县/住房和城乡建/设局",
        "开展调查取证和行政处罚。",
        "1.开展电动自行车入户安全知识宣传普及；",
    ),
    93: (
        "应急管理及/消防",
        "电力设施保护工作",
        "木垒县发展和/改革委员会、/木垒县公安局",
        "依法查处破坏电力设施或盗窃电力设施器材的案/件。",
        "1.开展电力设施保护和宣传教育工作；",
    ),
    94: (
        "市场监管",
        "食品安全突发事件应/急处置",
        "木垒县市场监/督管理局、木/垒县卫生健康/委员会、木垒/县公安局",
        "通等秩序。",
        "1.建立健全食品安全应急预案；",
    ),
    97: (
        "市场监管",
        "办理市场主体设立、/变更登记辅助事项",
        "木垒县市场监/督管理局",
        "照，通过邮政免费寄递。",
        "帮助指导本乡个体工商户通过新疆政务服务网或新疆",
    ),
    101: (
        "教育培训监/管",
        "校外培训机构监管",
        "木垒县教育局/、木垒县公安/局",
        "及使用材料，加强资金日常监管。",
        "1.排查本乡无证无照违规培训问题，上报线索；",
    ),
}

FURNITURE = {
    "序号 事项类别 事项名称",
    "序号事项类别 事项名称",
    "对应上级",
    "上级部门职责 乡镇配合职责",
    "序号 事项类别 事项名称 承接部门及工作方式",
    "第 29 页，共 57 页",
}


def of_type(rows: list[Row], list_type: ListType) -> dict[int, Row]:
    return {row.number: row for row in rows if row.list_type is list_type}


COOPERATIVE = of_type(ROWS, ListType.COOPERATIVE)
BASIC = of_type(ROWS, ListType.BASIC)
RECLAIMED = of_type(ROWS, ListType.RECLAIMED)


def cells(row: Row) -> tuple[str, ...]:
    return row.category, row.name, row.departments, row.superior, row.township


def without_furniture(lines: list[str]) -> list[str]:
    texts = [line.strip() for line in lines if line.strip()]
    above = ["", *texts]
    return [
        text
        for text, before in zip(texts, above, strict=False)
        if text not in FURNITURE and not (text == "部门" and before == "对应上级")
    ]


def squeeze(text: str) -> str:
    return re.sub(r"\s", "", text)


def read(text: str) -> tuple[list[Row], list[Problem]]:
    return read_rows(text.strip("\n").split("\n"), "某县.txt")


def messages(problems: list[Problem], level: Level) -> list[str]:
    return [problem.message for problem in problems if problem.level is level]


def test_recognises_its_layout_only() -> None:
    assert recognises(LINES)
    for name in TABLES:
        assert not recognises((LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (" 序号 事项类别 事项名称", True),
        (" 序号事项类别 事项名称", True),
        ("序号 事项类别 事项名称 承接部门及工作方式", True),
        ("序号\t事项类别\t事项名称", False),
        ("序号 事项类别 事项名称\t承接部门及工作方式", False),
        ("表中有序号、事项类别、事项名称", False),
        ("", False),
    ],
)
def test_recognises_by_the_header(line: str, expected: bool) -> None:
    assert recognises(["某县某乡", line]) is expected


def test_real_document_is_complete_and_beyond_doubt() -> None:
    assert list(BASIC) == list(range(1, 104))
    assert list(COOPERATIVE) == list(range(1, 102))
    assert list(RECLAIMED) == list(range(1, 38))
    assert len(ROWS) == 103 + 101 + 37
    assert PROBLEMS == []


def test_rows_know_the_line_of_their_number() -> None:
    for row in ROWS:
        assert LINES[row.line - 1].split()[:2] == [str(row.number), row.category.split("\n")[0]]
    assert [row.line for row in ROWS] == sorted(row.line for row in ROWS)


def test_no_character_is_lost_invented_or_moved() -> None:
    read_back = "".join(str(row.number) + "".join(cells(row)) for row in ROWS)
    assert squeeze(read_back) == squeeze("".join(without_furniture(LINES)))


def test_cells_keep_the_lines_of_the_document() -> None:
    beside_the_number = {part for row in ROWS for part in LINES[row.line - 1].split()[1:]}
    known = {*LINES, *beside_the_number}
    for row in ROWS:
        for cell in cells(row):
            assert all(line in known and line.strip() for line in cell.split("\n") if cell)


def test_every_row_has_the_cells_of_its_list() -> None:
    for row in ROWS:
        filled = [bool(cell) for cell in cells(row)]
        assert (
            filled
            == {
                ListType.BASIC: [True, True, False, False, False],
                ListType.COOPERATIVE: [True] * 5,
                ListType.RECLAIMED: [True, True, False, True, False],
            }[row.list_type]
        )


@pytest.mark.parametrize("number", TRAPS)
def test_borders_of_difficult_rows(number: int) -> None:
    row = COOPERATIVE[number]
    category, name, departments, end, start = (cell.replace("/", "\n") for cell in TRAPS[number])
    assert (row.category, row.name, row.departments) == (category, name, departments)
    assert row.superior.endswith("\n" + end)
    assert row.township.split("\n")[0] == start


def test_whole_record_with_two_plain_texts_in_each_cell() -> None:
    assert COOPERATIVE[35] == Row(
        list_type=ListType.COOPERATIVE,
        number=35,
        line=1670,
        category="社会管理",
        name="农村户籍分户、落户\n工作",
        departments="木垒县公安局",
        superior=(
            "一、分户工作\n收到申请后，指派相关责任民警核实申请人宅基\n地基本情况，无误后指派相关户籍民警为申请人\n"
            "办理分户工作。\n二、落户工作\n收到申请后，指派相关责任民警对需要落户的无\n"
            "户口人员进行核查，为符合条件的按照规范流程\n办理落户。"
        ),
        township=(
            "一、分户工作\n村民委员会、大南沟乌孜别克族乡对人员提出分户申\n请的，逐级出具审核意见。\n"
            "二、落户工作\n村民委员会对人员提出落户申请的，组织村民代表开\n"
            "会讨论形成决议，对决议同意落户的，由村民委员会\n、大南沟乌孜别克族乡逐级出具审核意见。"
        ),
    )


def test_whole_record_whose_departments_end_in_a_common_word() -> None:
    row = COOPERATIVE[84]
    assert (row.line, row.category, row.name) == (3375, "应急管理及\n消防", "开展安全生产监督检\n查")
    assert row.departments == "木垒县应急管\n理局及其他负\n有安全生产监\n督管理职责的\n部门"
    assert row.superior == (
        "县应急管理局及其他负有安全生产监督管理职责\n的部门负责各自行业内安全生产工作，对有关生\n"
        "产经营单位实施安全生产监督检查工作，查处安\n全生产违法行为，整改事故隐患。"
    )
    assert row.township.startswith("1.组织开展安全生产知识普及，按照本乡综合应急预\n案组织开展演练；\n2.")


@pytest.mark.parametrize(
    ("number", "category", "name"),
    [
        (3, "党的建设", "组织开展基层理论宣讲，深化习近平新时代中国特色社会主义思想进万家活动"),
        (35, "平安法治", "开展预防未成年人犯罪教育，做好未成年人保护工作"),
        (89, "文化和旅游", "开展爱国卫生运动，倡导文明健康生活方式"),
        (91, "卫生健康", "负责本乡传染病防治的宣传、教育、上报和管理，做好防控工作"),
        (
            96,
            "市场监管",
            "负责本乡食品摊贩登记备案、“小饭桌”备案管理工作，核发备案卡，并及时通报县级有关部门",
        ),
        (97, "市场监管", "负责本乡项目申报、实施、管护工作"),
        (98, "投资促进", "负责本乡政府信息公开工作"),
    ],
)
def test_basic_rows_on_one_line(number: int, category: str, name: str) -> None:
    assert (BASIC[number].category, BASIC[number].name) == (category, name)


def test_basic_row_over_four_lines_with_blank_lines_between() -> None:
    assert BASIC[60].line == 178
    assert BASIC[60].category == "社会保障"
    assert BASIC[60].name == (
        "负责本乡老龄工作，实施积极应对人口老龄化国家战略，开展人口老龄化国情教育和老年人权益保障工作，培育发展基\n"
        "层老年协会，引导老年人参与志愿服务活动，做好居家养老服务及养老服务设施、助餐点、农村幸福互助院建设管理工\n"
        "作"
    )


def test_last_basic_row_ends_before_the_next_list() -> None:
    assert BASIC[103].category == "综合政务"
    assert BASIC[103].name.endswith("\n“互联网+督查”、中国政府网等平台转办推送事项的办理反馈工作")


def test_reclaimed_row_after_a_page_break_without_header() -> None:
    assert RECLAIMED[33].superior.endswith("\n监督检查。")
    assert RECLAIMED[34] == Row(
        list_type=ListType.RECLAIMED,
        number=34,
        line=4401,
        category="应急管理及消防",
        name="对在改善安全生产条件、防止生产安全事故\n、参加抢险救护等方面取得显著成绩的单位\n和个人的奖励",
        superior=(
            "木垒县应急管理局：\n负责对在改善安全生产条件、防止生产安全事故、参加抢险救护等方面取得\n"
            "显著成绩的单位和个人的奖励。"
        ),
    )


def test_reclaimed_rows_begin_their_last_cell_with_the_department() -> None:
    for row in RECLAIMED.values():
        assert re.match(r"木垒县[^，。；：]+[局会]：\n", row.superior)
        assert "木垒县" not in row.name
    assert RECLAIMED[12].superior.endswith("、开发公益性岗位等，“补缺口”促就业\n。")


PLACES = re.compile(
    r"大南沟乌孜别克族乡|庙尔沟乡|坎尔孜乡|三台镇|本[乡镇]|木垒县|昌吉市|奇台县|吉木萨尔县|[县市乡镇]"
)


def plain(text: str) -> str:
    """Drop what differs between two counties' versions of one cell: places, markup, punctuation."""
    return re.sub(r"\W", "", PLACES.sub("", re.sub(r"<[^>]*>|\s", "", text)))


def neighbours() -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for name in TABLES[:3]:
        for line in (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
            parts = line.split("\t")
            if len(parts) == 6 and parts[0].strip().isdigit():
                found.setdefault(plain(parts[2]), []).append(parts)
    return found


def likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, plain(one), plain(other), autojunk=False).ratio()


def test_cells_equal_those_of_neighbouring_counties() -> None:
    table = neighbours()
    compared = alike = 0
    for row in COOPERATIVE.values():
        versions = table.get(plain(row.name), [])
        compared += bool(versions)
        alike += any(
            likeness(row.superior, parts[4]) > 0.97 and likeness(row.township, parts[5]) > 0.97
            for parts in versions
        )
    assert compared >= 90
    # The few others differ in substance: 32, 62, 75 and 100 were rewritten by one of the counties.
    assert compared - alike <= 4


def char_width(char: str) -> float:
    return 1 if unicodedata.east_asian_width(char) in "WF" else 0.5


def wrap(text: str, columns: int) -> list[str]:
    """Set a text in lines of so many Chinese characters; no line begins with a comma."""
    lines = [""]
    for char in text:
        if sum(map(char_width, lines[-1] + char)) <= columns:
            lines[-1] += char
        elif char in "，；" and lines[-1]:
            lines.append(lines[-1][-1] + char)
            lines[-2] = lines[-2][:-1]
        else:
            lines.append(char)
    return lines


def paragraphs(cell: str) -> list[str]:
    parts = re.split(r"</?p>|<br/?>|(?<=[；。])\s*(?=\d{1,2}\.(?!\d))", cell)
    return [text for part in parts if (text := squeeze(re.sub(r"<[^>]*>", "", part)))]


def typeset(name: str, widths: tuple[int, int, int, int]) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return a table's cooperative list as a PDF's text layer has it, and the cells that are in it."""
    lines = [" 序号事项类别 事项名称", "对应上级", "", "部门", "上级部门职责 乡镇配合职责", ""]
    expected = []
    for line in (LISTS / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        parts = line.split("\t")
        if len(parts) != 6 or not parts[0].strip().isdigit():
            continue
        row = [paragraphs(cell) for cell in parts[1:]]
        row[2] = ["、".join(dict.fromkeys(row[2]))]
        wrapped = [
            [piece for text in cell for piece in wrap(text, width)]
            for cell, width in zip(row, (5, *widths), strict=True)
        ]
        head, *rest = wrapped[0]
        body = [piece for cell in wrapped[1:] for piece in cell]
        beside = f" {body.pop(0)}" if len(wrapped[1]) == 1 and not rest else ""
        lines += [f"{parts[0].strip()} {head}{beside}", *rest]
        # Blank lines stand anywhere, so they are put where they help nobody.
        lines += [text for index, piece in enumerate(body) for text in (piece, "")[: 1 + index % 2]]
        expected.append((parts[0].strip(), *("".join(cell) for cell in row)))
    return lines, expected


@pytest.mark.parametrize("widths", [(9, 6, 21, 23), (10, 7, 22, 24), (9, 5, 18, 25), (9, 6, 22, 22)])
@pytest.mark.parametrize("name", ["qitai-kanerzi", "jimsar-santai"])
def test_other_counties_lists_set_as_text_layer(name: str, widths: tuple[int, int, int, int]) -> None:
    lines, expected = typeset(name, widths)
    rows, problems = read_rows(lines, name)
    assert [(str(row.number), *map(squeeze, cells(row))) for row in rows] == expected
    assert len(rows) > 95
    assert problems == []


OTHER_COUNTY = """
玛纳斯县兰州湾镇
 序号 事项类别 事项名称
1 党的建设

负责本镇党员队伍
建设
2 民生服务 负责本镇老龄工作
 序号事项类别 事项名称
对应上级

部门
上级部门职责 乡镇配合职责
1 平安法治 文明养犬 玛纳斯县公安局
、玛纳斯县农业

农村局
县公安局
1.负责查处养犬扰民行为，并对流浪

犬进行捕捉；
2.办理养犬证
。
县农业农村局

对犬只免疫进行监督管理。
1.开展文明养犬宣传，并将线索上报县公

安局；
2.配合处理。
第 3 页，共 9 页
对应上级
部门
上级部门职责 乡镇配合职责
2 应急管理及

消防
森林防火巡查检查工
作
玛纳斯县林业和

草原局、昌吉州
应急管理局
1.制定全县森林防火方案，组织检查

、巡查工作。
组织各村做好巡查。
 序号 事项类别 事项名称 承接部门及工作方式
1 民生服务
对破坏公路设施的
处罚
玛纳斯县交通运输局

负责执法检查。
2 民生服务 收养登记
县民政局：
负责收养登记。
"""


def test_small_document_of_another_county() -> None:
    rows, problems = read(OTHER_COUNTY)
    assert problems == []
    assert [row.line for row in rows] == [3, 7, 13, 34, 48, 54]
    assert [cells(row) for row in rows] == [
        ("党的建设", "负责本镇党员队伍\n建设", "", "", ""),
        ("民生服务", "负责本镇老龄工作", "", "", ""),
        (
            "平安法治",
            "文明养犬",
            "玛纳斯县公安局\n、玛纳斯县农业\n农村局",
            "县公安局\n1.负责查处养犬扰民行为，并对流浪\n犬进行捕捉；\n2.办理养犬证\n。\n"
            "县农业农村局\n对犬只免疫进行监督管理。",
            "1.开展文明养犬宣传，并将线索上报县公\n安局；\n2.配合处理。",
        ),
        (
            "应急管理及\n消防",
            "森林防火巡查检查工\n作",
            "玛纳斯县林业和\n草原局、昌吉州\n应急管理局",
            "1.制定全县森林防火方案，组织检查\n、巡查工作。",
            "组织各村做好巡查。",
        ),
        ("民生服务", "对破坏公路设施的\n处罚", "", "玛纳斯县交通运输局\n负责执法检查。", ""),
        ("民生服务", "收养登记", "", "县民政局：\n负责收养登记。", ""),
    ]


@pytest.mark.parametrize("text", ["", " 序号 事项类别 事项名称\n\n没有编号的一行"])
def test_document_without_rows(text: str) -> None:
    rows, problems = read(text)
    assert rows == []
    assert [(problem.level, problem.line) for problem in problems] == [(Level.ERROR, 0)]
    assert problems[0].file == "某县.txt"


def test_number_given_twice() -> None:
    rows, problems = read(OTHER_COUNTY.replace("2 民生服务 收养", "1 民生服务 收养"))
    assert [row.number for row in rows] == [1, 2, 1, 2, 1, 1]
    (error,) = problems
    assert (error.level, error.line) == (Level.ERROR, 54)
    assert error.message.startswith("收回 1: ")
    assert "line 48" in error.message


def test_number_left_out() -> None:
    _, problems = read(OTHER_COUNTY.replace("2 民生服务 负责", "3 民生服务 负责"))
    assert messages(problems, Level.ERROR) == ["基本 3: expected number 2 before it"]


def test_number_inside_a_cell_begins_no_row() -> None:
    rows, problems = read(OTHER_COUNTY.replace("建设\n2", "建设\n20 个村\n2"))
    assert rows[0].name == "负责本镇党员队伍\n建设\n20 个村"
    assert problems == []


@pytest.mark.parametrize(
    ("old", "new", "row", "expected"),
    [
        ("2 民生服务 负责本镇老龄工作", "2 民生服务", "基本 2", "no name"),
        ("1 平安法治 文明养犬 ", "1 平安法治 ", "配合 1", "no name"),
        (" 玛纳斯县公安局\n、玛纳斯县农业\n\n农村局\n县公安局\n", "\n", "配合 1", "对应上级部门"),
        ("组织各村做好巡查。\n", "", "配合 2", "乡镇配合职责"),
        ("县民政局：\n", "", "收回 2", "承接部门及工作方式"),
    ],
)
def test_missing_cell(old: str, new: str, row: str, expected: str) -> None:
    assert old in OTHER_COUNTY
    rows, problems = read(OTHER_COUNTY.replace(old, new))
    assert len(rows) == 6
    (message,) = messages(problems, Level.ERROR)
    assert message.startswith(f"{row}: ")
    assert expected in message


def test_border_that_nothing_marks_is_doubtful() -> None:
    _, problems = read(OTHER_COUNTY.replace("、巡查工作。\n", "、巡查工作；\n"))
    (message,) = messages(problems, Level.WARNING)
    assert message == "配合 2: 乡镇配合职责 may not begin at: 组织各村做好巡查。"


def test_departments_without_place_are_doubtful() -> None:
    rows, problems = read(
        OTHER_COUNTY.replace("玛纳斯县林业和\n\n草原局、昌吉州\n应急管理局", "林业和草原局")
    )
    assert (rows[3].name, rows[3].departments) == ("森林防火巡查检查工\n作", "林业和草原局")
    (message,) = messages(problems, Level.WARNING)
    assert message.startswith("配合 2: 对应上级部门 ")


WIDE_LINES = """
 序号事项类别 事项名称
对应上级部门
上级部门职责 乡镇配合职责
1 平安法治 文明养犬 玛纳斯县公安局
1.负责查处养犬扰民行为，并对流浪
犬进行捕捉。
1.开展文明养犬宣传，并将线索上报县公
安局。
2 平安法治 禁毒 玛纳斯县公安局
1.负责查处吸毒贩毒等违法行为，并
依法对有关人员作出处罚决定；
1.建立禁毒“工作台账”，对台账核查
核实。
1.开展禁毒宣传，并将吸毒、贩毒线索上
报县公安局。
3 平安法治 防诈骗 玛纳斯县公安局
负责查处电信网络诈骗，并对受害人
资金进行追缴。
负责建立预警平台，将预警信息推送
至各乡镇。
开展防范电信网络诈骗宣传，并对重点人
员进行劝阻。
4 平安法治 防盗窃 玛纳斯县公安局
1.负责查处盗窃行为。
1.开展防范盗窃宣传，并将线索报县局。
1.配合处理盗窃案件。
"""


def test_width_of_the_columns_decides_between_possible_borders() -> None:
    rows, problems = read(WIDE_LINES)
    assert problems == []
    assert [row.township.split("\n")[0] for row in rows] == [
        "1.开展文明养犬宣传，并将线索上报县公",
        "1.开展禁毒宣传，并将吸毒、贩毒线索上",
        "开展防范电信网络诈骗宣传，并对重点人",
        "1.开展防范盗窃宣传，并将线索报县局。",
    ]


def test_equally_possible_borders_are_doubtful() -> None:
    short = "3 平安法治 防诈骗 玛纳斯县公安局\n负责查处诈骗。\n建立预警平台。\n开展宣传。"
    rows, problems = read(WIDE_LINES.split("3 平安", maxsplit=1)[0] + short)
    assert rows[2].superior == "负责查处诈骗。"
    assert messages(problems, Level.WARNING) == ["配合 3: 乡镇配合职责 may not begin at: 建立预警平台。"]


def test_branch_of_a_higher_body_is_one_department() -> None:
    branch = "1 平安法治 文明养犬\n石河子市公安局\n玛纳斯县分局\n1.负责查处"
    rows, problems = read(WIDE_LINES.replace("1 平安法治 文明养犬 玛纳斯县公安局\n1.负责查处", branch))
    assert (rows[0].name, rows[0].departments) == ("文明养犬", "石河子市公安局\n玛纳斯县分局")
    (message,) = messages(problems, Level.WARNING)
    assert message.startswith("配合 1: 对应上级部门 begins with no known place")


def test_title_of_a_list_is_no_part_of_a_cell() -> None:
    titled = OTHER_COUNTY.replace(" 序号事项类别", "二、配合履职事项清单\n 序号事项类别")
    assert [cells(row) for row in read(titled)[0]] == [cells(row) for row in read(OTHER_COUNTY)[0]]


def test_broken_header_leads_back_to_no_earlier_list() -> None:
    header = "对应上级\n部门\n上级部门职责 乡镇配合职责\n2 应急"
    assert header in OTHER_COUNTY
    rows, problems = read(OTHER_COUNTY.replace(header, " 序号事项类别 事项名称\n2 应急"))
    assert [row.list_type.label for row in rows] == ["基本", "基本", "配合", "配合", "收回", "收回"]
    assert problems == []


@pytest.mark.parametrize(
    ("row", "departments", "superior"),
    [
        # A heading that would be the rest of a department, had the line before been full.
        (
            "防火\n玛纳斯县农业农\n村局\n林草局\n负责查处纵火行为。\n开展宣传。",
            "玛纳斯县农业农\n村局",
            "林草局\n负责查处纵火行为。",
        ),
        # The first 1. under an introduction is no restart.
        (
            "防火 玛纳斯县公安局\n县公安局负责以下工作：\n1.查处纵火行为。\n1.开展宣传。",
            "玛纳斯县公安局",
            "县公安局负责以下工作：\n1.查处纵火行为。",
        ),
        # A closing quote begins nothing, and may stand behind the full stop.
        (
            "防火 玛纳斯县公安局\n负责建立“预警平台。\n”并做好“维护。”\n开展宣传。",
            "玛纳斯县公安局",
            "负责建立“预警平台。\n”并做好“维护。”",
        ),
    ],
)
def test_superiors_cell_has_its_own_lines_only(row: str, departments: str, superior: str) -> None:
    rows, problems = read(f"{WIDE_LINES}5 平安法治 {row}")
    assert (rows[4].departments, rows[4].superior) == (departments, superior)
    assert rows[4].township.endswith("开展宣传。")
    assert problems == []


def test_whole_category_swallows_no_short_name() -> None:
    rows, _ = read(WIDE_LINES.replace("2 平安法治 禁毒 ", "2 平安法治\n禁毒\n"))
    assert (rows[1].category, rows[1].name) == ("平安法治", "禁毒")
