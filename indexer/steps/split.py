"""A cell split into its steps: the clauses of responsibility, each with its number and its heading.

The rules and real examples stand in docs/steps.md. Splitting loses nothing: `restore` gives back every
character of the cell but markup and whitespace.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from indexer.cells import SENTENCE_ENDS, CellText, Gap, read_cell
from indexer.steps.headings import body_headings, is_bodies, lead_in_start, title_end
from indexer.steps.marks import Mark, Style, find_marks, find_sub_marks, starts_with_sub_mark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HEADING_JOINER = " / "
"""Stands between the headings of a nested context: "一、农药使用 / 县农业农村局："."""


@dataclass(frozen=True, slots=True)
class RawStep:
    """One clause of responsibility as split from its cell, before any body is bound to it.

    `headings` are those the step stands under, outermost first, as written; `opened` says how many of
    them, counted from the innermost, stand in the cell right before this step. `marker` is the number
    as written ("1.", "（1）", "①", "3、"; empty where the step has none), `text` what follows it.
    """

    number: int | None
    text: str
    headings: tuple[str, ...] = ()
    marker: str = ""
    opened: int = 0

    @property
    def heading(self) -> str | None:
        """Return the full heading context in one line, None for a step under no heading."""
        return HEADING_JOINER.join(self.headings) or None


def split_steps(cell: str) -> list[RawStep]:
    """Split a raw cell into its steps; an empty cell has none."""
    read = read_cell(cell)
    outline = _Outline()
    for piece in _pieces(read):
        outline.add(piece)
    return outline.finish()


def restore(steps: Iterable[RawStep]) -> str:
    """Give back the characters of the cell that `steps` came from, without markup and whitespace."""
    pieces = [piece for step in steps for piece in (*_opened(step), step.marker, step.text)]
    return "".join("".join(pieces).split())


def _opened(step: RawStep) -> tuple[str, ...]:
    return step.headings[len(step.headings) - step.opened :]


class _Level(Enum):
    """The kind of a piece. A heading ends the one of its own kind and everything opened under that."""

    NUMERAL = "一、"
    SUB_NUMERAL = "（一）"
    BODY = "县公安局："
    LEAD_IN = "…工作："
    STEP = "1."


@dataclass(frozen=True, slots=True)
class _Piece:
    """A heading or a step, in document order; together the pieces are the whole cell."""

    level: _Level
    text: str
    marker: str = ""
    number: int | None = None


def _pieces(read: CellText) -> Iterator[_Piece]:
    """Cut the cell at its marks and each part between two marks into headings and steps."""
    marks = find_marks(read)
    borders = [0, *(mark.start for mark in marks), len(read.text)]
    yield from _unnumbered(read, 0, borders[1], marks[0] if marks else None)
    for index, mark in enumerate(marks):
        following = marks[index + 1] if index + 1 < len(marks) else None
        end = borders[index + 2]
        if mark.style is Style.DOT:
            yield from _numbered(read, mark, end, following)
        else:
            yield from _under_numeral(read, mark, end, following)


def _under_numeral(read: CellText, mark: Mark, end: int, following: Mark | None) -> Iterator[_Piece]:
    """一、 opens a heading, or is the number of a step where its text runs on to the end of a sentence."""
    before_list = following is not None and (
        _opens_list(following) or (following.style is Style.SUB_NUMERAL and mark.style is Style.NUMERAL)
    )
    stop = title_end(read, mark.end, end, before_list=before_list)
    if stop is None:
        yield from _numbered(read, mark, end, following)
        return
    marker = read.text[mark.start : mark.end]
    yield _Piece(_Level[mark.style.name], read.slice(mark.end, stop), marker, mark.value)
    yield from _unnumbered(read, stop, end, following)


def _numbered(read: CellText, mark: Mark, end: int, following: Mark | None) -> Iterator[_Piece]:
    """Yield a step with its number, and the headings and paragraphs that stand behind it."""
    stop = _end_of_numbered(read, mark.end, end, following)
    paragraphs = _paragraphs(read, mark.end, stop, Gap.BLOCK)
    first = next(paragraphs, (mark.end, mark.end))
    yield _Piece(_Level.STEP, read.slice(*first), read.text[mark.start : mark.end], mark.value)
    for paragraph in paragraphs:
        yield _Piece(_Level.STEP, read.slice(*paragraph))
    yield from _unnumbered(read, stop, end, following)


def _end_of_numbered(read: CellText, start: int, end: int, following: Mark | None) -> int:
    """Return where a numbered step ends: before the first heading behind its text, else at `end`.

    "2.…；县公安局：负责…；3.…" goes on counting: there the name is no heading but part of step 2.
    """
    counts_on = following is not None and following.style is Style.DOT and following.value != 1
    for heading, stop in body_headings(read, start, end):
        if heading > start and (stop == end or not counts_on):
            return heading
    if following is not None and _opens_list(following):
        lead_in = lead_in_start(read, start, end, inside_step=True)
        return end if lead_in is None else lead_in
    return end


def _unnumbered(read: CellText, start: int, end: int, following: Mark | None) -> Iterator[_Piece]:
    """Yield what stands outside numbered steps: department headings, lead-ins, paragraphs."""
    position = start
    for heading, stop in body_headings(read, start, end):
        yield from _plain(read, position, heading, None)
        # "承接部门：县民政局；工作方式：…": the second label stands under the first.
        labelled = read.text.startswith("工作方式", heading)
        yield _Piece(_Level.LEAD_IN if labelled else _Level.BODY, read.slice(heading, stop))
        position = stop
    yield from _plain(read, position, end, following)


def _plain(read: CellText, start: int, end: int, following: Mark | None) -> Iterator[_Piece]:
    if following is not None and _opens_list(following):
        lead_in = lead_in_start(read, start, end, inside_step=False)
        if lead_in is not None:
            yield from _steps_without_number(read, start, lead_in)
            yield _lead_in(read, lead_in, end)
            return
    yield from _steps_without_number(read, start, end)


def _lead_in(read: CellText, start: int, end: int) -> _Piece:
    level = _Level.BODY if is_bodies(read.text[start:end].rstrip("：:")) else _Level.LEAD_IN
    return _Piece(level, read.slice(start, end))


def _steps_without_number(read: CellText, start: int, end: int) -> Iterator[_Piece]:
    """（1） or ① number the steps where nothing else does; else every paragraph is a step."""
    marks = find_sub_marks(read, start, end)
    first = marks[0].start if marks else end
    lead_in = lead_in_start(read, start, first, inside_step=False) if marks else None
    stop = first if lead_in is None else lead_in
    for paragraph in _paragraphs(read, start, stop, Gap.ITEM):
        yield _Piece(_Level.STEP, read.slice(*paragraph))
    if lead_in is not None:
        yield _lead_in(read, lead_in, first)
    for index, mark in enumerate(marks):
        border = marks[index + 1].start if index + 1 < len(marks) else end
        text = read.slice(mark.end, border)
        yield _Piece(_Level.STEP, text, read.text[mark.start : mark.end], mark.value)


def _paragraphs(read: CellText, start: int, end: int, gap: Gap) -> Iterator[tuple[int, int]]:
    """Yield the spans that a gap this wide parts after the end of a sentence; （1） begins no paragraph."""
    begin = start
    for index in range(start + 1, end):
        if (
            read.gaps[index] >= gap
            and read.text[index - 1] in SENTENCE_ENDS
            and not starts_with_sub_mark(read, index)
        ):
            yield begin, index
            begin = index
    if begin < end:
        yield begin, end


def _opens_list(mark: Mark) -> bool:
    return mark.style is Style.DOT and mark.value == 1


@dataclass(slots=True)
class _Outline:
    """Puts pieces under each other: keeps the open headings and counts those not yet written down."""

    steps: list[RawStep] = field(default_factory=list)
    open: list[_Piece] = field(default_factory=list)
    pending: int = 0

    def add(self, piece: _Piece) -> None:
        """Take the next piece of the cell."""
        if piece.level is _Level.STEP:
            self._add_step(piece)
        else:
            self._add_heading(piece)

    def finish(self) -> list[RawStep]:
        """Return the steps of the whole cell."""
        self._keep_unused_heading()
        return self.steps

    def _add_step(self, step: _Piece) -> None:
        headings = tuple(heading.marker + heading.text for heading in self.open)
        self.steps.append(RawStep(step.number, step.text, headings, step.marker, self.pending))
        self.pending = 0

    def _add_heading(self, heading: _Piece) -> None:
        levels = [piece.level for piece in self.open]
        if heading.level in levels:
            self._keep_unused_heading()
            del self.open[levels.index(heading.level) :]
        self.open.append(heading)
        self.pending += 1

    def _keep_unused_heading(self) -> None:
        """Write down a heading with nothing under it as the step that it is: a list of bare titles."""
        if self.pending:
            unused = self.open.pop()
            self.pending -= 1
            self._add_step(unused)
