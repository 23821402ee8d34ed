"""From the department cells of a list to departments: who is named, and under which one name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from indexer.cells import read_cell
from indexer.departments.names import LONGEST_NAME, Resolved
from indexer.duty import Department

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.departments.register import DepartmentRegister
    from indexer.duty import Place

_SEPARATORS = re.compile(r"[、，,；;。：:|/／]+")
_CONNECTORS = re.compile(r"以及|及|和|与")  # 发展和改革委员会 has one inside: the name before it decides
_AND_OTHERS = "及其他"
_LONGEST_RUN = 12  # the words that one broken name has at most


@dataclass(frozen=True, slots=True)
class DepartmentCell:
    """What a department cell names, in its order; a body named twice is there once.

    `departments` holds the unresolved names, too: their canonical name is the name without place.
    `unresolved` and `not_bodies` (相关部门) keep the document's words, mended of spaces.
    """

    departments: tuple[Department, ...]
    unresolved: tuple[str, ...] = ()
    not_bodies: tuple[str, ...] = ()


def read_department_cell(cell: str, place: Place, register: DepartmentRegister) -> DepartmentCell:
    """Read a raw cell of 对应上级部门, or the part before the colon of 承接部门及工作方式.

    `cell` may hold markup, and spaces and line ends inside names (昌吉市发展 和改革 委员会) as well as
    between them (市委宣传部 昌吉市文化体育广播电视台和旅游局): the register tells which is which.
    """
    reader = _CellReader(place, register)
    for piece in _SEPARATORS.split(_spaced_text(cell)):
        reader.feed(piece.split())
    return reader.result()


def _spaced_text(cell: str) -> str:
    """Return the cell without markup, with one space for every gap in it."""
    read = read_cell(cell)
    return "".join(f" {char}" if gap else char for char, gap in zip(read.text, read.gaps, strict=True))


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a run of words names: bodies and phrases in order, and the `rest` that names nothing known."""

    bodies: tuple[Resolved, ...]
    phrases: tuple[str, ...]
    rest: str


class _CellReader:
    """Collects what the pieces of one cell name."""

    def __init__(self, place: Place, register: DepartmentRegister) -> None:
        self._place = place
        self._register = register
        self._departments: dict[str, Department] = {}
        self._unresolved: dict[str, None] = {}  # dicts for their order, and to ask them fast
        self._not_bodies: dict[str, None] = {}

    def feed(self, words: list[str]) -> None:
        """Take one piece between two separators: a name, a broken name, or several names."""
        whole = self._parts("".join(words))
        if not whole.rest:
            self._take(whole)
            return
        unknown: list[str] = []
        at = 0
        while at < len(words):
            body, length = self._longest_name(words[at : at + _LONGEST_RUN])
            if body is None:
                unknown.append(words[at])
            else:
                self._take_unknown(unknown)
                unknown = []
                self._take(_Parts((body,), (), ""))
            at += length
        self._take_unknown(unknown)

    def result(self) -> DepartmentCell:
        """Return what was collected."""
        return DepartmentCell(
            tuple(self._departments.values()), tuple(self._unresolved), tuple(self._not_bodies)
        )

    def _longest_name(self, words: list[str]) -> tuple[Resolved | None, int]:
        """Return the body that most of the first words together name, and how many words that takes."""
        ends = list(accumulate(map(len, words)))
        text = "".join(words)[:LONGEST_NAME]
        found = [(end, body) for body, end in self._register.names_from(text, 0, self._place) if end in ends]
        if not found:
            return None, 1
        end, body = max(found, key=lambda name: name[0])
        return body, ends.index(end) + 1

    def _parts(self, text: str) -> _Parts:
        """Part "A局和B局及其他部门" at the connectors behind which a known name ends."""
        if whole := self._register.resolve(text, self._place):
            return _Parts((whole,), (), "")
        bodies: list[Resolved] = []
        start = 0
        while found := self._name_before_connector(text, start):
            body, start = found
            bodies.append(body)
        rest = text[start:]
        for phrase_start in (0, rest.find(_AND_OTHERS)):
            if phrase_start >= 0 and self._is_not_a_body(rest[phrase_start:]):
                return _Parts(tuple(bodies), (rest[phrase_start:],), rest[:phrase_start])
        return _Parts(tuple(bodies), (), _without_connector(rest) if bodies else rest)

    def _is_not_a_body(self, words: str) -> bool:
        phrase = _without_connector(words)
        if not phrase or self._register.reason_not_a_body(phrase) is None:
            return False
        return not self._register.names_in(phrase, self._place)  # 县残联 相关部门 holds a body, too

    def _name_before_connector(self, text: str, start: int) -> tuple[Resolved, int] | None:
        """Return the longest name from `start`, or from behind the connector there, and its end."""
        if start and (connector := _CONNECTORS.match(text, start)):
            start = connector.end()
        found = [
            (end, body)
            for body, end in self._register.names_from(text, start, self._place)
            if end == len(text) or _CONNECTORS.match(text, end)
        ]
        if not found:
            return None
        end, body = max(found, key=lambda name: name[0])
        return body, end

    def _take(self, parts: _Parts) -> None:
        for body in parts.bodies:
            self._departments.setdefault(body.canonical, Department(body.full, body.canonical))
        self._not_bodies.update(dict.fromkeys(parts.phrases))

    def _take_unknown(self, words: list[str]) -> None:
        """Keep what no run of words explains: the bodies it begins with, then one unknown name."""
        parts = self._parts("".join(words))
        self._take(parts)
        if not parts.rest:
            return
        canonical = self._register.without_place(parts.rest, self._place)
        self._departments.setdefault(canonical, Department(parts.rest, canonical))
        self._unresolved[parts.rest] = None


def _without_connector(text: str) -> str:
    connector = _CONNECTORS.match(text)
    return text[connector.end() :] if connector else text


# ── 承接部门及工作方式 ──────────────────────────────────────────────────────────────────────────────

_COLON = re.compile(r"[：:]")
_HARD_END = re.compile(r"[。；;！!？?”」》>]")
_LONGEST_HEADING = 160
_REPEATED = 2  # so many characters of the first heading begin every further one: 昌吉, 乌鲁
# An office by its last characters; 职责 may follow (县农业农村局职责：).
_OFFICE = re.compile(
    r"(?:[局委办部厅室处院站所队社联会]|委员会|办公室|分?中心|人大|政协|科协|工会)(?:职责)?(?:[（(][^（）()]*[)）])?$"
)
_LEAST_NAME = 2
# What begins so is a clause with an office in it, not a heading: 移交县公安局：
_CLAUSE = re.compile(
    r"[由报向至请按送与及]|对(?!外)|经(?!济|信|开)|和(?!田|静|硕)|组织(?!部)"
    r"|移交|移送|会同|联合(?!会)|配合|协助|协调|交由|提交|上报|依据|根据|通过|督促|负责"
)
_CHINESE = re.compile(r"[一-鿿（）()]+")


def split_reclaimed_cell(cell: str) -> list[tuple[str, str]]:
    """Part a cell of 承接部门及工作方式 into (department, method), raw texts in order.

    "A局：… B局：…" gives two pairs, "A局、B局：…" one. A colon inside a method (流程如下：) parts
    nothing. What stands before the first department, or the whole of a cell without one, comes as
    ("", text).
    """
    headings = _headings(cell)
    borders = [start for start, _ in headings] + [len(cell)]
    pairs: list[tuple[str, str]] = []
    if read_cell(cell[: borders[0]]).text:
        pairs.append(("", cell[: borders[0]].strip()))
    for (start, colon), end in zip(headings, borders[1:], strict=True):
        pairs.append((cell[start:colon].strip(), cell[colon + 1 : end].strip()))
    return pairs


def _headings(cell: str) -> list[tuple[int, int]]:
    """Return where each department heading starts and where its colon is."""
    headings: list[tuple[int, int]] = []
    first = ""
    for line_start, colon in _lines_before_colons(cell):
        for start in _heading_starts(cell, line_start, colon, first):
            if _is_heading(cell[start:colon]):
                headings.append((start, colon))
                first = first or _squeezed(cell[start:colon])[:_REPEATED]
                break
    return headings


def _lines_before_colons(cell: str) -> Iterator[tuple[int, int]]:
    """Yield every colon and where the text before it begins: behind a sentence, a tag or a colon."""
    start = 0
    ends = iter(_HARD_END.finditer(cell))
    following = next(ends, None)
    for colon in _COLON.finditer(cell):
        while following and following.start() < colon.start():
            start = max(start, following.end())
            following = next(ends, None)
        yield start, colon.start()
        start = colon.end()


def _heading_starts(cell: str, line_start: int, colon: int, first: str) -> Iterator[int]:
    """Yield where a heading before `colon` may start.

    A method that ends without a full stop runs into the next heading with only a space between. A
    space is also what wrapping leaves inside a name, so there the place tells: the heading begins
    as the cell's first one did.
    """
    if first:
        at = cell.rfind(first, max(line_start, colon - _LONGEST_HEADING), colon)
        if at > line_start and cell[at - 1].isspace():
            yield at
    if colon - line_start <= _LONGEST_HEADING:
        yield line_start


def _is_heading(text: str) -> bool:
    names = re.split("[、，]", _squeezed(text))
    return all(_is_office(name) for name in names)


def _is_office(name: str) -> bool:
    return (
        len(name) >= _LEAST_NAME
        and _CHINESE.fullmatch(name) is not None
        and _OFFICE.search(name) is not None
        and _CLAUSE.match(name) is None
    )


def _squeezed(text: str) -> str:
    return "".join(text.split())
