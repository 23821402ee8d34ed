"""Downloads: tables of search results and of comparisons, read back from CSV and XLSX.

1. Both formats hold the same table; names, numbers and types of the files are right.
2. A search's download has all its results in its order, whatever page was asked for; joined ones are rows of their own.
3. Each row says what the records say, where that is written and under which address.
4. More results than a file takes are cut, and the last row says so; nothing found is a table of a header alone.
5. A comparison's download has a column for each township and what the comparison says in its cells; townships of
   one name are told apart; townships left out are told.
6. No text is a formula: in CSV an apostrophe stands before what looks like one, in XLSX every text is a text.
7. What a cell can't hold is dropped or visibly cut.
8. Wrong parameters are a Chinese page with 422, an index that is missing one with 503; unknown ones do no harm.
"""

import csv
import io
import re
from dataclasses import replace
from urllib.parse import unquote

import openpyxl
import pytest

from indexer.duty import ListType
from indexer.sheet_cells import CUT
from indexer.spreadsheet import MAX_CELL
from search_service.app import create_app
from search_service.core.comparison import Cell, Comparison, ComparisonRequest, Row, compare
from search_service.core.request import SearchRequest, Sort
from search_service.core.search import Search
from search_service.pages import downloads
from search_service.pages.duty_tables import (
    RESULT_COLUMNS,
    cell_text,
    column_names,
    comparison_table,
    results_table,
)
from search_service.pages.tables import Table, to_csv, to_xlsx

ALL = 1243
DOGS = "changji-miaoergou-cooperative-19"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def read_csv(data):
    assert data.startswith(b"\xef\xbb\xbf")
    return [tuple(row) for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))]


def read_sheet(data):
    return openpyxl.load_workbook(io.BytesIO(data)).active


def read_xlsx(data):
    return [
        tuple("" if value is None else value for value in row)
        for row in read_sheet(data).iter_rows(values_only=True)
    ]


def rows_of(client, path):
    response = client.get(path)
    assert response.status_code == 200
    return (read_xlsx if ".xlsx" in path else read_csv)(response.data)


def column(rows, name):
    return [row[rows[0].index(name)] for row in rows[1:]]


def duty_ids(rows):
    return [address.rsplit("/", 1)[1] for address in column(rows, "网址")]


# ── Search results ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "path",
    [
        "/search.{}?q=养犬&township=庙尔沟乡",
        "/search.{}?list_type=收回&category=自然资源",
        "/search.{}?q=犇麤",
        "/compare.{}?category=平安法治",
        "/compare.{}?township=三台镇,甘沟乡&differing=true",
    ],
)
def test_both_formats_hold_the_same(client, path):
    sheet = rows_of(client, path.format("xlsx"))
    assert rows_of(client, path.format("csv")) == [tuple(str(value) for value in row) for row in sheet]


@pytest.mark.parametrize(
    ("path", "mimetype", "ascii_name", "name"),
    [
        ("/search.csv?q=养犬", "text/csv", "duties.csv", "履职事项查询结果.csv"),
        ("/search.xlsx?q=养犬", XLSX, "duties.xlsx", "履职事项查询结果.xlsx"),
        ("/compare.csv?category=平安法治", "text/csv", "comparison.csv", "平安法治事项乡镇对照表.csv"),
        ("/compare.xlsx", XLSX, "comparison.xlsx", "党的建设事项乡镇对照表.xlsx"),
    ],
)
def test_names_and_types_of_files(client, path, mimetype, ascii_name, name):
    response = client.get(path)
    assert response.mimetype == mimetype
    match = re.fullmatch(
        r"attachment; filename=([\w.]+); filename\*=UTF-8''(\S+)", response.headers["Content-Disposition"]
    )
    assert match
    assert match[1] == ascii_name
    assert unquote(match[2]) == name


def test_all_results_in_the_order_of_the_search(client, search):
    everything = search.search(SearchRequest("宣传", {"list_type": ("配合",)}, per_page=1000))
    assert everything.total > 100
    expected = [result.duty.id for result in everything.results]
    for page in ("", "&page=3", "&page=99&per_page=5"):
        rows = rows_of(client, f"/search.csv?q=宣传&list_type=配合&collapse=false{page}")
        assert duty_ids(rows) == expected
    in_list_order = search.search(
        SearchRequest("宣传", {"list_type": ("配合",)}, per_page=1000, sort=Sort.LIST)
    )
    rows = rows_of(client, "/search.csv?q=宣传&list_type=配合&collapse=false&sort=list")
    assert duty_ids(rows) == [result.duty.id for result in in_list_order.results]


def test_joined_results_are_rows_of_their_own(client, search):
    joined = search.search(SearchRequest("养犬", per_page=100, collapse=True))
    expected = [duty.id for result in joined.results for duty in (result.duty, *result.shared_with)]
    assert len(expected) > joined.total
    for parameter in ("&collapse=true", ""):  # the page joins unless told otherwise
        assert duty_ids(rows_of(client, f"/search.csv?q=养犬{parameter}")) == expected


def test_browsing_gives_every_duty(client, duties):
    rows = rows_of(client, "/search.xlsx?collapse=false")
    assert rows[0] == RESULT_COLUMNS
    assert duty_ids(rows) == [duty.id for duty in duties]
    assert len(duties) == ALL
    for name, value in {
        "地州市": lambda duty: duty.prefecture,
        "县市区": lambda duty: duty.county,
        "乡镇": lambda duty: duty.township,
        "清单": lambda duty: duty.list_type.label,
        "序号": lambda duty: duty.number,
        "事项类别": lambda duty: duty.category,
        "事项名称": lambda duty: duty.name,
        "重点标记": lambda duty: "★" if duty.marked else "",
        "牵头/承接部门": lambda duty: "、".join(body.name for body in duty.departments),
        "文件": lambda duty: duty.source.file,
        "行": lambda duty: duty.source.line,
    }.items():
        assert column(rows, name) == [value(duty) for duty in duties]
    assert "★" in column(rows, "重点标记")


def test_a_row_says_where_it_is_written(client, duties):
    rows = rows_of(client, "/search.csv?q=养犬&township=庙尔沟乡")
    row = dict(zip(rows[0], rows[1], strict=True))
    assert row["依据"] == "庙尔沟乡配合履职事项清单第19项（2025年7月）"
    assert row["网址"] == f"http://localhost/duties/{DOGS}"
    assert client.get(row["网址"]).status_code == 200
    assert row["文件"] == "changji-miaoergou.txt"
    duty = next(duty for duty in duties if duty.id == DOGS)
    for step in (*duty.superior_steps, *duty.township_steps):
        side = "上级部门职责" if step in duty.superior_steps else "乡镇配合职责"
        line = step.text if step.number is None else f"{step.number}.{step.text}"
        assert line in row[side].split("\n")
    undated = rows_of(client, "/search.csv?township=大南沟乌孜别克族乡&list_type=收回")
    assert column(undated, "依据")[0] == "大南沟乌孜别克族乡上级部门收回事项清单第1项"


def test_addresses_without_a_base_are_paths(search, duties):
    assert results_table(duties[:1], search.lists()).rows[0][12] == f"/duties/{duties[0].id}"
    assert results_table(duties[:1], (), "https://a.b/").rows[0][11:13] == (
        "",
        f"https://a.b/duties/{duties[0].id}",
    )


@pytest.mark.parametrize("parameters", ["collapse=false", "collapse=true", "q=宣传"])
def test_more_results_than_a_file_takes(client, monkeypatch, parameters):
    whole = rows_of(client, f"/search.csv?{parameters}")
    monkeypatch.setattr(downloads, "MOST_ROWS", 7)
    rows = rows_of(client, f"/search.csv?{parameters}")
    assert rows[:8] == whole[:8]
    assert len(rows) == 9
    assert rows[8][0] == "（结果超过7项，以下从略；请增加筛选条件，分几次下载。）"
    assert not any(rows[8][1:])


def test_exactly_as_many_as_a_file_takes(client, monkeypatch):
    whole = rows_of(client, "/search.csv?q=养犬")
    monkeypatch.setattr(downloads, "MOST_ROWS", len(whole) - 1)
    assert rows_of(client, "/search.csv?q=养犬") == whole


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_nothing_found_is_a_header(client, suffix):
    assert rows_of(client, f"/search.{suffix}?q=犇麤") == [RESULT_COLUMNS]
    header = ("事项", "是否一致")
    assert rows_of(client, f"/compare.{suffix}?county=奇台县&township=三台镇") == [header]


# ── Comparisons ───────────────────────────────────────────────────────────────────────────────────


def test_a_comparison_as_a_table(client, duties):
    rows = rows_of(client, "/compare.csv?category=平安法治")
    assert rows[0] == (
        "事项",
        "昌吉市 庙尔沟乡",
        "奇台县 坎尔孜乡",
        "木垒哈萨克自治县 大南沟乌孜别克族乡",
        "吉木萨尔县 三台镇",
        "乌鲁木齐县 甘沟乡",
        "是否一致",
    )
    dogs = next(row for row in rows if row[0] == "文明养犬管理工作")
    assert dogs[1].startswith("配合：昌吉市公安局、")
    assert dogs[1].endswith("（第19项）")
    assert dogs[5:] == ("—", "不一致：有空缺、部门不同")
    assert rows[1][1] == "基本：乡镇自己负责（第33项）"
    assert rows[1][6] == "一致"
    in_category = [duty for duty in duties if duty.category == "平安法治"]
    filled = [cell for row in rows[1:] for cell in row[1:6] if cell != "—"]
    assert len(filled) == len(in_category)
    for list_type in ListType:
        expected = sum(duty.list_type is list_type for duty in in_category)
        assert sum(cell.startswith(f"{list_type.label}：") for cell in filled) == expected


def test_the_columns_and_rows_asked_for(client, search):
    path = "/compare.csv?category=自然资源&township=三台,甘沟乡&list_type=收回&differing=true"
    rows = rows_of(client, path)
    expected = compare(
        ComparisonRequest("自然资源", (), ("三台镇", "甘沟乡"), ListType.RECLAIMED, only_differing=True),
        search.index.generation,
    )
    assert rows[0] == ("事项", "吉木萨尔县 三台镇", "乌鲁木齐县 甘沟乡", "是否一致")
    assert [row[0] for row in rows[1:]] == [row.name for row in expected.rows] != []
    assert all(row[-1].startswith("不一致：") for row in rows[1:])
    assert all(any(cell.startswith("收回：") for cell in row) for row in rows[1:])
    assert rows_of(client, "/compare.csv?category=自然资源&county=奇台县")[0] == (
        "事项",
        "奇台县 坎尔孜乡",
        "是否一致",
    )


def test_what_a_form_sends_empty_counts_as_not_given(client):
    empty = rows_of(client, "/compare.csv?category=&county=&township=&list_type=")
    assert empty == rows_of(client, "/compare.csv")


def test_cells(duties):
    by_id = {duty.id: duty for duty in duties}
    basic = by_id["changji-miaoergou-basic-33"]
    reclaimed = by_id["qitai-kanerzi-reclaimed-37"]
    body = "、".join(one.name for one in reclaimed.departments)
    assert cell_text(Cell((), "平安法治")) == "—"
    assert cell_text(Cell((basic,), "民生服务")) == "基本：乡镇自己负责（第33项，列在“平安法治”）"
    assert cell_text(Cell((basic, reclaimed), basic.category)) == (
        f"基本：乡镇自己负责（第33项）\n收回：{body}（第37项，列在“{reclaimed.category}”）"
    )


def test_one_township_alone_has_no_verdict(client):
    assert set(column(rows_of(client, "/compare.csv?township=三台镇"), "是否一致")) == {"—"}


def test_townships_of_one_name(search):
    first, *others = search.lists()
    place = first.place
    same = [
        replace(first, place=replace(place, prefecture=prefecture, county=county, township="城关镇"))
        for prefecture, county in (("甲州", "新区"), ("乙州", "新区"), ("乙州", "丙县"))
    ]
    assert column_names([*same, others[0]]) == [
        "甲州 新区 城关镇",
        "乙州 新区 城关镇",
        "丙县 城关镇",
        "奇台县 坎尔孜乡",
    ]


def test_townships_left_out_are_told(search, duties):
    row = Row(duties[0].name, (Cell((duties[0],), "党的建设"),))
    comparison = Comparison("党的建设", search.lists()[:1], (row,), total=1, differing=0, gaps=0, left_out=3)
    table = comparison_table(comparison)
    assert table.rows[-1] == ("（另有3个乡镇未列出：一次最多对照12个，请选定乡镇。）", "", "")
    assert len(table.rows) == 2


# ── Files ─────────────────────────────────────────────────────────────────────────────────────────

DANGEROUS = ["=1+1", "+86", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", '=HYPERLINK("http://a","b")']
HARMLESS = ["养犬", "a=b", "—", "1-2", "（第1项）", "", " =1", "007"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_formula_in_csv(text):
    rows = read_csv(to_csv(Table("表", (text,), [(text,), ("甲",)])))
    assert rows == [(f"'{text}",), (f"'{text}",), ("甲",)]


@pytest.mark.parametrize("text", HARMLESS)
def test_other_texts_stay_in_csv(text):
    table = Table("表", ("甲", "乙"), [(text, -5)])
    assert read_csv(to_csv(table))[1] == (text, "-5")


@pytest.mark.parametrize("text", [*DANGEROUS[:4], *HARMLESS, "#N/A", "TRUE", "2025-07-01", "{=1}"])
def test_every_text_in_xlsx_is_a_text(text):
    sheet = read_sheet(to_xlsx(Table("表", (text or "空",), [(text,)])))
    cell = sheet["A2"]
    assert cell.value == (text or None)
    assert not text or cell.data_type == "s"
    assert sheet["A1"].data_type == "s"


def test_numbers_are_numbers():
    sheet = read_sheet(to_xlsx(Table("表", ("序号",), [(19,), (-1,)])))
    assert [sheet["A2"].value, sheet["A3"].value] == [19, -1]
    assert sheet["A2"].data_type == "n"


def test_the_look_of_a_sheet():
    table = Table(
        "甲/乙[丙]：*?" + "长" * 40, ("序号", "事项名称"), [(1, "文明养犬管理工作" * 20), (2, "短")]
    )
    sheet = read_sheet(to_xlsx(table))
    assert sheet.title == ("甲 乙 丙 ：  " + "长" * 40)[:31]
    assert sheet.freeze_panes == "A2"
    assert all(cell.font.bold for cell in sheet[1])
    assert not sheet["B2"].font.bold
    assert sheet["B2"].alignment.wrap_text
    assert sheet.column_dimensions["A"].width < sheet.column_dimensions["B"].width <= 50


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("甲\x00\x07乙\ufffe\uffff丙\ud800", "甲乙丙"),
        ("甲\r\n乙", "甲\n乙"),
        ("字" * MAX_CELL, "字" * MAX_CELL),
        ("字" * (MAX_CELL + 1), "字" * (MAX_CELL - len(CUT)) + CUT),
        ("𠮷" * MAX_CELL, "𠮷" * ((MAX_CELL - len(CUT)) // 2) + CUT),
    ],
    ids=["control", "lines", "full", "long", "wide"],
)
def test_what_a_cell_cannot_hold(text, stored):
    assert read_sheet(to_xlsx(Table("表", ("甲",), [(text,)])))["A2"].value == stored


def test_what_looks_escaped_is_not_read_as_such():
    data = to_xlsx(Table("表", ("甲",), [("_x0041_",)]))
    assert read_sheet(data)["A2"].value == "_x005F_x0041_"  # openpyxl gives it raw; Excel shows _x0041_


def test_csv_holds_what_xlsx_cannot():
    text = "字" * (MAX_CELL + 1) + '"甲",\n乙'
    assert read_csv(to_csv(Table("表", ("甲",), [(text,)])))[1] == (text,)
    assert read_csv(to_csv(Table("表", ("甲",), [("甲\ud800",)])))[1] == ("甲?",)


# ── Errors ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@pytest.mark.parametrize(
    ("parameters", "says"),
    [
        ("search.{}?township=没有乡", "township"),
        ("search.{}?sort=random", "sort"),
        ("search.{}?collapse=vielleicht", "collapse"),
        ("search.{}?q=" + "长" * 501, "q"),
        ("search.{}?q=a&q=b", "q"),
        ("compare.{}?category=没有类", "category"),
        ("compare.{}?category=党的建设&category=平安法治", "category"),
        ("compare.{}?category=" + "长" * 101, "category"),
        ("compare.{}?township=没有乡", "township"),
        ("compare.{}?county=没有县", "county"),
        ("compare.{}?list_type=别的", "list_type"),
        ("compare.{}?differing=vielleicht", "differing"),
    ],
)
def test_wrong_parameters(client, suffix, parameters, says):
    response = client.get("/" + parameters.format(suffix))
    assert response.status_code == 422
    assert response.mimetype == "text/html"
    assert says in response.text


@pytest.mark.parametrize("path", ["/search.csv?q=养犬", "/compare.csv?category=平安法治"])
def test_parameters_that_others_append_do_no_harm(client, path):
    assert rows_of(client, f"{path}&utm_source=portal") == rows_of(client, path)


@pytest.mark.parametrize("path", ["/search.pdf", "/compare.json", "/search.", "/compare.CSV"])
def test_other_formats_are_not_there(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/search.csv", "/compare.xlsx"])
def test_without_an_index(tmp_path, path):
    response = create_app(Search.open(tmp_path / "none")).test_client().get(path)
    assert response.status_code == 503
    assert "稍后再试" in response.text
