"""Names of departments as people type them: 昌吉市公安局, 奇台公安局, 人社局, 城管."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from indexer.analysis.normalize import normalize
from indexer.departments.names import LONGEST_NAME, mend

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from indexer.departments.register import DepartmentRegister
    from indexer.duty import Place

MOST_NEAR = 5
"""Near names offered for one that is unknown."""

_ALIKE = 0.5
"""`difflib`'s ratio from which two names are near."""
_LEAST_SHARED = 2
"""Characters of a name that finds those it is a part of; 局 alone would find all."""


class DepartmentNames:
    """Every name that the departments of the lists go by, and what tells which one is meant."""

    def __init__(
        self,
        register: DepartmentRegister,
        full_names: Mapping[str, str],
        of_places: Mapping[Place, AbstractSet[str]],
    ) -> None:
        """Know the departments of each place by their canonical names; `full_names` maps others to them."""
        self._register = register
        self._of_places = of_places
        known = dict.fromkeys(full_names.values())
        self._exact = {**full_names, **{canonical: canonical for canonical in known}}
        self._spellings = _spellings(register, known)

    def find(self, name: str, places: Iterable[Place]) -> str | None:
        """Return the canonical name of the department that is called `name`, None if unknown or doubtful.

        A canonical and a full name mean themselves. Any other name means what the register of bodies makes of
        it, first in `places`, then in all: 住建局 is 建设局 where the county calls it so. What two bodies of
        these places are called in everyday speech (工信局) is doubtful.
        """
        text = _mended(name)
        for exact in (name.strip(), text):
            if exact in self._exact:
                return self._exact[exact]
        if not text or len(text) > LONGEST_NAME:
            return None
        return self._meant(text, places) or self._meant(text, self._of_places)

    def near(self, name: str) -> list[str]:
        """Return up to 5 canonical names that may have been meant, the likeliest first.

        Those that `name` mentions, be it by a name that several go by; where it mentions none, those alike.
        """
        text = _mended(name)[:LONGEST_NAME]
        found = dict.fromkeys(self._mentioned(text)) or dict.fromkeys(self._alike(text))
        return list(found)[:MOST_NEAR]

    def _meant(self, text: str, places: Iterable[Place]) -> str | None:
        """Return the one department of `places` whose spelling, or else whose everyday name, `text` is."""
        spelled: set[str] = set()
        everyday: set[str] = set()
        for place in places:
            known = self._of_places.get(place, frozenset())
            canonical = self._register.canonical(text, place)
            if canonical and canonical in known:
                spelled.add(canonical)
            for mention in self._register.names_in(text, place, everyday=True):
                if mention.end - mention.start == len(text):
                    everyday |= known & {mention.canonical, *mention.others}
        for found in (spelled, everyday):
            if len(found) == 1:
                return found.pop()
        return None

    def _mentioned(self, text: str) -> Iterator[str]:
        """Yield the known departments that `text` names anywhere, in everyday speech or not."""
        for place, known in self._of_places.items():
            for mention in self._register.names_in(text, place, everyday=True):
                yield from (one for one in (mention.canonical, *mention.others) if one in known)

    def _alike(self, text: str) -> Iterator[str]:
        """Yield the departments with a name like `text`: first the names that share it, then the similar."""
        without_place = (self._register.without_place(text, place) for place in self._of_places)
        bare = min(without_place, key=len, default=text)
        for spelling in (*self._sharing(bare), *get_close_matches(bare, self._spellings, MOST_NEAR, _ALIKE)):
            yield from self._spellings[spelling]

    def _sharing(self, text: str) -> list[str]:
        """Return the spellings that hold `text` or stand in it, those of nearly its length first."""
        if len(text) < _LEAST_SHARED:
            return []
        sharing = (one for one in self._spellings if text in one or one in text)
        return sorted(sharing, key=lambda one: abs(len(one) - len(text)))


def _mended(name: str) -> str:
    return mend(normalize(name))


def _spellings(register: DepartmentRegister, known: Iterable[str]) -> dict[str, list[str]]:
    """Return every name without a place, each with the canonical names of the known bodies it stands for."""
    spellings = {canonical: [canonical] for canonical in known}
    for body in register.bodies:
        if body.canonical in spellings:
            for name in (*body.aliases, *body.common):
                if body.canonical not in spellings.setdefault(name, []):
                    spellings[name].append(body.canonical)
    return spellings
