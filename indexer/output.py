"""What the commands write: UTF-8, whatever the terminal's locale says."""

from __future__ import annotations

import io
import sys


def write_utf8() -> None:
    """Make standard output and error UTF-8: records and names are Chinese under every locale."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
