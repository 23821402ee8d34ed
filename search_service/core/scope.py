"""Whether a question is one for our lists: it must name a matter, and no place that has no list."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from indexer.departments.names import NameMatch
    from indexer.tuning import Tuning
    from search_service.core.places import PlaceMention

_A_TOWNSHIP = re.compile(r"[\u4e00-\u9fff]{2,4}?(?:镇(?!上|里)|乡(?!上|里|镇)|街道)")
_FROM_THERE = re.compile("[来人籍的过打老口]|那边|回来")
_A_BODY_ALONE = re.compile("(?:局|厅|委员会|中心|大队|法院|检察院)$")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question names, in its normalised text without quotes.

    What follows from it is found out when asked: only answers need to know, and searches are many.
    """

    text: str
    places: Sequence[PlaceMention] | None
    """None where places are not looked for."""
    bodies: Sequence[NameMatch]
    has_phrases: bool

    def names_matter(self, tuning: Tuning) -> bool:
        """Return whether anything is left beside places, bodies, small talk and stop words."""
        if self.has_phrases:
            return True
        # 信访 and 消防 are names of bodies in everyday speech, but of matters too; 民政局 is a body's alone.
        bodies = [one for one in self.bodies if _A_BODY_ALONE.search(self.text[one.start : one.end])]
        text = blanked(self.text, [*(self.places or ()), *bodies])
        for phrase in tuning.noise:
            text = text.replace(phrase, " ")
        return any(token.term not in tuning.stop_words for token in tuning.analyzer.words(text))

    def other_place(self, tuning: Tuning) -> str | None:
        """Return the place without a list that the question is about, as it says it.

        It begins with that place, or names a county of ours and a township in it that has no list.
        """
        if self.places is None:
            return None
        if self.places:
            return self._other_township(self.places)
        start = self.text.strip()
        for phrase in tuning.noise:
            start = start.removeprefix(phrase).lstrip(" ,。")
        named = max((name for name in tuning.other_places if start.startswith(name)), key=len, default="")
        rest = start[len(named) :]
        return named if named and rest and not _FROM_THERE.match(rest) else None

    def _other_township(self, places: Sequence[PlaceMention]) -> str | None:
        if any(one.facet == "township" for one in places):
            return None
        for county in places:
            township = _A_TOWNSHIP.match(self.text, county.end) if county.facet == "county" else None
            if township:
                return self.text[county.start : township.end()]
        return None


def blanked(text: str, mentions: Iterable[PlaceMention | NameMatch]) -> str:
    """Return a text with blanks where it mentions something; all else stays where it is."""
    for one in mentions:
        text = text[: one.start] + " " * (one.end - one.start) + text[one.end :]
    return text
