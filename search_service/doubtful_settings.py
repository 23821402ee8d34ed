"""Settings that are allowed but hardly meant: told by ``duty-search config``, and in the log of ``serve``."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from search_service.settings import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from search_service.settings import Settings

PREFIX = "DUTY_SEARCH_"

FOLDERS = (f"{PREFIX}DATA", f"{PREFIX}INDEX")
"""Variables that commands read as well; each has an option in their stead."""


LEAST_LIKENESS = 0.5
"""INDEX_FOLDER is like INDEX; what is like nothing has probably been made up."""


def doubts(environment: Mapping[str, str], settings: Settings) -> Iterator[str]:
    """Yield a line for everything that is probably a slip."""
    known = {name.removeprefix(PREFIX): name for name in (*FOLDERS, *VARIABLES)}
    for name in sorted(environment):
        begins_alike = name.upper().startswith(PREFIX)
        if begins_alike and name not in known.values():
            near = get_close_matches(name.upper().removeprefix(PREFIX), known, 1, LEAST_LIKENESS)
            remedy = f"did you mean {known[near[0]]}?" if near else "duty-search config shows all there are"
            yield f"{name}: no setting has this name, so it does nothing; {remedy}"
    if settings.api_keys and not settings.api_keys.exists():
        yield (
            f"{PREFIX}API_KEYS: {settings.api_keys} doesn't exist, so no key is known; "
            "duty-search keys create makes it"
        )
