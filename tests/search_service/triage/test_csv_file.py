"""CSV files.

1. UTF-8 with and without mark, UTF-16 and GB18030 are read; comma, tab and semicolon are told apart; quotes
   and line breaks inside cells are part of them, whatever ends a line.
2. What was written is read back the same, byte order mark and all.
3. Binary, damaged and undecodable files, and quotes that never close, are errors that name the line and say
   what to do.
"""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_service.triage.csv_file import read_csv, write_csv
from search_service.triage.errors import TriageError
from search_service.triage.table import make_table

ROWS = [
    ("编号", "诉求内容", "乡镇"),
    ("1", "他说“不管”，\n狗咬人", "庙尔沟乡"),
    ("2", '半夜"施工",吵; 得很', ""),
    ("3", "龘𠮷é", "三台镇"),
]


@pytest.fixture
def written(tmp_path):
    """Return a function that writes bytes to a file and reads it as CSV."""

    def written(data):
        path = tmp_path / "工单.csv"
        path.write_bytes(data)
        return read_csv(path)

    return written


def as_text(delimiter=",", end="\r\n"):
    return end.join(
        delimiter.join(f'"{cell}"' for cell in (c.replace('"', '""') for c in row)) for row in ROWS
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_encodings_delimiters_and_line_ends(written, encoding, delimiter, end):
    table = written(as_text(delimiter, end).encode(encoding))
    assert [table.header, *table.rows] == ROWS
    assert table.delimiter == delimiter


def test_without_quotes(written):
    table = written('\n\n编号;内容\n1;狗, 猫\n2\n3;吵;了\n\n4;"他说"不行\n'.encode())
    assert table.header == ("编号", "内容")
    assert table.header_row == 3
    assert list(table.rows) == [("1", "狗, 猫"), ("2",), ("3", "吵", "了"), (), ("4", "他说不行")]


def test_one_column(written):
    table = written("诉求内容\n狗咬人\n路灯，不亮\n".encode())
    assert [table.header, *table.rows] == [("诉求内容",), ("狗咬人",), ("路灯，不亮",)]
    assert table.delimiter == ","


CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(st.data(), st.sampled_from([",", "\t", ";"]), st.integers(0, 3))
def test_what_was_written_is_read_back(tmp_path_factory, data, delimiter, blank):
    width = data.draw(st.integers(1, 5))
    row = st.tuples(*[CELLS] * width)
    # The last column is one of ours: it has a header. With one column nothing shows the delimiter.
    header = (*data.draw(row), "说明")
    rows = [(*one, "x") for one in data.draw(st.lists(row, max_size=5))]
    table = make_table([()] * blank + [header, *rows], delimiter)
    path = tmp_path_factory.getbasetemp() / "round.csv"
    write_csv(table, path)
    assert path.read_bytes().startswith(codecs.BOM_UTF8)
    assert read_csv(path) == table


def test_a_binary_file(written):
    with pytest.raises(TriageError, match=r"binary file.*CSV UTF-8"):
        written(b"a,b\0c\n")


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"])
def test_a_spreadsheet_with_the_wrong_ending(written, start):
    with pytest.raises(TriageError, match=r"save it as \.xlsx"):
        written(start + bytes(100))


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8])
def test_damaged_utf8_is_not_taken_for_another_encoding(written, mark):
    data = as_text().encode()
    cut = data.index("咬".encode())
    with pytest.raises(TriageError, match=r"^line 3: .*UTF-8; mend that line"):
        written(mark + data[:cut] + data[cut + 1 :])


def test_neither_encoding(written):
    with pytest.raises(TriageError, match=r"^line 2: .*GB18030"):
        written("编号,内容\n".encode("gb18030") + b"1,\xff\xff\xff\xff\xff\n")
    with pytest.raises(TriageError, match="UTF-16"):
        written("编号,内容".encode("utf-16") + b"\x00")


@pytest.mark.parametrize("length", [10, 200_000])
def test_a_quote_that_never_closes(written, length):
    with pytest.raises(TriageError, match=r"^line 3: .*quote"):
        written(f'编号,内容\n1,狗\n2,"吵\n3,{"很" * length}\n'.encode())
