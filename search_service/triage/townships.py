"""What the cells of a township column mean: 庙尔沟乡, 庙尔沟 and 昌吉市庙尔沟乡 are one township."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.analysis.normalize import normalize
from indexer.departments.places import place_forms

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from indexer.duty import Place
    from indexer.list_info import ListInfo
    from search_service.core.places import PlaceMention, PlaceNames

    Places = Mapping[str, tuple[str, ...]]

_NOT_GIVEN = frozenset({"无", "空", "暂无", "未知", "不详", "未填写"})
_FULL_NAME_ENDS = ("乡", "镇", "街道", "苏木")


class UnknownTownshipError(ValueError):
    """A text that names no place with a list, or several; the message is a Chinese reason."""


class TownshipNames:
    """Reads place names as filters of a question, each different text once."""

    def __init__(self, names: PlaceNames, lists: Sequence[ListInfo]) -> None:
        self._names = names
        self._places = [info.place for info in lists]
        self._read: dict[str, Places | UnknownTownshipError] = {}

    @property
    def known(self) -> list[str]:
        """Return the townships that have a list."""
        return list(dict.fromkeys(place.township for place in self._places))

    def places(self, text: str) -> Places:
        """Return the filters for a text: a township, a county or a prefecture; none for an empty text.

        Raises UnknownTownshipError for a text that names no place with a list, or more than one.
        """
        if text not in self._read:
            try:
                self._read[text] = self._resolve(text)
            except UnknownTownshipError as error:
                self._read[text] = error
        found = self._read[text]
        if isinstance(found, UnknownTownshipError):
            raise found
        return found

    def _resolve(self, text: str) -> Places:
        name = "".join(filter(str.isalnum, normalize(text)))
        if not name or name in _NOT_GIVEN:
            return {}
        mentions = self._names.in_text(name)
        named = {mention.facet: mention.value for mention in mentions}
        if len({(mention.facet, mention.value) for mention in mentions}) > len(named):
            raise UnknownTownshipError(f"“{text.strip()}”不止一个地方，请只写一个乡镇")
        fitting = [place for place in self._places if _is_in(place, named)]
        above = _without(name, mentions)
        if not named or not any(_covers(place, above) for place in fitting):
            raise UnknownTownshipError(f"没有“{text.strip()}”的清单，请核对乡镇名称")
        return self._filters(named)

    def _filters(self, named: Mapping[str, str]) -> Places:
        """Return the narrowest place named; with those above it only where several townships share a name."""
        for facet in ("township", "county", "prefecture"):
            if facet in named:
                sharing = [place for place in self._places if getattr(place, facet) == named[facet]]
                if facet == "township" and len(sharing) > 1:
                    return {one: (value,) for one, value in named.items()}
                return {facet: (named[facet],)}
        return {}


def _is_in(place: Place, named: Mapping[str, str]) -> bool:
    return all(getattr(place, facet) == value for facet, value in named.items())


def _without(name: str, mentions: Sequence[PlaceMention]) -> str:
    """Return what a name holds beside the places found in it.

    What follows a township's full name is a part of it (庙尔沟乡某村); what follows a short one makes another
    name of it (三台子).
    """
    rest, end = "", 0
    for mention in mentions:
        rest += name[end : mention.start]
        end = mention.end
        if mention.facet == "township" and name[mention.start : end].endswith(_FULL_NAME_ENDS):
            return rest
    return rest + name[end:]


def _covers(place: Place, rest: str) -> bool:
    """Return whether a text consists of nothing but forms of a place and of those above it."""
    # No pattern: 昌吉市 is one form, or two, and every further one would double the ways to read a text.
    reached = {0}
    for start in range(len(rest)):
        if start in reached:
            reached |= {
                start + len(form) for form in place_forms(place).areas if rest.startswith(form, start)
            }
    return len(rest) in reached
