"""One township's list, read: its place and date, its duties, and everything doubtful about it."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any, Self

from indexer.assembly import Assembler
from indexer.catalogue import ListEntry
from indexer.corrections import FILE_NAME, Corrections
from indexer.documents.reader import read_document
from indexer.documents.row import Row
from indexer.documents.text_file import UnreadableDocumentError
from indexer.documents.title import DeclaredCounts, Title, read_title
from indexer.duty import Duty, ListType, Place
from indexer.problems import Level, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from indexer.departments.register import DepartmentRegister

_NO_CORRECTIONS = Corrections()
_NOT_IN_AN_ID = re.compile(r"[^a-z0-9]+")
_NAMES = tuple(one.name for one in fields(Place) if one.name != "county_code")


@dataclass(frozen=True)
class TownshipList:
    """What was read from one document. With errors among `problems` the duties may be incomplete."""

    id: str
    file: str
    place: Place | None
    date: str | None
    """Year and month of publication, e.g. ``2025-07``."""
    declared: dict[ListType, DeclaredCounts]
    duties: tuple[Duty, ...]
    problems: tuple[Problem, ...]
    originals: Mapping[str, Row] = field(default_factory=dict)
    """The row that each duty was made from, by the duty's id: as published, before any correction."""

    @property
    def has_errors(self) -> bool:
        """Return True where the document must not be indexed as it stands."""
        return any(problem.level is Level.ERROR for problem in self.problems)

    def duties_of(self, list_type: ListType) -> list[Duty]:
        """Return the duties of one of the three lists."""
        return [duty for duty in self.duties if duty.list_type is list_type]

    def to_record(self) -> dict[str, Any]:
        """Return the list as plain JSON data."""
        return {
            "id": self.id,
            "file": self.file,
            "place": self.place and asdict(self.place),
            "date": self.date,
            "declared": {list_type.value: asdict(counts) for list_type, counts in self.declared.items()},
            "duties": [duty.to_record() for duty in self.duties],
            "problems": [asdict(problem) for problem in self.problems],
            "originals": {duty_id: row.to_record() for duty_id, row in self.originals.items()},
        }

    @classmethod
    def from_record(cls, record: dict[str, Any]) -> Self:
        """Rebuild the list from `to_record`'s data read back from JSON."""
        place = record["place"] and Place(**record["place"])
        return cls(
            id=record["id"],
            file=record["file"],
            place=place,
            date=record["date"],
            declared={ListType(key): DeclaredCounts(**one) for key, one in record["declared"].items()},
            duties=tuple(Duty.from_record(one) for one in _with_names_of(place, record["duties"])),
            problems=tuple(Problem(**{**one, "level": Level(one["level"])}) for one in record["problems"]),
            originals={duty_id: Row.from_record(row) for duty_id, row in record["originals"].items()},
        )


def _with_names_of(place: Place | None, records: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the duties with the names that the place has: the same ones again would take much memory."""
    names = {name: getattr(place, name) for name in _NAMES if place}
    return ({**record, **names} for record in records)


def read_list(
    path: Path,
    entry: ListEntry | None,
    register: DepartmentRegister,
    corrections: Corrections = _NO_CORRECTIONS,
) -> TownshipList:
    """Read the document at `path`.

    `entry` is its entry in `lists.toml`, None for a document outside a catalogue: its id is then made from
    the file's name and its place must stand in its text. `corrections` are those of the whole folder.

    Never raises for a bad document: what is wrong is among the problems of the result.
    """
    entry = entry or entry_outside(path)
    try:
        document = read_document(path)
    except UnreadableDocumentError as error:
        problem = Problem(Level.ERROR, path.name, error.line, str(error))
        return TownshipList(entry.id, path.name, None, None, {}, (), (problem,))
    problems = list(document.problems)
    title = read_title(document.preface)
    place = _complete_place(title, entry, path.name, problems)
    duties: list[Duty] = []
    originals: dict[str, Row] = {}
    if place is not None:
        assembler = Assembler(entry.id, path.name, place, register, corrections.of_list(entry.id))
        duties = [assembler.duty(row) for row in document.rows]
        originals = {duty.id: row for duty, row in zip(duties, document.rows, strict=True)}
        problems.extend(assembler.problems)
        problems.extend(_corrections_of_no_row(assembler.corrections, document.rows, path.name))
    return TownshipList(
        id=entry.id,
        file=path.name,
        place=place,
        date=_complete_date(title, entry, path.name, problems),
        declared=title.declared,
        duties=tuple(duties),
        problems=tuple(problems),
        originals=originals,
    )


def _corrections_of_no_row(corrections: Corrections, rows: Sequence[Row], file: str) -> list[Problem]:
    return [
        Problem(
            Level.ERROR, file, 0, f"{FILE_NAME}: there is no {one.list_type.label} {one.number}; remove it"
        )
        for one in corrections.without_row(rows)
    ]


def entry_outside(path: Path) -> ListEntry:
    """Return an entry for a document that stands in no catalogue: its name gives the id."""
    list_id = _NOT_IN_AN_ID.sub("-", path.stem.lower()).strip("-") or "list"
    return ListEntry(id=list_id, file=path.name)


def _complete_place(title: Title, entry: ListEntry, file: str, problems: list[Problem]) -> Place | None:
    """Join what the title page and the catalogue say of the place; they must not disagree."""
    found = {name: getattr(title.place, name, "") for name in _NAMES}
    for name in _NAMES:
        given = getattr(entry, name)
        if given and found[name] and given != found[name]:
            message = (
                f"the title page says {found[name]}, lists.toml says {given} ({name}); correct one of them"
            )
            problems.append(Problem(Level.ERROR, file, 0, message))
        found[name] = found[name] or given
    missing = [name for name in _NAMES if not found[name]]
    if missing:
        message = (
            f"the place is incomplete: no {', '.join(missing)}; expected it above 履职事项清单 on the title "
            "page or in lists.toml"
        )
        problems.append(Problem(Level.ERROR, file, 0, message))
        return None
    return Place(**found, county_code=entry.county_code)


def _complete_date(title: Title, entry: ListEntry, file: str, problems: list[Problem]) -> str | None:
    if title.date and entry.date and title.date != entry.date:
        message = (
            f"the title page says {title.date}, lists.toml says {entry.date} (date); correct one of them"
        )
        problems.append(Problem(Level.ERROR, file, 0, message))
    return title.date or entry.date or None
