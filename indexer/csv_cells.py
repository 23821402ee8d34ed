"""Cells of CSV: texts that spreadsheet programs take for texts."""

from __future__ import annotations

import re

# What spreadsheet programs take for the start of a formula, in full width as well.
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")


def harmless(value: str | int) -> str | int:
    """Return a value as a cell of CSV: before what would be taken for a formula an apostrophe."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
