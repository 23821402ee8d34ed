"""Spreadsheets.

1. The first visible sheet is read as the texts it shows: numbers, dates, values of formulas, blank rows in
   between; cells merged over rows count for each. What isn't read is remarked.
2. What was written is read back the same; a text that begins with = is no formula; control characters are
   dropped, too long texts cut with a note. The header is in sight.
3. Damaged, locked, empty and oversized files, and formulas without a value, are errors that say what to do.
"""

import datetime
import io
import re
import zipfile

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from indexer.sheet_cells import CUT
from indexer.spreadsheet import MAX_CELL
from search_service.triage.errors import TriageError
from search_service.triage.table import MAX_ROWS, make_table
from search_service.triage.xlsx_file import read_xlsx, write_xlsx


@pytest.fixture
def path(tmp_path):
    return tmp_path / "工单.xlsx"


@pytest.fixture
def book():
    """Return a workbook with a header and one complaint."""
    book = openpyxl.Workbook()
    book.active.append(["编号", "诉求内容", "乡镇"])
    book.active.append([1, "狗咬人", "庙尔沟乡"])
    return book


def rewritten(path, part, change):
    """Change one part of a spreadsheet."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = change(parts[part])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


SHEET = "xl/worksheets/sheet1.xml"


def test_values_as_shown(book, path):
    book.active.append([20250701000123, "吵\r\n得很", None])
    book.active.append([datetime.datetime(2025, 7, 1, 8, 30), True, 0.5])
    book.active["A4"].number_format = "yyyy/m/d h:mm"
    book.active["C4"].number_format = "0%"
    book.active["C3"] = 7
    book.active["C3"].number_format = "0000"
    book.save(path)
    table = read_xlsx(path)
    assert table.header == ("编号", "诉求内容", "乡镇")
    assert list(table.rows) == [
        ("1", "狗咬人", "庙尔沟乡"),
        ("20250701000123", "吵\n得很", "0007"),
        ("2025/7/1 8:30", "TRUE", "50%"),
    ]
    assert table.remark == ""


def test_a_chinese_date_format_without_code(book, path):
    book.active["A3"], book.active["A4"] = 45839, 10**12
    book.save(path)
    styles = "xl/styles.xml"
    rewritten(path, styles, lambda xml: xml.replace(b'numFmtId="0"', b'numFmtId="31"'))
    assert [row[0] for row in read_xlsx(path).rows] == ["1900年1月1日", "2025年7月1日", str(10**12)]


def test_blank_rows_and_columns_stay(book, path):
    book.active.insert_rows(1, 2)
    book.active["B7"] = "路灯不亮"
    book.active["E7"] = "急"
    book.active["C30"] = "  "
    book.save(path)
    table = read_xlsx(path)
    assert table.header_row == 3
    assert table.header == ("编号", "诉求内容", "乡镇", "", "")
    assert [table.row_number(index) for index, row in enumerate(table.rows) if any(row)] == [4, 7]
    assert table.rows[3] == ("", "路灯不亮", "", "", "急")


def test_a_cell_merged_over_rows_counts_for_each(book, path):
    book.active["B3"], book.active["B4"] = "噪音", "路灯"
    book.active.merge_cells("C2:C4")
    book.active["A5"] = "合并的备注"
    book.active.merge_cells("A5:C5")
    book.save(path)
    assert [row[2] for row in read_xlsx(path).rows] == ["庙尔沟乡", "庙尔沟乡", "庙尔沟乡", ""]


def test_a_header_merged_over_rows_stays_in_its_row(path):
    book = openpyxl.Workbook()
    book.active.append(["内容", "乡镇"])
    book.active.append([])
    book.active.append(["狗咬人"])
    book.active.merge_cells("A1:A2")
    book.active.merge_cells("B1:B2")
    book.save(path)
    assert list(read_xlsx(path).rows) == [("", ""), ("狗咬人", "")]


def test_the_first_visible_sheet(book, path):
    hidden = book.create_sheet("旧", 0)
    hidden.append(["别的"])
    hidden.sheet_state = "hidden"
    book.create_sheet("二月").append(["内容"])
    book.save(path)
    table = read_xlsx(path)
    assert table.header[1] == "诉求内容"
    assert "“Sheet”; not the other 1" in table.remark


def test_values_of_formulas(book, path):
    book.active["B3"] = "=A1"
    book.save(path)
    with pytest.raises(TriageError, match=r"cell B3, holds a formula without a value; .* save it once"):
        read_xlsx(path)
    rewritten(
        path,
        SHEET,
        lambda xml: re.sub(rb'<c r="B3".*?</c>', '<c r="B3" t="str"><f>A1</f><v>狗叫</v></c>'.encode(), xml),
    )
    assert read_xlsx(path).rows[1][1] == "狗叫"


def test_characters_that_xml_escapes(book, path):
    book.active["B3"] = "甲_x000D_\n乙 _x005F_x000D_ _xD800_"
    book.save(path)
    assert read_xlsx(path).rows[1][1] == "甲\n乙 _x000D_ _xD800_"


def storable(character):
    return not ILLEGAL_CHARACTERS_RE.match(character) and character not in "\r\ufffe\uffff"


CELLS = st.text(st.characters(exclude_categories=["Cs"]).filter(storable), max_size=20) | st.sampled_from(
    ["=1+1", "#N/A", "007", "1e5", "_x000D_", " 空 ", "甲\n乙", "TRUE", "2025-07-01", "𠮷"]
)


@given(st.data(), st.integers(0, 3))
def test_what_was_written_is_read_back(tmp_path_factory, data, blank):
    width = data.draw(st.integers(0, 5))
    row = st.tuples(*[CELLS] * width)
    header = (*data.draw(row), "说明")  # the last column is one of ours: it has a header
    rows = [(*one, data.draw(CELLS)) for one in data.draw(st.lists(row, max_size=5))]
    table = make_table([()] * blank + [header, *rows])
    path = tmp_path_factory.getbasetemp() / "round.xlsx"
    write_xlsx(table, path)
    assert read_xlsx(path) == table


def test_texts_stay_texts(path):
    write_xlsx(make_table([("内容", "备注"), ("=1+1", "0123"), ("#REF!", "+86")]), path)
    sheet = openpyxl.load_workbook(path).active
    assert [[cell.value for cell in row] for row in sheet] == [
        ["内容", "备注"], ["=1+1", "0123"], ["#REF!", "+86"],
    ]  # fmt: skip
    assert {cell.data_type for row in sheet for cell in row} == {"s"}


def test_what_a_cell_cannot_hold(path):
    long = "长" * MAX_CELL
    table = make_table(
        [("内容",), ("狗\x07咬\x00人\ufffe\r\n了",), (long,), (long + "了",), ("𠮷" * MAX_CELL,)]
    )
    write_xlsx(table, path)
    read = [row[0] for row in read_xlsx(path).rows]
    assert read[:2] == ["狗咬人\n了", long]
    assert read[2] == long[: MAX_CELL - len(CUT)] + CUT
    assert read[3].startswith("𠮷")
    assert read[3].endswith(CUT)
    assert len(read[3].encode("utf-16-le")) <= 2 * MAX_CELL


def test_how_it_looks(path):
    write_xlsx(make_table([(), ("内容", "号"), ("长" * 500, "1"), ("短\n短", "2")]), path)
    sheet = openpyxl.load_workbook(path).active
    assert sheet.freeze_panes == "A3"
    assert sheet["A2"].font.bold
    assert sheet["A3"].alignment.wrap_text
    assert sheet.column_dimensions["A"].width == 50
    assert sheet.column_dimensions["B"].width == 8


def bomb():
    """Return a spreadsheet of a few kilobytes that unpacks to very much more."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 60_000_000)
    return data.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000), "without a password"),
        (b"PK\x03\x04 broken", "save it as .xlsx anew"),
        ("编号,内容".encode(), "save it as .xlsx anew"),
        (b"PK\x05\x06" + bytes(18), "it has no part xl/"),
        (bomb(), "times its size"),
    ],
    ids=["password or xls", "broken", "text", "empty zip", "bomb"],
)
def test_files_that_are_no_spreadsheet(path, content, message):
    path.write_bytes(content)
    with pytest.raises(TriageError, match=re.escape(message)):
        read_xlsx(path)


def test_damaged_parts(book, path):
    for part in (SHEET, "xl/workbook.xml", "xl/styles.xml"):
        book.save(path)
        rewritten(path, part, lambda xml: xml[: len(xml) // 2])
        with pytest.raises(TriageError, match="damaged spreadsheet"):
            read_xlsx(path)


def test_nothing_to_read(book, path):
    openpyxl.Workbook().save(path)
    with pytest.raises(TriageError, match="no row holds any text"):
        read_xlsx(path)
    book.save(path)
    rewritten(path, "xl/workbook.xml", lambda xml: xml.replace(b'state="visible"', b'state="hidden"'))
    with pytest.raises(TriageError, match="no visible sheet"):
        read_xlsx(path)


def test_limits(book, path):
    book.active.cell(MAX_ROWS + 1, 1, "远")
    book.save(path)
    with pytest.raises(TriageError, match=f"row {MAX_ROWS + 1} holds text"):
        read_xlsx(path)
    book.active.delete_rows(MAX_ROWS + 1)
    book.active["ZZ2"] = "远"
    book.save(path)
    with pytest.raises(TriageError, match="columns"):
        read_xlsx(path)


def test_merged_cells_without_end(book, path):
    for column in "DEFGHI":
        book.active[f"{column}1"], book.active[f"{column}2"] = "x", "x"
    book.active.cell(MAX_ROWS, 1, "远")
    book.save(path)
    merges = "".join(f'<mergeCell ref="{column}2:{column}1048576"/>' for column in "DEFGHI")
    rewritten(
        path,
        SHEET,
        lambda xml: xml.replace(b"</sheetData>", f"</sheetData><mergeCells>{merges}</mergeCells>".encode()),
    )
    with pytest.raises(TriageError, match="unmerge them"):
        read_xlsx(path)
