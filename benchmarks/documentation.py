"""Renewing the part of a document that a run writes: what stands between its two marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def renew_part(document: Path, part: str, text: str) -> None:
    """Put `text` between the marks of a part; raise ValueError where the document has no such part."""
    begin, end = f"<!-- {part} -->", f"<!-- end of {part} -->"
    before, found, rest = document.read_text(encoding="utf-8").partition(begin)
    _, ends, after = rest.partition(end)
    if not (found and ends):
        raise ValueError(f"{document}: no {begin} … {end}")
    document.write_text(f"{before}{begin}\n\n{text}\n\n{end}{after}", encoding="utf-8")
