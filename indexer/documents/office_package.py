"""Checks a .docx or .xlsx (a zip of XML parts) before any library opens it: small enough, and no tricks."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from indexer.documents.text_file import UnreadableDocumentError, read_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_UNPACKED = 200 * 1024 * 1024
"""Most bytes that all parts of a file may have unpacked."""
MAX_XML_PART = 50 * 1024 * 1024
"""Most bytes that one XML part may have unpacked. Those of real lists have under 5 MB."""
MAX_RATIO = 200
"""Most bytes that a byte of the file may unpack to. Text packs to a tenth, hardly to a hundredth."""
MAX_PARTS = 5_000
"""Most parts of a file."""
MAX_TAGS = 2_000_000
"""Most tags of one XML part. Those of real lists have some 50,000; in memory each takes some 200 bytes."""

_RATIO_COUNTS_FROM = 1024 * 1024  # a small part of blanks packs very well and harms nobody
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of .doc, .xls and of encrypted files
_ENCRYPTED = 0x1
# Office files have no document type; one can only bring entities, which expand without bounds.
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)|<\x00?!\x00?D\x00?O\x00?C\x00?T")
# The standard allows no other encodings; in UTF-7 or EBCDIC a document type would not be seen.
_ENCODINGS = frozenset({b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii"})
_DECLARED = re.compile(rb"<\?xml[^<>]{0,200}?encoding\s*=\s*[\"']([^\"']{0,40})", re.IGNORECASE)
_XML_BEGINS = (b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\x00", b"\xfe\xff\x00<", b"<\x00", b"\x00<")


def open_package(path: Path, folder: str) -> io.BytesIO:
    """Return the file's bytes, checked; `folder` holds the parts without which it is not of its kind.

    Raises UnreadableDocumentError for a file that is no zip, encrypted, damaged, too large unpacked or
    without these parts.
    """
    data = read_bytes(path)
    if data.startswith(_OLE):
        raise UnreadableDocumentError(
            0,
            f"locked with a password, or an old binary file named {path.suffix}; open it in Word, Excel or "
            f"WPS and save it as {path.suffix} without a password",
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            _check_size(package)
            if not any(name.startswith(folder) for name in package.namelist()):
                raise UnreadableDocumentError(
                    0,
                    f"no {path.suffix} file: it has no part {folder}…; save it as {path.suffix} anew",
                )
            for name, data_of_part in _parts(package):
                _check_part(name, data_of_part)
    except UnreadableDocumentError:
        raise
    except Exception as error:  # zipfile raises whatever a damaged directory leads it into
        raise UnreadableDocumentError(
            0, f"no {path.suffix} file, or a damaged one ({error}); open it and save it as {path.suffix} anew"
        ) from None
    return io.BytesIO(data)


def _check_size(package: zipfile.ZipFile) -> None:
    parts = package.infolist()
    total = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or total > MAX_UNPACKED:
        raise UnreadableDocumentError(
            0,
            f"{len(parts)} parts of {total} bytes unpacked; the limits are {MAX_PARTS} parts and "
            f"{MAX_UNPACKED} bytes; copy the tables into a new file",
        )
    for part in parts:
        if part.flag_bits & _ENCRYPTED:
            raise UnreadableDocumentError(0, "locked with a password; save it without one")
        if part.file_size > _RATIO_COUNTS_FROM and part.file_size > MAX_RATIO * max(part.compress_size, 1):
            raise UnreadableDocumentError(
                0,
                f"the part {part.filename} unpacks to more than {MAX_RATIO} times its size: no real "
                "document; copy the tables into a new file",
            )


def _parts(package: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    """Yield every part: which of them is XML is said inside the file, its name may be any."""
    for part in package.infolist():
        if part.filename.endswith((".xml", ".rels")) and part.file_size > MAX_XML_PART:
            raise UnreadableDocumentError(
                0, f"the part {part.filename} has {part.file_size} bytes; the limit is {MAX_XML_PART}"
            )
        yield part.filename, package.read(part)


def _check_part(name: str, data: bytes) -> None:
    if not (name.endswith((".xml", ".rels")) or data.lstrip().startswith(_XML_BEGINS)):
        return  # a picture
    if _DOCTYPE.search(data):
        raise UnreadableDocumentError(
            0, f"the part {name} has a document type, which no office program writes; save the document anew"
        )
    declared = _DECLARED.match(data.lstrip(b"\xef\xbb\xbf \t\r\n"))
    if data.startswith((b"<\x00\x00", b"\x00\x00", b"\x4c\x6f\xa7")) or (
        declared and declared[1].lower() not in _ENCODINGS
    ):
        raise UnreadableDocumentError(
            0, f"the part {name} is neither UTF-8 nor UTF-16, which no office program writes; save it anew"
        )
    if data.count(b"<") > MAX_TAGS:
        raise UnreadableDocumentError(
            0, f"the part {name} has more than {MAX_TAGS} tags; copy the tables into a new file"
        )
