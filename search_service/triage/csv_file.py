"""CSV files: any of the usual encodings and delimiters in, UTF-8 with its mark out."""

from __future__ import annotations

import codecs
import csv
import io
from typing import TYPE_CHECKING

from search_service.triage.errors import TriageError
from search_service.triage.table import make_table

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from search_service.triage.table import Row, Table

DELIMITERS = (",", "\t", ";")
"""What may part the cells; the header tells which. The first wins where several part it alike."""

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_REMEDY = "open it in Excel or WPS and save it as “CSV UTF-8”"
_END = "end of file"
_DAMAGED = 0.25
"""Share of what is no UTF-8, among characters beyond ASCII, below which it was meant as such.

In Chinese that was written as GB18030 it is more than half.
"""


def read_csv(path: Path) -> Table:
    """Return the table of a CSV file in UTF-8, UTF-16 or GB18030, its cells parted by one of `DELIMITERS`.

    Raises TriageError for a file that is no text, is damaged, or has a quote that never closes; OSError for
    one that can't be read.
    """
    text = _decoded(path.read_bytes())
    delimiter = _delimiter(text)
    return make_table(_rows(text, delimiter), delimiter)


def write_csv(table: Table, path: Path) -> None:
    """Write a table as UTF-8 with byte order mark, without which Excel takes it for another encoding."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        header, *rows = table.padded()
        writer = csv.writer(file, delimiter=table.delimiter)
        writer.writerows([] for _ in range(table.header_row - 1))
        # In quotes, so that another delimiter inside a header isn't taken for the file's.
        csv.writer(file, delimiter=table.delimiter, quoting=csv.QUOTE_ALL).writerow(header)
        writer.writerows(rows)


def _decoded(data: bytes) -> str:
    if data.startswith((_ZIP, _OLE)):
        raise TriageError("a spreadsheet with the wrong ending; open it in Excel or WPS and save it as .xlsx")
    try:
        if data.startswith(_UTF16):
            return data.decode("utf-16")
        if b"\0" in data:
            raise TriageError(f"a binary file, not a CSV; {_REMEDY}")
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.encoding != "utf-8" or _is_damaged_utf8(data):
            raise _undecodable(data, error) from None
    try:
        return data.decode("gb18030")
    except UnicodeDecodeError as error:
        raise _undecodable(data, error) from None


def _is_damaged_utf8(data: bytes) -> bool:
    """Return whether a text that is no clean UTF-8 was meant as such: GB18030 would read other characters."""
    text = data.decode("utf-8", errors="replace")
    damaged = text.count("\ufffd")
    return damaged < _DAMAGED * sum(character > "\x7f" for character in text)


def _undecodable(data: bytes, error: UnicodeDecodeError) -> TriageError:
    line = data.count(b"\n", 0, error.start) + 1
    return TriageError(
        f"line {line}: bytes that are no text in {error.encoding.upper()}; mend that line, or {_REMEDY}"
    )


def _delimiter(text: str) -> str:
    """Return what parts the first row with a letter or digit into most cells."""

    def cells(delimiter: str) -> int:
        rows = _records(text, delimiter)
        return next((len(row) for row in rows if any(map(str.isalnum, "".join(row)))), 0)

    return max(DELIMITERS, key=cells)


def _rows(text: str, delimiter: str) -> list[Row]:
    """Return all rows; raise TriageError for a quote that never closes, which would swallow all below it."""
    rows: list[Row] = []
    line = 1
    reader = csv.reader(io.StringIO(f"{text}\n{_END}", newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            started, line = line, reader.line_num + 1
            rows.append(tuple(cells))
    except csv.Error as error:
        raise TriageError(f"line {line}: {error}; a quote opened there may never close") from None
    if rows.pop() != (_END,):
        raise TriageError(f'line {started}: a quote (") opened there never closes; close it, or remove it')
    return rows


def _records(text: str, delimiter: str) -> Iterator[Row]:
    try:
        yield from map(tuple, csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error:
        return  # said by `_rows`, with the line
