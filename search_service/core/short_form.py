"""A duty's name, often a sentence of a hundred characters, as the few words one would type."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from indexer.analysis.analyzer import Analyzer

LONGEST = 20
"""Characters of a short form."""

SHORTEST = 4
SHORTEST_OBJECT = 8
"""The same for 对侵占、损毁…的处罚: the first item of what must not be done says too little."""

_LEAD = re.compile(r"(?:(?:组织)?(?:负责|做好|开展)(?:本(?:乡镇|乡|镇))?的?)+")
_SEPARATOR = re.compile("[，、；。,;]")
_OPENING, _CLOSING = "（(《〈〔【", "）)》〉〕】"
_CONNECTING = frozenset({"的", "和", "及", "与", "或", "或者", "以及", "在", "等", "并", "对", "为"})
"""Words that promise another one: a short form doesn't end with them."""


def short_form(name: str, analyzer: Analyzer) -> str:
    """Return the first part of a name that says what the duty is about, without 负责本乡 in front.

    It ends at the first comma, or with a whole word after at most `LONGEST` characters, and never inside
    brackets.
    """
    text = _without_lead(name)
    shortest = SHORTEST_OBJECT if text.startswith("对") else SHORTEST
    ends = [match.start() for match in _SEPARATOR.finditer(text)] + [len(text)]
    outside = _outside_brackets(text)
    for end in ends:
        if shortest <= end <= LONGEST and outside[end]:
            return text[:end].removesuffix("的")
    return text[: _end_of_word(text, outside, analyzer) or LONGEST]


def _without_lead(name: str) -> str:
    rest = name[match.end() :] if (match := _LEAD.match(name)) else name
    return rest if len(rest) >= SHORTEST else name


def _outside_brackets(text: str) -> list[bool]:
    """Return for each place between two characters, both ends included, whether no bracket is open."""
    steps = [(one in _OPENING) - (one in _CLOSING) for one in text]
    return [depth <= 0 for depth in accumulate(steps, initial=0)]


def _end_of_word(text: str, outside: list[bool], analyzer: Analyzer) -> int:
    """Return where the last word within `LONGEST` ends that may end a short form, or 0."""
    words = [token for token in analyzer.words(text[: LONGEST * 2]) if not token.is_part]
    ends = [
        word.end
        for word in words
        if SHORTEST <= word.end <= LONGEST and outside[word.end] and word.term not in _CONNECTING
    ]
    return max(ends, default=0)
