"""The texts of results without their markup."""

import html
import re

_MARK = re.compile("</?mark>")


def plain(highlight: str) -> str:
    """Return a highlight's text; what the list itself writes in angle brackets stays."""
    return html.unescape(_MARK.sub("", highlight))
