"""Which column is which: the one with the complaints, the one with the townships, and the names of ours."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.utils import column_index_from_string, get_column_letter

from search_service.triage.errors import TriageError, WrongOptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT_HEADERS = (
    "诉求内容", "投诉内容", "工单内容", "问题描述", "诉求描述", "反映内容", "事项描述", "来电内容",
    "来信内容", "留言内容", "信件内容", "举报内容", "求助内容", "咨询内容", "建议内容", "问题内容",
    "事件描述", "案件描述", "工单描述", "情况描述", "反映问题", "反映情况", "反映事项", "诉求详情",
    "投诉事项", "诉求事项", "主要诉求", "主要内容", "详细内容", "内容描述", "内容", "诉求", "问题", "描述",
    "工单标题", "诉求标题", "标题", "主题",
    "complaint", "complaint text", "description", "question", "content", "text", "query", "q", "title",
)  # fmt: skip
"""How exports of 12345 hotlines head the column with the complaint, the most specific first."""
TOWNSHIP_HEADERS = (
    "所属乡镇街道", "所在乡镇街道", "事发乡镇街道", "所属乡镇", "所在乡镇", "事发乡镇", "属地乡镇",
    "所属镇街", "所在镇街", "属地镇街", "所属街道", "所在街道", "事发街道", "属地街道", "乡镇街道",
    "街道乡镇", "镇街道", "乡镇", "镇街", "街镇", "街道", "所属属地", "属地", "township", "town",
)  # fmt: skip
"""How they head the column with the township, the most specific first."""
OUR_SUFFIX = "分派建议"

_IN_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】")
_NOT_A_LETTER = re.compile(r"[\W_]")
_LETTERS = re.compile(r"[A-Za-z]{1,3}")


@dataclass(frozen=True, slots=True)
class Columns:
    """The index of the column with the complaints, and of the one with the townships, where there is one."""

    text: int
    township: int | None


def find_columns(header: Sequence[str], text: str | None = None, township: str | None = None) -> Columns:
    """Return the columns given by a header's text, a letter or a number; those not given by usual headers.

    Raises WrongOptionError for a column given that the header doesn't have once, TriageError where no column
    has a usual header for complaints, or several have the same.
    """
    text_column = (
        _detected(header, TEXT_HEADERS, "--column") if text is None else _given(header, text, "--column")
    )
    if text_column is None:
        raise TriageError(
            f"no column with a usual header for complaints; name it with --column; found: {_listed(header)} "
            "(a title row above the header has to be removed)"
        )
    if township is None:
        return Columns(text_column, _detected(header, TOWNSHIP_HEADERS, "--township-column"))
    township_column = _given(header, township, "--township-column")
    if township_column == text_column:
        raise WrongOptionError("--township-column", f"{township!r} is the column with the complaints")
    return Columns(text_column, township_column)


def column_label(header: Sequence[str], column: int) -> str:
    """Return a column's letter and header, e.g. ``C “诉求内容”``."""
    letter = get_column_letter(column + 1)
    name = " ".join(header[column].split())
    return f"{letter} “{name}”" if name else letter


def our_headers(header: Sequence[str], names: Sequence[str]) -> list[str]:
    """Return `names` as headers for new columns, with a suffix where the table has such a column already."""
    taken = {_folded(one) for one in header}
    ours = []
    for name in names:
        candidates = [name, f"{name}（{OUR_SUFFIX}）"]
        candidates += [f"{name}（{OUR_SUFFIX}{number}）" for number in range(2, len(taken) + 3)]
        ours.append(next(one for one in candidates if _folded(one) not in taken))
    return ours


def _given(header: Sequence[str], wanted: str, option: str) -> int:
    same = [index for index, name in enumerate(header) if _folded(name) == _folded(wanted) != ""]
    if len(same) > 1:
        raise WrongOptionError(option, _several(header, same))
    if same:
        return same[0]
    column = _position(wanted.strip())
    if column is None or not 0 <= column < len(header):
        raise WrongOptionError(option, f"no column {wanted!r}; found: {_listed(header)}")
    return column


def _position(text: str) -> int | None:
    """Return the index that a column's letter (C) or number (3) means."""
    if _LETTERS.fullmatch(text):
        return column_index_from_string(text.upper()) - 1
    return int(text) - 1 if text.isascii() and text.isdigit() else None


def _detected(header: Sequence[str], usual: Sequence[str], option: str) -> int | None:
    keys = [_key(name) for name in header]
    for name in usual:
        found = [index for index, key in enumerate(keys) if key == _key(name)]
        if len(found) > 1:
            raise TriageError(f"{_several(header, found)} with {option}")
        if found:
            return found[0]
    return None


def _several(header: Sequence[str], columns: Sequence[int]) -> str:
    labels = ", ".join(column_label(header, column) for column in columns)
    return f"several columns have the same header: {labels}; give the letter of one"


def _listed(header: Sequence[str]) -> str:
    return ", ".join(column_label(header, column) for column in range(len(header)))


def _folded(header: str) -> str:
    """Return a header without what doesn't tell it from another: white space, width and case."""
    return "".join(unicodedata.normalize("NFKC", header).split()).lower()


def _key(header: str) -> str:
    """Return a header without remarks in brackets and marks: ``*诉求内容（必填）：`` is 诉求内容."""
    folded = _folded(header)
    return _NOT_A_LETTER.sub("", _IN_BRACKETS.sub("", folded)) or _NOT_A_LETTER.sub("", folded)
