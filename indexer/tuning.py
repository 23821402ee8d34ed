"""All tuning data together: what `data/dictionaries` holds, loaded and validated once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from indexer.analysis.analyzer import Analyzer
from indexer.best_bets import BestBets
from indexer.confidence import Confidence
from indexer.departments.register import DepartmentRegister
from indexer.dictionaries import DictionaryError, read_words
from indexer.hints import Hints
from indexer.outside import Outside
from indexer.phrases.book import FOLDER, PhraseBook
from indexer.ranking import Ranking
from indexer.synonyms import Synonyms

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tuning:
    """The dictionaries of one folder, ready for use; `digest` changes with any of its files."""

    analyzer: Analyzer
    departments: DepartmentRegister
    phrases: PhraseBook
    ranking: Ranking
    stop_words: frozenset[str]
    noise: tuple[str, ...]
    """Small talk, the longest first, as it is cut out: a short one may stand inside a long one."""
    other_places: tuple[str, ...]
    hints: Hints
    synonyms: Synonyms
    best_bets: BestBets
    confidence: Confidence
    outside: Outside
    folder: Path
    digest: str

    @classmethod
    def load(cls, folder: Path, before: Tuning | None = None) -> Self:
        """Load every dictionary of `folder`; raise DictionaryError naming the first bad file.

        `before` lends its analyzer where that cuts alike: it takes most of the time to make, and what others
        have worked out with it stays good.
        """
        if not folder.is_dir():
            raise DictionaryError(
                f"{folder}: no such folder; it holds the dictionaries. DUTY_SEARCH_DATA names the data folder"
            )
        user_words = folder / "user_words.txt"
        read_words(user_words)  # for its checks: jieba itself says nothing of doubles or a missing file
        phrases = PhraseBook.load(folder / FOLDER)
        cuts_alike = before is not None and before.analyzer.has_words_of(user_words)
        return cls(
            analyzer=before.analyzer if before and cuts_alike else Analyzer(user_words),
            departments=DepartmentRegister.load(folder / "departments.toml"),
            phrases=phrases,
            outside=Outside.load(folder / "outside.toml", phrases),
            ranking=Ranking.load(folder / "ranking.toml"),
            stop_words=frozenset(read_words(folder / "stop_words.txt")),
            noise=tuple(sorted(read_words(folder / "noise.txt"), key=len, reverse=True)),
            other_places=tuple(read_words(folder / "other_places.txt")),
            synonyms=Synonyms.load(folder / "synonyms.toml"),
            best_bets=BestBets.load(folder / "best_bets.toml"),
            confidence=Confidence.load(folder / "confidence.toml"),
            hints=Hints.load(folder / "hints.toml"),
            folder=folder,
            digest=digest_of(sorted(folder.rglob("*"))),
        )


def digest_of(files: list[Path]) -> str:
    """Return a short digest over names and contents of `files`, in the order given."""
    digest = hashlib.sha256()
    for file in files:
        if file.is_file() and not file.name.startswith(".") and not file.name.endswith("~"):
            digest.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]
