"""Tables.

1. The header is the first row that isn't blank; rows keep the numbers they have in the file.
2. Blank rows in between stay, those at the end don't; empty cells beyond the header are no cells.
3. A table without text, with too many rows or columns is an error that says so.
"""

import pytest

from search_service.triage.errors import TriageError
from search_service.triage.table import MAX_COLUMNS, MAX_ROWS, make_table


def test_header_and_row_numbers():
    table = make_table([(), (" ", ""), ("内容",), ("狗咬人",), ("",), ("噪音",), ("",), ()])
    assert table.header == ("内容",)
    assert list(table.rows) == [("狗咬人",), ("",), ("噪音",)]
    assert [table.row_number(index) for index in range(3)] == [4, 5, 6]


def test_long_and_short_rows():
    table = make_table([("a", "b"), ("1",), ("1", "2", "", " "), ("1", "2", "", "4")])
    assert [len(row) for row in table.rows] == [1, 2, 4]
    assert {len(row) for row in table.padded()} == {table.width} == {4}


def test_only_a_header():
    assert list(make_table([("内容",), ()]).rows) == []


def test_limits():
    with pytest.raises(TriageError, match="no row holds any text"):
        make_table([(), ("", " ")])
    with pytest.raises(TriageError, match=f"more than {MAX_ROWS} rows"):
        make_table([("内容",), *[("",)] * (MAX_ROWS - 1), ("x",)])
    with pytest.raises(TriageError, match=f"more than {MAX_COLUMNS} columns"):
        make_table([("内容",), ("x",) * (MAX_COLUMNS + 1)])
