"""Places named in a question: 庙尔沟 means 庙尔沟乡, 木垒 means 木垒哈萨克自治县."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.departments.places import Area, place_forms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.list_info import ListInfo

_FACETS = {Area.PREFECTURE: "prefecture", Area.COUNTY: "county", Area.TOWNSHIP: "township"}
_WORDS_FOR_LEVELS = re.compile(r"本?(?:自治)?[省州市县区旗盟乡镇]|本?(?:自治区|自治州|地区|街道|苏木)")


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place in a text: `facet` (prefecture, county or township), its `value`, and where it stands."""

    facet: str
    value: str
    start: int
    end: int


class PlaceNames:
    """Every form of the indexed places' names that means one place only."""

    def __init__(self, lists: Iterable[ListInfo]) -> None:
        meanings: dict[str, set[tuple[str, str]]] = {}
        for info in lists:
            names = {
                Area.PREFECTURE: info.place.prefecture,
                Area.COUNTY: info.place.county,
                Area.TOWNSHIP: info.place.township,
            }
            for form, area in place_forms(info.place).areas.items():
                # 乌鲁木齐 is the stem of a county and of the city above it: who says only that named neither.
                shared = area is Area.COUNTY and info.place.prefecture.startswith(form)
                if area in names and not shared and not _WORDS_FOR_LEVELS.fullmatch(form):
                    meanings.setdefault(form, set()).add((_FACETS[area], names[area]))
            for area, name in names.items():  # a full name means itself, whatever else has its stem
                meanings[name] = {(_FACETS[area], name)}
        # 昌吉 is the stem of a city in one list and of a prefecture in the others.
        self._meaning = {form: found.pop() for form, found in meanings.items() if len(found) == 1}
        longest_first = sorted(self._meaning, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def in_text(self, text: str) -> list[PlaceMention]:
        """Return the places a normalised text names, in order, the longest name first at each spot."""
        if self._pattern is None:
            return []
        return [
            PlaceMention(*self._meaning[match[0]], match.start(), match.end())
            for match in self._pattern.finditer(text)
        ]
