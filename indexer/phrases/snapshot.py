"""The phrase book made searchable: postings of all phrasings, and the way from a phrasing to its duties."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np

from indexer.index.postings import Postings, mapped
from indexer.phrases.matching import match_entries
from indexer.phrases.terms import spoken_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from indexer.duty import Duty
    from indexer.tuning import Tuning

    Vectors = Callable[[Sequence[str]], NDArray[np.float16] | None]


MAX_NAME = 120
"""Characters of a name whose meaning is taken; the longest names list a dozen matters."""


@dataclass(frozen=True)
class PhraseSnapshot:
    """Phrasings in the order of their entries; items of the postings are numbers of phrasings.

    The phrasings of entry e are those from `starts[e]` to `starts[e + 1]`; `entries[d]` is the entry of the
    duties' text d, -1 where nobody has written one. The last `matters` entries are the matters outside the
    lists, which no duty has. `texts` and `steps` describe each phrasing: its wording, and words of the step
    it asks for ("" for the duty as a whole).
    """

    postings: Postings
    starts: NDArray[np.int64]
    entries: NDArray[np.int32]
    texts: list[str]
    steps: list[str]
    matters: int
    vectors: NDArray[np.float16] | None
    """The meaning of each phrasing, then of each entry's first name; None without an encoder."""

    @classmethod
    def derive(cls, tuning: Tuning, duties: Sequence[Duty], vectors: Vectors) -> Self:
        """Compute the snapshot of the phrase book for the duties' texts, each shown by one of `duties`.

        `vectors` gives the meaning of texts, or None where it can't.
        """
        asks = [
            [(text, ask.step or "") for ask in entry.asks for text in ask.phrasings]
            for entry in tuning.phrases.entries
        ]
        asks += [[(text, "") for text in matter.phrasings] for matter in tuning.outside.matters]
        names = [entry.names[0] for entry in tuning.phrases.entries]
        names += [matter.name for matter in tuning.outside.matters]
        flat = [one for of_entry in asks for one in of_entry]
        texts = [text for text, _ in flat]
        starts = np.concatenate(([0], np.cumsum([len(of_entry) for of_entry in asks]))).astype(np.int64)
        matched = match_entries(tuning.phrases, duties)
        return cls(
            postings=_postings(texts, tuning),
            starts=starts,
            entries=np.array([numbers[0] if numbers else -1 for numbers in matched], dtype=np.int32),
            texts=texts,
            steps=[step for _, step in flat],
            matters=len(tuning.outside.matters),
            vectors=vectors([*texts, *(name[:MAX_NAME] for name in names)]),
        )

    def save(self, folder: Path) -> None:
        """Write the snapshot into a new folder."""
        folder.mkdir()
        self.postings.save(folder)
        np.save(folder / "starts.npy", self.starts)
        np.save(folder / "entries.npy", self.entries)
        if self.vectors is not None:
            np.save(folder / "vectors.npy", self.vectors)
        text = json.dumps(
            {"texts": self.texts, "steps": self.steps, "matters": self.matters}, ensure_ascii=False
        )
        (folder / "phrasings.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Map the snapshot in `folder` into memory; raise OSError, EOFError or ValueError if damaged."""
        phrasings = json.loads((folder / "phrasings.json").read_text(encoding="utf-8"))
        return cls(
            postings=Postings.load(folder),
            starts=mapped(folder, "starts"),
            entries=mapped(folder, "entries"),
            texts=phrasings["texts"],
            steps=phrasings["steps"],
            matters=phrasings["matters"],
            vectors=mapped(folder, "vectors") if (folder / "vectors.npy").exists() else None,
        )


def _postings(texts: Sequence[str], tuning: Tuning) -> Postings:
    """Return BM25 postings of the phrasings (see docs/ranking.md)."""
    spoken = [spoken_terms(text, tuning.analyzer, tuning.stop_words) for text in texts]
    return Postings.from_terms(spoken, tuning.ranking.phrases.k1, tuning.ranking.phrases.b)
