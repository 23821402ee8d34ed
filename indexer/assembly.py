"""From a raw row to a duty: cells cleaned, departments resolved, steps split and bound."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from indexer.cells import inline_text
from indexer.corrections import CorrectionMismatchError
from indexer.departments.cell import read_department_cell, split_reclaimed_cell
from indexer.duty import Department, Duty, ListType, Place, Source, Step
from indexer.problems import Level, Problem
from indexer.steps.binding import bind
from indexer.steps.split import split_steps

if TYPE_CHECKING:
    from indexer.corrections import Corrections
    from indexer.departments.register import DepartmentRegister
    from indexer.documents.row import Row

MARK = "★"
"""What some documents put before a name."""


NO_SINGLE_BODY = "names no single body"
"""How a problem about a phrase that is no department ends."""


@dataclass
class Assembler:
    """Makes the duties of one document and gathers what it could not resolve in `problems`."""

    list_id: str
    file: str
    place: Place
    register: DepartmentRegister
    corrections: Corrections
    problems: list[Problem] = field(default_factory=list)

    def duty(self, row: Row) -> Duty:
        """Return the duty of a row, its corrections made."""
        row, originals = self._corrected(row)
        name = inline_text(row.name)
        departments, superior, township = self._responsibility(row)
        return Duty(
            id=f"{self.list_id}-{row.list_type.value}-{row.number}",
            list_id=self.list_id,
            province=self.place.province,
            prefecture=self.place.prefecture,
            county=self.place.county,
            township=self.place.township,
            list_type=row.list_type,
            number=row.number,
            category=inline_text(row.category),
            name=name.replace(MARK, ""),
            marked=MARK in name,
            departments=departments,
            superior_steps=superior,
            township_steps=township,
            source=Source(self.file, row.line, originals),
        )

    def _corrected(self, row: Row) -> tuple[Row, dict[str, str]]:
        try:
            corrected = self.corrections.apply(row)
        except CorrectionMismatchError as error:
            self._note(Level.ERROR, row, str(error))
            return row, {}
        for one in corrected.applied:
            self._note(Level.INFO, row, f"{one.field} corrected: {one.wrong} → {one.right} ({one.reason})")
        return corrected.row, corrected.originals

    def _responsibility(self, row: Row) -> tuple[tuple[Department, ...], tuple[Step, ...], tuple[Step, ...]]:
        """Return departments, superior's steps and township's steps of a row."""
        if row.list_type is ListType.COOPERATIVE:
            departments = self._departments(row, row.departments)
            superior = self._steps(row.superior, departments, township_side=False)
            return departments, superior, self._steps(row.township, departments, township_side=True)
        return *self._reclaimed(row), ()

    def _reclaimed(self, row: Row) -> tuple[tuple[Department, ...], tuple[Step, ...]]:
        """Return departments and steps of 承接部门及工作方式, which may hold several bodies' parts."""
        departments: dict[str, Department] = {}
        steps: tuple[Step, ...] = ()
        parts = split_reclaimed_cell(row.superior) if row.list_type is ListType.RECLAIMED else []
        for cell, method in parts:
            bodies = self._departments(row, cell)
            for body in bodies:
                departments.setdefault(body.canonical, body)
            steps += self._steps(method, bodies, township_side=False)
        return tuple(departments.values()), steps

    def _steps(
        self, cell: str, departments: tuple[Department, ...], *, township_side: bool
    ) -> tuple[Step, ...]:
        steps = split_steps(cell)
        return bind(steps, departments, self.place, self.register, township_side=township_side)

    def _departments(self, row: Row, cell: str) -> tuple[Department, ...]:
        read = read_department_cell(cell, self.place, self.register)
        for name in read.unresolved:
            self._note(Level.WARNING, row, f"unknown department {name}; add it to departments.toml")
        for name in read.not_bodies:
            self._note(Level.INFO, row, f"{name} {NO_SINGLE_BODY}")
        return read.departments

    def _note(self, level: Level, row: Row, message: str) -> None:
        where = f"{row.list_type.label} {row.number}"
        self.problems.append(Problem(level, self.file, row.line, f"{where}: {message}"))
