"""Whatever a document holds, it is read, or refused by an error that is documented: no traceback, no hang.

1. Texts and pages made of the pieces of lists, out of order, with hostile characters between them.
2. Word documents, spreadsheets and PDFs: real ones with bytes changed, and parts replaced.
3. What is read goes through the whole of a list's reading: title, departments, steps, review.
4. Time grows with the size of a document, not with its square.
"""

from __future__ import annotations

import io
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.catalogue import ListEntry
from indexer.documents import pdf_file
from indexer.documents.cell_lines import join_lines
from indexer.documents.reader import read_document
from indexer.documents.text_file import UnreadableDocumentError
from indexer.documents.title import read_title
from indexer.township_list import read_list
from tests.fuzz.examples import HOSTILE, MARKUP, STRUCTURE, WORDS, encodable, fuzz, made_of, nothing_but
from tests.fuzz.pdf_objects import FONT, one_page
from tests.indexer.documents.make_files import zip_of
from tests.indexer.documents.test_formats import docx_bytes, pdf_bytes, xlsx_bytes

ENTRY = ListEntry("fuzz", "fuzz.txt", "省", "州", "县", "乡", date="2025-01")


def read(path, tuning):
    """Read a list; return its duties, having looked at the problems."""
    found = read_list(path, ENTRY, tuning.departments)
    for problem in found.problems:
        assert str(problem).startswith(path.name)
        assert "Traceback" not in str(problem)
    assert len({duty.id for duty in found.duties}) == len(found.duties)
    return found.duties


@fuzz
@given(text=made_of(STRUCTURE, WORDS, HOSTILE))
def test_any_text(text, tuning, tmp_path):
    path = tmp_path / "list.txt"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    read(path, tuning)


@fuzz
@given(cells=st.lists(st.tuples(encodable, encodable, encodable, encodable), min_size=1, max_size=4))
def test_any_cells(cells, tuning, tmp_path):
    path = tmp_path / "list.txt"
    rows = ["序号\t事项类别\t事项名称\t对应上级部门\t上级部门职责\t乡镇配合职责"]
    for number, row in enumerate(cells, 1):
        clean = [cell.translate(dict.fromkeys(map(ord, "\t\r\n\0"), " ")) for cell in row]
        rows.append("\t".join([str(number), "类别", f"名称{clean[0]}", *clean[1:]]))
    path.write_text("\n".join(rows), encoding="utf-8")
    assert len(read(path, tuning)) == len(cells)


@fuzz
@given(text=made_of(MARKUP, STRUCTURE, HOSTILE))
def test_any_page(text, tuning, tmp_path):
    path = tmp_path / "list.html"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    read(path, tuning)


@fuzz
@given(data=st.binary(max_size=200), ending=st.sampled_from(["txt", "html", "docx", "xlsx"]))
def test_any_bytes(data, ending, tuning, tmp_path):
    path = tmp_path / f"list.{ending}"
    path.write_bytes(data)
    read(path, tuning)


def test_a_merged_row_with_text_under_no_column(tuning, tmp_path):
    header = "<tr><td>序号<td>事项类别<td>事项名称<td>"
    rows = "<tr><td rowspan=2>1<td>类<td>名<td><tr><td>类<td>名<td>多"
    path = tmp_path / "list.html"
    path.write_text(f"<table>{header}{rows}</table>", encoding="utf-8")
    problems = read_list(path, ENTRY, tuning.departments).problems
    assert any("a row of 4 cells" in str(one) for one in problems)


def parts_of(package):
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


WHOLE = {"docx": docx_bytes({}), "xlsx": xlsx_bytes({})}


@fuzz
@given(data=st.data(), ending=st.sampled_from(sorted(WHOLE)))
def test_any_part_of_an_office_file(data, ending, tuning, tmp_path):
    parts = parts_of(WHOLE[ending])
    name = data.draw(st.sampled_from(sorted(parts)))
    xml = parts[name]
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(xml)))
        new = data.draw(
            st.one_of(
                st.binary(max_size=8),
                made_of(HOSTILE, most=2).map(lambda one: one.encode("utf-8", "replace")),
            )
        )
        xml = xml[:at] + new + xml[at + data.draw(st.integers(0, 40)) :]
    path = tmp_path / f"list.{ending}"
    path.write_bytes(zip_of({**parts, name: xml}))
    read(path, tuning)


@fuzz
@given(
    marks=st.lists(st.sampled_from([b"BT", b"ET", b"/F 9 Tf", b"1 0 0 1 9 9 Tm", b"(a) Tj", b"[(a) -9 (b)] TJ", b"<4142>Tj", b"q", b"Q", b"0 0 9 9 re", b"f", b"S", b"1 2 m 3 4 l", b"nan", b"1e99", b"BI /W 9 ID x EI", b"/F Do", b"<<", b">>", b"]", b"9 9 Td", b"T*", b"'", b"cm", b"0 0 0 0 0 0 cm"]), max_size=40),
    noise=st.binary(max_size=30),
)  # fmt: skip
def test_any_instructions_of_a_pdf(marks, noise, tmp_path):
    path = tmp_path / "list.pdf"
    path.write_bytes(one_page(FONT, b" ".join([*marks, noise])))
    with nothing_but(UnreadableDocumentError):
        pdf_file.read_lines(path)


@fuzz
@given(at=st.integers(0, 1200), new=st.binary(max_size=12), cut=st.integers(0, 60))
def test_any_bytes_of_a_pdf(at, new, cut, tmp_path):
    path = tmp_path / "list.pdf"
    whole = pdf_bytes("abc")
    path.write_bytes(whole[:at] + new + whole[at + cut :])
    with nothing_but(UnreadableDocumentError):
        pdf_file.read_lines(path)


@fuzz
@given(paragraphs=st.lists(made_of(STRUCTURE, HOSTILE, most=8), max_size=8))
def test_any_title(paragraphs):
    title = read_title(paragraphs)
    assert title.date is None or len(title.date) == 7


@fuzz
@given(name=made_of(HOSTILE, WORDS, most=4))
def test_any_name_of_a_file(name, tmp_path):
    with pytest.raises(UnreadableDocumentError):
        read_document(tmp_path / "nothing" / f"{name}.txt")


def seconds(function, argument):
    begin = time.process_time()
    function(argument)
    return time.process_time() - begin


UNITS = [
    "字",
    "字。",
    "1.字",
    "一、字\n",
    "<br>",
    "<p>",
    "<",
    "&amp;",
    "（",
    "昌吉市公安局",
    "昌吉市公安局：",
    "、",
    "：",
    " ",
    "乡",
    "\u200b",
    "由县",
]


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_the_size_of_a_cell(unit, tuning, tmp_path):
    def read_cell(size):
        path = tmp_path / "list.txt"
        cell = (unit * size)[:size].replace("\n", "<br>")
        header = "序号\t事项类别\t事项名称\t对应上级部门\t上级部门职责\t乡镇配合职责"
        path.write_text(f"{header}\n1\t类别\t名称\t昌吉市公安局\t{cell}\t{cell}\n", encoding="utf-8")
        read(path, tuning)

    small, large = seconds(read_cell, 6_000), seconds(read_cell, 60_000)
    assert large < 40 * max(small, 0.05)


def test_time_grows_with_the_lines_of_a_cell():
    small, large = seconds(join_lines, ["字"] * 50_000), seconds(join_lines, ["字"] * 500_000)
    assert large < 30 * max(small, 0.02)
