"""What the page for choosing one's township shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from search_service.pages.sound_keys import initials, sound_keys

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.list_info import ListInfo


@dataclass(frozen=True, slots=True)
class Choice:
    """A township to choose; `keys` are the forms by which it is found while typing."""

    info: ListInfo
    keys: str
    initials: str


def choices_by_county(lists: Sequence[ListInfo]) -> dict[str, list[Choice]]:
    """Return the townships under the names of prefecture and county, in list order."""
    found: dict[str, list[Choice]] = {}
    for info in lists:
        place = info.place
        found.setdefault(f"{place.prefecture} · {place.county}", []).append(_choice(info))
    return found


def _choice(info: ListInfo) -> Choice:
    place = info.place
    keys = f"{sound_keys(place.township)} {sound_keys(place.county)}"
    return Choice(info, keys, initials(place.township))
