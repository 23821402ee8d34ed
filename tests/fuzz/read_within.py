"""Reads one document within bounds that the system sets, and says what came of it, for `test_bombs`."""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from indexer.documents.reader import read_document
from indexer.documents.text_file import UnreadableDocumentError


def main(path: str, seconds: str, megabytes: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_AS, (int(megabytes) << 20, int(megabytes) << 20))
    try:
        document = read_document(Path(path))
    except UnreadableDocumentError as error:
        print(f"refused: {error}")
    else:
        print(f"read: {len(document.rows)} rows")


if __name__ == "__main__":
    main(*sys.argv[1:])
