"""Documents that are small on the disk and large when read: refused within bounds, with a message that says why.

1. Each is read by a process that the system allows 3 GB of address space and a minute of the processor; a bomb
   would take more of either. A PDF is read within the bounds that it has anyhow.
2. None ends with a traceback.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from indexer.documents import pdf_process
from indexer.documents.reader import read_document
from indexer.documents.text_file import UnreadableDocumentError
from tests.fuzz.pdf_objects import FONT, one_page, stream
from tests.indexer.documents.make_files import zip_of
from tests.indexer.documents.test_formats import SHEET, docx_bytes, sheet_xml, xlsx_bytes

SECONDS, MEGABYTES = 60, 3072
WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEADER = "序号\t事项类别\t事项名称\n"


def word(body: str, **parts: bytes) -> bytes:
    text = f"<w:document {WORD}><w:body>{body}</w:body>{incompressible(99_000)}</w:document>"
    return docx_bytes({"word/document.xml": text.encode(), **parts})


def incompressible(size: int) -> str:
    """Return a comment that packs badly: it hides how well the rest does."""
    block, text = b"seed", []
    while sum(map(len, text)) < size:
        block = zlib.compress(block)[-64:] * 2
        text.append("".join(f"{(value * 7919 + len(text) * 104729) % 1000003:x}" for value in block))
    return f"<!--{''.join(text)}-->"


def merged_column(text: str, rows: int) -> bytes:
    first = f'<row r="1"><c r="A1" t="inlineStr"><is><t>{text}</t></is></c></row>'
    last = f'<row r="{rows}"><c r="B{rows}" t="inlineStr"><is><t>x</t></is></c></row>'
    return xlsx_bytes(
        {SHEET: sheet_xml(first + last, f'<mergeCells><mergeCell ref="A1:A{rows}"/></mergeCells>')}
    )


PARAGRAPH = '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr></w:p>'
UTF_7 = b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x [+ADwAIQ-ENTITY a "b"]><x/>'
BOMBS = {
    "a docx of nothing but tags": ("docx", lambda: word("<w:p/>" * 2_100_000 + incompressible(400_000)), "more than 2000000 tags"),
    "a docx of paragraphs": ("docx", lambda: word("<w:p/>" * 900_000 + incompressible(400_000)), "more than 20000 rows and paragraphs"),
    "a docx whose number is a book": ("docx", lambda: word(PARAGRAPH * 15_000, **{"word/numbering.xml": numbering("一" * 2_000_000)}), "read: 0 rows"),
    "a docx of endless levels": ("docx", lambda: word(PARAGRAPH * 15_000, **{"word/numbering.xml": numbering("%1", 100_000)}), "read: 0 rows"),
    "a docx of tables in tables": ("docx", lambda: word("<w:tbl><w:tr><w:tc>" * 80 + "<w:p/>" * 20_000 + "</w:tc></w:tr></w:tbl>" * 80), "read: 0 rows"),
    "a docx in another encoding": ("docx", lambda: docx_bytes({"word/document.xml": UTF_7}), "neither UTF-8 nor UTF-16"),
    "a docx whose entities have another ending": (
        "docx",
        lambda: docx_bytes({"word/other.dat": b"\n<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"}),
        "the part word/other.dat has a document type",
    ),
    "an xlsx of open tags": ("xlsx", lambda: xlsx_bytes({SHEET: b"<c " * 480_000 + incompressible(99_000).encode()}), "damaged"),
    "an xlsx of merged cells without end": ("xlsx", lambda: xlsx_bytes({SHEET: b'<mergeCell r="' * 600_000 + incompressible(99_000).encode()}), "damaged"),
    "an xlsx of one endless tag": ("xlsx", lambda: xlsx_bytes({SHEET: b"<c" + b' r="A1"' * 900_000 + incompressible(99_000).encode()}), "damaged"),
    "an xlsx of shared texts": ("xlsx", lambda: xlsx_bytes({"xl/sharedStrings.xml": b"<si><t>1</t></si>" * 600_000 + incompressible(99_000).encode()}), "tags"),
    "an xlsx with a text in a million rows": ("xlsx", lambda: merged_column("字" * 30_000, 15_000), "more than 10000000 characters"),
    "a zip of many parts": ("xlsx", lambda: zip_of({f"xl/{n}.xml": b"<a/>" for n in range(6000)}), "the limits are 5000 parts"),
    "a page with a cell of a million": ("html", lambda: "<table><tr><td>序号<td>" + "字" * 1_000_000, "a cell of 1000000 characters"),
    "a page with a cell of lines": ("html", lambda: "<table><tr><td>1<td>" + "字<br>" * 250_000, "a cell of 499999 characters"),
    "a page with one text in all rows": ("html", lambda: f"<table><tr><td>序号<td>事项类别<td>事项名称<tr><td rowspan=0>{'字' * 90_000}" + "<td>a<td>b<tr>" * 15_000, "more than 10000000 characters"),
    "a page of tables in tables": ("html", lambda: "<table><tr><td>" * 80 + "<b>a</b>" * 100_000, "read: 0 rows"),
    "a page of open tables": ("html", lambda: "<table>" * 290_000, "read: 0 rows"),
    "a page of lists in lists": ("html", lambda: "<ol><li>" * 120 + "<i></i>" * 100_000, "read: 0 rows"),
    "a page of deep blocks": ("html", lambda: "<div>" * 290_000, "read: 0 rows"),
    "a page of wide cells": ("html", lambda: f"<table><tr><td colspan={'9' * 5000}>1<td>2</table>", "more than 100 columns"),
    "a text with a cell of a million": ("txt", lambda: f"{HEADER}1\t类\t{'字' * 1_000_000}\n", "a cell of 1000000 characters"),
    "a text of thirty megabytes": ("txt", lambda: HEADER + f"1\t类\t{'字' * 100_000}\n" * 100, "more than 10000000 characters"),
    "a text whose header is read in a billion ways": ("txt", lambda: "序号 事项类别 事项名称" + "承接部门及工作方式" * 60 + "x", "read: 0 rows"),
    "a text whose number has five thousand digits": ("txt", lambda: f"基本履职事项清单是{'9' * 5000}项\n{HEADER}1\t类\t名\n", "read: 1 rows"),
    "a text of cells": ("txt", lambda: HEADER + "1" + "\t" * 9_000_000, "read: 0 rows"),
}  # fmt: skip


def numbering(pattern: str, levels: int = 1) -> bytes:
    level = (
        '<w:lvl w:ilvl="{}"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="{}"/></w:lvl>'
    )
    found = "".join(level.format(number, pattern) for number in range(levels))
    return (
        f'<w:numbering {WORD}>{incompressible(99_000)}<w:abstractNum w:abstractNumId="0">{found}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    ).encode()


@pytest.mark.parametrize(("ending", "make", "message"), BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_read_within_bounds(ending, make, message, tmp_path):
    path = tmp_path / f"bomb.{ending}"
    content = make()
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.read_within", str(path), str(SECONDS), str(MEGABYTES)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr[-500:]
    assert message in done.stdout


def twice_packed() -> bytes:
    packer = zlib.compressobj(9)
    inner = b"".join(packer.compress(bytes(10_000_000)) for _ in range(230)) + packer.flush()
    return one_page(FONT, zlib.compress(inner), b"/Filter[/FlateDecode/FlateDecode]")


def forms_of_forms() -> bytes:
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
    forms = [
        stream(b"/A Do " * 10, form + b"/Resources<</XObject<</A %d 0 R>>>>" % (6 + n)) for n in range(12)
    ]
    return one_page(b"/XObject<</A 5 0 R>>", b"/A Do", b"", *forms, stream(b"0 0 1 1 re f", form))


ALL_CHARACTERS = (
    b"/Font<</F<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype"
    b"/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    b"/W[0 4000000000 500]>>]>>>>"
)
TEXT = b"BT /F 9 Tf 10 10 Td (a) Tj ET"
PDF_BOMBS = {
    "packed twice": twice_packed,
    "run lengths": lambda: one_page(FONT, b"\x81 " * 12_000_000 + b"\x80", b"/Filter/RunLengthDecode"),
    "forms that draw forms": forms_of_forms,
    "a font of four billion characters": lambda: one_page(ALL_CHARACTERS, TEXT),
    "arrays in arrays": lambda: one_page(FONT, b"[" * 3_000_000),
    "numbers without an instruction": lambda: one_page(FONT, b"1 " * 3_000_000),
    "millions of characters": lambda: one_page(FONT, b"BT /F 9 Tf (" + b"a" * 9_000_000 + b") Tj ET"),
    "parts without end": lambda: b"%PDF-1.7\n" + b"stream\n" * 4_000_000,
    "parts inside parts": lambda: b"%PDF-1.7\n" + b"stream\nx\x9c\x00\x05\x00\xfa\xff" * 2_000_000,
}


@pytest.mark.parametrize("make", PDF_BOMBS.values(), ids=PDF_BOMBS.keys())
def test_a_pdf_has_so_much_time_and_memory(make, tmp_path, monkeypatch):
    monkeypatch.setattr(pdf_process, "MAX_CPU_SECONDS", 4)
    path = tmp_path / "bomb.pdf"
    path.write_bytes(make())
    with pytest.raises(
        UnreadableDocumentError, match=r"not read in 4 s|more than 2048 MB|no text in it|damaged PDF"
    ):
        read_document(path)


def test_a_pdf_is_read_by_a_process_as_it_is_here(tmp_path):
    path = tmp_path / "名单 list.pdf"
    path.write_bytes(one_page(FONT, b"BT /F 9 Tf 10 10 Td (1 abc) Tj ET"))
    assert [line.cells for line in pdf_process.read_lines(path)] == [("1 abc",)]
    path.write_bytes(b"%PDF-1.7\n%%EOF")
    with pytest.raises(UnreadableDocumentError, match="damaged PDF"):
        pdf_process.read_lines(path)


def test_a_process_that_breaks_down_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    path = tmp_path / "list.pdf"
    path.write_bytes(one_page(FONT, TEXT))
    with pytest.raises(UnreadableDocumentError, match="reading it broke down"):
        read_document(path)
