"""Lists as they were read, kept in files: only documents that changed have to be read again."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import secrets
import sys
import zlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Self

from indexer.documents.text_file import UnreadableDocumentError, read_bytes
from indexer.township_list import TownshipList
from indexer.tuning import digest_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.departments.register import DepartmentRegister
    from indexer.list_file import ListFile

FOLDER = Path("cache") / "lists"
"""Where in an index folder the lists are kept: it is the one folder that a build may surely write to."""

LIBRARIES = ("beautifulsoup4", "lxml", "openpyxl", "pdfminer.six", "pdfplumber", "python-docx")
"""What documents are read with: another version may read another text."""

_ENDING = ".json.gz"
_FRESH = ".new"


@dataclass(frozen=True, slots=True)
class ListCache:
    """The lists kept in `folder`, a file for each; every one carries the digest of all it was made from.

    Processes may share a cache: a file is whole or not there.
    """

    folder: Path
    common: str
    """The digest of what reading any document depends on: code, libraries, register of departments."""

    @classmethod
    def of(cls, folder: Path, register: DepartmentRegister) -> Self:
        """Return the cache of what is read now with `register`; the folder need not be there."""
        code = digest_of(sorted(Path(__file__).parent.rglob("*.py")))
        libraries = [f"{name} {version(name)}" for name in LIBRARIES]
        common = repr((code, sys.version, libraries, register.bodies, register.not_bodies))
        return cls(folder, hashlib.sha256(common.encode("utf-8")).hexdigest())

    def can_be_written(self) -> bool:
        """Make the folder where it is missing, and tell whether lists can be kept in it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return False
        return os.access(self.folder, os.W_OK | os.X_OK)

    def digest(self, file: ListFile) -> str | None:
        """Return the digest of all that the document's list is made from; None where it can't be read."""
        try:
            content = read_bytes(file.path)
        except UnreadableDocumentError:
            return None
        beside = repr((self.common, file.path.name, file.entry, file.corrections))
        return hashlib.sha256(beside.encode("utf-8") + b"\0" + content).hexdigest()

    def find(self, file: ListFile) -> TownshipList | None:
        """Return the list of a document that was read as it is now, None where there is none to trust."""
        digest = self.digest(file)
        if digest is None:
            return None
        try:
            kept = json.loads(gzip.decompress(self._kept(file.id).read_bytes()))
            return TownshipList.from_record(kept["list"]) if kept["digest"] == digest else None
        except (OSError, EOFError, zlib.error, ValueError, TypeError, LookupError, AttributeError):
            return None  # missing, damaged or not ours: it will be replaced

    def read(self, file: ListFile, register: DepartmentRegister) -> TownshipList:
        """Read the document and keep its list.

        A list with an error is not kept. What was in the way may pass without any change of the document:
        a disk that failed, a PDF that took too long on a busy machine.
        """
        before = self.digest(file)
        one = file.read(register)
        # A document that was replaced meanwhile must not be kept under the digest of the old one.
        if before is not None and not one.has_errors and self.digest(file) == before:
            self._keep(file.id, {"digest": before, "list": one.to_record()})
        return one

    def forget_all_but(self, files: Iterable[ListFile]) -> None:
        """Remove the lists of all other documents, and what builds that were killed have left."""
        known = {self._kept(file.id) for file in files}
        for path in [*self.folder.glob(f"*{_ENDING}"), *self.folder.glob(f".*{_FRESH}")]:
            if path not in known:
                _remove(path)

    def _kept(self, list_id: str) -> Path:
        return self.folder / f"{list_id}{_ENDING}"

    def _keep(self, list_id: str, record: object) -> None:
        # A cell may hold half a character (a broken surrogate pair out of a PDF): it comes back as it was.
        text = json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass")
        fresh = self.folder / f".{list_id}-{secrets.token_hex(3)}{_FRESH}"
        try:
            # Quickly packed to a quarter. Its checksum tells damage, so it need not be brought to the disk.
            fresh.write_bytes(gzip.compress(text, compresslevel=1, mtime=0))
            fresh.replace(self._kept(list_id))
        except OSError:
            _remove(fresh)  # a full disk, a folder of another owner: it is read again next time


def _remove(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError:
        return  # it does no harm where it is
