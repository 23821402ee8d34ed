"""How a rate limit is written: ``600 per minute``, several joined by a semicolon, or ``off``."""

from __future__ import annotations

from limits import parse_many

OFF = "off"

ALLOWED = "a limit such as 600 per minute or 10 per second; 5000 per day, or off"
"""What may be written, for messages."""


def checked_limit(text: str) -> str:
    """Return the text of a limit, white space aside; raise ValueError where it is none.

    A limit of nothing at all is none: it would refuse everybody, and `off` would be its neighbour.
    """
    plain = text.strip()
    if plain.casefold() == OFF:
        return OFF
    try:
        items = parse_many(plain)
    except ValueError:
        items = []
    if not items or any(item.amount < 1 for item in items):
        raise ValueError(f"{text!r} is no rate limit; allowed: {ALLOWED}")
    return plain
