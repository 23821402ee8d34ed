"""The same list gives the same records, whatever the format it is published in.

1. For each of the five lists, files made of it as .docx, .xlsx, .html and .pdf (ruled tables, cells cut by
   page breaks) are read to the records of the .txt; so is a .pdf without rules (text layer) of the list that
   was published so.
2. A cell merged over rows belongs to each of them; rows under one merged number are one duty; a header in two
   rows, a title row inside the table and a header repeated on every page are no duties.
3. Rows of a Word table need not share their column borders; a missing cell is the table's own error, with
   line and what was expected.
4. Other names of the columns mean the same, 承接部门 and 工作方式 may be two columns, 备注 is passed over.
5. Spreadsheets: every visible sheet is read, hidden ones are not; numbers may be 1.0, months may be dates;
   formulas count by their value, and one without a value is an error that names sheet and cell; formats
   without text far away, and merged cells over whole rows, do no harm.
6. Word: numbers that Word only shows are read; what is deleted in tracked changes is not.
7. Web pages: GBK and UTF-8, cells left open, layout tables, scripts and comments, items of a numbered list.
8. PDF: a row cut by a page break is one duty, even where the table has no border there; a category merged
   over two pages counts on both; a wrapped line and a paragraph are told apart.
9. Broken, locked, empty and absurd files end soon, in an error that says what is wrong and what to do; no
   other exception leaves the reader.
10. An ending that isn't known names the allowed ones; old office formats name the one to save as.
"""

from __future__ import annotations

import datetime
import html
import io
import time
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from indexer.documents import office_package, pdf_file, pdf_tables
from indexer.documents.reader import READERS, read_document
from indexer.documents.table import HEADERS
from indexer.documents.text_file import UnreadableDocumentError
from indexer.documents.title import read_title
from indexer.duty import ListType
from indexer.problems import Level
from indexer.township_list import read_list
from tests.indexer.documents import make_files
from tests.indexer.documents.make_files import FONT, Published, docx_cell, zip_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from indexer.catalogue import Catalogue
    from indexer.documents.reader import Document
    from indexer.duty import Duty
    from indexer.tuning import Tuning

LISTS = ("changji-miaoergou", "qitai-kanerzi", "mulei-dananggou", "jimsar-santai", "urumqi-gangou")
MAKERS: dict[str, Callable[[Path, Published], None]] = {
    "docx": make_files.make_docx,
    "xlsx": make_files.make_xlsx,
    "html": make_files.make_html,
    "pdf": make_files.make_pdf,
}
BASIC = HEADERS[ListType.BASIC]
COOPERATIVE = HEADERS[ListType.COOPERATIVE]
TITLE = ("新疆维吾尔自治区昌吉回族自治州", "昌吉市庙尔沟乡", "履职事项清单", "2025年7月")
SOON = 10.0  # seconds of processor time


# ── The five lists ────────────────────────────────────────────────────────────────────────────────


def without_source(duties: Sequence[Duty]) -> list[Duty]:
    return [replace(duty, source=None) for duty in duties]  # type: ignore[arg-type]


@pytest.mark.parametrize("ending", MAKERS)
@pytest.mark.parametrize("list_id", LISTS)
def test_same_records(
    list_id: str, ending: str, catalogue: Catalogue, tuning: Tuning, tmp_path: Path
) -> None:
    entry = next(entry for entry in catalogue.entries if entry.id == list_id)
    source = catalogue.folder / entry.file
    published = read_document(source)
    title = tuple(text for text in published.preface if text.strip() and "序号" not in text)
    path = tmp_path / f"{list_id}.{ending}"
    MAKERS[ending](path, Published(title, published.rows))

    expected = read_list(source, entry, tuning.departments)
    found = read_list(path, replace(entry, file=path.name), tuning.departments)
    assert [problem for problem in found.problems if problem.level is Level.ERROR] == []
    assert without_source(found.duties) == without_source(expected.duties)
    assert (found.place, found.date, found.declared) == (expected.place, expected.date, expected.declared)


def test_same_records_from_a_text_layer(catalogue: Catalogue, tuning: Tuning, tmp_path: Path) -> None:
    entry = next(entry for entry in catalogue.entries if entry.id == "mulei-dananggou")
    source = catalogue.folder / entry.file
    path = tmp_path / "mulei.pdf"
    make_files.make_plain_pdf(path, source.read_text(encoding="utf-8").splitlines())
    expected = read_list(source, entry, tuning.departments)
    found = read_list(path, replace(entry, file=path.name), tuning.departments)
    assert without_source(found.duties) == without_source(expected.duties)
    assert [problem for problem in found.problems if problem.level is Level.ERROR] == []


# ── Small documents ───────────────────────────────────────────────────────────────────────────────

Cell = str | tuple[str, int, int]
"""A text, or a text with the rows and columns that its cell spans."""


def spans(cell: Cell) -> tuple[str, int, int]:
    return (cell, 1, 1) if isinstance(cell, str) else cell


def small_html(path: Path, rows: Sequence[Sequence[Cell]]) -> Path:
    lines = []
    for row in rows:
        cells = (
            f"<td rowspan={down} colspan={across}>{html.escape(text)}</td>"
            for text, down, across in map(spans, row)
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    title = "".join(f"<p>{text}</p>" for text in TITLE)
    path.write_text(f"<meta charset=utf-8>{title}<table>{''.join(lines)}</table>", encoding="utf-8")
    return path


def small_xlsx(path: Path, rows: Sequence[Sequence[Cell]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for text in TITLE:
        sheet.append([text])
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows, len(TITLE) + 1):
        column = 1
        for text, down, across in map(spans, row):
            while (number, column) in taken:
                column += 1
            sheet.cell(number, column, text)
            taken |= {(number + y, column + x) for y in range(down) for x in range(across)}
            if (down, across) != (1, 1):
                sheet.merge_cells(None, number, column, number + down - 1, column + across - 1)
            column += across
    book.save(path)
    return path


def small_docx(path: Path, rows: Sequence[Sequence[Cell]]) -> Path:
    lines = []
    below: dict[int, tuple[int, int]] = {}  # column → rows still to come, columns across
    for row in rows:
        cells: list[str] = []
        rest = list(map(spans, row))
        column = 0
        while rest or below.get(column, (0, 0))[0]:
            down, across = below.get(column, (0, 0))
            if down:
                cells.append(docx_cell([""], f'<w:gridSpan w:val="{across}"/><w:vMerge/>'))
                below[column] = (down - 1, across)
            else:
                text, down, across = rest.pop(0)
                start = '<w:vMerge w:val="restart"/>' if down > 1 else ""
                cells.append(docx_cell(text.split("\n"), f'<w:gridSpan w:val="{across}"/>{start}'))
                below[column] = (down - 1, across)
            column += across
        lines.append(f"<w:tr>{''.join(cells)}</w:tr>")
    return docx_of(path, "".join(lines))


def docx_of(path: Path, rows: str, title: Sequence[str] = TITLE) -> Path:
    document = docx.Document()
    for text in title:
        document.add_paragraph(text)
    table = parse_xml(f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid/>{rows}</w:tbl>")
    document.element.body.insert(len(title), table)
    document.save(str(path))
    return path


SMALL = {"docx": small_docx, "xlsx": small_xlsx, "html": small_html}
every_format = pytest.mark.parametrize("ending", SMALL)


def read_small(tmp_path: Path, ending: str, rows: Sequence[Sequence[Cell]]) -> Document:
    return read_document(SMALL[ending](tmp_path / f"list.{ending}", rows))


def cells(document: Document) -> list[tuple[object, ...]]:
    return [
        (row.number, row.category, row.name, *filter(None, (row.departments, row.superior, row.township)))
        for row in document.rows
    ]


@every_format
def test_title_page(tmp_path: Path, ending: str) -> None:
    title = read_title(read_small(tmp_path, ending, [BASIC, ["1", "甲类", "甲"]]).preface)
    assert title.place is not None
    assert (title.place.county, title.place.township, title.date) == ("昌吉市", "庙尔沟乡", "2025-07")


@every_format
def test_a_category_over_several_rows_and_a_title_row(tmp_path: Path, ending: str) -> None:
    read = read_small(
        tmp_path,
        ending,
        [
            [("庙尔沟乡基本履职事项清单", 1, 3)],
            BASIC,
            ["1", ("甲类", 2, 1), "甲"],
            ["2", "乙"],
            BASIC,
            [("二、乙类各项", 1, 3)],
            ["3", "乙类", "丙"],
        ],
    )
    assert read.problems == ()
    assert cells(read) == [(1, "甲类", "甲"), (2, "甲类", "乙"), (3, "乙类", "丙")]


@every_format
def test_rows_under_one_merged_number_are_one_duty(tmp_path: Path, ending: str) -> None:
    read = read_small(
        tmp_path,
        ending,
        [
            COOPERATIVE,
            [("1", 2, 1), ("甲类", 2, 1), ("甲", 2, 1), "市公安局", "市公安局：查处。", ("1.上报。", 2, 1)],
            ["市民政局", "市民政局：救助。"],
            ["2", "甲类", "乙", "市司法局", "指导。", "配合。"],
        ],
    )
    assert read.problems == ()
    first = (1, "甲类", "甲", "市公安局\n市民政局", "市公安局：查处。\n市民政局：救助。", "1.上报。")
    assert cells(read) == [first, (2, "甲类", "乙", "市司法局", "指导。", "配合。")]


@every_format
def test_a_header_in_two_rows(tmp_path: Path, ending: str) -> None:
    read = read_small(
        tmp_path,
        ending,
        [
            [*((name, 2, 1) for name in BASIC), ("收回情况", 1, 2)],
            ["承接部门", "工作方式"],
            ["1", "甲类", "甲", "市民政局：", "登记、核查。"],
        ],
    )
    assert read.problems == ()
    assert cells(read) == [(1, "甲类", "甲", "市民政局：登记、核查。")]


@every_format
def test_two_cells_under_one_wide_header(tmp_path: Path, ending: str) -> None:
    header = [*BASIC, ("承接部门及工作方式", 1, 2)]
    read = read_small(tmp_path, ending, [header, ["1", "甲类", "甲", "市民政局", "登记。"]])
    assert cells(read) == [(1, "甲类", "甲", "市民政局：登记。")]


@pytest.mark.parametrize(
    ("header", "list_type"),
    [
        (["编号", "类别", "事项"], ListType.BASIC),
        (["序 号", "事项类型", "事项名称"], ListType.BASIC),
        (
            ["序号", "事项类别", "事项名称", "对应上级部门", "上级部门职责", "街道配合职责"],
            ListType.COOPERATIVE,
        ),
        (
            ["序号", "事项类别", "事项名称", "对应上级部门", "上级部门职责", "镇配合职责"],
            ListType.COOPERATIVE,
        ),
        (
            ["序号", "事项类别", "事项名称", "对应\n上级部门", "上级部门职责", "乡镇（街道）\n配合职责"],
            ListType.COOPERATIVE,
        ),
        (["序号", "事项类别", "事项名称", "承接部门", "工作方式"], ListType.RECLAIMED),
        (["序号", "事项类别", "事项名称", "承接部门及工作方式", "备注"], ListType.RECLAIMED),
    ],
)
@every_format
def test_other_names_of_columns(tmp_path: Path, ending: str, header: list[str], list_type: ListType) -> None:
    read = read_small(tmp_path, ending, [header, ["1", "甲类", "甲", *"乙丙丁"[: len(header) - 3]]])
    assert read.problems == ()
    [row] = read.rows
    assert (row.list_type, row.number, row.category, row.name) == (list_type, 1, "甲类", "甲")
    if "工作方式" in header:
        assert row.superior == "乙：丙"


@every_format
def test_an_unknown_column(tmp_path: Path, ending: str) -> None:
    read = read_small(tmp_path, ending, [[*BASIC, "颜色"], ["1", "甲类", "甲", "红"]])
    [problem] = read.problems
    assert problem.message.startswith("unknown column 颜色")


@every_format
def test_an_empty_cell_is_the_tables_own_error(tmp_path: Path, ending: str) -> None:
    read = read_small(tmp_path, ending, [BASIC, ["1", "甲类", "甲"], ["2", "", "乙"], ["", "甲类", "丙"]])
    assert cells(read) == [(1, "甲类", "甲")]
    assert [problem.message for problem in read.problems] == [
        "row 2: the cell 事项类别 is empty",
        "the first cell is ''; expected the row's number (序号)",
    ]


@every_format
def test_line_ends_in_a_cell(tmp_path: Path, ending: str) -> None:
    row = [
        "1",
        "甲\n类",
        "甲",
        "市公安局、\n市民政局",
        "一、管理\n市公安局：\n1.查处；\n2.登记。\n其他",
        "配合。",
    ]
    if ending == "html":
        path = tmp_path / "list.html"
        lines = "".join(f"<td>{text.replace(chr(10), '<br>')}</td>" for text in row)
        path.write_text(f"<table><tr><td>{'<td>'.join(COOPERATIVE)}<tr>{lines}</table>", encoding="utf-8")
        read = read_document(path)
    else:
        read = read_small(tmp_path, ending, [COOPERATIVE, row])
    [found] = read.rows
    assert (found.category, found.departments) == ("甲\n类", "市公安局、\n市民政局")
    assert found.superior == "一、管理\n市公安局：\n1.查处；<br>2.登记。<br>其他"


# ── Word ──────────────────────────────────────────────────────────────────────────────────────────


def docx_row(*texts: str) -> str:
    return f"<w:tr>{''.join(docx_cell([text]) for text in texts)}</w:tr>"


def test_word_rows_whose_borders_are_not_in_line(tmp_path: Path) -> None:
    wide, wider = '<w:gridSpan w:val="2"/>', '<w:gridSpan w:val="3"/>'
    row = f"<w:tr>{docx_cell(['1'], wide)}{docx_cell(['甲类'], wider)}{docx_cell(['甲'])}</w:tr>"
    read = read_document(docx_of(tmp_path / "list.docx", docx_row(*BASIC) + row))
    assert cells(read) == [(1, "甲类", "甲")]


def test_word_shows_numbers(tmp_path: Path) -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    for position, (list_id, style, pattern) in enumerate((("91", "decimal", "%1"), ("92", "decimal", "%1."))):
        level = f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{style}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{list_id}">{level}</w:abstractNum>'
        numbering.insert(position, parse_xml(abstract))
    for number_id, list_id in (("91", "91"), ("92", "92"), ("93", "92")):
        override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>' * (
            number_id == "93"
        )
        numbering.append(
            parse_xml(
                f'<w:num {nsdecls("w")} w:numId="{number_id}"><w:abstractNumId w:val="{list_id}"/>{override}</w:num>'
            )
        )

    def numbered(number_id: str, *texts: str) -> str:
        properties = f'<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number_id}"/></w:numPr></w:pPr>'
        paragraphs = (f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>" for text in texts)
        return f"<w:tc><w:tcPr/>{''.join(paragraphs)}</w:tc>"

    rows = docx_row(*COOPERATIVE)
    for name, steps in (("甲", "92"), ("乙", "93")):
        begin = f"{numbered('91', '')}{docx_cell(['甲类'])}{docx_cell([name])}{docx_cell(['市公安局'])}"
        rows += f"<w:tr>{begin}{numbered(steps, '查处；', '登记。')}{docx_cell(['配合。'])}</w:tr>"
    document.element.body.insert(0, parse_xml(f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid/>{rows}</w:tbl>"))
    document.save(str(tmp_path / "list.docx"))
    read = read_document(tmp_path / "list.docx")
    assert [(row.number, row.name, row.superior) for row in read.rows] == [
        (1, "甲", "1.查处；<br>2.登记。"),
        (2, "乙", "1.查处；<br>2.登记。"),
    ]


def test_word_tracked_changes_and_content_controls(tmp_path: Path) -> None:
    changed = (
        "<w:tc><w:tcPr/><w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>新</w:t></w:r></w:ins></w:p></w:tc>"
    )
    deleted = (
        f"<w:tr><w:trPr><w:del/></w:trPr>{docx_cell(['2'])}{docx_cell(['乙类'])}{docx_cell(['乙'])}</w:tr>"
    )
    wrapped = f"<w:sdt><w:sdtContent>{docx_row('2', '丙类', '丙')}</w:sdtContent></w:sdt>"
    row = f"<w:tr>{docx_cell(['1'])}{docx_cell(['甲类'])}{changed}</w:tr>"
    read = read_document(docx_of(tmp_path / "list.docx", docx_row(*BASIC) + row + deleted + wrapped))
    assert cells(read) == [(1, "甲类", "新"), (2, "丙类", "丙")]


def test_a_word_table_goes_on_in_the_next_one(tmp_path: Path) -> None:
    path = docx_of(tmp_path / "list.docx", docx_row(*BASIC) + docx_row("1", "甲类", "甲"))
    document = docx.Document(str(path))
    table = document.add_table(1, 3)
    for cell, text in zip(table.rows[0].cells, ("2", "甲类", "乙"), strict=True):
        cell.text = text
    document.save(str(path))
    assert cells(read_document(path)) == [(1, "甲类", "甲"), (2, "甲类", "乙")]


# ── Spreadsheets ──────────────────────────────────────────────────────────────────────────────────


def test_sheets(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["新疆维吾尔自治区昌吉回族自治州昌吉市庙尔沟乡履职事项清单"])
    book.worksheets[0].append([datetime.datetime(2025, 7, 1)])
    for name, state, list_type in (
        ("基本", "visible", ListType.BASIC),
        ("草稿", "hidden", ListType.BASIC),
        ("配合", "visible", ListType.COOPERATIVE),
    ):
        sheet = book.create_sheet(name)
        sheet.sheet_state = state
        sheet.append(HEADERS[list_type])
        sheet.append([1.0, *"甲乙丙丁戊"[: len(HEADERS[list_type]) - 1]])
    notes = book.create_sheet("说明")
    notes.append(["项目", "内容"])
    notes.append(["填表人", "某某"])
    path = tmp_path / "list.xlsx"
    book.save(path)
    read = read_document(path)
    assert read.problems == ()
    assert [(row.list_type, row.number, row.line) for row in read.rows] == [
        (ListType.BASIC, 1, 2),
        (ListType.COOPERATIVE, 1, 2),
    ]
    assert read_title(read.preface).date == "2025-07"


def test_a_table_that_does_not_begin_in_the_first_column(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (("", *BASIC, "", "备注"), ("", 1, "甲类", "甲", "", "说明"), ("", 2, "甲类", "乙")):
        book.worksheets[0].append(row)
    book.save(tmp_path / "list.xlsx")
    assert cells(read_document(tmp_path / "list.xlsx")) == [(1, "甲类", "甲"), (2, "甲类", "乙")]


def xlsx_with(path: Path, cell: str) -> Path:
    """Make a spreadsheet whose cell A6 has this XML instead of its own."""
    small_xlsx(path, [BASIC, ["1", "甲类", "甲"]])
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    start = sheet.index(b'<c r="A6"')
    end = sheet.index(b"</c>", start) + len(b"</c>")
    parts["xl/worksheets/sheet1.xml"] = sheet[:start] + cell.encode() + sheet[end:]
    path.write_bytes(zip_of(parts))
    return path


def test_a_formula_counts_by_its_value(tmp_path: Path) -> None:
    read = read_document(xlsx_with(tmp_path / "list.xlsx", '<c r="A6"><f>ROW()-5</f><v>1</v></c>'))
    assert cells(read) == [(1, "甲类", "甲")]


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ('<c r="A6"><f>ROW()-5</f></c>', "formula without a value; open the file and save it once"),
        ('<c r="A6" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "shows #DIV/0!; mend its formula"),
    ],
)
def test_a_formula_without_a_usable_value(tmp_path: Path, cell: str, message: str) -> None:
    with pytest.raises(UnreadableDocumentError, match="the sheet Sheet, cell A6, ") as error:
        read_document(xlsx_with(tmp_path / "list.xlsx", cell))
    assert message in str(error.value)
    assert error.value.line == 6


def test_an_empty_text_is_a_value(tmp_path: Path) -> None:
    read = read_document(xlsx_with(tmp_path / "list.xlsx", '<c r="A6" t="str"><f>""</f><v></v></c>'))
    [problem] = read.problems
    assert "expected the row's number" in problem.message


def test_formats_and_merged_cells_far_away(tmp_path: Path) -> None:
    path = small_xlsx(tmp_path / "list.xlsx", [BASIC, ["1", "甲类", "甲"]])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    sheet.cell(900_000, 3).font = openpyxl.styles.Font(bold=True)
    book.save(path)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    merged = b'<mergeCells count="1"><mergeCell ref="A1:XFD1"/></mergeCells><pageMargins'
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b"<pageMargins", merged, 1)
    path.write_bytes(zip_of(parts))
    begin = time.process_time()
    assert cells(read_document(path)) == [(1, "甲类", "甲")]
    assert time.process_time() - begin < SOON


# ── Web pages ─────────────────────────────────────────────────────────────────────────────────────

OPEN_CELLS = (
    "<table><tr><th>序号<th>事项类别<th>事项名称<tr><td>1<td>甲类<td>甲<tr><td>2<td>甲类<td>乙</table>"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_page_with_open_cells(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "list.htm"
    path.write_bytes(f'<meta charset="gb2312"><p>清单</p>{OPEN_CELLS}'.encode(encoding))
    read = read_document(path)
    assert cells(read) == [(1, "甲类", "甲"), (2, "甲类", "乙")]
    assert read.preface[0] == "清单"


def test_a_layout_table_scripts_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "list.html"
    page = f"<table><tr><td>导航</td><td><!-- 注 --><script>var a = '1 甲';</script>{OPEN_CELLS}</td></tr></table>"
    path.write_text(page, encoding="utf-8")
    read = read_document(path)
    assert cells(read) == [(1, "甲类", "甲"), (2, "甲类", "乙")]
    assert "".join(read.preface).startswith("导航")
    assert "注" not in "".join(read.preface)


def test_items_of_a_numbered_list(tmp_path: Path) -> None:
    path = tmp_path / "list.html"
    steps = "<ol><li>查处；<li>登记。</ol>", '<ol style="list-style-type: none"><li>1.上报；<li>2.宣传。</ol>'
    row = "".join(f"<td>{text}" for text in ("1", "甲类", "甲", "市公安局", *steps))
    path.write_text(f"<table><tr><td>{'<td>'.join(COOPERATIVE)}<tr>{row}</table>", encoding="utf-8")
    [found] = read_document(path).rows
    assert (found.superior, found.township) == ("1.查处；<br>2.登记。", "1.上报；<br>2.宣传。")


# ── PDF ───────────────────────────────────────────────────────────────────────────────────────────


class Page:
    """Draws ruled rows on pages: (texts, heights of the rows that each cell spans)."""

    def __init__(self, path: Path, widths: Sequence[float]) -> None:
        pdfmetrics.registerFont(UnicodeCIDFont(FONT))
        self.canvas = Canvas(str(path), pagesize=(600, 400))
        self.widths = widths
        self.y = 0.0
        self.begin()

    def begin(self) -> None:
        self.canvas.setFont(FONT, 10)
        self.y = 380.0

    def row(
        self, *texts: str, height: float = 40.0, open_above: bool = False, open_below: bool = False
    ) -> None:
        x = 20.0
        for text, width in zip(texts, self.widths, strict=True):
            for number, line in enumerate(text.split("\n"), 1):
                self.canvas.drawString(x + 3, self.y - 12 * number, line)
            self.canvas.line(x, self.y, x, self.y - height)
            self.canvas.line(x + width, self.y, x + width, self.y - height)
            if not open_above:
                self.canvas.line(x, self.y, x + width, self.y)
            if not open_below:
                self.canvas.line(x, self.y - height, x + width, self.y - height)
            x += width
        self.y -= height

    def next(self) -> None:
        self.canvas.showPage()
        self.begin()


@pytest.mark.parametrize("is_open", [False, True], ids=["closed", "open"])
@pytest.mark.parametrize("header", [True, False], ids=["header again", "no header"])
def test_a_row_cut_by_a_page_break(tmp_path: Path, *, is_open: bool, header: bool) -> None:
    path = tmp_path / "list.pdf"
    page = Page(path, (50, 100, 200))
    page.row(*BASIC)
    page.row("1", "甲类", "甲")
    page.row("2", "甲类", "开展农业技术推广、农业机械管理，负责动物", open_below=is_open)
    page.next()
    if header:
        page.row(*BASIC)
    page.row("", "", "疫病防控", open_above=is_open and not header)
    page.row("3", "乙类", "丙")
    page.canvas.save()
    read = read_document(path)
    assert read.problems == ()
    assert cells(read) == [
        (1, "甲类", "甲"),
        (2, "甲类", "开展农业技术推广、农业机械管理，负责动物疫病防控"),
        (3, "乙类", "丙"),
    ]


def test_a_category_over_two_pages(tmp_path: Path) -> None:
    path = tmp_path / "list.pdf"
    page = Page(path, (50, 100, 200))
    page.row(*BASIC)
    page.row("1", "甲类", "甲")
    page.next()
    page.row(*BASIC)
    # Two rows, whose second cells are one without text.
    for number, (text, name) in enumerate((("2", "乙"), ("3", "丙"))):
        page.canvas.rect(20, page.y - 40, 50, 40)
        page.canvas.rect(170, page.y - 40, 200, 40)
        page.canvas.drawString(23, page.y - 12, text)
        page.canvas.drawString(173, page.y - 12, name)
        if number == 0:
            page.canvas.rect(70, page.y - 80, 100, 80)
        page.y -= 40
    page.canvas.save()
    assert cells(read_document(path)) == [(1, "甲类", "甲"), (2, "甲类", "乙"), (3, "甲类", "丙")]


def test_wrapped_lines_and_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "list.pdf"
    page = Page(path, (30, 50, 60, 60, 206, 60))
    page.row("序号", "事项类别", "事项名称", "对应上级\n部门", "上级部门职责", "乡镇配合\n职责")
    page.row(
        "1",
        "甲类",
        "甲",
        "市公安局",
        "一、管理工作\n市公安局：\n负责查处养犬扰民、伤人治安案件，捕杀狂\n犬、野犬；\n负责登记。",
        "配合。",
        height=80,
    )
    page.canvas.drawString(300, 20, "第 1 页 共 1 页")
    page.canvas.save()
    [row] = read_document(path).rows
    assert row.superior == (
        "一、管理工作\n市公安局：\n负责查处养犬扰民、伤人治安案件，捕杀狂犬、野犬；<br>负责登记。"
    )


# ── Bad files ─────────────────────────────────────────────────────────────────────────────────────


def docx_bytes(parts: dict[str, bytes]) -> bytes:
    """Return a .docx with some parts replaced."""
    data = io.BytesIO()
    docx.Document().save(data)
    with zipfile.ZipFile(data) as package:
        return zip_of({**{name: package.read(name) for name in package.namelist()}, **parts})


def xlsx_bytes(parts: dict[str, bytes]) -> bytes:
    """Return a .xlsx with some parts replaced."""
    data = io.BytesIO()
    openpyxl.Workbook().save(data)
    with zipfile.ZipFile(data) as package:
        return zip_of({**{name: package.read(name) for name in package.namelist()}, **parts})


def sheet_xml(rows: str, more: str = "") -> bytes:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData>{more}</worksheet>'.encode()


def pdf_bytes(text: str = "", **options: object) -> bytes:
    data = io.BytesIO()
    canvas = Canvas(data, **options)
    canvas.rect(100, 100, 50, 50)
    canvas.drawString(100, 100, text)
    canvas.save()
    return data.getvalue()


BOMB = (
    b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>"
    + b"".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>".encode() for n in range(9))
    + b"]><x>&j;</x>"
)
SHEET = "xl/worksheets/sheet1.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
ONE_ROW = '<row r="{}"><c r="A{}" t="inlineStr"><is><t>x</t></is></c></row>'
BAD = {
    "text as docx": ("docx", lambda: b"list", "no .docx file"),
    "text as xlsx": ("xlsx", lambda: b"list", "no .xlsx file"),
    "text as pdf": ("pdf", lambda: b"list", "no PDF file"),
    "empty docx": ("docx", lambda: b"", "the file is empty"),
    "empty xlsx": ("xlsx", lambda: b"  ", "the file is empty"),
    "empty pdf": ("pdf", lambda: b"", "the file is empty"),
    "empty page": ("html", lambda: b"", "the file is empty"),
    "zip without parts": ("docx", lambda: zip_of({"a.txt": b"a"}), "no part word/"),
    "docx named xlsx": ("xlsx", lambda: docx_bytes({}), "no part xl/"),
    "docx without its text": ("docx", lambda: zip_of({"word/a.xml": b"<a/>"}), "damaged"),
    "xlsx without a workbook": ("xlsx", lambda: zip_of({"xl/a.xml": b"<a/>"}), "damaged"),
    "cut docx": ("docx", lambda: docx_bytes({})[:5000], "no .docx file, or a damaged one"),
    "docx with broken XML": ("docx", lambda: docx_bytes({"word/document.xml": b"<w:document"}), "damaged"),
    "xlsx with broken XML": ("xlsx", lambda: xlsx_bytes({SHEET: b"<worksheet><"}), "damaged"),
    "xlsx with a wrong number": (
        "xlsx",
        lambda: xlsx_bytes({SHEET: sheet_xml('<row r="x"><c r="A1"><v>1</v></c></row>')}),
        "damaged",
    ),
    "locked docx": ("docx", lambda: OLE, "locked with a password"),
    "locked xlsx": ("xlsx", lambda: OLE, "locked with a password"),
    "XML bomb in docx": ("docx", lambda: docx_bytes({"word/document.xml": BOMB}), "document type"),
    "XML bomb in xlsx": ("xlsx", lambda: xlsx_bytes({SHEET: BOMB}), "document type"),
    "XML bomb in UTF-16": (
        "docx",
        lambda: docx_bytes({"word/document.xml": BOMB.decode().encode("utf-16")}),
        "document type",
    ),
    "zip bomb": ("xlsx", lambda: xlsx_bytes({"xl/a.bin": bytes(20_000_000)}), "200 times its size"),
    "too many rows": (
        "xlsx",
        lambda: xlsx_bytes({SHEET: sheet_xml("".join(ONE_ROW.format(n, n) for n in range(1, 20_100)))}),
        "larger than 20000 rows",
    ),
    "too many columns": (
        "xlsx",
        lambda: xlsx_bytes({SHEET: sheet_xml('<row r="1"><c r="CW1"><v>1</v></c></row>')}),
        "larger than 20000 rows and 100 columns",
    ),
    "a row beyond the end": (
        "xlsx",
        lambda: xlsx_bytes({SHEET: sheet_xml('<row r="9999999999"><c><v>1</v></c></row>')}),
        "a row that no program can show",
    ),
    "merged without end": (
        "xlsx",
        lambda: xlsx_bytes(
            {SHEET: sheet_xml(ONE_ROW.format(1, 1), '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>')}
        ),
        "merged cells without end",
    ),
    "nothing visible": ("xlsx", lambda: xlsx_bytes({SHEET: sheet_xml("")}), "no visible sheet holds any text"),
    "wide page": (
        "html",
        lambda: b"<table><tr><td colspan=99999999>1</td><td>2</td></tr></table>",
        "more than 100 columns",
    ),
    "long page": ("html", lambda: b"<table>" + b"<tr><td>1<td>2" * 21_000 + b"</table>", "more than 20000 rows"),
    "page of tags": ("html", lambda: b"<ol>" + b"<li>a" * 400_000, "more than 300000 tags"),
    "binary page": ("html", lambda: bytes(range(256)) * 4, "no readable page"),
    "scanned pdf": ("pdf", pdf_bytes, "no text in it"),
    "locked pdf": ("pdf", lambda: pdf_bytes("a", encrypt=StandardEncryption("a", "b")), "locked with a password"),
    "cut pdf": ("pdf", lambda: pdf_bytes("a")[:300], "a damaged PDF"),
    "pdf without anything": ("pdf", lambda: b"%PDF-1.7\n%%EOF", "a damaged PDF"),
}  # fmt: skip


@pytest.mark.parametrize(("ending", "make", "message"), BAD.values(), ids=BAD.keys())
def test_bad_files(
    ending: str, make: Callable[[], bytes], message: str, tuning: Tuning, tmp_path: Path
) -> None:
    path = tmp_path / f"list.{ending}"
    path.write_bytes(make())
    begin = time.process_time()
    with pytest.raises(UnreadableDocumentError) as error:
        read_document(path)
    assert time.process_time() - begin < SOON
    assert message in str(error.value)
    [problem] = read_list(path, None, tuning.departments).problems
    assert str(problem).startswith(f"{path.name}:")


def test_a_pdf_that_unpacks_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.pdf"
    path.write_bytes(pdf_bytes("a" * 5000, pageCompression=1))
    monkeypatch.setattr(pdf_file, "MAX_UNPACKED", 1000)
    with pytest.raises(UnreadableDocumentError, match="it unpacks to more than 1000 bytes"):
        pdf_file.read_lines(path)


@pytest.mark.parametrize(
    ("limit", "value", "message"),
    [
        ("MAX_PAGES", 0, "more than 0 pages"),
        ("MAX_SECONDS", -1, "page 1 not reached in -1 s"),
        ("MAX_PAGE", 1, "page 1 has more than 1 bytes"),
    ],
)
def test_a_pdf_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, message: str
) -> None:
    path = tmp_path / "list.pdf"
    path.write_bytes(pdf_bytes("a"))
    monkeypatch.setattr(pdf_file, limit, value)
    with pytest.raises(UnreadableDocumentError, match=message):
        pdf_file.read_lines(path)


def test_a_pdf_of_drawings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "list.pdf"
    path.write_bytes(pdf_bytes("a"))
    monkeypatch.setattr(pdf_tables, "MAX_CROSSINGS", 1)
    with pytest.raises(UnreadableDocumentError, match="page 1 is a drawing of 4 lines"):
        pdf_file.read_lines(path)


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        ("MAX_UNPACKED", "the limits are"),
        ("MAX_XML_PART", "the limit is 10"),
        ("MAX_PARTS", "the limits are 10"),
    ],
)
def test_a_package_larger_than_the_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, message: str
) -> None:
    path = small_docx(tmp_path / "list.docx", [BASIC])
    monkeypatch.setattr(office_package, limit, 10)
    with pytest.raises(UnreadableDocumentError, match=message):
        read_document(path)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
@pytest.mark.parametrize("ending", ["docx", "xlsx", "pdf"])
def test_damaged_files_raise_nothing_else(tmp_path: Path, ending: str, share: float) -> None:
    whole = {"docx": docx_bytes({}), "xlsx": xlsx_bytes({}), "pdf": pdf_bytes("a" * 500)}[ending]
    at = int(len(whole) * share)
    path = tmp_path / f"list.{ending}"
    for data in (whole[:at], whole[:at] + b"\0" * 40 + whole[at + 40 :], whole[:at] + whole[at + 9 :]):
        path.write_bytes(data)
        try:
            read = read_document(path)
        except UnreadableDocumentError:
            continue
        assert read.problems


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("list.doc", "save it as .docx"),
        ("list.WPS", "save it as .docx"),
        ("list.xls", "save it as .xlsx"),
        ("list.et", "save it as .xlsx"),
        ("list.png", "unknown file name ending '.png'"),
        ("list", "unknown file name ending ''"),
    ],
)
def test_other_endings(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / name).write_bytes(b"a")
    with pytest.raises(UnreadableDocumentError) as error:
        read_document(tmp_path / name)
    assert message in str(error.value)
    assert all(ending in str(error.value) for ending in READERS)


def test_endings_in_capitals(tmp_path: Path) -> None:
    path = small_docx(tmp_path / "LIST.DOCX", [BASIC, ["1", "甲类", "甲"]])
    assert cells(read_document(path)) == [(1, "甲类", "甲")]


@pytest.mark.parametrize("ending", READERS)
def test_a_missing_file(tmp_path: Path, ending: str) -> None:
    with pytest.raises(UnreadableDocumentError, match="no such file"):
        read_document(tmp_path / f"list{ending}")
