"""Text files from disk: UTF-8 lines, or a problem that says what is in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES = 32 * 1024 * 1024
"""Largest file read, in bytes. The real lists have about 0.12 MB; anything near this is no list."""


class UnreadableDocumentError(ValueError):
    """A document that cannot be read at all; `line` is 1-based, 0 where no line is to blame."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def read_lines(path: Path) -> list[str]:
    """Return the lines of a UTF-8 text file, without line ends and byte order mark.

    Raises UnreadableDocumentError for a file that is missing, empty, too large, binary or in another
    encoding.
    """
    data = read_bytes(path)
    nul = data.find(b"\0")
    if nul >= 0:
        raise UnreadableDocumentError(
            _line_of(data, nul), "a NUL byte: this is a binary file; expected a UTF-8 text (.txt or .tsv)"
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = _line_of(data, error.start)
        raise UnreadableDocumentError(line, _encoding_message(data, path.name)) from None
    # Not str.splitlines(): it also breaks at form feeds and U+2028, which would shift line numbers.
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def read_bytes(path: Path) -> bytes:
    """Return the file's bytes; raise UnreadableDocumentError where there are none to work on."""
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            message = f"{size} bytes is too large for a duty list; the limit is {MAX_BYTES} bytes"
            raise UnreadableDocumentError(0, message)
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableDocumentError(0, "no such file; check the name given, or lists.toml") from None
    except OSError as error:
        raise UnreadableDocumentError(0, f"cannot be read: {error.strerror}") from error
    except UnreadableDocumentError:
        raise
    except ValueError as error:  # a name with a NUL, or with half a character
        raise UnreadableDocumentError(0, f"no name of a file: {error}") from error
    if not data.strip():
        raise UnreadableDocumentError(1, "the file is empty; expected the text of a duty list")
    return data


def _line_of(data: bytes, offset: int) -> int:
    return data.count(b"\n", 0, offset) + 1


def _encoding_message(data: bytes, name: str) -> str:
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return "not UTF-8 text; expected a UTF-8 text (.txt or .tsv)"
    return f"not UTF-8 but probably GBK/GB18030; convert it: iconv -f GB18030 -t UTF-8 {name} > converted.txt"
