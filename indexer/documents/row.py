"""What every document reader yields: one raw row of a list, cells still as published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.duty import ListType


@dataclass(frozen=True, slots=True)
class Row:
    r"""One row as the document has it, before any cleaning.

    Cells keep their markup, their spaces and, where a cell ran over several lines, its line ends
    (``\n``). A basic row leaves `departments`, `superior` and `township` empty. A reclaimed row
    holds 承接部门及工作方式 in `superior`, departments included.
    """

    list_type: ListType
    number: int
    line: int
    category: str
    name: str
    departments: str = ""
    superior: str = ""
    township: str = ""
