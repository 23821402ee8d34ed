"""The register of bodies: `data/dictionaries/departments.toml`, read and checked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from indexer.departments.names import NameMatch, NameTable, Resolved
from indexer.dictionaries import DictionaryError, read_toml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from indexer.duty import Place

_OFFICE = re.compile("局|委员会|办公室")


@dataclass(frozen=True, slots=True)
class Body:
    """One office: an entry of the register. The file's head explains each field."""

    canonical: str
    aliases: tuple[str, ...] = ()
    common: tuple[str, ...] = ()
    party: bool = False
    township: bool = False
    needs_place: tuple[str, ...] = ()
    not_followed_by: tuple[str, ...] = ()
    not_preceded_by: tuple[str, ...] = ()

    @property
    def spellings(self) -> tuple[str, ...]:
        """Return every spelling that documents use: the canonical name, then the aliases."""
        return (self.canonical, *self.aliases)


@dataclass(frozen=True, slots=True)
class NotABody:
    """Words that stand where a body should and name none: one phrase, or all that end so."""

    reason: str
    text: str = ""
    ending: str = ""

    def covers(self, phrase: str) -> bool:
        """Tell whether `phrase` is meant by this entry: an ending says nothing of an office before it."""
        if self.text:
            return phrase == self.text
        return phrase.endswith(self.ending) and not _OFFICE.search(phrase)


@dataclass(frozen=True)
class DepartmentRegister:
    """Every known body, and what finds its names; make one with `load`."""

    bodies: tuple[Body, ...]
    not_bodies: tuple[NotABody, ...] = ()
    _tables: dict[Place | None, NameTable] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read and check the file at `path`.

        Raises DictionaryError naming file and entry for an unknown key, a value of the wrong type, a
        spelling that two entries claim, or an alias listed twice.
        """
        data = read_toml(path)
        _check_keys(data, {"body", "not_a_body"}, f"{path}")
        bodies = tuple(_read_body(item, path, at) for at, item in enumerate(_tables(data, "body", path), 1))
        if not bodies:
            raise DictionaryError(f"{path}: no [[body]] in it; expected one per office")
        _check_spellings(bodies, path)
        phrases = _tables(data, "not_a_body", path)
        return cls(bodies, tuple(_read_phrase(item, path, at) for at, item in enumerate(phrases, 1)))

    @property
    def canonical_names(self) -> frozenset[str]:
        """Return the canonical name of every body."""
        return frozenset(body.canonical for body in self.bodies)

    def canonical(self, name: str, place: Place | None) -> str | None:
        """Return the one name of the body that a document of `place` calls `name`, None if unknown."""
        resolved = self.resolve(name, place)
        return resolved.canonical if resolved else None

    def resolve(self, name: str, place: Place | None) -> Resolved | None:
        """Return canonical and full name of the body that a document of `place` calls `name`.

        Spaces, line ends and notes in brackets inside `name` do not count. None if unknown.
        """
        return self._table(place).resolve(name)

    def names_from(self, text: str, start: int, place: Place | None) -> Iterator[tuple[Resolved, int]]:
        """Yield every body whose name begins at `start` of `text`, and where that name ends."""
        return self._table(place).names_from(text, start)

    def without_place(self, name: str, place: Place | None) -> str:
        """Return `name` mended and without the place in front of it, whatever it names."""
        return self._table(place).without_place(name)

    def names_in(self, text: str, place: Place | None, *, everyday: bool = False) -> list[NameMatch]:
        """Return every mention of a body in `text`, in order, none overlapping, the longest first.

        A mention includes the place in front of it (市公安局) and the branch behind
        (州生态环境局昌吉市分局). Without a `place` only words for levels count as one (市, 县, 本县).
        `everyday` also finds the register's `common` names: for questions, not for documents.
        """
        return self._table(place).names_in(text, everyday=everyday)

    def reason_not_a_body(self, phrase: str) -> str | None:
        """Return why `phrase` (相关部门) names no body, None if nothing says so."""
        return next((entry.reason for entry in self.not_bodies if entry.covers(phrase)), None)

    def _table(self, place: Place | None) -> NameTable:
        if place not in self._tables:
            self._tables[place] = NameTable(self.bodies, place)
        return self._tables[place]


def _check_spellings(bodies: Iterable[Body], path: Path) -> None:
    """Refuse a spelling that stands twice: it would have two canonical names, or is a slip."""
    owners: dict[str, Body] = {}
    for body in bodies:
        if body.canonical in owners:
            raise DictionaryError(f"{path}: body {body.canonical!r} is listed twice; join the two entries")
        owners[body.canonical] = body
    for body in bodies:
        for alias in body.aliases:
            owner = owners.setdefault(alias, body)
            if owner is not body or alias == body.canonical or body.aliases.count(alias) > 1:
                raise DictionaryError(
                    f"{path}: body {body.canonical!r}: alias {alias!r} is already a name of "
                    f"{owner.canonical!r}; remove one of the two"
                )
        if body.canonical in body.common or set(body.aliases) & set(body.common):
            raise DictionaryError(
                f"{path}: body {body.canonical!r}: a common name is one of its aliases, too"
            )
        if unknown := set(body.needs_place) - set(body.spellings):
            raise DictionaryError(
                f"{path}: body {body.canonical!r}: needs_place: {', '.join(sorted(unknown))} is not its name"
            )


def _read_body(item: Mapping[str, Any], path: Path, number: int) -> Body:
    where = f"{path}: [[body]] {number} {item.get('canonical', '')!r}"
    _check_keys(item, set(Body.__slots__), where)
    body = Body(**{key: _value(key, value, where) for key, value in {"canonical": "", **item}.items()})
    if body.party and body.township:
        raise DictionaryError(f"{where}: party and township exclude each other")
    return body


def _value(key: str, value: Any, where: str) -> Any:
    if key == "canonical":
        return _text(key, value, where)
    if key in ("party", "township"):
        if not isinstance(value, bool):
            raise DictionaryError(f"{where}: {key} = {value!r}; expected true or false")
        return value
    if not isinstance(value, list):
        raise DictionaryError(f"{where}: {key} = {value!r}; expected a list of names")
    return tuple(_text(key, name, where) for name in value)


def _read_phrase(item: Mapping[str, Any], path: Path, number: int) -> NotABody:
    where = f"{path}: [[not_a_body]] {number}"
    _check_keys(item, {"text", "ending", "reason"}, where)
    if ("text" in item) == ("ending" in item) or "reason" not in item:
        raise DictionaryError(f"{where}: expected a reason and either text or ending")
    return NotABody(**{key: _text(key, value, where) for key, value in item.items()})


def _text(key: str, value: Any, where: str) -> str:
    if not isinstance(value, str) or not value or "".join(value.split()) != value:
        if key == "reason" and isinstance(value, str) and value.strip():
            return value
        raise DictionaryError(f"{where}: {key} = {value!r}; expected text without spaces")
    return value


def _tables(data: Mapping[str, Any], key: str, path: Path) -> list[dict[str, Any]]:
    tables = data.get(key, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise DictionaryError(f"{path}: expected [[{key}]] entries")
    return tables


def _check_keys(table: Mapping[str, Any], allowed: set[str], where: str) -> None:
    if unknown := sorted(set(table) - allowed):
        raise DictionaryError(
            f"{where}: unknown key {', '.join(unknown)}; allowed: {', '.join(sorted(allowed))}"
        )
