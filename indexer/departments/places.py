"""The forms in which a document writes its own place in front of a body's name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from indexer.duty import Place


class Area(IntEnum):
    """The levels of a place, in the order in which a doubtful form is given to them.

    昌吉 is the stem of 昌吉市 and of 昌吉回族自治州. A document that writes 昌吉人社局 means its own
    county's, so the county comes last and wins.
    """

    PROVINCE = 0
    PREFECTURE = 1
    TOWNSHIP = 2
    COUNTY = 3


# Per level: how a name ends, and the one word that a document writes in its stead (县公安局).
_ENDINGS = {
    Area.PROVINCE: (("自治区", "自治区"), ("省", "省"), ("市", "市")),
    Area.PREFECTURE: (("自治州", "州"), ("地区", "地区"), ("州", "州"), ("盟", "盟"), ("市", "市")),
    Area.TOWNSHIP: (("街道", "街道"), ("苏木", "苏木"), ("乡", "乡"), ("镇", "镇")),
    Area.COUNTY: (
        ("自治县", "县"),
        ("自治旗", "旗"),
        ("县", "县"),
        ("旗", "旗"),
        ("市", "市"),
        ("区", "区"),
    ),
}

# The 55 minorities, with which autonomous areas are named: 木垒 + 哈萨克 + 自治县.
_LONG_NATIONALITIES = (
    "蒙古|维吾尔|布依|朝鲜|土家|哈尼|哈萨克|傈僳|高山|拉祜|东乡|纳西|景颇|柯尔克孜|达斡尔|仫佬|布朗|撒拉|毛南|仡佬|"
    "锡伯|阿昌|普米|塔吉克|乌孜别克|俄罗斯|鄂温克|德昂|保安|裕固|塔塔尔|独龙|鄂伦春|赫哲|门巴|珞巴|基诺"
)
# One character alone (回, 水, 京) is part of many other names, so it counts only with 族.
_NATIONALITY = re.compile(rf"(?:各族|(?:{_LONG_NATIONALITIES})族?|[回藏苗彝壮满侗瑶白傣黎佤畲水土羌怒京]族)$")
_LEAST_STEM = 2


@dataclass(frozen=True, slots=True)
class PlaceForms:
    """Every form of one place: `areas` says which level a form means, `longest` is the longest's length.

    `county` is the county in short (木垒县), `township` the township in full: they begin full names.
    """

    areas: Mapping[str, Area]
    longest: int
    county: str
    township: str

    def ends(self, text: str, start: int) -> Iterator[tuple[int, Area]]:
        """Yield where a form that begins at `start` may end, and its level; longest first."""
        longest = min(self.longest, len(text) - start)
        for length in range(longest, 0, -1):
            area = self.areas.get(text[start : start + length])
            if area is not None:
                yield start + length, area


@lru_cache(maxsize=256)
def place_forms(place: Place | None) -> PlaceForms:
    """Return the forms of `place`; without a place only the words for the levels (县, 市, 本县 …)."""
    areas: dict[str, Area] = {}
    for area in Area:
        for form in _forms_of(_name_of(place, area), area) if place else _any_level(area):
            areas[form] = area
    longest = max(map(len, areas), default=0)
    if place is None:
        return PlaceForms(areas, longest, county="", township="")
    return PlaceForms(areas, longest, county=_short_county(place.county), township=place.township)


def _name_of(place: Place, area: Area) -> str:
    names = {
        Area.PROVINCE: place.province,
        Area.PREFECTURE: place.prefecture,
        Area.TOWNSHIP: place.township,
        Area.COUNTY: place.county,
    }
    return names[area]


def _forms_of(name: str, area: Area) -> Iterator[str]:
    """Yield 木垒哈萨克自治县, 木垒县, 木垒, 自治县, 县, 本县."""
    if not name:
        return
    yield name
    stem, ending, word = _parts(name, area)
    if len(stem) >= _LEAST_STEM:
        yield stem
        yield stem + word
    if word:
        yield from (ending, word, f"本{word}")


def _any_level(area: Area) -> Iterator[str]:
    """Yield the words for a level that are safe without knowing the place: 区 also ends 社区, 景区."""
    for ending, word in _ENDINGS[area]:
        if word != "区":
            yield from (ending, word, f"本{word}")


def _short_county(name: str) -> str:
    stem, _, word = _parts(name, Area.COUNTY)
    return stem + word if len(stem) >= _LEAST_STEM else name


def _parts(name: str, area: Area) -> tuple[str, str, str]:
    """Part a name into its stem, its ending and the word for its level."""
    for ending, word in _ENDINGS[area]:
        if name.endswith(ending):
            return _without_nationalities(name.removesuffix(ending), word), ending, word
    return name, "", ""


def _without_nationalities(stem: str, word: str) -> str:
    # 大南沟乌孜别克族乡 loses its nationality's 族, too; 东乡族自治县 keeps what would leave nothing.
    if word in ("省", "市", "街道"):
        return stem
    while (shorter := _NATIONALITY.sub("", stem)) != stem and len(shorter) >= _LEAST_STEM:
        stem = shorter
    return stem
