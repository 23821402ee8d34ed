"""What a name may be typed as in a box over a long list: itself, its pinyin, its initials."""

from __future__ import annotations

from search_service.core.suggestions import syllables


def sound_keys(name: str) -> str:
    """Return a name with its pinyin and its initials, e.g. ``公安局 gonganju gaj``."""
    return f"{name} {''.join(syllables(name))} {initials(name)}"


def initials(name: str) -> str:
    """Return the first letters of a name's pinyin."""
    return "".join(sound[:1] for sound in syllables(name))
