"""Folding of characters that mean the same: width, case, traditional forms, invisible marks."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from opencc import OpenCC

_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Unicode categories without a glyph: controls, zero-width and bidi marks, surrogates, unassigned."""


_SIMPLIFIED = OpenCC("t2s")
"""Traditional to simplified, asked for one character at a time: offsets stay, and so does every cut."""


def normalize(text: str) -> str:
    """Return `text` folded for matching: NFKC, lower case, simplified, invisible characters removed.

    White space of any kind becomes one space per character. The folding works character by character,
    so that the same text folds alike wherever it is cut.
    """
    return "".join(map(_fold, text))


def normalize_with_offsets(text: str) -> tuple[str, list[int]]:
    """Return the normalised text and, for each of its characters, its offset in `text`.

    One more offset stands at the end, so that a span ``[a, b)`` of the result is
    ``text[offsets[a]:offsets[b]]`` of the source.
    """
    folded = list(map(_fold, text))
    offsets = [offset for offset, replacement in enumerate(folded) for _ in replacement]
    return "".join(folded), [*offsets, len(text)]


@lru_cache(maxsize=65536)
def _fold(character: str) -> str:
    if character.isspace():
        return " "
    if unicodedata.category(character) in _INVISIBLE:
        return ""
    folded = unicodedata.normalize("NFKC", character).lower()
    folded = _SIMPLIFIED.convert(folded) if is_chinese(folded) else folded
    # Some compatibility forms unfold to text with a space or a combining mark in front: keep what is seen.
    return folded.strip() or character


def is_chinese(text: str) -> bool:
    """Tell whether a text consists of Chinese characters, and of at least one."""
    return bool(text) and all("\u3400" <= character <= "\u9fff" for character in text)
