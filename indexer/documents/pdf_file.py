"""Reads a PDF: its ruled tables where it has any, else the lines of its text layer."""

from __future__ import annotations

import base64
import io
import logging
import re
import time
import zlib
from itertools import islice
from typing import TYPE_CHECKING

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfminer.pdfpage import PDFPage
from pdfminer.pdftypes import resolve1
from pdfplumber.utils.exceptions import PdfminerException

from indexer.documents.line import Line
from indexer.documents.pdf_tables import PageText, TableReader, flowing_lines, read_page
from indexer.documents.text_file import UnreadableDocumentError, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pdfplumber.pdf import PDF

MAX_PAGES = 500
"""Most pages read. The real lists have 60."""
MAX_SECONDS = 120
"""Longest time spent on the pages of one document; a real list takes some seconds."""
MAX_UNPACKED = 200 * 1024 * 1024
"""Most bytes that all packed parts of a file may unpack to."""

MAX_PAGE = 20 * 1024 * 1024
"""Most bytes of instructions that one page may have. A page of a list has some thousand."""

_AT_ONCE = 4096  # bytes
_STREAM = re.compile(rb"stream\r?\n")
_FOOTER = re.compile(
    r"\s*+(?:第\s*+\d++\s*+页(?:\s*+[，,/]?\s*+共\s*+\d++\s*+页)?"
    r"|[-—–－]*+\s*+\d++\s*+[-—–－]*+|\d++\s*+/\s*+\d++)\s*+"
)


def read_lines(path: Path) -> list[Line]:
    """Return the rows of the ruled tables and the lines between them, numbered in their order.

    A PDF without such a table gives the lines of its text layer in the order in which they are stored: cell
    after cell, not across the columns. Raises UnreadableDocumentError for a file that is no PDF, damaged,
    locked, scanned or too large.
    """
    data = read_bytes(path)
    if b"%PDF-" not in data[:1024]:
        raise UnreadableDocumentError(0, "no PDF file: it does not begin with %PDF; check its name ending")
    _refuse_bomb(data)
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every oddity of a font
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            return _read(pdf)
    except (UnreadableDocumentError, MemoryError):
        raise
    except PdfminerException as error:
        if isinstance(error.args[0] if error.args else None, MemoryError):
            raise MemoryError from error
        raise _unopened(error) from error
    except Exception as error:  # a damaged page can fail anywhere inside the library
        raise _damaged(error) from error


def _read(pdf: PDF) -> list[Line]:
    pages = list(_pages(pdf))
    if not any(page.has_text for page in pages):
        raise UnreadableDocumentError(
            0,
            "no text in it: the pages are pictures (a scan); run text recognition (OCR) or get the .docx",
        )
    reader = TableReader(pages)
    if reader.has_list:
        return [line for line in reader.lines() if not _is_footer(line)]
    texts = (text for page in pages for text in flowing_lines(page.chars))
    return [Line(number, (text,)) for number, text in enumerate(texts, 1)]


def _pages(pdf: PDF) -> Iterator[PageText]:
    start = time.monotonic()
    if sum(1 for _ in islice(PDFPage.create_pages(pdf.doc), MAX_PAGES + 1)) > MAX_PAGES:
        raise UnreadableDocumentError(0, f"more than {MAX_PAGES} pages; keep one township's list in a file")
    for number, page in enumerate(pdf.pages, 1):
        if time.monotonic() - start > MAX_SECONDS:
            raise UnreadableDocumentError(
                0, f"page {number} not reached in {MAX_SECONDS} s; print it anew as PDF"
            )
        if sum(len(resolve1(part).get_data()) for part in page.page_obj.contents) > MAX_PAGE:
            raise UnreadableDocumentError(
                0, f"page {number} has more than {MAX_PAGE} bytes; print it anew as PDF"
            )
        yield read_page(page)
        page.close()


def _is_footer(line: Line) -> bool:
    return len(line.cells) == 1 and _FOOTER.fullmatch(line.text) is not None


def _unopened(error: PdfminerException) -> UnreadableDocumentError:
    cause = error.args[0] if error.args else error
    if isinstance(cause, PDFPasswordIncorrect):
        return UnreadableDocumentError(0, "locked with a password; save it without one")
    return _damaged(cause)


def _damaged(cause: object) -> UnreadableDocumentError:
    return UnreadableDocumentError(
        0, f"a damaged PDF ({type(cause).__name__}); print it to a new PDF, or ask for the .docx"
    )


def _unpacked_size(packed: memoryview, most: int) -> int:
    """Return how many bytes a part takes to unpack: those it gives, those it is made of, `most` or some more.

    For one that isn't packed it is those that had to be looked at.
    """
    if bytes(packed[-8:]).rstrip().endswith(b"~>"):
        try:
            packed = memoryview(base64.a85decode(b"<~" + bytes(packed).strip(), adobe=True))
        except ValueError:
            return len(packed)
    unpacker = zlib.decompressobj()
    size = 0
    for start in range(0, len(packed), _AT_ONCE):
        try:
            size += len(unpacker.decompress(packed[start : start + _AT_ONCE], most)) + _AT_ONCE
        except zlib.error:
            return size
        if unpacker.eof or size > most:
            break
    return size


def _refuse_bomb(data: bytes) -> None:
    """Unpack everything once, within bounds: a few bytes can stand for gigabytes."""
    left = MAX_UNPACKED
    end = 0
    for match in _STREAM.finditer(data):
        if end < match.end():  # else it is the end of this part, too
            end = data.find(b"endstream", match.end())
            end = end if end >= 0 else len(data)
        left -= _unpacked_size(memoryview(data)[match.end() : end], left)
        if left <= 0:
            raise UnreadableDocumentError(
                0, f"it unpacks to more than {MAX_UNPACKED} bytes: no real list; print it to a new PDF"
            )
