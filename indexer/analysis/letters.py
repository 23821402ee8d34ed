"""The letters and digits of a text: what is left of it without marks and white space."""

from __future__ import annotations

import re

from indexer.analysis.normalize import normalize

_NOT_A_LETTER = re.compile(r"[\W_]")


def letters_of(text: str) -> str:
    """Return the letters and digits of a text, normalised: the form in which texts are compared."""
    return _NOT_A_LETTER.sub("", normalize(text))


def count_letters(text: str) -> int:
    """Return how many letters and digits a text has."""
    return sum(character.isalnum() for character in text)
