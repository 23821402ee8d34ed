"""Write the element as it is served: the readable source without comments and blanks."""

from __future__ import annotations

import re
from pathlib import Path

import rjsmin

EMBED = Path(__file__).parent.parent / "search_service" / "embed"
SOURCE = EMBED / "source" / "duty-search.js"
SERVED = EMBED / "released" / "v1.js"
"""What the source becomes. Once a version is out it stays as it is: then the next number is written."""

_STYLE = re.compile(r"(?<=const CSS = `).*?(?=\n  `;)", re.DOTALL)
_BANNER = re.compile(r"\A/\*!.*?\*/")
_BETWEEN_RULES = re.compile(r"\s*\n\s*")


def minified(source: str) -> str:
    """Return a script without comments, but for the banner, and without blanks that mean nothing.

    Names stay: whoever looks at it on a portal's page should still find their way.
    """
    # Text in backquotes is left alone; the style sheet's line breaks are known to be for readers only.
    flat = _STYLE.sub(lambda match: _BETWEEN_RULES.sub(" ", match[0]).strip(), source)
    bare = rjsmin.jsmin(flat, keep_bang_comments=True).strip()
    return _BANNER.sub(r"\g<0>\n", f"{bare}\n", count=1)


if __name__ == "__main__":
    SERVED.write_text(minified(SOURCE.read_text(encoding="utf-8")), encoding="utf-8")
