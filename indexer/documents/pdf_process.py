"""Reads a PDF in a process of its own, which may take so much time and memory and no more.

What a PDF makes its reader do has no bound that could be told beforehand: parts packed twice, forms that draw
forms, fonts that declare four billion characters. So the system sets the bounds. All other formats are
checked before they are read.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from indexer.documents import pdf_file
from indexer.documents.line import Line
from indexer.documents.text_file import UnreadableDocumentError

MAX_CPU_SECONDS = 150
"""Longest time of the processor for one document; one of 60 pages takes some seconds."""
MAX_MEMORY = 2 * 1024**3
"""Most bytes of memory for one document; a real list takes some 300 MB, half of it for the libraries."""


def read_lines(path: Path) -> list[Line]:
    """Return what `pdf_file.read_lines` does, and raise what it raises.

    Raises UnreadableDocumentError as well for a document that takes more than `MAX_CPU_SECONDS` or
    `MAX_MEMORY`.
    """
    command = [sys.executable, "-m", __name__, str(path.absolute()), str(MAX_CPU_SECONDS), str(MAX_MEMORY)]
    done = subprocess.run(  # noqa: S603  # our own module; the name of the file is one argument, no shell reads it
        command,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise UnreadableDocumentError(0, _cause(done.returncode, done.stderr))
    answer = json.loads(done.stdout)
    if "message" in answer:
        raise UnreadableDocumentError(answer["line"], answer["message"])
    return [Line(number, tuple(cells)) for number, cells in answer["lines"]]


def _cause(code: int, said: bytes) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return f"not read in {MAX_CPU_SECONDS} s; print it to a new PDF, or ask for the .docx"
    last = said.decode("utf-8", errors="replace").strip().rpartition("\n")[2][:200]
    return f"reading it broke down, perhaps for want of memory (code {code}: {last}); print it to a new PDF"


def _main(path: str, seconds: str, memory: str) -> None:
    """Write the lines of a document to standard output as JSON, or the message of what is wrong with it."""
    _limit(resource.RLIMIT_CPU, int(seconds))
    _limit(resource.RLIMIT_AS, int(memory))
    _limit(resource.RLIMIT_CORE, 0)
    answer: dict[str, Any]
    try:
        answer = {"lines": [(line.number, line.cells) for line in pdf_file.read_lines(Path(path))]}
    except UnreadableDocumentError as error:
        answer = {"line": error.line, "message": str(error)}
    except MemoryError:
        message = f"it takes more than {int(memory) >> 20} MB to read; print it to a new PDF"
        answer = {"line": 0, "message": message}
    json.dump(answer, sys.stdout)


def _limit(what: int, most: int) -> None:
    with suppress(ValueError, OSError):  # some systems don't know all limits, or set lower ones themselves
        resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    _main(*sys.argv[1:])
