"""The words of a duty's text as another township's text is compared with them: its own place masked.

市公安局, 昌吉市公安局 and 奇台县公安局 say the same of three places, and so do 本市 and 本县, 庙尔沟乡 and
坎尔孜乡. Such words keep their text and get the same key. Marks belong to a word beside them and don't count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from indexer.departments.places import Area, place_forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.departments.names import NameMatch
    from indexer.departments.places import PlaceForms
    from indexer.duty import Place
    from indexer.tuning import Tuning

_ANY_TOWNSHIP = r"本?乡(?:镇(?:（街道）)?|（镇）|（镇、街道）)"
"""How documents call their own township without saying what it is."""
# A level of one character is a place alone or beside these: 全市, 县级, 报市人大; not in 城市内, 超市, 乡风.
_BEFORE_LEVEL = "全我各该和与及由向报经"
_AFTER_LEVEL = "级|域|直|属|内|委|党委|政府|人民政府|人大|政协|纪委"
_NOT_BEHIND = "城都超上夜集门闹乡村州省市县"
_NOT_BEFORE = "场民政容城区村镇域风贤情亲音土"
_ELSEWHERE = frozenset({Area.PROVINCE, Area.PREFECTURE})
_BRANCH = "分局"
_OPENING = frozenset("（(《〈“‘「【〔[<")
"""Marks that belong to the word behind them; all others belong to the word before."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word with the marks beside it; the same `key` says the same, and an empty one nothing."""

    text: str
    key: str


@dataclass(frozen=True, eq=False)
class MaskedText:
    """A text of `place`, cut into words when they are asked for; its first `front` characters don't count."""

    text: str
    place: Place
    tuning: Tuning
    front: int = 0

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Return the words; their texts together are the text."""
        front = (Word(self.text[: self.front], ""),) if self.front else ()
        return (*front, *words_of(self.text[self.front :], self.place, self.tuning))

    @cached_property
    def key(self) -> str:
        """Return what the text says, place and marks aside."""
        return "".join(word.key for word in self.words)


@dataclass(frozen=True, slots=True)
class _Span:
    """Where a word stands in its text, without marks."""

    start: int
    end: int
    key: str


def words_of(text: str, place: Place, tuning: Tuning) -> tuple[Word, ...]:
    """Return the words of a text of `place`; their texts together are the text."""
    spans = list(_spans(text, place, tuning))
    if not spans:
        return (Word(text, ""),) if text else ()
    begins = [0]
    for before, span in pairwise(spans):
        begin = span.start
        while begin > before.end and text[begin - 1] in _OPENING:
            begin -= 1
        begins.append(begin)
    ends = [*begins[1:], len(text)]
    return tuple(
        Word(text[begin:end], span.key) for begin, end, span in zip(begins, ends, spans, strict=True)
    )


def _spans(text: str, place: Place, tuning: Tuning) -> Iterator[_Span]:
    """Yield the words in order: first bodies are found, then places beside them, then what is left is cut."""
    forms = place_forms(place)
    position = 0
    for mention in tuning.departments.names_in(text, place):
        yield from _outside_bodies(text, position, mention.start, place, tuning)
        yield _Span(mention.start, mention.end, _body_key(text, mention, forms))
        position = mention.end
    yield from _outside_bodies(text, position, len(text), place, tuning)


def _outside_bodies(text: str, start: int, end: int, place: Place, tuning: Tuning) -> Iterator[_Span]:
    forms = place_forms(place)
    position = start
    for found in _places(place).finditer(text, start, end):
        yield from _plain(text, position, found.start(), forms, tuning)
        yield _Span(found.start(), found.end(), _area_key(forms.areas.get(found[0], Area.TOWNSHIP)))
        position = found.end()
    yield from _plain(text, position, end, forms, tuning)


def _plain(text: str, start: int, end: int, forms: PlaceForms, tuning: Tuning) -> Iterator[_Span]:
    """Yield the words between places; a level that the cut leaves alone is a place, too."""
    for token in tuning.analyzer.words(text[start:end]):
        if token.is_part:
            continue
        span = _Span(start + token.start, start + token.end, token.term)
        area = forms.areas.get(token.term)
        yield (
            _Span(span.start, span.end, _area_key(area)) if area is not None and _alone(text, span) else span
        )


def _alone(text: str, span: _Span) -> bool:
    """Tell whether the cut took a level out of a word that it doesn't know."""
    before, behind = text[max(0, span.start - 1) : span.start], text[span.end : span.end + 1]
    return not (before and before in _NOT_BEHIND) and not (behind and behind in _NOT_BEFORE)


def _body_key(text: str, mention: NameMatch, forms: PlaceForms) -> str:
    """Return the key of a body: the county's or the township's own, unless it is one of a higher level."""
    is_branch = text.endswith(_BRANCH, mention.start, mention.end)
    area = next((area for _, area in forms.ends(text, mention.start)), None)
    level = area.name if area is not None and area in _ELSEWHERE and not is_branch else ""
    return f"<{level}:{mention.canonical}>"


def _area_key(area: Area) -> str:
    return f"<{area.name}>"


@lru_cache(maxsize=256)
def _places(place: Place) -> re.Pattern[str]:
    """Return what finds the forms of a place that need no cut of words."""
    forms = sorted(place_forms(place).areas, key=len, reverse=True)
    levels = "".join(form for form in forms if len(form) == 1)
    patterns = [_ANY_TOWNSHIP, *(re.escape(form) for form in forms if len(form) > 1)]
    if levels:
        patterns += [
            rf"(?<=[{_BEFORE_LEVEL}])[{levels}](?![{_NOT_BEFORE}])",
            rf"(?<![{_NOT_BEHIND}])[{levels}](?={_AFTER_LEVEL})",
        ]
    return re.compile("|".join(patterns))
