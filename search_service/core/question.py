"""Understanding a question: its exact phrases, its words, and the words that say nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from indexer.analysis.normalize import normalize
from indexer.phrases.terms import spoken_terms
from search_service.engines.port import Clause

if TYPE_CHECKING:
    from indexer.analysis.analyzer import Token
    from indexer.tuning import Tuning

PART_WEIGHT = 0.4
"""What a match of a shorter word inside a longer one counts, the whole word being 1."""

_QUOTED = re.compile(r'"([^"]+)"|“([^“”]+)”|「([^「」]+)」')


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart: `clauses` are searched for, `phrases` must occur exactly."""

    text: str
    clauses: tuple[Clause, ...]
    spoken: tuple[str, ...]
    phrases: tuple[str, ...]
    dropped: tuple[str, ...]

    @property
    def terms(self) -> list[str]:
        """Return the words searched for, phrases first."""
        return list(dict.fromkeys([*self.phrases, *(clause.word for clause in self.clauses)]))

    @property
    def marks(self) -> list[str]:
        """Return every text worth highlighting: the words and their parts."""
        return list(dict.fromkeys([*self.phrases, *(term for c in self.clauses for term, _ in c.terms)]))


def understand(text: str, tuning: Tuning) -> Question:
    """Take a question apart.

    Text in quotes ("…", “…”, 「…」) becomes a phrase. Stop words are dropped, unless there is nothing else.
    """
    phrases = [next(filter(None, match.groups())).strip() for match in _QUOTED.finditer(text)]
    phrases = [phrase for phrase in phrases if normalize(phrase).strip()]
    clauses = _clauses(tuning.analyzer.words(_QUOTED.sub(" ", text)))
    kept = {word: clause for word, clause in clauses.items() if word not in tuning.stop_words}
    if not kept and not phrases:
        kept = clauses
    if not kept and not phrases and normalize(text).strip():
        phrases = [text]  # nothing but marks: only a text that has them answers
    return Question(
        text=text,
        clauses=tuple(kept.values()),
        spoken=tuple(spoken_terms(text, tuning.analyzer, tuning.stop_words)),
        phrases=tuple(dict.fromkeys(phrases)),
        dropped=tuple(word for word in clauses if word not in kept),
    )


def _clauses(tokens: list[Token]) -> dict[str, Clause]:
    """Return word → clause: each word once, with the shorter words inside it as weaker terms."""
    clauses: dict[str, Clause] = {}
    word = ""
    for token in tokens:
        if not token.is_part:
            word = token.term
            clauses.setdefault(word, Clause(word, ((word, 1.0),)))
        elif len(token.term) > 1 and all(token.term != term for term, _ in clauses[word].terms):
            clauses[word] = Clause(word, (*clauses[word].terms, (token.term, PART_WEIGHT)))
    return clauses
