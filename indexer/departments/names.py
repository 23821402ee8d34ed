"""Reading the names of bodies as one place writes them: a single name, or all names of a text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.departments.places import Area, PlaceForms, place_forms

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from indexer.departments.register import Body
    from indexer.duty import Place

LONGEST_NAME = 60
"""No name is longer; what is longer is not looked at, so a hostile cell costs no time."""

_MOST_PLACES = 3  # 新疆维吾尔自治区昌吉州昌吉市公安局
_PARTY = ("党委", "委")
_BRANCH = "分局"
_NOTE = re.compile(r"[（(][^（）()]*[)）]")
_NOT_IN_NAMES = re.compile(r"[\s\u200b\u2060\ufeff★☆*、，,；;。：:]+")
# A body of elsewhere: 省水利局 in a place without a province, 国家税务局. 区 is missing: 社区, 景区.
_ELSEWHERE = re.compile(r"(?:[省州盟市县旗]|国家|中央|全国)(?:党?委)?$")
_ELSEWHERE_LENGTH = 4
# Words that only begin like a level: 市场发展局 does not lose its 市.
_NO_LEVEL = frozenset(
    {"市场", "市政", "市民", "市容", "县域", "县城", "区域", "乡村", "乡镇", "镇村", "州县"}
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """A known body: its canonical name, and its full name as the place uses it."""

    canonical: str
    full: str


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A mention of a body in a text, place included: `text[start:end]`.

    `others` are the further bodies that people call so (工信局); only everyday names have them.
    """

    start: int
    end: int
    canonical: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a name: [place][委]name[place 分局]."""

    name_start: int
    end: int
    spelling: str
    bodies: tuple[Body, ...]
    area: Area | None
    place_end: int
    is_branch: bool

    @property
    def body(self) -> Body:
        return self.bodies[0]


class _Names:
    """Spellings and their bodies, found by first character and then longest first."""

    def __init__(self) -> None:
        self._by_first: dict[str, dict[str, tuple[Body, ...]]] = {}

    def add(self, spelling: str, body: Body) -> None:
        names = self._by_first.setdefault(spelling[0], {})
        names[spelling] = (*names.get(spelling, ()), body)

    def sort(self) -> None:
        for first, names in self._by_first.items():
            self._by_first[first] = dict(sorted(names.items(), key=lambda item: -len(item[0])))

    def firsts(self) -> Iterable[str]:
        return self._by_first

    def at(self, text: str, start: int) -> Iterator[tuple[str, tuple[Body, ...]]]:
        if start >= len(text):
            return
        for spelling, bodies in self._by_first.get(text[start], {}).items():
            if text.startswith(spelling, start):
                yield spelling, bodies


class NameTable:
    """The names of `bodies` as the documents of one place write them."""

    def __init__(self, bodies: Iterable[Body], place: Place | None) -> None:
        self._forms = place_forms(place)
        self._names = _Names()
        self._everyday = _Names()
        # Spellings first: where an everyday name of one body is the spelling of another, that one leads.
        for body in bodies:
            for spelling in _expanded(body.spellings, self._forms):
                self._names.add(spelling, body)
                self._everyday.add(spelling, body)
        for body in bodies:
            for name in body.common:
                self._everyday.add(name, body)
        self._names.sort()
        self._everyday.sort()
        self._firsts = {_PARTY[0][0], *(form[0] for form in self._forms.areas), *self._everyday.firsts()}

    def resolve(self, name: str) -> Resolved | None:
        """Return the body that is called `name`, None if unknown."""
        mended = mend(name)
        for text in dict.fromkeys((mended, _NOTE.sub("", mended), mended.removesuffix("职责"))):
            if len(text) > LONGEST_NAME:
                continue
            for reading in self._readings(text, 0, self._names):
                if reading.end == len(text):
                    return self._resolved(text, 0, reading)
        return None

    def names_from(self, text: str, start: int) -> Iterator[tuple[Resolved, int]]:
        """Yield every name that begins at `start` of the mended `text`, and where it ends."""
        for reading in self._readings(text, start, self._names):
            yield self._resolved(text, start, reading), reading.end

    def without_place(self, name: str) -> str:
        """Return `name` mended and without the place (and 委) in front of it."""
        text = mend(name)
        end = 0
        for _ in range(_MOST_PLACES):
            end = next((stop for stop, _ in self._forms.ends(text, end) if _may_strip(text, stop)), end)
        return text[end:].removeprefix("委") if end else text

    def names_in(self, text: str, *, everyday: bool) -> list[NameMatch]:
        """Return the mentions in `text` from left to right, at each point the longest."""
        names = self._everyday if everyday else self._names
        found: list[NameMatch] = []
        position = 0
        while position < len(text):
            if text[position] not in self._firsts:
                position += 1
                continue
            readings = [
                reading
                for reading in self._readings(text, position, names)
                if _stands_alone(text, position, reading)
            ]
            if not readings:
                position += 1
                continue
            best = max(readings, key=lambda reading: reading.end)
            if not _is_elsewhere(text, position):
                others = tuple(body.canonical for body in best.bodies[1:])
                found.append(NameMatch(position, best.end, best.body.canonical, others))
            position = best.end
        return found

    def _readings(self, text: str, start: int, names: _Names) -> Iterator[_Reading]:
        """Yield every way to read a name that begins at `start`."""
        for place_end, area in self._place_ends(text, start):
            for name_start, for_party in _name_starts(text, place_end):
                for spelling, bodies in names.at(text, name_start):
                    if for_party and not bodies[0].party:
                        continue
                    end = name_start + len(spelling)
                    branch_end = self._branch_end(text, end, spelling)
                    for stop in {branch_end, end}:
                        yield _Reading(
                            name_start, stop, spelling, bodies, area, place_end, is_branch=stop != end
                        )

    def _place_ends(self, text: str, start: int) -> Iterator[tuple[int, Area | None]]:
        """Yield where a name may begin behind no, one or more forms of the place, each once."""
        seen = {start}
        fronts: list[tuple[int, Area | None]] = [(start, None)]
        for _ in range(_MOST_PLACES + 1):
            yield from fronts
            following = [found for end, _ in fronts for found in self._forms.ends(text, end)]
            fronts = []
            for end, area in following:
                if end not in seen:
                    seen.add(end)
                    fronts.append((end, area))

    def _branch_end(self, text: str, end: int, spelling: str) -> int:
        """Return the end of "昌吉市分局" behind …局, `end` where there is none."""
        if not spelling.endswith("局"):
            return end
        for place_end, _ in ((end, None), *self._forms.ends(text, end)):
            if text.startswith(_BRANCH, place_end):
                return place_end + len(_BRANCH)
        return end

    def _resolved(self, text: str, start: int, reading: _Reading) -> Resolved:
        name = text[start : reading.end]
        return Resolved(
            reading.body.canonical, self._full_name(name, name[reading.place_end - start :], reading)
        )

    def _full_name(self, name: str, rest: str, reading: _Reading) -> str:
        """Put the county before `rest`, where the document writes a short form of it or nothing."""
        if not self._forms.county or reading.area in (Area.PREFECTURE, Area.PROVINCE):
            return name
        if reading.area is Area.TOWNSHIP or (reading.area is None and reading.body.township):
            return self._forms.township + rest
        if reading.area is Area.COUNTY:
            return self._forms.county + rest
        if reading.is_branch or reading.spelling not in reading.body.spellings:
            return name  # the place stands inside: 国家统计局奇台调查队
        is_bare_party = reading.body.party and not name.startswith(_PARTY)
        return self._forms.county + ("委" if is_bare_party else "") + rest


def mend(name: str) -> str:
    """Return `name` without spaces, line ends and the punctuation around it."""
    return _NOT_IN_NAMES.sub("", name)


def _expanded(spellings: Iterable[str], forms: PlaceForms) -> Iterator[str]:
    """Yield `spellings` with every form of the place instead of {place}."""
    for spelling in spellings:
        if "{place}" in spelling:
            yield from (spelling.replace("{place}", form) for form in forms.areas)
        else:
            yield spelling


def _name_starts(text: str, place_end: int) -> Iterator[tuple[int, bool]]:
    """Yield where a name may begin, and whether 委 in front makes it an office of the party."""
    yield place_end, False
    for mark in _PARTY:
        if text.startswith(mark, place_end):
            yield place_end + len(mark), True


def _stands_alone(text: str, start: int, reading: _Reading) -> bool:
    """Tell whether what is read is a name of its own, not a part of another word or office."""
    body = reading.body
    if text.startswith(body.not_followed_by, reading.end):
        return False
    if reading.name_start > start:
        return text[start : reading.name_start] != "委"
    if reading.spelling in body.needs_place and not (start == 0 and reading.end == len(text)):
        return False
    return not text.endswith(body.not_preceded_by, 0, start)


def _may_strip(text: str, end: int) -> bool:
    """Tell whether what ends at `end` is a place: not the 市 of 市场, and a name is left behind it."""
    return len(text) - end > 1 and text[end - 1 : end + 1] not in _NO_LEVEL


def _is_elsewhere(text: str, start: int) -> bool:
    return _ELSEWHERE.search(text[max(0, start - _ELSEWHERE_LENGTH) : start]) is not None
