"""Coverage-guided fuzzing of the readers of texts and web pages, and of all that is made of what they read.

Run by `make fuzz`. An input is a byte that chooses the format, then the document. What counts as found: an
exception that is not documented, and an input that takes longer than `-timeout` seconds.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["indexer"]):
    from indexer.catalogue import ListEntry
    from indexer.departments.register import DepartmentRegister
    from indexer.review import review
    from indexer.township_list import read_list

ENTRY = ListEntry("fuzz", "fuzz.txt", "省", "州", "县", "乡", date="2025-01")
REGISTER = DepartmentRegister.load(Path(__file__).parents[1] / "data" / "dictionaries" / "departments.toml")
FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))


def one_input(data: bytes) -> None:
    """Read one document; every error of a document is among the problems of its list."""
    path = FOLDER / ("list.html" if data[:1] == b"h" else "list.txt")
    path.write_bytes(data[1:])
    found = read_list(path, ENTRY, REGISTER)
    assert len({duty.id for duty in found.duties}) == len(found.duties)
    review([found])


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
