"""A province of townships that never were, made of the real lists: the same on every machine.

Each county takes one of the real lists as its template: places renamed, some duties reworded. Each of its
townships changes and leaves out a few of them again. So neighbours share nearly every sentence, as real
ones do, and no two lists are equal.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from benchmarks.place_names import place_stems
from benchmarks.wording import reworded
from indexer.catalogue import Catalogue
from indexer.departments.places import Area, place_forms
from indexer.duty import Duty, Place, Source
from indexer.township_list import TownshipList, read_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from indexer.departments.register import DepartmentRegister
    from indexer.duty import Step

SEED = 12345
PREFECTURES = 15
COUNTIES = 100
TOWNSHIPS = 11
"""Townships of a county."""

REWORDED_BY_COUNTY = 0.15
REWORDED_BY_TOWNSHIP = 0.04
LEFT_OUT_BY_TOWNSHIP = 0.02

_ENDING = {
    Area.PREFECTURE: re.compile("地区|自治州|[州盟市]$"),
    Area.COUNTY: re.compile("[市县区旗]$"),
    Area.TOWNSHIP: re.compile("街道|苏木|[乡镇]$"),
}
"""How a name in full ends; a form that ends otherwise is its stem."""

_ANYWHERE = frozenset({*place_forms(None).areas, "区", "本区"})
"""Words for a level that name no place: 本县, 自治州."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Name:
    stem: str
    ending: str

    def __str__(self) -> str:
        return self.stem + self.ending


@dataclass(frozen=True, slots=True)
class _Template:
    """A list whose duties a place takes over, with the place that its texts name."""

    place: Place
    of: TownshipList
    duties: tuple[Duty, ...]


def read_templates(folder: Path, register: DepartmentRegister) -> list[TownshipList]:
    """Read the real lists of a folder, as ``duty-index build`` does."""
    catalogue = Catalogue.load(folder)
    return [
        read_list(folder / entry.file, entry, register, catalogue.corrections) for entry in catalogue.entries
    ]


def corpus(
    templates: Sequence[TownshipList],
    duties: int,
    reworded_share: float = REWORDED_BY_TOWNSHIP,
    seed: int = SEED,
) -> Iterator[TownshipList]:
    """Yield townships until exactly so many `duties` are there; the last list is cut off.

    `reworded_share` of its duties a township words in its own way. A smaller corpus is the beginning of a
    larger one. Raises ValueError where the province has too few.
    """
    left = duties
    for one in _townships(templates, reworded_share, seed):
        yield replace(one, duties=one.duties[:left])
        left -= min(left, len(one.duties))
        if not left:
            return
    raise ValueError(f"the province has only {duties - left} duties, {duties} were asked for")


def _townships(templates: Sequence[TownshipList], reworded_share: float, seed: int) -> Iterator[TownshipList]:
    chance = random.Random(seed)
    stems = place_stems(seed)
    prefectures = [_Name(next(stems), "地区") for _ in range(PREFECTURES)]
    for county in range(COUNTIES):
        prefecture = prefectures[county * PREFECTURES // COUNTIES]
        template = _county(templates[county % len(templates)], prefecture, next(stems), chance)
        for township in range(TOWNSHIPS):
            list_id = f"c{county + 1:03}-t{township + 1:02}"
            yield _township(template, list_id, next(stems), reworded_share, chance)


def _county(of: TownshipList, prefecture: _Name, stem: str, chance: random.Random) -> _Template:
    """Return the real list as a made-up county words it; its township still has its real name."""
    if of.place is None:
        raise ValueError(f"{of.file}: a list without a place can't be a template")
    county = _Name(stem, _ending(of.place.county, Area.COUNTY))
    rename = _renaming(of.place, {Area.PREFECTURE: prefecture, Area.COUNTY: county})
    return _Template(
        place=replace(of.place, prefecture=str(prefecture), county=str(county), county_code=""),
        of=of,
        duties=tuple(
            reworded(duty, chance) if chance.random() < REWORDED_BY_COUNTY else duty
            for duty in (_renamed(duty, rename) for duty in of.duties)
        ),
    )


def _township(
    template: _Template, list_id: str, stem: str, reworded_share: float, chance: random.Random
) -> TownshipList:
    name = _Name(stem, _ending(template.place.township, Area.TOWNSHIP))
    rename = _renaming(template.place, {Area.TOWNSHIP: name})
    place = replace(template.place, township=str(name))
    file = f"{list_id}.txt"
    numbers: Counter[str] = Counter()
    duties: list[Duty] = []
    originals = {}
    for duty in template.duties:
        if chance.random() < LEFT_OUT_BY_TOWNSHIP:
            continue
        numbers[duty.list_type] += 1
        number = numbers[duty.list_type]
        own = replace(
            _renamed(duty, rename),
            id=f"{list_id}-{duty.list_type.value}-{number}",
            list_id=list_id,
            prefecture=place.prefecture,
            county=place.county,
            township=place.township,
            number=number,
            source=Source(file, duty.source.line),
        )
        duties.append(reworded(own, chance) if chance.random() < reworded_share else own)
        originals[own.id] = template.of.originals[duty.id]
    return replace(
        template.of,
        id=list_id,
        file=file,
        place=place,
        declared={},
        duties=tuple(duties),
        problems=(),
        originals=originals,
    )


def _ending(name: str, area: Area) -> str:
    """Return the 县 of 木垒哈萨克自治县: made-up places have no nationality in their names."""
    found = _ENDING[area].search(name)
    return found[0] if found else ""


def _renaming(place: Place, names: Mapping[Area, _Name]) -> Callable[[str], str]:
    """Return what replaces the names of `place` at these levels, in every form that documents use."""
    forms = {
        form: str(names[area]) if _ending(form, area) else names[area].stem
        for form, area in place_forms(place).areas.items()
        if area in names and form not in _ANYWHERE
    }
    pattern = re.compile("|".join(sorted(map(re.escape, forms), key=len, reverse=True)))
    return lambda text: pattern.sub(lambda found: forms[found[0]], text)


def _renamed(duty: Duty, rename: Callable[[str], str]) -> Duty:
    return replace(
        duty,
        name=rename(duty.name),
        departments=_kept_if_equal(
            duty.departments, tuple(replace(one, name=rename(one.name)) for one in duty.departments)
        ),
        superior_steps=_kept_if_equal(duty.superior_steps, _renamed_steps(duty.superior_steps, rename)),
        township_steps=_kept_if_equal(duty.township_steps, _renamed_steps(duty.township_steps, rename)),
    )


def _renamed_steps(steps: tuple[Step, ...], rename: Callable[[str], str]) -> tuple[Step, ...]:
    return tuple(
        replace(step, text=rename(step.text), heading=step.heading and rename(step.heading)) for step in steps
    )


def _kept_if_equal(old: tuple[_T, ...], new: tuple[_T, ...]) -> tuple[_T, ...]:
    """Return the old one where nothing changed: a county's townships then share it in memory."""
    return old if new == old else new
