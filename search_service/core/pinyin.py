"""Facts about pinyin, without tones: the syllables of words, and which syllables people confuse."""

from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin, pinyin
from pypinyin.constants import PHRASES_DICT


def syllables(word: str) -> tuple[str, ...]:
    """Return the syllables of a Chinese word: 银行 is yin hang, 行走 is xing zou; ü is written v."""
    if word in PHRASES_DICT:
        return tuple(lazy_pinyin(word))
    # Character by character is thirty times faster, and the same for a word that nobody has written down.
    return tuple(map(usual_reading, word))


@lru_cache(maxsize=32768)
def usual_reading(character: str) -> str:
    """Return the syllable that one character alone is read as: 地 is di, though 地 after an adverb is de."""
    return lazy_pinyin(character)[0]


@lru_cache(maxsize=4096)
def loosen(syllable: str) -> str:
    """Fold what many speakers don't tell apart: zh/z ch/c sh/s, n/l, f/h, ing/in eng/en ang/an.

    Used to compare typed text with words, never to match documents: it makes far too much alike.
    """
    folded = loosen_run(syllable)
    # A lone n is how 嗯 is read, not the beginning of a syllable.
    return {"n": "l", "f": "h"}.get(folded[0], folded[0]) + folded[1:] if len(folded) > 1 else folded


def loosen_run(letters: str) -> str:
    """Fold a syllable or a run of Latin letters whose syllables nobody has marked, as far as that goes."""
    return re.sub(r"(?<=[iea])ng", "n", re.sub(r"(?<=[zcs])h", "", letters))


def readings(character: str) -> list[str]:
    """Return every way to read one character, rare ones too: 谁 is shui or shei."""
    return list(dict.fromkeys(pinyin(character, style=Style.NORMAL, heteronym=True)[0]))
