"""The conditions that an address holds, and the addresses that mend it: one replaced, or left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self
from urllib.parse import quote

from search_service.pages.links import address

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from werkzeug.datastructures import MultiDict


@dataclass(frozen=True, slots=True)
class Conditions:
    """A path of this site with its parameters, as they were written: several values may stand in one."""

    path: str
    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, path: str, args: MultiDict[str, str], known: Collection[str]) -> Self:
        """Return the conditions of a request, those known; a mended address leads to its first page."""
        wanted = set(known) - {"page"}
        return cls(path, tuple((name, value) for name, value in args.items(multi=True) if name in wanted))

    @property
    def url(self) -> str:
        """Return the address, a path of this site whatever was asked for."""
        return address(quote(f"/{self.path.lstrip('/')}"), self.pairs)

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of a parameter."""
        return tuple(value for key, text in self.pairs if key == name for value in split_values(text))

    def with_value(self, name: str, wrong: str, right: str) -> Conditions:
        """Return these conditions, one value of a parameter replaced."""
        return self._with_values(name, lambda value: right if value == wrong else value)

    def without_values(self, name: str, wrong: Collection[str]) -> Conditions:
        """Return these conditions without some values of a parameter."""
        return self._with_values(name, lambda value: "" if value in wrong else value)

    def without(self, names: Collection[str]) -> Conditions:
        """Return these conditions without some parameters."""
        return replace(self, pairs=tuple(pair for pair in self.pairs if pair[0] not in names))

    def _with_values(self, name: str, change: Callable[[str], str]) -> Conditions:
        changed = [
            (key, _changed(text, change) if key == name else text, key == name) for key, text in self.pairs
        ]
        kept = [(key, text) for key, text, is_meant in changed if text or not is_meant]
        return replace(self, pairs=tuple(dict.fromkeys(kept)))


def split_values(text: str) -> list[str]:
    """Return the values that stand in one parameter, separated by commas."""
    return [part.strip() for part in text.split(",") if part.strip()]


def _changed(text: str, change: Callable[[str], str]) -> str:
    whole = change(text.strip())
    if whole != text.strip():
        return whole
    return ",".join(part for part in map(change, split_values(text)) if part)
