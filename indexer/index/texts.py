"""The distinct texts of an index: what duties say, each once, however many townships say it.

Townships of a county share most of what their lists say. Whatever depends on a duty's text alone (terms,
score, category, departments, phrasings) is kept and worked out once for each text; only places are a duty's
own.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np

from indexer.index.postings import mapped

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.duty import Duty


@dataclass(frozen=True)
class Texts:
    """Which document says which text: document d says `of_documents[d]`; texts count up from 0.

    No list says a text twice: of two rows that read the same, the second has a text of its own.
    """

    of_documents: NDArray[np.int32]

    @classmethod
    def of(cls, duties: Sequence[Duty]) -> Self:
        """Return the texts of `duties`, numbered in the order of their first duties."""
        numbers: dict[Hashable, int] = {}
        of_documents = []
        rows: dict[Hashable, int] = {}
        for duty in duties:
            content = content_of(duty)
            row = rows[duty.list_id, content] = rows.get((duty.list_id, content), -1) + 1
            of_documents.append(numbers.setdefault((row, content), len(numbers)))
        return cls(np.array(of_documents, dtype=np.int32))

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.copies)

    @cached_property
    def copies(self) -> NDArray[np.int64]:
        """Return how many documents say each text."""
        return np.bincount(self.of_documents)

    @cached_property
    def documents(self) -> NDArray[np.intp]:
        """Return the documents, text by text, those of a text ascending."""
        return np.argsort(self.of_documents, kind="stable")

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Return where the documents of each text start among `documents`."""
        return np.cumsum(self.copies) - self.copies

    @property
    def first_documents(self) -> NDArray[np.intp]:
        """Return the first document that says each text."""
        return self.documents[self.starts]

    def save(self, folder: Path) -> None:
        """Write the numbers into a folder."""
        np.save(folder / "texts.npy", self.of_documents)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the numbers of a folder into memory; raise OSError, EOFError or ValueError where damaged."""
        return cls(mapped(folder, "texts"))


def content_of(duty: Duty) -> Hashable:
    """Return all of a duty that doesn't depend on where it is written."""
    return (
        duty.list_type,
        duty.category,
        duty.name,
        duty.departments,
        duty.superior_steps,
        duty.township_steps,
    )
