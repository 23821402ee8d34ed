"""Text files from disk.

1. Lines come without line ends and byte order mark, whichever line ends the file has.
2. Only line ends end a line: form feeds and U+2028 do not shift the numbers of the lines below.
3. A missing, empty, too large, binary, GBK or otherwise encoded file, and a folder, are refused with the
   line to blame and what was expected; for GBK with the command that converts it.
4. The problem of a list read from such a file names file and line, and nothing is read from it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from indexer.documents import text_file
from indexer.documents.text_file import UnreadableDocumentError, read_lines
from indexer.township_list import read_list

if TYPE_CHECKING:
    from pathlib import Path

    from indexer.tuning import Tuning

TABLE = "序号\t事项类别\t事项名称\n1\t党的建设\t发展党员\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "list.txt"


def refusal(file: Path) -> UnreadableDocumentError:
    with pytest.raises(UnreadableDocumentError) as caught:
        read_lines(file)
    return caught.value


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(file: Path, end: str) -> None:
    file.write_bytes(f"序号{end}{end}党建".encode())
    assert read_lines(file) == ["序号", "", "党建"]


def test_byte_order_mark(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + TABLE.encode())
    assert read_lines(file)[0] == "序号\t事项类别\t事项名称"


@pytest.mark.parametrize("separator", ["\f", "\v", "\u2028", "\u2029", "\x85", "\x1c"])
def test_only_line_ends_end_a_line(file: Path, separator: str) -> None:
    file.write_text(f"甲{separator}乙\n丙", encoding="utf-8")
    assert read_lines(file) == [f"甲{separator}乙", "丙"]


def test_missing_file(file: Path) -> None:
    error = refusal(file)
    assert error.line == 0
    assert str(error) == "no such file; check the name given, or lists.toml"


@pytest.mark.parametrize("content", [b"", b"\n \n\t\n"])
def test_empty_file(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    error = refusal(file)
    assert error.line == 1
    assert str(error) == "the file is empty; expected the text of a duty list"


def test_binary_file(file: Path) -> None:
    file.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    error = refusal(file)
    assert error.line == 3
    assert "a NUL byte: this is a binary file; expected a UTF-8 text" in str(error)


@pytest.mark.parametrize("encoding", ["gbk", "gb18030"])
def test_gbk_file(file: Path, encoding: str) -> None:
    file.write_bytes(("first line\n" + TABLE).encode(encoding))
    error = refusal(file)
    assert error.line == 2
    assert "not UTF-8 but probably GBK/GB18030" in str(error)
    assert "iconv -f GB18030 -t UTF-8 list.txt" in str(error)


def test_utf_16_file(file: Path) -> None:
    file.write_bytes("abc\n序号".encode("utf-16"))
    assert "binary file" in str(refusal(file))


def test_other_bytes(file: Path) -> None:
    file.write_bytes("序号\n".encode() + b"\xff\xff\xff\n")
    error = refusal(file)
    assert error.line == 2
    assert str(error) == "not UTF-8 text; expected a UTF-8 text (.txt or .tsv)"


def test_too_large_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(TABLE, encoding="utf-8")
    size = file.stat().st_size
    monkeypatch.setattr(text_file, "MAX_BYTES", size)
    assert len(read_lines(file)) == 3
    monkeypatch.setattr(text_file, "MAX_BYTES", size - 1)
    error = refusal(file)
    assert error.line == 0
    assert f"{size} bytes is too large for a duty list; the limit is {size - 1} bytes" in str(error)


def test_a_folder(tmp_path: Path) -> None:
    assert "cannot be read: Is a directory" in str(refusal(tmp_path))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "list.txt:1: error: the file is empty; expected"),
        (b"a\nb\0", "list.txt:2: error: a NUL byte: this is a binary file; expected"),
        (TABLE.encode("gbk"), "list.txt:1: error: not UTF-8 but probably GBK/GB18030; convert it"),
        (None, "list.txt: error: no such file; check"),
    ],
    ids=["empty", "binary", "gbk", "missing"],
)
def test_the_problem_names_file_and_line(
    file: Path, tuning: Tuning, content: bytes | None, problem: str
) -> None:
    if content is not None:
        file.write_bytes(content)
    one = read_list(file, None, tuning.departments)
    assert [str(found)[: len(problem)] for found in one.problems] == [problem]
    assert one.has_errors
    assert one.duties == ()
    assert one.place is None
