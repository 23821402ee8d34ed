"""How much text a document may hold: what comes after reading takes its time for each character."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.documents.text_file import UnreadableDocumentError

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_CELL = 200_000
"""Most characters of a cell or paragraph. The longest of the real lists has about 2,000."""
MAX_TEXT = 10_000_000
"""Most characters of a document, a merged cell counted for each row it spans. The real lists have 130,000."""


class TextBudget:
    """Counts the text of one document."""

    def __init__(self) -> None:
        self._left = MAX_TEXT

    def spend(self, number: int, texts: Iterable[str]) -> None:
        """Count the cells of line `number`; raise UnreadableDocumentError where that is more than allowed."""
        for text in texts:
            self._left -= len(text)
            if len(text) > MAX_CELL:
                raise UnreadableDocumentError(
                    number, f"a cell of {len(text)} characters; the limit is {MAX_CELL}; part it into several"
                )
        if self._left < 0:
            raise UnreadableDocumentError(
                number, f"more than {MAX_TEXT} characters; keep one township's list in a file"
            )
